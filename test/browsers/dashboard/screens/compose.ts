// The screens of the composer: new, with everything, refused, checked, and its last step.
import type { Page } from "playwright-core";
import { sent, type Screen } from "../screen.ts";

const form = "#composer";

/** Fills fields of the composer in, and presses one of its buttons. */
const does =
  (what: string, fields: Readonly<Record<string, string>> = {}) =>
  async (page: Page) => {
    for (const [name, value] of Object.entries(fields)) {
      await page.locator(`${form} [name="${name}"]`).first().fill(value);
    }
    await sent(page, page.locator(`${form} button[name="do"][value="${what}"]`).last());
  };

const WORDS = { title: "Closed tomorrow: storm over the market", body: "All stalls stay shut." };
/** A date that is past, and one field of each kind that is not right. */
const refused = async (page: Page) => {
  await does("language.add", { language: "de" })(page);
  await does("button.add")(page);
  await page.locator(`${form} [name="when"][value="at"]`).check();
  await does("confirm", {
    title: "T".repeat(300),
    url: "market.example.com/box",
    "translations.de.title": "Samstagskiste",
    "actions.0.url": "https://example.com",
    scheduled_at: "2020-01-01T09:00",
  })(page);
};

// How many people it is for is asked by the script.
export const screens: Screen[] = [
  { name: "compose", path: ({ compose }) => compose.base, needsScript: true },
  {
    name: "compose-change",
    path: ({ compose }) => `${compose.base}?notification=${compose.scheduled}`,
    needsScript: true,
  },
  {
    name: "compose-long",
    path: ({ compose }) => `${compose.base}?copy=${compose.long}`,
    needsScript: true,
  },
  {
    name: "compose-refused",
    path: ({ compose }) => compose.base,
    does: refused,
    status: 422,
    needsScript: true,
  },
  {
    name: "compose-saved",
    path: ({ compose }) => compose.base,
    does: does("save", WORDS),
    needsScript: true,
  },
  {
    name: "compose-checked",
    path: ({ compose }) => compose.base,
    does: does("check", WORDS),
    needsScript: true,
  },
  { name: "compose-everyone", path: ({ compose }) => compose.base, does: does("confirm", WORDS) },
  {
    name: "compose-long-confirm",
    path: ({ compose }) => `${compose.base}?copy=${compose.long}`,
    does: does("confirm"),
  },
];
