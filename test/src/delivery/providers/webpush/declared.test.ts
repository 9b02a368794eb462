// What Safari is sent: a declarative message, which one value of a wrong type would void. It is read by a port of
// WebKit's rules.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildDeclaredPayload } from "../../../../../src/delivery/providers/webpush/declared.ts";
import { buildWebPayload } from "../../../../../src/delivery/providers/webpush/payload.ts";
import type { PushContent } from "../../../../../src/kit/push/content.ts";
import { readAtTheTop, readDeclared, webOverrides } from "../../../../support/declarative.ts";
import { propertyRuns } from "../../../../support/property-runs.ts";
import { content, deepFreeze, fullContent } from "../../../../support/push-content.ts";
import { LINKS, NO_LINKS } from "../support.ts";

type Links = Parameters<typeof buildDeclaredPayload>[1];

const json = (content: PushContent, links: Links = LINKS) =>
  JSON.stringify(buildDeclaredPayload(content, links, "web"));
const web = (overrides: Record<string, unknown>) =>
  content({ overrides: { android: null, ios: null, web: overrides } });
const read = (content: PushContent, links: Links = LINKS) => readDeclared(json(content, links));

/** The flat payload, as a worker puts it together. */
function spread(content: PushContent, links: Links): Record<string, unknown> {
  const { notification } = JSON.parse(json(content, links));
  return { ...notification, ...notification.data };
}

describe("the port of Safari's rules", () => {
  const good = () => ({
    web_push: 8030,
    notification: { title: "A", navigate: "https://example.com/" } as Record<string, unknown>,
  });
  const withFields = (fields: Record<string, unknown>) => {
    const message = good();
    Object.assign(message.notification, fields);
    return JSON.stringify(message);
  };

  test("takes a message with all members, and one with those that are required", () => {
    expect(readDeclared(JSON.stringify(good()))).toMatchObject({ title: "A", isMutable: false });
    const all = {
      dir: "rtl",
      lang: "de",
      body: "b",
      tag: "t",
      icon: "https://a.b/i",
      silent: true,
    };
    const more = { data: [1], app_badge: 3, mutable: true };
    expect(readDeclared(withFields({ ...all, ...more }))).toEqual({
      ...all,
      title: "A",
      navigate: "https://example.com/",
      data: [1],
      appBadge: 3n,
      isMutable: true,
    });
    for (const app_badge of [0, "0", "18446744073709551615", "", 2_147_483_647, 2.5]) {
      expect(() => readDeclared(withFields({ app_badge }))).not.toThrow();
    }
    for (const icon of ["data:image/png;base64,AA==", "custom:x"]) {
      expect(readDeclared(withFields({ icon })).icon).toBe(icon);
    }
  });

  test.each([
    ["is no object", "[]", "the message is no object"],
    ["has no number", '{"notification":{}}', "web_push is not 8030"],
    ["has another number", JSON.stringify({ ...good(), web_push: 8031 }), "web_push is not 8030"],
    ["has it as a text", JSON.stringify({ ...good(), web_push: "8030" }), "web_push is not 8030"],
    ["has no notification", '{"web_push":8030}', "notification is no object"],
    ["has a list", '{"web_push":8030,"notification":[]}', "notification is no object"],
    ["has no title", withFields({ title: undefined }), "title is missing or empty"],
    ["has an empty title", withFields({ title: "" }), "title is missing or empty"],
    ["has a null title", withFields({ title: null }), "title is not a string"],
    ["has no address", withFields({ navigate: undefined }), "navigate is missing"],
    ["has a null address", withFields({ navigate: null }), "navigate is not a string"],
    ["has a relative address", withFields({ navigate: "/a" }), "navigate is not a URL"],
    ["has an empty address", withFields({ navigate: "" }), "navigate is not a URL"],
    ["has a null body", withFields({ body: null }), "body is not a string"],
    ["has a number as its tag", withFields({ tag: 1 }), "tag is not a string"],
    ["has an object as its lang", withFields({ lang: {} }), "lang is not a string"],
    ["has an odd dir", withFields({ dir: "up" }), "dir is no direction"],
    ["has a null dir", withFields({ dir: null }), "dir is not a string"],
    ["has a relative icon", withFields({ icon: "/i.png" }), "icon is not a URL"],
    ["has a null icon", withFields({ icon: null }), "icon is not a string"],
    ["has a number as silent", withFields({ silent: 1 }), "silent is not a boolean"],
    ["has a null silent", withFields({ silent: null }), "silent is not a boolean"],
    ["has a text as mutable", withFields({ mutable: "true" }), "mutable is not a boolean"],
    ["has a negative badge", withFields({ app_badge: -1 }), "app_badge is no unsigned number"],
    ["has a huge badge", withFields({ app_badge: 2 ** 31 }), "app_badge is no unsigned number"],
    ["has a null badge", withFields({ app_badge: null }), "app_badge is no string or number"],
    ["has a badge of letters", withFields({ app_badge: "3a" }), "app_badge is a string that"],
    [
      "has a badge beyond",
      withFields({ app_badge: "18446744073709551616" }),
      "app_badge is a string",
    ],
  ])("voids a message that %s", (_, text, says) => {
    expect(() => readDeclared(text)).toThrow(says);
  });
});

