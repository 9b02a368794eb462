// The screens of imports of subscribers. Those that move are looked at in journey-import.test.ts.
import type { Page } from "playwright-core";
import { sends, sent, type Screen } from "../screen.ts";

/** Uploads a file with this text. */
const uploads = (text: string) => async (page: Page) => {
  const buffer = Buffer.from(text);
  await page.setInputFiles("[name='file']", { name: "people.csv", mimeType: "text/csv", buffer });
  await sent(page, page.locator("button:text('Check the file')"));
};

export const screens: Screen[] = [
  { name: "imports", path: ({ imports }) => imports.path },
  { name: "imports-first", path: ({ newAppBase }) => `${newAppBase}/audience/import` },
  { name: "imports-viewer", path: ({ imports }) => imports.path, role: "viewer" },
  {
    name: "import-refused",
    path: ({ newAppBase }) => `${newAppBase}/audience/import`,
    does: uploads("name,mail\r\nMira,mira@example.com\r\n"),
    status: 422,
  },
  { name: "import-ready", path: ({ imports }) => imports.ready },
  {
    name: "import-ready-refused",
    path: ({ imports }) => imports.ready,
    does: sends("form[action$='/start']"),
    status: 422,
  },
  { name: "import-ready-viewer", path: ({ imports }) => imports.ready, role: "viewer" },
  { name: "import-done", path: ({ imports }) => imports.done },
  { name: "import-cancelled", path: ({ imports }) => imports.cancelled },
];
