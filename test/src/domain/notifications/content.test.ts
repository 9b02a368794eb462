// The content of a notification: which fields are valid, which translation a subscriber reads, and what
// providers get.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  contentFor,
  contentOf,
  pushContent,
} from "../../../../src/domain/notifications/content.ts";
import type { NotificationContent } from "../../../../src/domain/notifications/content-fields.ts";
import { CreateNotification } from "../../../../src/domain/notifications/create-notification.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const WORDS = { title: "Hello", body: "World" };

function content(fields: Record<string, unknown> = {}): NotificationContent {
  return contentOf(CreateNotification.parse({ ...WORDS, ...fields }));
}

function deep(levels: number): unknown {
  return levels === 0 ? 1 : { a: deep(levels - 1) };
}

describe("CreateNotification", () => {
  test("gives a missing or null field its default", () => {
    const bare = content();
    expect(bare).toEqual({
      ...WORDS,
      icon: null,
      image: null,
      url: null,
      actions: [],
      data: null,
      platform_overrides: null,
      translations: null,
      ttl: 86_400,
      urgency: "normal",
      collapse_id: null,
    });
    const absent = Object.keys(bare).filter((key) => !(key in WORDS));
    expect(content(Object.fromEntries(absent.map((key) => [key, null])))).toEqual(bare);
  });

  test.each([
    { title: "😀".repeat(255) },
    { body: "line\nline\ttab" },
    { body: "x".repeat(4000) },
    { url: "http://example.com/a?b=c#d" },
    { actions: [{ title: "Open", action: "open_url" }] },
    { actions: [{ title: "Buy", action: "buy", url: "https://example.com/buy" }] },
    {
      actions: [
        { title: "Buy", action: "buy", url: "https://example.com/buy" },
        { title: "Buy here too", action: "buy", url: "https://example.com/buy" },
      ],
    },
    {
      actions: [
        { title: "Open", action: "open_url", url: "http://example.com/" },
        { title: "Close", action: "dismiss" },
      ],
    },
    { data: { feature: "dashboard-v2", nested: { list: [1, null, true] } } },
    { data: {} },
    { data: deep(10) },
    { platform_overrides: { android: { channel_id: "features" }, ios: { badge: 1 }, web: null } },
    { translations: { de: { title: "Hallo", body: "Welt" }, "pt-BR": WORDS } },
    { ttl: 0 },
    { ttl: 2_419_200 },
    { urgency: "very-low" },
    { collapse_id: "x".repeat(64) },
  ])("accepts %j", (fields) => {
    expect(content(fields)).toMatchObject({ ...WORDS, ...fields });
  });

  test.each([
    { title: null },
    { title: "" },
    { title: "  " },
    { title: 1 },
    { title: "a\nb" },
    { title: "\ud800" },
    { title: "x".repeat(256) },
    { body: null },
    { body: "" },
    { body: "a\0b" },
    { body: "x".repeat(4001) },
    { icon: "" },
    { icon: "icon.png" },
    { image: "javascript:alert(1)" },
    { url: "ftp://example.com/" },
    { url: "https://user:secret@example.com/" },
    { url: `https://example.com/${"x".repeat(2000)}` },
    { actions: {} },
    { actions: [{ title: "Open" }] },
    { actions: [{ title: "Open", action: "open", icon: "x" }] },
    { actions: [{ title: "Open", action: "open", url: "javascript:alert(1)" }] },
    { actions: [{ title: "Open", action: "open", url: "/relative" }] },
    { actions: [{ title: "Open", action: "open", url: "" }] },
    {
      actions: [
        { title: "A", action: "open_url", url: "https://example.com/a" },
        { title: "B", action: "open_url", url: "https://example.com/b" },
      ],
    },
    { actions: Array.from({ length: 11 }, () => ({ title: "a", action: "b" })) },
    { data: [] },
    { data: "x" },
    { data: deep(11) },
    { platform_overrides: [] },
    { platform_overrides: { windows: {} } },
    { platform_overrides: { android: "x" } },
    { platform_overrides: { ios: deep(11) } },
    { translations: { german: WORDS } },
    { translations: { de: { title: "Hallo" } } },
    { translations: { de: { ...WORDS, url: "javascript:alert(1)" } } },
    { translations: { "de-at": WORDS, "de-AT": WORDS } },
    { translations: { __proto__: null, "": WORDS } },
    { ttl: -1 },
    { ttl: 2_419_201 },
    { ttl: 1.5 },
    { ttl: "60" },
    { urgency: "urgent" },
    { collapse_id: "" },
    { collapse_id: "x".repeat(65) },
    { collapse_id: "é" },
    { collapse_id: "a b" },
    { send: "true" },
    { dry_run: 1 },
    { scheduled_at: "tomorrow" },
    { scheduled_at: "2026-12-24" },
    { scheduled_at: "2026-12-24T18:00:00" },
    { scheduled_at: "2027-02-29T18:00:00Z" },
    { scheduled_at: 1_798_000_000 },
    { scheduled_local: "2026-12-24T18:00Z" },
    { targetting: { type: "all" } },
    { scheduledAt: "2026-12-24T18:00:00Z" },
  ])("refuses %j", (fields) => {
    expect(CreateNotification.safeParse({ ...WORDS, ...fields }).success).toBe(false);
  });

  test("accepts or refuses any JSON without throwing", () => {
    const fields = fc.dictionary(
      fc.constantFrom(...Object.keys(CreateNotification.shape), "__proto__", "more"),
      fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
    );
    fc.assert(
      fc.property(fc.oneof(fields, fc.jsonValue()), (given) => {
        CreateNotification.safeParse(given, { reportInput: true });
      }),
      { numRuns: propertyRuns(1000) },
    );
  });

  test("refuses data nested 100,000 levels deep without throwing", () => {
    let data: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) data = { a: data };
    expect(CreateNotification.safeParse({ ...WORDS, data }).success).toBe(false);
  });
});

