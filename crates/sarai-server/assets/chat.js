// Asking: the message box, the stream of an answer, stopping it.
import { events } from "./events.js";
import { Failure, api, notify, text } from "./page.js";
import { newTurn, showFailure, showNote, showTrace, showWaiting, showWords, wireCopy } from "./turn.js";

const NEAR_THE_END_PX = 160;
const SETTLING_MS = [150, 500, 1_500];

/** Wires the message box. */
export function startChat({ engine, conversations }) {
  const main = document.querySelector("main");
  const turns = document.getElementById("turns");
  const form = document.getElementById("composer");
  const box = document.getElementById("message");
  const [send, stop] = [document.getElementById("send"), document.getElementById("stop")];
  let running;

  function refreshButtons() {
    send.hidden = running !== undefined;
    stop.hidden = running === undefined;
    send.setAttribute("aria-disabled", String(!engine.ready()));
  }

  /** Shows a question and streams its answer. */
  async function ask(question) {
    const isFirst = main.dataset.conversation === "";
    const article = newTurn(question);
    document.getElementById("welcome")?.remove();
    document.querySelector("main > .failure")?.remove();
    turns.append(article);
    article.scrollIntoView({ block: "start" });
    running = new AbortController();
    refreshButtons();
    const answer = new Answer(article);
    try {
      await answer.follow({ message: question, conversation: main.dataset.conversation || null }, running.signal, adopt);
      if (isFirst && !answer.isKept) forget();
    } catch (failure) {
      answer.end();
      answer.stopped = failure.name === "AbortError";
      if (isFirst && !(answer.stopped && answer.words.trim() !== "")) forget();
      if (answer.stopped) showNote(article, text("stopped"));
      else showFailure(article, failure, () => retry(article, question));
      notify(answer.stopped ? text("stopped") : [failure.message, failure.hint].filter(Boolean).join(". "));
      engine.look();
    } finally {
      running = undefined;
      refreshButtons();
    }
    if (answer.stopped) await settle(article, question, isFirst);
    await conversations.refresh();
    takeTitle();
  }

  /** A stopped answer is kept a moment after the connection is gone; its trace is fetched then. */
  async function settle(article, question, isFirst) {
    const id = main.dataset.conversation;
    if (id === "") return;
    const path = `conversations/${encodeURIComponent(id)}`;
    for (const pause of SETTLING_MS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const turns = await api(path).then((response) => response.json()).then((kept) => kept.turns, () => []);
      const turn = turns.at(-1);
      if (turn?.question !== question || !turn.stopped) continue;
      article.id = `turn-${turn.id}`;
      showTrace(article, turn.trace);
      return;
    }
    if (isFirst && !running && main.dataset.conversation === id) forget();
  }

  /** The conversation has a name from now on: the page becomes its page. */
  function adopt(id) {
    if (main.dataset.conversation !== id) become(id, `/c/${encodeURIComponent(id)}`);
  }

  /** Nothing of the first question was kept: its conversation does not exist, and the next begins one. */
  function forget() {
    become("", "/");
  }

  function become(id, path) {
    main.dataset.conversation = id;
    form.elements.conversation.value = id;
    history.replaceState(null, "", path);
  }

  function takeTitle() {
    const id = main.dataset.conversation;
    const heading = main.querySelector(".heading");
    const link = document.querySelector("#conversations [aria-current]");
    if (id === "" || !link) return;
    heading.dataset.id = id;
    heading.querySelector(".name").textContent = link.textContent;
    document.title = `${link.textContent} · SARAi`;
    if (!heading.querySelector(".tools")) {
      heading.append(document.getElementById("piece-tools").content.firstElementChild.cloneNode(true));
    }
  }

  function retry(article, question) {
    if (running || !engine.ready()) return;
    article.remove();
    box.focus();
    ask(question);
  }

  function submit() {
    const question = box.value.trim();
    if (question === "" || running) return;
    if (!engine.ready()) {
      notify(text("not-ready"));
      return;
    }
    box.value = "";
    fit(box);
    box.focus();
    ask(question);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", () => fit(box));
  box.addEventListener("keydown", (event) => {
    // On a phone Enter makes a new line, and while composing it belongs to the input method.
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && !matchMedia("(pointer: coarse)").matches;
    if (!sends) return;
    event.preventDefault();
    submit();
  });
  stop.addEventListener("click", () => {
    running?.abort();
    box.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && running && !document.querySelector("dialog[open]")) running.abort();
  });
  document.addEventListener("engine-ready", () => {
    refreshButtons();
    notify(text("ready"));
  });
  document.addEventListener("engine-lost", refreshButtons);
  for (const example of document.querySelectorAll("[data-example]")) {
    example.addEventListener("click", () => {
      box.value = example.textContent;
      fit(box);
      box.focus();
    });
  }
  refreshButtons();
  fit(box);
  if (document.querySelector(".turn")) goToTheEnd();
  if (matchMedia("(hover: hover)").matches) box.focus({ preventScroll: true });
}

