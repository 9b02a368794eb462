// The Web Push payload, as a service worker or an app reads it.
import { expect, test } from "vitest";
import { buildWebPayload } from "../../../../../src/delivery/providers/webpush/payload.ts";
import { content, fullContent } from "../../../../support/push-content.ts";
import { LINKS, NO_LINKS } from "../support.ts";

type Args = Parameters<typeof buildWebPayload>;

/** As the service worker, or the app of another platform, reads it. */
const read = (content: Args[0], links: Args[1], platform: Args[2] = "web"): unknown =>
  JSON.parse(JSON.stringify(buildWebPayload(content, links, platform)));

/** What every platform is shown of a full notification. */
const WORDS = {
  title: "Title",
  body: "Body",
  icon: "https://example.com/icon.png",
  image: "https://example.com/banner.png",
  url: "https://example.com/dashboard",
  actions: [{ title: "Open", action: "open_url" }],
  data: { feature: "x", count: 2, nested: { on: true } },
};

test("holds every field of a full notification", () => {
  expect(read(fullContent(), LINKS)).toEqual({
    ...WORDS,
    tag: "web",
    requireInteraction: true,
    ...LINKS,
  });
});

test("has Android's overrides as they were given, and never those of the web, for an Android app", () => {
  expect(read(fullContent(), LINKS, "android")).toEqual({
    ...WORDS,
    channel_id: "features",
    priority: "normal",
    direct_boot_ok: true,
    tag: "mine",
    ...LINKS,
  });
});

test("has addresses in ASCII for an Android app, which reads some letters otherwise, and as they are for websites", () => {
  const url = "https://straße.de/größe?ß#ß";
  const ascii = "https://xn--strae-oqa.de/gr%C3%B6%C3%9Fe?%C3%9F#%C3%9F";
  const actions = [
    { title: "Open", action: "open", url },
    { title: "No", action: "dismiss" },
  ];
  const shown = content({ icon: url, image: url, url, actions });
  const [first, second] = actions;
  const inAscii = {
    icon: ascii,
    image: ascii,
    url: ascii,
    actions: [{ ...first, url: ascii }, second],
  };
  expect(read(shown, NO_LINKS, "android")).toMatchObject(inAscii);
  expect(read(shown, NO_LINKS)).toMatchObject({ icon: url, image: url, url, actions });
});

test("leaves out absent fields instead of writing null", () => {
  expect(read(content(), NO_LINKS)).toEqual({ title: "Title", body: "Body", tag: "sale" });
});

test("overrides can't forge a link", () => {
  const web = { click: "https://evil.example.com", receipt: "https://evil.example.com" };
  const overrides = { android: null, ios: null, web };
  expect(read(content({ overrides }), LINKS)).toMatchObject(LINKS);
  expect(read(content({ overrides }), NO_LINKS)).toEqual(read(content(), NO_LINKS));
});