describe("a message for Safari", () => {
  test("declares what is shown, with the click link, and has the rest as data", () => {
    expect(JSON.parse(json(fullContent()))).toEqual({
      web_push: 8030,
      mutable: true,
      notification: {
        title: "Title",
        body: "Body",
        icon: "https://example.com/icon.png",
        tag: "web",
        navigate: LINKS.click,
        mutable: true,
        data: {
          image: "https://example.com/banner.png",
          url: "https://example.com/dashboard",
          actions: [{ title: "Open", action: "open_url" }],
          data: { feature: "x", count: 2, nested: { on: true } },
          requireInteraction: true,
          ...LINKS,
        },
      },
    });
  });

  test("leaves out what is not set", () => {
    expect(JSON.parse(json(content(), NO_LINKS))).toEqual({
      web_push: 8030,
      mutable: true,
      notification: {
        title: "Title",
        body: "Body",
        tag: "sale",
        navigate: "about:blank",
        mutable: true,
        data: {},
      },
    });
  });

  test("opens the notification's URL where there is no click link, which then stands there once", () => {
    const url = "https://example.com/new";
    const { notification } = JSON.parse(json(content({ url }), NO_LINKS));
    expect([notification.navigate, notification.data]).toEqual([url, {}]);
    expect(read(web({ url: "https://example.com/b" }), NO_LINKS).navigate).toBe(
      "https://example.com/b",
    );
    for (const odd of ["/relative", "javascript:alert(1)", 7, null]) {
      const odds = { ...web({ url: odd }), url };
      expect(read(odds, NO_LINKS)).toMatchObject({ navigate: url, data: { url: odd } });
    }
    expect(read(content({ url }), LINKS)).toMatchObject({ navigate: LINKS.click, data: { url } });
  });

  test.each([
    [{ title: "For the web" }, { title: "For the web" }],
    [{ title: "" }, { title: "Title", data: { title: "" } }],
    [{ title: 5 }, { title: "Title", data: { title: 5 } }],
    [{ body: null }, { body: "Body", data: { body: null } }],
    [{ body: "" }, { body: "" }],
    [{ icon: "/i.png" }, { icon: "https://example.com/own.png", data: { icon: "/i.png" } }],
    [{ icon: "data:image/png;base64,AA==" }, { icon: "data:image/png;base64,AA==" }],
    [{ tag: 1 }, { tag: "sale", data: { tag: 1 } }],
    [
      { dir: "rtl", lang: "ar" },
      { dir: "rtl", lang: "ar" },
    ],
    [
      { dir: "up", lang: 1 },
      { dir: "auto", lang: "", data: { dir: "up", lang: 1 } },
    ],
    [{ silent: true }, { silent: true }],
    [{ silent: 0 }, { silent: null, data: { silent: 0 } }],
    [{ app_badge: 3 }, { appBadge: 3n }],
    [{ app_badge: "12" }, { appBadge: 12n }],
    [{ app_badge: -1 }, { appBadge: null, data: { app_badge: -1 } }],
    [{ app_badge: 1.5 }, { appBadge: null, data: { app_badge: 1.5 } }],
    [{ app_badge: 4_294_967_296 }, { appBadge: null, data: { app_badge: 4_294_967_296 } }],
    [{ badge: "/b.png" }, { appBadge: null, data: { badge: "/b.png" } }],
    [{ mutable: false }, { isMutable: true }],
    [{ navigate: "https://evil.example.com" }, { navigate: LINKS.click }],
    [{ web_push: 1, notification: null }, { title: "Title" }],
    [
      { click: "x", receipt: null },
      { navigate: LINKS.click, data: LINKS },
    ],
  ])("with the override %j shows what Safari takes", (overrides, shown) => {
    const read = readDeclared(json({ ...web(overrides), icon: "https://example.com/own.png" }));
    expect(read).toMatchObject(shown);
  });

  test("has its badge and that it is mutable in both places", () => {
    for (const [overrides, appBadge] of [
      [{ app_badge: 3 }, 3n],
      [{ app_badge: null }, null],
    ] as const) {
      const text = json(web(overrides));
      expect(readAtTheTop(text)).toEqual({ appBadge, isMutable: true });
      expect(readDeclared(text)).toMatchObject({ appBadge, isMutable: true });
    }
  });

  test("is never void, whatever the content and the overrides hold, and loses nothing for a worker", async () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    const url = fc.option(fc.oneof(fc.webUrl(), text));
    const contents = fc
      .record({
        title: text,
        body: text,
        icon: url,
        image: url,
        url,
        actions: fc.array(fc.record({ title: text, action: text }), { maxLength: 2 }),
        data: fc.option(fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 })),
        collapseId: text,
        overrides: fc.record({
          android: fc.constant(null),
          ios: fc.constant(null),
          web: fc.option(webOverrides(text)),
        }),
      })
      .map((fields) => deepFreeze(content(fields as Partial<PushContent>)));
    const links = fc.constantFrom(LINKS, NO_LINKS);
    fc.assert(
      fc.property(contents, links, (content, links) => {
        const message = json(content, links);
        const shown = readDeclared(message);
        expect(shown.isMutable).toBe(true);
        expect(readAtTheTop(message)).toEqual({ appBadge: shown.appBadge, isMutable: true });
        if (links.click) expect(shown.navigate).toBe(links.click);
        const flat = JSON.parse(JSON.stringify(buildWebPayload(content, links, "web")));
        const whole = spread(content, links);
        for (const [name, value] of Object.entries(flat)) {
          const there =
            name === "url" && whole["url"] === undefined ? whole["navigate"] : whole[name];
          expect([name, there]).toEqual([name, value]);
        }
      }),
      { numRuns: propertyRuns(1000) },
    );
  });
});
