// What the browser tests share: a signed-in page, and what a page must never do.
//
// Playwright and axe come from the folder in SARAI_TEST_NODE_MODULES, the server's address and key
// from SARAI_TEST_URL and SARAI_TEST_KEY.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before } from "node:test";

const require = createRequire(join(process.env.SARAI_TEST_NODE_MODULES, "index.js"));
const { chromium } = require("playwright-core");
const AXE = require.resolve("axe-core/axe.min.js");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"];

export const server = process.env.SARAI_TEST_URL;
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.SARAI_TEST_CHROMIUM, args: FLAGS });
});
after(() => browser?.close());

/** Returns the address of a fresh one-time link. */
export async function signInLink() {
  const headers = { authorization: `Bearer ${process.env.SARAI_TEST_KEY}`, "content-type": "application/json" };
  const response = await fetch(`${server}/api/sarai/sign-in-links`, { method: "POST", headers, body: "{}" });
  assert.equal(response.status, 200);
  return server + (await response.json()).path;
}

/** Opens a page of a new browser session, watched for errors. `options` are Playwright's. */
export async function visitor(options = {}) {
  const context = await browser.newContext({ locale: "es-ES", viewport: { width: 1200, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(String(error)));
  page.on("console", (message) => {
    // Chromium reports each refused request; the tests that provoke one look at the page instead.
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isRefusal) page.troubles.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${server}/`)) page.troubles.push(`asks elsewhere: ${request.url()}`);
  });
  return page;
}

/** Opens a page that is signed in. */
export async function resident(options) {
  const page = await visitor(options);
  await page.goto(await signInLink());
  assert.equal(new URL(page.url()).pathname, "/");
  return page;
}

/** Closes the session; nothing may have gone wrong in it. */
export async function leave(page) {
  assert.deepEqual(page.troubles, []);
  await page.context().close();
}

/** Sends a question from the keyboard. */
export async function ask(page, question) {
  await page.fill("#message", question);
  await page.press("#message", "Enter");
}

/** Waits for the end of the last answer and returns its element. */
export async function answered(page) {
  await page.waitForSelector(".turn:last-child .under:not([hidden])");
  return page.locator(".turn").last();
}

/** Starts over on an empty page. */
export async function newConversation(page) {
  await page.goto(`${server}/`);
}

/** Looks for barriers with axe: none may be found. */
export async function checkAccess(page, name) {
  // The page's own policy refuses an inline script, so axe is run by the debugger.
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  });
  assert.deepEqual(found, [], name);
}
