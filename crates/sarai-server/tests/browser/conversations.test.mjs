// The list of conversations: titles, search, deletion, the keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, ask, leave, resident, server } from "./house.mjs";

async function withConversation(question) {
  const page = await resident();
  await ask(page, question);
  await answered(page);
  await page.waitForSelector("#conversations [aria-current]");
  return page;
}

test("a conversation is renamed where it is listed", async () => {
  const page = await withConversation("nombre viejo");
  const row = page.locator(".row:has([aria-current])");
  await row.hover();
  await row.locator("[data-rename]").click();
  await row.locator("input").fill("  Nombre <b>nuevo</b> & \"raro\" ");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("h1").textContent.startsWith("Nombre"));
  const title = 'Nombre <b>nuevo</b> & "raro"';
  assert.equal(await row.locator(".name").innerText(), title);
  await page.reload();
  assert.equal(await page.textContent("h1"), title);
  assert.equal(await page.title(), `${title} · SARAi`);
  assert.equal(await page.locator("h1 b").count(), 0);
  await leave(page);
});

test("Escape leaves a title as it was, and Enter on an empty one does nothing", async () => {
  const page = await withConversation("intacto");
  await page.click(".heading [data-rename]");
  await page.fill(".heading input", "");
  await page.keyboard.press("Enter");
  assert.equal(await page.isVisible(".heading input"), true);
  await page.fill(".heading input", "otro");
  await page.keyboard.press("Escape");
  assert.equal(await page.textContent("h1"), "intacto");
  assert.equal(await page.evaluate(() => document.activeElement.hasAttribute("data-rename")), true);
  await leave(page);
});

test("a search finds words of questions and answers", async () => {
  const page = await withConversation("sobre garbanzos y acelgas");
  await page.fill("#query", "acelgas");
  await page.waitForFunction(() => document.querySelectorAll("#conversations .row").length === 1);
  assert.match(await page.textContent("#conversations"), /garbanzos/);
  await page.fill("#query", "zzzinexistente");
  await page.waitForSelector("#none:not([hidden])");
  assert.match(await page.textContent("#none"), /Nada coincide/);
  await page.fill("#query", "");
  await page.waitForSelector("#conversations .row");
  await leave(page);
});

test("a deletion says what it costs and asks first", async () => {
  const page = await withConversation("para borrar");
  const address = page.url();
  await page.click(".heading [data-delete]");
  assert.match(await page.textContent("#delete"), /No se puede deshacer/);
  assert.match(await page.textContent("#delete .name"), /para borrar/);
  assert.equal(await page.evaluate(() => document.activeElement.value), "keep");
  await page.keyboard.press("Escape");
  assert.equal(page.url(), address);
  await page.click(".heading [data-delete]");
  await page.click("#delete [value=delete]");
  await page.waitForURL(`${server}/`);
  const response = await page.goto(address);
  assert.equal(response.status(), 404);
  assert.match(await page.textContent("main"), /No existe la conversación/);
  await leave(page);
});

test("another conversation is deleted without leaving this one", async () => {
  const page = await withConversation("la que sobra");
  await page.goto(`${server}/`);
  await ask(page, "la que queda");
  await answered(page);
  const address = page.url();
  const row = page.locator(".row", { hasText: "la que sobra" });
  await row.hover();
  await row.locator("[data-delete]").click();
  await page.click("#delete [value=delete]");
  await row.waitFor({ state: "detached" });
  assert.equal(page.url(), address);
  await leave(page);
});

test("everything is done from the keyboard", async () => {
  const page = await withConversation("con el teclado");
  await page.goto(`${server}/`);
  const reach = async (selector) => {
    for (let steps = 0; steps < 400; steps += 1) {
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await page.keyboard.press("Shift+Tab");
    }
    assert.fail(`${selector} is not reached`);
  };
  await reach(".skip");
  assert.equal(await page.isVisible(".skip"), true);
  await page.keyboard.press("Enter");
  await page.keyboard.type("pregunta tecleada");
  await page.keyboard.press("Enter");
  await answered(page);
  await reach("summary");
  await page.keyboard.press("Enter");
  assert.equal(await page.isVisible(".sheet"), true);
  await reach(".heading [data-rename]");
  await page.keyboard.press("Enter");
  await page.keyboard.type("tecleado también");
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:text('tecleado también')");
  await reach(".row [data-delete]");
  assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement.closest(".tools")).opacity), "1");
  await leave(page);
});

test("on a phone the list is a page of its own", async () => {
  const page = await resident({ viewport: { width: 320, height: 640 } });
  await ask(page, "desde un teléfono");
  await answered(page);
  assert.equal(await page.isVisible(".side"), false);
  await page.click(".back");
  await page.waitForURL(`${server}/conversations`);
  assert.equal(await page.isVisible(".side"), true);
  await page.click("#conversations .name:text('desde un teléfono')");
  await page.waitForSelector(".turn");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px too wide`);
  await leave(page);
});
