// The first start: the page is there before the model, shows what happens, and becomes usable.
//
// The engine of this server goes on with every look: downloading, loading, restarting, ready.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, checkAccess, leave, resident } from "./house.mjs";

test("the page shows the way to readiness and then sends", async () => {
  const page = await resident();
  assert.equal(await page.getAttribute("#engine", "data-phase"), "downloading");
  assert.match(await page.textContent("#engine .what"), /Descargando el modelo qwen2\.5-coder-1\.5b · 312 de 1117 MB/);
  assert.equal(await page.getAttribute("#send", "aria-disabled"), "true");
  await page.fill("#message", "ya puedo escribir");
  await page.press("#message", "Enter");
  assert.equal(await page.inputValue("#message"), "ya puedo escribir");
  assert.match(await page.textContent("#notice"), /Todavía no se puede enviar/);
  const phases = new Set();
  for (let phase = "downloading"; phase !== "ready"; phase = await page.getAttribute("#engine", "data-phase")) {
    if (!phases.has(phase)) await checkAccess(page, phase);
    phases.add(phase);
    await page.waitForFunction((last) => document.getElementById("engine").dataset.phase !== last, phase);
  }
  assert.deepEqual([...phases], ["downloading", "loading", "restarting"]);
  await page.waitForSelector("#send[aria-disabled=false]");
  assert.equal(await page.isVisible("#engine"), false);
  await page.press("#message", "Enter");
  assert.match(await (await answered(page)).locator(".prose").innerText(), /eco: ya puedo escribir/);
  await leave(page);
});
