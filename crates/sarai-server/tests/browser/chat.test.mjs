// Asking, streaming, stopping, failing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, ask, leave, newConversation, resident, server } from "./house.mjs";

test("an answer streams in and stays after a reload", async () => {
  const page = await resident();
  await ask(page, "¿Cuánto tarda una tortilla? En la cola");
  await page.waitForSelector(".waiting:not([hidden]) .state:text('En espera: hay 2 preguntas delante')");
  await page.waitForSelector(".waiting:has(progress:not([hidden])) .state:text-matches('^Leyendo · (25|75) %$')");
  assert.equal(await page.isVisible("#stop"), true);
  const turn = await answered(page);
  assert.equal(await turn.locator(".prose").innerText(), "Ya me toca.");
  assert.equal(await page.isVisible("#stop"), false);
  assert.match(page.url(), /\/c\/[^/]+$/);
  assert.equal(await page.inputValue("#message"), "");
  assert.equal(await page.evaluate(() => document.activeElement.id), "message");
  await page.reload();
  assert.equal(await page.locator(".turn .words").innerText(), "¿Cuánto tarda una tortilla? En la cola");
  assert.equal(await page.locator(".turn .prose").innerText(), "Ya me toca.");
  await leave(page);
});

test("a second question stays in the conversation", async () => {
  const page = await resident();
  await ask(page, "primera pregunta");
  await answered(page);
  const address = page.url();
  await ask(page, "segunda pregunta");
  await page.waitForSelector(".turn:nth-child(2) .under:not([hidden])");
  assert.equal(page.url(), address);
  assert.equal(await page.textContent("h1"), "primera pregunta");
  assert.equal(await page.textContent("#conversations [aria-current]"), "primera pregunta");
  await leave(page);
});

for (const [name, stop] of [
  ["the stop button", (page) => page.click("#stop")],
  ["Escape", (page) => page.keyboard.press("Escape")],
]) {
  test(`${name} stops an answer in the middle`, async () => {
    const page = await resident();
    await ask(page, "una historia interminable");
    await page.waitForSelector(".turn .prose :text('palabra 3')");
    await stop(page);
    await page.waitForSelector(".cut:text('Paraste esta respuesta.')");
    const words = await page.textContent(".turn .prose");
    assert.match(words, /^palabra 1\./);
    assert.equal(await page.isVisible("#send"), true);
    assert.equal(await page.evaluate(() => document.activeElement.id), "message");
    await answered(page);
    await page.waitForSelector("#conversations [aria-current]:text('una historia interminable')");
    assert.equal(await page.textContent("h1"), "una historia interminable");
    await ask(page, "¿sigues ahí?");
    await page.waitForSelector(".turn:nth-child(2) .under:not([hidden])");
    assert.match(await page.textContent(".turn:nth-child(2) .prose"), /eco: ¿sigues ahí\?/);
    await leave(page);
  });
}

test("a broken engine keeps question and half answer, and asks again on demand", async () => {
  const page = await resident();
  await ask(page, "hay una avería");
  await page.waitForSelector(".answer .failure:not([hidden])");
  assert.equal(await page.textContent(".turn .words"), "hay una avería");
  assert.equal(await page.textContent(".turn .prose"), "Empiezo a contestar y ");
  assert.match(await page.textContent(".answer .failure .what"), /el motor se detuvo/);
  assert.equal(new URL(page.url()).pathname, "/", "nothing was kept, so there is no conversation yet");
  await page.click("[data-retry]");
  await page.waitForSelector(".answer .failure:not([hidden])");
  assert.match(await page.textContent(".answer .failure .what"), /el motor se detuvo/);
  assert.equal(await page.locator(".turn").count(), 1);
  await ask(page, "hola otra vez");
  await answered(page);
  assert.match(page.url(), /\/c\/[^/]+$/);
  const address = page.url();
  await ask(page, "otra avería");
  await page.waitForSelector(".turn:last-child .failure:not([hidden])");
  assert.equal(page.url(), address, "a later failure stays in the conversation");
  await page.reload();
  assert.equal(await page.locator(".turn .words").innerText(), "hola otra vez");
  await leave(page);
});

test("a first question stopped before its first word leaves no conversation behind", async () => {
  const page = await resident();
  await ask(page, "ponte en la cola");
  await page.waitForSelector(".waiting:not([hidden]) .state:text('En espera')");
  await page.waitForURL(/\/c\//);
  await page.click("#stop");
  await page.waitForSelector(".cut:text('Paraste esta respuesta.')");
  assert.equal(new URL(page.url()).pathname, "/");
  await ask(page, "¿sigues ahí?");
  assert.match(await (await answered(page)).locator(".prose").innerText(), /eco: ¿sigues ahí\?/);
  await leave(page);
});

test("a lost server is said so", async () => {
  const page = await resident();
  await page.context().setOffline(true);
  await ask(page, "hola");
  await page.waitForSelector(".answer .failure:not([hidden])");
  assert.match(await page.textContent(".answer .failure .what"), /No se puede hablar con SARAi/);
  assert.match(await page.textContent(".answer .failure .hint"), /sarai serve/);
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.getElementById("engine").hidden);
  await page.click("[data-retry]");
  assert.match(await (await answered(page)).locator(".prose").innerText(), /eco: hola/);
  await leave(page);
});

