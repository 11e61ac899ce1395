// What every module needs of the page: its texts, its pieces, its language.

export const language = document.documentElement.lang;

const texts = new Map(
  [...document.getElementById("texts").content.querySelectorAll("[data-name]")].map((entry) => [
    entry.dataset.name,
    entry.textContent,
  ]),
);

/** Returns the text called `name`, its `{holes}` filled with `values`. */
export function text(name, values = {}) {
  const pattern = texts.get(name) ?? name;
  return pattern.replace(/\{(\w+)\}/g, (hole, key) => (key in values ? String(values[key]) : hole));
}

/** Returns a fresh copy of the template `piece-NAME`. */
export function piece(name) {
  return document.getElementById(`piece-${name}`).content.firstElementChild.cloneNode(true);
}

/** Says something short to a screen reader. */
export function notify(words) {
  document.getElementById("notice").textContent = words;
}

/** Returns `value` as this language writes it, with `digits` after the comma. */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** Asks the native API. Returns the response; a refusal is thrown as a `Failure`. */
export async function api(path, options = {}) {
  const headers = { "x-sarai-language": language, ...options.headers };
  let response;
  try {
    response = await fetch(`/api/sarai/${path}`, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(text("unreachable"), text("unreachable-hint"));
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  const { message, hint } = body.error ?? {};
  throw new Failure(message ?? text("refused", { status: response.status }), hint ?? "");
}

/** A failure as a person reads it. */
export class Failure extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint ?? "";
  }
}
