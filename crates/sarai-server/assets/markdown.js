// A small part of Markdown: paragraphs, headings, lists, quotes, code, bold, italics, links.
//
// `parse` gives a tree of plain values; `build` makes elements of it, always through text nodes,
// so that nothing the model writes is ever read as HTML.

/** Returns the blocks of `source`. */
export function parse(source) {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

const FENCE = /^ {0,3}(```+|~~~+)\s*(\S*)/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,9})[.)])\s+(.*)$/;

function readBlock(lines, at) {
  const line = lines[at];
  if (line.trim() === "") return [undefined, at + 1];
  const fence = FENCE.exec(line);
  if (fence) return readCode(lines, at, fence);
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", spans: inline(heading[1]) }, at + 1];
  if (QUOTE.test(line)) return readQuote(lines, at);
  if (ITEM.test(line)) return readList(lines, at);
  return readParagraph(lines, at);
}

/** A fence that is still open runs to the end: the answer is being written. */
function readCode(lines, at, fence) {
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence[1])) end += 1;
  return [{ kind: "code", text: lines.slice(at + 1, end).join("\n") }, end + 1];
}

function readQuote(lines, at) {
  let end = at;
  const inner = [];
  for (let match; end < lines.length && (match = QUOTE.exec(lines[end])); end += 1) inner.push(match[1]);
  // Quotes in quotes are read as one: depth brings nothing and could be endless.
  const flat = inner.map((line) => line.replace(/^[>\s]+/, "")).join("\n");
  return [{ kind: "quote", spans: inline(flat) }, end];
}

function readList(lines, at) {
  const first = ITEM.exec(lines[at]);
  const list = { kind: "list", ordered: first[2] !== undefined, start: Number(first[2] ?? 1), items: [] };
  let end = at;
  for (; end < lines.length; end += 1) {
    const match = ITEM.exec(lines[end]);
    const deeper = match ? match[1].length >= first[1].length + 2 : /^\s{2,}\S/.test(lines[end]);
    if (match && !deeper) {
      if ((match[2] !== undefined) !== list.ordered || match[1].length < first[1].length) break;
      list.items.push({ words: match[3], inside: [] });
    } else if (deeper && list.items.length > 0) {
      list.items.at(-1).inside.push(lines[end]);
    } else if (lines[end].trim() !== "" || !continues(lines, end + 1, list.ordered)) {
      break;
    }
  }
  list.items = list.items.map((item) => ({ spans: inline(item.words), blocks: inner(item.inside) }));
  return [list, end];
}

/** Blank lines between two items do not end the list. */
function continues(lines, at, ordered) {
  const match = ITEM.exec(lines[at] ?? "");
  return match !== null && (match[2] !== undefined) === ordered;
}

function inner(lines) {
  const indent = Math.min(...lines.map((line) => /^\s*/.exec(line)[0].length));
  return lines.length > 0 ? parse(lines.map((line) => line.slice(indent)).join("\n")) : [];
}

function readParagraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() !== "" && !opensBlock(lines[end])) end += 1;
  return [{ kind: "paragraph", spans: inline(lines.slice(at, end).join("\n")) }, end];
}

function opensBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line);
}

const SPAN = /(`+)([\s\S]+?)\1|\*\*(?=\S)([\s\S]+?)\*\*|(?<!\w)[*_](?=[^\s*_])([^*_\n]+?)[*_](?!\w)|\[([^\]\n]+)\]\(\s*(\S+?)\s*\)|(https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])/g;

/** Returns the spans of a line of words. */
function inline(source) {
  const spans = [];
  let at = 0;
  for (const match of source.matchAll(SPAN)) {
    if (match.index > at) spans.push({ kind: "text", text: source.slice(at, match.index) });
    at = match.index + match[0].length;
    spans.push(readSpan(match));
  }
  if (at < source.length) spans.push({ kind: "text", text: source.slice(at) });
  return spans;
}

function readSpan([whole, , code, strong, emphasis, label, target, address]) {
  if (code !== undefined) return { kind: "code", text: code };
  if (strong !== undefined) return { kind: "strong", spans: inline(strong) };
  if (emphasis !== undefined) return { kind: "emphasis", text: emphasis };
  const href = safeAddress(target ?? address);
  return href ? { kind: "link", text: label ?? address, href } : { kind: "text", text: whole };
}

/** Returns the address when it leads to a web page, and nothing for any other scheme. */
function safeAddress(address) {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).href;
}

/** Returns elements for the blocks. */
export function build(blocks, page = document) {
  const make = (name, ...children) => {
    const element = page.createElement(name);
    element.append(...children);
    return element;
  };
  const spans = (list) => list.map(span);
  const span = (entry) => {
    switch (entry.kind) {
      case "code": return make("code", entry.text);
      case "strong": return make("strong", ...spans(entry.spans));
      case "emphasis": return make("em", entry.text);
      case "link": return Object.assign(make("a", entry.text), { href: entry.href, rel: "noopener noreferrer", target: "_blank" });
      default: return page.createTextNode(entry.text);
    }
  };
  const block = (entry) => {
    switch (entry.kind) {
      case "heading": return make("h4", ...spans(entry.spans));
      case "quote": return make("blockquote", ...spans(entry.spans));
      case "code": return Object.assign(make("pre", make("code", entry.text)), { tabIndex: 0 });
      case "list": return list(entry);
      default: return make("p", ...spans(entry.spans));
    }
  };
  const list = (entry) => {
    const items = entry.items.map((item) => make("li", ...spans(item.spans), ...item.blocks.map(block)));
    const element = make(entry.ordered ? "ol" : "ul", ...items);
    if (entry.ordered && entry.start !== 1) element.start = entry.start;
    return element;
  };
  return blocks.map(block);
}
