// Watches whether the model can answer, and shows what happens until it can.
import { api, number, text } from "./page.js";

const SOON_MS = 1_000;
const SELDOM_MS = 20_000;

/** Starts watching. Returns `{ready(), look()}`; `engine-ready` is fired on the document. */
export function startEngine() {
  const section = document.getElementById("engine");
  const [what, hint] = [section.querySelector(".what"), section.querySelector(".hint")];
  const progress = section.querySelector("progress");
  let timer;
  let last;

  function show(readiness) {
    const wasReady = section.dataset.phase === "ready";
    section.dataset.phase = readiness.phase;
    section.hidden = readiness.phase === "ready";
    what.textContent = readiness.message;
    hint.textContent = [readiness.hint, timeLeft(readiness)].filter(Boolean).join(" · ");
    progress.hidden = readiness.phase === "failed";
    if (typeof readiness.fraction === "number") progress.value = readiness.fraction;
    else progress.removeAttribute("value");
    if (readiness.phase === "ready" && !wasReady) document.dispatchEvent(new Event("engine-ready"));
    if (readiness.phase !== "ready" && wasReady) document.dispatchEvent(new Event("engine-lost"));
  }

  /** Tells how long a download will take, from what came since the look before. */
  function timeLeft({ phase, bytes_done: done, bytes_total: total }) {
    if (phase !== "downloading") return (last = undefined, "");
    const now = performance.now();
    last ??= { done, now };
    const rate = (done - last.done) / (now - last.now);
    if (!(rate > 0) || !(total > done)) return "";
    const seconds = (total - done) / rate / 1000;
    if (seconds < 90) return text("seconds-left", { count: number(Math.ceil(seconds)) });
    return text("minutes-left", { count: number(Math.ceil(seconds / 60)) });
  }

  async function look() {
    clearTimeout(timer);
    try {
      const status = await (await api("status")).json();
      show(status.readiness);
    } catch (failure) {
      show({ phase: "failed", message: failure.message, hint: failure.hint });
    }
    timer = setTimeout(look, section.dataset.phase === "ready" ? SELDOM_MS : SOON_MS);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else look();
  });
  timer = setTimeout(look, section.dataset.phase === "ready" ? SELDOM_MS : SOON_MS);
  return { ready: () => section.dataset.phase === "ready", look };
}