describe("translations", () => {
  const spoken = content({
    translations: {
      de: { title: "Hallo", body: "Welt" },
      "DE-at": { title: "Servus", body: "Welt" },
      "zh-Hant": { title: "你好", body: "世界" },
    },
  });
  test.each([
    ["de", "Hallo"],
    ["DE", "Hallo"],
    ["de-AT", "Servus"],
    ["de-CH", "Hallo"],
    ["de-AT-1996", "Servus"],
    ["de-x-private", "Hallo"],
    ["zh-Hant-TW", "你好"],
    ["zh", "Hello"],
    ["en", "Hello"],
    ["d", "Hello"],
    ["den", "Hello"],
    ["", "Hello"],
    ["-", "Hello"],
    ["__proto__", "Hello"],
    [null, "Hello"],
  ])("a subscriber whose language is %j reads %s", (language, title) => {
    expect(contentFor(spoken, language).title).toBe(title);
  });

  test("a translation may have links of its own, and takes missing ones from the notification", () => {
    const links = { icon: "https://e.com/i", image: "https://e.com/p", url: "https://e.com/" };
    const own = { icon: null, url: "https://e.com/de" };
    const said = content({
      ...links,
      translations: { de: { title: "Hallo", body: "Welt", ...own } },
    });
    expect(contentFor(said, "de-AT")).toEqual({
      title: "Hallo",
      body: "Welt",
      icon: links.icon,
      image: links.image,
      url: own.url,
    });
    expect(contentFor(said, "en")).toEqual({ ...WORDS, ...links });
  });

  test("everybody reads the original when there are none", () => {
    expect(contentFor(content(), "de")).toMatchObject(WORDS);
  });
});

test("an action whose URL is null is one without", () => {
  const actions = [{ title: "Open", action: "open_url", url: null }];
  expect(content({ actions }).actions).toEqual([{ title: "Open", action: "open_url" }]);
});

describe("pushContent", () => {
  const about = {
    uuid: "e5f6a7b8-9c0d-4e2f-8a4b-5c6d7e8f9a0b",
    defaults: { icon: "https://example.com/icon.png", url: "https://example.com/" },
    expiresAt: 5000,
  };

  test("fills in the app's defaults, and the notification's id as the collapse id", () => {
    expect(pushContent(content(), about, null)).toEqual({
      notificationId: about.uuid,
      ...WORDS,
      ...about.defaults,
      image: null,
      actions: [],
      data: null,
      ttlSeconds: 86_400,
      expiresAt: 5000,
      urgency: "normal",
      collapseId: about.uuid,
      overrides: { android: null, ios: null, web: null },
    });
  });

  test("prefers the notification's own fields, and leaves the notification unchanged", () => {
    const given = content({
      icon: "https://example.com/own.png",
      url: "https://example.com/own",
      collapse_id: "news",
      platform_overrides: { ios: { badge: 1 } },
      translations: { de: { title: "Hallo", body: "Welt" } },
    });
    const before = structuredClone(given);
    const german = pushContent(given, about, "de-AT");
    expect(german).toMatchObject({
      title: "Hallo",
      icon: "https://example.com/own.png",
      url: "https://example.com/own",
      collapseId: "news",
      overrides: { android: null, ios: { badge: 1 }, web: null },
    });
    expect(pushContent(given, about, null).title).toBe("Hello");
    expect(given).toEqual(before);
  });
});
