// Signing in by a link that works once, and what a stranger sees.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leave, resident, server, signInLink, visitor } from "./house.mjs";

test("a stranger is told how to get a link", async () => {
  const page = await visitor();
  const response = await page.goto(`${server}/`);
  assert.equal(response.status(), 401);
  assert.match(await page.textContent("h1"), /No has entrado/);
  assert.match(await page.textContent("main"), /sarai serve/);
  assert.equal(await page.getAttribute("html", "lang"), "es");
  await leave(page);
});

test("a link signs in once", async () => {
  const link = await signInLink();
  const first = await visitor();
  await first.goto(link);
  assert.equal(first.url(), `${server}/`);
  const [cookie] = await first.context().cookies();
  assert.equal(cookie.httpOnly, true);
  const second = await visitor();
  const response = await second.goto(link);
  assert.equal(response.status(), 410);
  assert.match(await second.textContent("main"), /sarai serve/);
  await leave(first);
  await leave(second);
});

test("signing out ends the session", async () => {
  const page = await resident();
  await page.click(".side-end button");
  await page.waitForSelector("body.notice");
  const response = await page.goto(`${server}/conversations`);
  assert.equal(response.status(), 401);
  await leave(page);
});

test("the language is the browser's until the person chooses", async () => {
  const page = await visitor({ locale: "en-GB" });
  await page.goto(`${server}/`);
  assert.match(await page.textContent("h1"), /not signed in/);
  await page.click("a[hreflang=es]");
  assert.match(await page.textContent("h1"), /No has entrado/);
  await page.goto(await signInLink());
  assert.match(await page.textContent(".greeting"), /¿En qué te ayudo\?/);
  await page.goto(`${server}/conversations`);
  await page.click("a[hreflang=en]");
  assert.equal(page.url(), `${server}/conversations`);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await leave(page);
});
