// What Safari is sent, as the API makes it, in the worker: it is shown, reported and clicked as the flat payload is.
import { expect, test } from "vitest";
import { buildDeclaredPayload } from "../../../src/delivery/providers/webpush/declared.ts";
import { buildWebPayload } from "../../../src/delivery/providers/webpush/payload.ts";
import type { PushContent } from "../../../src/kit/push/content.ts";
import { readDeclared } from "../../support/declarative.ts";
import { content } from "../../support/push-content.ts";
import { API } from "./fake-api.ts";
import { FakeBrowser, settled, SITE } from "./fake-browser.ts";

const LINKS = { click: `${API}/public/c/AAAA`, receipt: `${API}/public/t/AAAA/delivered` };
const NO_LINKS = { click: null, receipt: null };
type Worker = FakeBrowser["worker"];

const web = (overrides: Record<string, unknown>) => ({
  overrides: { android: null, ios: null, web: overrides },
});

/** How browsers hand a message to the worker. */
const WAYS = {
  /** All of it as data, where the browser knows nothing of the declared form (Safari 16.4 to 18.3). */
  "as data": (worker: Worker, text: string) => worker.push(text),
  /** What it declares as a notification, whose getters have a value for each member (Safari 18.4 and later). */
  "as a notification": (worker: Worker, text: string) => {
    const none = { body: "", icon: "", tag: "", lang: "", dir: "auto", silent: null, actions: [] };
    const notification = { ...none, ...readDeclared(text) };
    return worker.dispatch("push", { data: null, notification });
  },
} as const;

/** What becomes of a push: what is shown, what a page hears, where a click leads, and what the API is told. */
async function becomes(push: (worker: Worker) => Promise<void>): Promise<object> {
  const browser = new FakeBrowser();
  const page = browser.open();
  const slipway = await page.init();
  await slipway.push.subscribe();
  await settled();
  browser.api.asked.length = 0;
  const { worker, api } = browser;
  const heard: unknown[] = [];
  slipway.push.on("message", (message) => heard.push(message));
  await push(worker);
  await settled();
  browser.close(page);
  await worker.click();
  await worker.click("open_url");
  const { title, options } = worker.shown[0] ?? {};
  const { body, icon, image, tag, requireInteraction, badge } = options;
  return {
    shown: { title, body, icon, image, tag, requireInteraction, badge },
    buttons: options.actions?.length ?? 0,
    heard,
    opened: browser.opened,
    clicks: browser.storage.kept().clicks.map(({ value }: { value: unknown }) => value),
    calls: api.calls,
  };
}

const url = `${SITE}/news`;
const CONTENTS: [string, PushContent][] = [
  [
    "all",
    content({
      icon: `${SITE}/icon.png`,
      image: `${SITE}/banner.png`,
      url: `${SITE}/dashboard`,
      actions: [{ title: "Open", action: "open_url" }],
      data: { feature: "x", count: 2, nested: { on: true } },
      ...web({ requireInteraction: true, tag: "web" }),
    }),
  ],
  ["an address of the site", content({ url, data: { n: 1 } })],
  ["no address", content()],
  ["a badge of the web", content({ url, ...web({ badge: `${SITE}/b.png` }) })],
];

test.each(
  Object.entries(WAYS).flatMap(([way, push]) =>
    CONTENTS.flatMap(([has, its]) =>
      [LINKS, NO_LINKS].map((links) => ({ way, push, has, its, links })),
    ),
  ),
)("declared, $way: one with $has, and links $links.click", async ({ push, its, links }) => {
  const flat = JSON.stringify(buildWebPayload(its, links, "web"));
  const expected = await becomes((worker) => worker.push(flat));
  expect(expected).toMatchObject({ shown: { title: "Title" } });
  const declared = JSON.stringify(buildDeclaredPayload(its, links, "web"));
  expect(await becomes((worker) => push(worker, declared))).toEqual(expected);
});

test("a click on a declared push counts once, and leads to the address, not to the link that counts", async () => {
  const declared = JSON.stringify(buildDeclaredPayload(content({ url }), LINKS, "web"));
  for (const push of Object.values(WAYS)) {
    expect(await becomes((worker) => push(worker, declared))).toMatchObject({
      opened: [url, url],
      clicks: [{ url }, { url }],
    });
  }
});

test("a flat payload may have a field notification of its own", async () => {
  const its = content(web({ notification: { title: "Mine" } }));
  const flat = JSON.stringify(buildWebPayload(its, LINKS, "web"));
  expect(await becomes((worker) => worker.push(flat))).toMatchObject({
    shown: { title: "Title", body: "Body" },
  });
});
