// The list of conversations: search, rename, delete.
import { api, notify, piece, text } from "./page.js";

const LIMIT = 200;
const PAUSE_MS = 200;

/** Wires the list. Returns `{refresh()}`, which fetches it again. */
export function startConversations() {
  const list = document.getElementById("conversations");
  const none = document.getElementById("none");
  const query = document.getElementById("query");
  let latest = 0;
  let pause;

  async function refresh() {
    const order = (latest += 1);
    const asked = query.value.trim();
    const path = `conversations?${new URLSearchParams({ query: asked, limit: LIMIT })}`;
    try {
      const { conversations } = await (await api(path)).json();
      // A slow answer to an older search must not replace a newer one.
      if (order !== latest) return;
      list.replaceChildren(...conversations.map(row));
      none.hidden = conversations.length > 0;
      none.textContent = text(asked ? "nothing-found" : "no-conversations");
      if (asked) notify(text(conversations.length === 1 ? "found-one" : "found", { count: conversations.length }));
    } catch (failure) {
      notify(failure.message);
    }
  }

  query.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(refresh, PAUSE_MS);
  });
  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    refresh();
  });
  document.addEventListener("click", (event) => {
    const holder = event.target.closest("[data-id]");
    if (event.target.closest("[data-rename]")) rename(holder);
    if (event.target.closest("[data-delete]")) remove(holder);
  });
  return { refresh };
}

function row({ id, title, turns }) {
  const item = piece("row");
  item.dataset.id = id;
  item.dataset.turns = turns;
  const link = item.querySelector(".name");
  link.href = `/c/${encodeURIComponent(id)}`;
  link.textContent = title;
  if (id === current()) link.setAttribute("aria-current", "page");
  return item;
}

function current() {
  return document.querySelector("main").dataset.conversation ?? "";
}

/** Every element that shows the conversation `id`: its row, and the heading when it is open. */
function holders(id) {
  return [...document.querySelectorAll("[data-id]")].filter((holder) => holder.dataset.id === id);
}

function rename(holder) {
  const name = holder.querySelector(".name");
  const tools = holder.querySelector(".tools");
  const form = piece("rename");
  const input = form.querySelector("input");
  input.value = name.textContent;
  const close = () => {
    form.remove();
    hide(name, false);
    tools.hidden = false;
    tools.querySelector("[data-rename]").focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const title = input.value.trim();
    if (title === "") return;
    try {
      await api(`conversations/${encodeURIComponent(holder.dataset.id)}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ title }),
      });
      for (const shown of holders(holder.dataset.id)) shown.querySelector(".name").textContent = title;
      if (holder.dataset.id === current()) document.title = `${title} · SARAi`;
      notify(text("renamed"));
      close();
    } catch (failure) {
      input.setCustomValidity(failure.message);
      input.reportValidity();
    }
  });
  input.addEventListener("input", () => input.setCustomValidity(""));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  hide(name, true);
  tools.hidden = true;
  holder.prepend(form);
  input.select();
}

/** A heading stays for whoever listens to the page; a link must not be reached unseen. */
function hide(name, hidden) {
  if (name.matches("h1")) name.classList.toggle("hidden", hidden);
  else name.hidden = hidden;
}

function remove(holder) {
  const dialog = document.getElementById("delete");
  dialog.querySelector(".name").textContent = holder.querySelector(".name").textContent;
  dialog.returnValue = "keep";
  dialog.addEventListener("close", () => dialog.returnValue === "delete" && erase(holder), { once: true });
  dialog.showModal();
}

async function erase(holder) {
  const id = holder.dataset.id;
  try {
    await api(`conversations/${encodeURIComponent(id)}`, { method: "DELETE" });
  } catch (failure) {
    notify(failure.message);
    return;
  }
  if (id === current()) {
    location.assign("/");
    return;
  }
  const next = holder.nextElementSibling ?? holder.previousElementSibling;
  holder.remove();
  notify(text("deleted"));
  (next?.querySelector(".name") ?? document.getElementById("query")).focus();
}