/** Grows the box with its text where the browser does not. */
function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.rows = Math.min(10, box.value.split("\n").length);
}

function nearTheEnd() {
  const page = document.documentElement;
  return page.scrollHeight - page.clientHeight - page.scrollTop < NEAR_THE_END_PX;
}

function goToTheEnd() {
  document.documentElement.scrollTop = document.documentElement.scrollHeight;
}

/** One answer as it arrives. */
class Answer {
  constructor(article) {
    this.article = article;
    this.words = "";
    this.spoken = 0;
    this.log = document.getElementById("spoken");
    this.log.replaceChildren();
    showWaiting(article, text("thinking"));
    notify(text("thinking"));
    wireCopy(article, () => this.words);
  }

  async follow(request, signal, adopt) {
    const response = await api("turns", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      signal,
    });
    try {
      for await (const { event, data } of events(response.body)) {
        if (event === "conversation") adopt(data.id);
        else if (event === "error") throw new Failure(data.message, data.hint);
        else if (event === "answer") return this.finish(data);
        else this.progress(event, data);
      }
    } catch (error) {
      if (error.name === "AbortError" || error instanceof Failure) throw error;
    }
    throw new Failure(text("broken-off"), text("unreachable-hint"));
  }

  progress(event, data) {
    if (event === "queued") showWaiting(this.article, text(data.ahead === 1 ? "queued-one" : "queued", data));
    if (event === "prefill") this.prefill(data);
    if (event === "text") this.add(data.text);
  }

  prefill({ done, total }) {
    if (done >= total) showWaiting(this.article, text("thinking"));
    else showWaiting(this.article, text("prefill", { percent: Math.floor((100 * done) / total) }), done / total);
  }

  add(piece) {
    this.words += piece;
    this.speak(false);
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    const follows = nearTheEnd();
    if (this.words !== "") {
      showWaiting(this.article, undefined);
      showWords(this.article, this.words);
    }
    if (follows) goToTheEnd();
  }

  /** Hands whole sentences to the screen reader, never single words. */
  speak(all) {
    const rest = this.words.slice(this.spoken);
    const ends = [...rest.matchAll(/[.!?…:](?=\s)|\n/g)];
    const length = all ? rest.length : ends.length > 0 ? ends.at(-1).index + 1 : 0;
    const sentence = rest.slice(0, length).trim();
    this.spoken += length;
    if (sentence === "") return;
    this.log.append(Object.assign(document.createElement("p"), { textContent: sentence }));
  }

  finish({ text: words, finish, conversation, turn, trace }) {
    this.words = words;
    this.isKept = Boolean(conversation);
    this.end();
    if (turn) this.article.id = `turn-${turn}`;
    if (finish === "length") showNote(this.article, text("cut"));
    const follows = nearTheEnd();
    showTrace(this.article, trace);
    if (follows) goToTheEnd();
    notify(text("answered"));
  }

  /** Shows and says what is left. */
  end() {
    this.draw();
    this.speak(true);
    showWaiting(this.article, undefined);
  }
}
