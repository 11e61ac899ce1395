// What the page makes of Markdown, without a browser: the tree of plain values.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFile } from "node:fs/promises";

const source = await readFile(new URL("../../assets/markdown.js", import.meta.url), "utf8");
const { parse } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

/** Writes a tree in one line: `p(a, strong(b))`. */
function written(blocks) {
  const span = (entry) => {
    if (entry.kind === "text") return entry.text;
    if (entry.kind === "link") return `link(${entry.href}|${entry.text})`;
    return `${entry.kind}(${entry.spans ? entry.spans.map(span).join("") : entry.text})`;
  };
  const block = (entry) => {
    if (entry.kind === "code") return `pre(${entry.text})`;
    if (entry.kind !== "list") return `${entry.kind}(${entry.spans.map(span).join("")})`;
    const items = entry.items.map((item) => item.spans.map(span).join("") + item.blocks.map(block).join(""));
    return `${entry.ordered ? `ol${entry.start}` : "ul"}(${items.join("; ")})`;
  };
  return blocks.map(block).join(" ");
}

function check(name, text, expected) {
  test(name, () => assert.equal(written(parse(text)), expected));
}

check("nothing is nothing", "\n \n", "");
check("paragraphs are parted by an empty line", "uno\ndos\n\ntres", "paragraph(uno\ndos) paragraph(tres)");
check("a heading loses its marks", "## Hola ##", "heading(Hola)");
check("a hash without a space is text", "#hola", "paragraph(#hola)");
check("bold and italics", "**a *b* c** y _d_", "paragraph(strong(a emphasis(b) c) y emphasis(d))");
check("marks inside words are text", "snake_case_name y 2*3*4", "paragraph(snake_case_name y 2*3*4)");
check("open marks are text", "**a y `b", "paragraph(**a y `b)");
check("code keeps its marks", "`**a**`", "paragraph(code(**a**))");
check("a fence", "```js\na\n\nb\n```\nc", "pre(a\n\nb) paragraph(c)");
check("an open fence runs to the end", "```\na\nb", "pre(a\nb)");
check("a list", "- a\n- b\n\n- c", "ul(a; b; c)");
check("a list within a list", "1. a\n   - b\n2. c", "ol1(aul(b); c)");
check("a numbered list may begin later", "3) a\n4) b", "ol3(a; b)");
check("lists of two kinds are two", "- a\n1. b", "ul(a) ol1(b)");
check("a quote", "> a\n> > b", "quote(a\nb)");
check("a link", "[a](https://e.org/x)", "paragraph(link(https://e.org/x|a))");
check("a bare address without its full stop", "en https://e.org/x.", "paragraph(en link(https://e.org/x|https://e.org/x).)");
check("no other scheme is a link", "[a](javascript:alert(1)) [b](data:x) [c](//e.org)", "paragraph([a](javascript:alert(1)) [b](data:x) [c](//e.org))");
check("HTML is text", "<b>a</b>", "paragraph(<b>a</b>)");

for (const [name, text] of [
  ["stars", "*".repeat(20_000)],
  ["brackets", "[".repeat(20_000)],
  ["quotes", ">".repeat(20_000)],
  ["back ticks", "`a``b```c".repeat(2_000)],
  ["deep lists", Array.from({ length: 400 }, (_, depth) => `${" ".repeat(2 * depth)}- a`).join("\n")],
]) {
  test(`${name} without end take no time`, () => {
    const begun = performance.now();
    parse(text);
    assert.ok(performance.now() - begun < 2_000);
  });
}
