// The memory: search, correct, undo, forget, from the keyboard and without barriers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAccess, leave, resident, server } from "./house.mjs";

/** Keeps a fact by hand, for a page that is signed in. */
async function store(page, subject, relation, object) {
  const status = await page.evaluate(
    async (fact) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch("/api/sarai/memory/facts", { method: "POST", headers, body: JSON.stringify(fact) });
      return response.status;
    },
    { subject, relation, object },
  );
  assert.equal(status, 201);
}

test("a fact is found, corrected, and the correction taken back", async () => {
  const page = await resident();
  await store(page, "vecina", "llamarse", "Remedios <b>Ruiz</b>");
  await page.click(".side-end a[href='/memory']");
  await page.fill("#query", "remedios");
  await page.press("#query", "Enter");
  const fact = page.locator(".fact", { hasText: "Remedios" });
  assert.equal(await fact.count(), 1);
  assert.equal(await page.locator(".fact b").count(), 0);

  await fact.getByText("Corregir").press("Enter");
  await fact.locator("input[name=object]").fill("Remedios Soler");
  await page.keyboard.press("Enter");
  await page.waitForURL(/done=edited/);
  assert.match(await page.textContent("[role=status]"), /Corregido/);
  assert.match(await page.textContent("main"), /Remedios Soler/);
  await page.click("[role=status] button");
  await page.waitForURL(/done=undone/);
  assert.match(await page.textContent("main"), /Remedios <b>Ruiz<\/b>/);
  await leave(page);
});

test("forgetting says what it means and leaves nothing", async () => {
  const page = await resident();
  await store(page, "primo", "vivir_en", "Albarracín");
  await page.goto(`${server}/memory?query=albarracin`);
  const fact = page.locator(".fact");
  await fact.getByText("Olvidar", { exact: false }).first().press("Enter");
  assert.match(await fact.textContent(), /No se puede deshacer/);
  await fact.getByRole("button", { name: "Olvidar de verdad" }).press("Enter");
  await page.waitForURL(/done=forgotten/);
  await page.goto(`${server}/memory?query=albarracin&history=true`);
  assert.match(await page.textContent("main"), /Nada coincide/);
  await leave(page);
});

test("the memory has no barriers, by day, by night, in both languages and on a narrow screen", async () => {
  for (const options of [{}, { colorScheme: "dark" }, { locale: "en-GB" }, { viewport: { width: 320, height: 640 } }]) {
    const page = await resident(options);
    await store(page, "yo", "gustar", `queso ${JSON.stringify(options)}`);
    await page.goto(`${server}/memory`);
    await page.locator(".fact summary").first().click();
    await checkAccess(page, JSON.stringify(options));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.equal(wide, false, "nothing stands beyond the edge");
    await leave(page);
  }
});
