// The screens of the composer's preview, of what is too long for which provider, and of "Test to me". Those of one app come in
// an order: who picked a device has one from then on.
import type { Page } from "playwright-core";
import { sent, type Screen } from "../screen.ts";

const compose = (app: string) => `${app}/compose`;
const OPENS = "button[commandfor='test']";

const WORDS = {
  title: "Saturday box: order by Friday noon",
  body: "Leeks, plums and a loaf for 14. We keep one for you until noon on Friday.",
  image: "https://market.example.com/i/box.jpg",
};
const LONG = {
  title: "Saturday box ".repeat(19),
  body: "Leeks, plums and a loaf for 14. ".repeat(120),
  image: `https://${"long-".repeat(11)}name.example.com/i/box.jpg`,
};

async function fill(page: Page, words: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(words)) {
    await page.locator(`main [name="${name}"]`).first().fill(text);
  }
}

/** Types it, and turns the preview to a device. */
const previewed = (words: Record<string, string>, device: string) => async (page: Page) => {
  await fill(page, words);
  await page.locator(`.seg [value="${device}"]`).check();
};

const test = (page: Page) => page.locator("dialog#test .btn--primary");

export const screens: Screen[] = [
  { name: "preview-viewer", path: ({ app }) => compose(app.base), role: "viewer", status: 403 },
  // What is typed is shown by the script alone.
  ...["android", "ios", "desktop"].flatMap((device): Screen[] => [
    {
      name: `preview-${device}`,
      path: ({ app }) => compose(app.base),
      does: previewed(WORDS, device),
      needsScript: true,
    },
    {
      name: `preview-long-${device}`,
      path: ({ long }) => compose(long.app),
      does: previewed(LONG, device),
      needsScript: true,
    },
  ]),
  {
    name: "compose-too-long",
    path: ({ app }) => compose(app.base),
    status: 422,
    needsScript: true,
    does: async (page) => {
      await fill(page, LONG);
      await sent(page, page.locator("main button[name='do'][value='check']").last());
    },
  },
  {
    name: "test-unset",
    path: ({ newAppBase }) => compose(newAppBase),
    opens: OPENS,
    needsScript: true,
  },
  {
    name: "test-nothing-chosen",
    path: ({ app }) => compose(app.base),
    role: "marketer",
    status: 422,
    needsScript: true,
    does: async (page) => {
      await fill(page, WORDS);
      await page.click(OPENS);
      await sent(page, test(page));
    },
  },
  {
    name: "test-recent",
    path: ({ app }) => compose(app.base),
    opens: OPENS,
    // This browser subscribes by the script.
    needsScript: true,
  },
  {
    name: "test-sent",
    path: ({ app }) => compose(app.base),
    needsScript: true,
    does: async (page) => {
      await fill(page, WORDS);
      await page.click(OPENS);
      const recent = page.locator("dialog#test [name='test_pick']");
      if ((await recent.count()) > 0) await recent.first().check();
      await sent(page, test(page));
    },
  },
  {
    name: "test-devices",
    path: ({ app }) => compose(app.base),
    opens: OPENS,
    needsScript: true,
  },
];