test("Markdown becomes elements and an attack stays text", async () => {
  const page = await resident();
  await ask(page, "una receta en markdown");
  const prose = (await answered(page)).locator(".prose");
  const check = async () => {
    assert.equal(await prose.locator("ol > li").count(), 3);
    assert.equal(await prose.locator("ol > li > ul > li").count(), 2);
    assert.equal(await prose.locator("pre code").innerText(), "for huevo in cesta:\n    batir(huevo)");
    assert.equal(await prose.locator("strong").innerText(), "sencillo");
    const link = prose.locator("a");
    assert.equal(await link.count(), 1);
    assert.equal(await link.getAttribute("href"), "https://example.org/tortilla");
    assert.match(await link.getAttribute("rel"), /noopener/);
    assert.equal(await prose.locator("img, script").count(), 0);
    assert.match(await prose.innerText(), /<img src=x onerror=/);
    assert.match(await page.title(), /· SARAi$/);
  };
  await check();
  await page.reload();
  await check();
  await leave(page);
});

test("the trace is one click away", async () => {
  const page = await resident();
  await ask(page, "hola");
  const turn = await answered(page);
  const check = async () => {
    await turn.locator("summary").click();
    const sheet = await turn.locator(".sheet").innerText();
    for (const words of ["qwen2.5-coder-1.5b", "412", "380", "fichas/s", "Recordar", "Redactar"]) {
      assert.ok(sheet.includes(words), `${words} in ${sheet}`);
    }
  };
  await check();
  await page.reload();
  await check();
  await leave(page);
});

test("an answer is copied as it was written", async () => {
  const page = await resident({ permissions: ["clipboard-read", "clipboard-write"] });
  await ask(page, "una receta en markdown");
  const turn = await answered(page);
  await turn.locator("[data-copy]").click();
  await page.waitForFunction(() => document.getElementById("notice").textContent === "Copiada");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^# Tortilla de patatas/);
  await leave(page);
});

test("a screen reader hears whole sentences", async () => {
  const page = await resident();
  await ask(page, "una receta en markdown");
  await answered(page);
  const heard = await page.locator("#spoken p").allInnerTexts();
  assert.ok(heard.length > 3, heard.join("|"));
  assert.ok(heard.some((sentence) => sentence === "Es un plato **sencillo** y *muy* rico."), heard.join("|"));
  assert.ok(heard.length < 25, "one announcement for each sentence, not for each word");
  await leave(page);
});

test("Shift and Enter make a line, on a phone Enter does", async () => {
  const page = await resident();
  await page.fill("#message", "una");
  await page.press("#message", "Shift+Enter");
  await page.keyboard.type("dos");
  assert.equal(await page.inputValue("#message"), "una\ndos");
  await leave(page);
  const phone = await resident({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 780 } });
  await phone.fill("#message", "una");
  await phone.press("#message", "Enter");
  await phone.keyboard.type("dos");
  assert.equal(await phone.inputValue("#message"), "una\ndos");
  await phone.tap("#send");
  assert.match(await (await answered(phone)).locator(".words").innerText(), /una\ndos/);
  await leave(phone);
});

test("without the script one can ask and read", async () => {
  const page = await resident({ javaScriptEnabled: false });
  await page.fill("#message", "hola sin guion");
  await page.click("#send");
  await page.waitForURL(/\/c\//);
  assert.equal(await page.textContent(".turn .prose"), "eco: hola sin guion");
  await page.fill("#message", "y una avería");
  await page.click("#send");
  await page.waitForSelector("main > .failure");
  assert.equal(await page.inputValue("#message"), "y una avería");
  assert.equal(await page.locator(".needs-script:visible").count(), 0);
  await page.goto(`${server}/conversations?query=guion`);
  assert.ok((await page.locator("#conversations .row").count()) >= 1);
  await leave(page);
});

test("a new page begins a new conversation", async () => {
  const page = await resident();
  await ask(page, "una cosa");
  await answered(page);
  await newConversation(page);
  assert.equal(await page.locator(".turn").count(), 0);
  assert.equal(await page.isVisible("#welcome"), true);
  await page.click("[data-example] >> nth=0");
  assert.match(await page.inputValue("#message"), /bomba de calor/);
  await leave(page);
});
