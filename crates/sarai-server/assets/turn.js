// One question with its answer on the page.
import { build, parse } from "./markdown.js";
import { number, piece, text } from "./page.js";

/** Returns a new article that asks `question` and has no answer yet. */
export function newTurn(question) {
  const article = piece("turn");
  article.querySelector(".words").textContent = question;
  return article;
}

/** Shows the plain words that the server wrote as Markdown. */
export function enrich(article) {
  const words = article.querySelector(".prose").textContent;
  if (words !== "") showWords(article, words);
  wireCopy(article, () => words);
}

export function showWords(article, words) {
  const prose = article.querySelector(".prose");
  prose.classList.add("rich");
  prose.replaceChildren(...build(parse(words)));
}

/** Shows what the answer waits for, with a bar when `fraction` is known; nothing hides it. */
export function showWaiting(article, words, fraction) {
  const waiting = article.querySelector(".waiting");
  waiting.hidden = words === undefined;
  waiting.querySelector(".state").textContent = words ?? "";
  const progress = waiting.querySelector("progress");
  progress.hidden = fraction === undefined;
  if (fraction !== undefined) progress.value = fraction;
}

export function showNote(article, words) {
  const note = article.querySelector(".cut");
  note.textContent = words;
  note.hidden = words === "";
}

export function showFailure(article, failure, retry) {
  const section = article.querySelector(".failure");
  section.querySelector(".what").textContent = failure.message;
  section.querySelector(".hint").textContent = failure.hint;
  section.querySelector("[data-retry]").addEventListener("click", retry, { once: true });
  section.hidden = false;
}

export function wireCopy(article, words) {
  const button = article.querySelector("[data-copy]");
  // Browsers lend the clipboard to secure pages only, and loopback is one.
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words());
    document.getElementById("notice").textContent = text("copied");
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 1_500);
  });
}

/** Fills in how the answer was made. */
export function showTrace(article, trace) {
  const degraded = article.querySelector(".degraded");
  degraded.replaceChildren(...trace.degraded.map(({ stage, reason }) => element("li", text("degraded", { stage: text(`stage-${stage}`), reason }))));
  degraded.hidden = trace.degraded.length === 0;
  article.querySelector(".brief").textContent = brief(trace);
  article.querySelector(".figures").replaceChildren(...figures(trace).map(([name, value]) => element("div", element("dt", text(name)), element("dd", value))));
  article.querySelector("tbody").replaceChildren(...trace.stages.map(stageRow));
  article.querySelector(".under").hidden = false;
}

function brief(trace) {
  const total = trace.stages.reduce((sum, stage) => sum + stage.ms, 0);
  const parts = [text("seconds", { count: number(total / 1000, 1) })];
  if (trace.tokens_per_second) parts.push(text("speed", { count: number(trace.tokens_per_second, 1) }));
  return parts.join(" · ");
}

function figures(trace) {
  const { prompt_tokens: read, cached_tokens: cached, completion_tokens: written } = trace.usage;
  const rows = [
    ["model", trace.model],
    ["tokens-read", number(read)],
    ["tokens-cached", number(cached)],
    ["tokens-written", number(written)],
  ];
  if (trace.drafted) rows.push(["drafted", text("drafted-right", { guessed: number(trace.drafted.guessed), accepted: number(trace.drafted.accepted) })]);
  if (trace.forced > 0) rows.push(["forced", number(trace.forced)]);
  if (trace.tokens_per_second) rows.push(["rate", text("speed", { count: number(trace.tokens_per_second, 1) })]);
  for (const name of ["queued", "prefill", "decode"]) rows.push([`ms-${name}`, `${number(trace[`${name}_ms`])} ms`]);
  rows.push(["dropped", number(trace.messages_dropped)]);
  return rows;
}

function stageRow({ stage, ms, used }) {
  const name = element("th", text(`stage-${stage}`));
  name.scope = "row";
  const time = element("td", number(ms, 1));
  time.className = "number";
  const uses = used.map((entry) => Object.assign(element("span", entry), { className: "used" }));
  return element("tr", name, time, element("td", ...uses));
}

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}
