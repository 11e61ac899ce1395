// No barriers: every page, light and dark, in both languages, and no wider than a small phone.
import { test } from "node:test";
import { answered, ask, checkAccess, leave, resident, server, visitor } from "./house.mjs";

for (const colorScheme of ["light", "dark"]) {
  for (const locale of ["es-ES", "en-GB"]) {
    const look = { colorScheme, locale };
    const name = `${colorScheme}, ${locale}`;

    test(`the signed-out page, ${name}`, async () => {
      const page = await visitor(look);
      await page.goto(`${server}/`);
      await checkAccess(page, "signed out");
      await page.goto(`${server}/sign-in/no-existe`);
      await checkAccess(page, "used link");
      await leave(page);
    });

    test(`the chat, ${name}`, async () => {
      const page = await resident(look);
      await checkAccess(page, "welcome");
      await ask(page, "una receta en markdown");
      await (await answered(page)).locator("summary").click();
      await checkAccess(page, "answer with its trace");
      await ask(page, "una historia interminable");
      await page.waitForSelector(".turn:nth-child(2) .prose :text('palabra 2')");
      await checkAccess(page, "streaming");
      await page.keyboard.press("Escape");
      await page.waitForSelector("#send:visible");
      await ask(page, "hay una avería");
      await page.waitForSelector(".answer .failure:not([hidden])");
      await checkAccess(page, "failure");
      await page.click(".heading [data-rename]");
      await checkAccess(page, "renaming");
      await page.keyboard.press("Escape");
      await page.click(".heading [data-delete]");
      await checkAccess(page, "deleting");
      await page.keyboard.press("Escape");
      await page.goto(`${server}/conversations?query=nada-de-esto`);
      await checkAccess(page, "empty list");
      await page.goto(`${server}/conversations`);
      await checkAccess(page, "list");
      for (const path of ["/no-existe", "/health"]) {
        await page.goto(server + path);
        await checkAccess(page, path);
      }
      await leave(page);
    });

    test(`a phone, ${name}`, async () => {
      const page = await resident({ ...look, viewport: { width: 320, height: 640 } });
      await ask(page, "una receta en markdown");
      await (await answered(page)).locator("summary").click();
      await checkAccess(page, "answer");
      await page.goto(`${server}/conversations`);
      await checkAccess(page, "list");
      await leave(page);
    });
  }
}
