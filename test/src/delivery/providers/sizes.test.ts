// payloadSizes() measures how large a push becomes for each provider.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Provider } from "../../../../src/kit/push/credentials.ts";
import type { PushContent } from "../../../../src/kit/push/content.ts";
import {
  PLATFORMS,
  type SubscriberPlatform,
} from "../../../../src/kit/push/subscriber-platform.ts";
import {
  MAX_LINK_BYTES,
  payloadSizes,
  type Links,
} from "../../../../src/delivery/providers/index.ts";
import { content, deepFreeze } from "../../../support/push-content.ts";
import { browser, deps, open, recorder, sendOne, webPushSender } from "./support.ts";
import { webOverrides } from "../../../support/declarative.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const web = browser();
const webSender = webPushSender();
const LONG = "https://push.example.com/".padEnd(MAX_LINK_BYTES, "x");
const WORST: Links = { click: LONG, receipt: LONG };
const encoder = new TextEncoder();

type Wire = (content: PushContent, links: Links, platform: SubscriberPlatform) => Promise<number>;

/** What really goes over the wire for each provider, bytes of the part its limit is about. */
const WIRE: Record<Provider, Wire> = {
  async fcm(content, links, platform) {
    const { fetch, sent } = recorder();
    const target = { provider: "fcm", platform, token: "t" } as const;
    const sender = { provider: "fcm", projectId: "p", accessToken: "a" } as const;
    await sendOne(deps(fetch), target, content, links, sender);
    return (sent[0]?.body.length ?? 0) - encoder.encode('{"message":"token":"t",}').length;
  },
  async apns(content, links) {
    const { fetch, sent } = recorder();
    const target = { provider: "apns", token: "t", registeredAt: 0 } as const;
    const environment = "production";
    const sender = { provider: "apns", topic: "c", environment, providerToken: "j" } as const;
    await sendOne(deps(fetch), target, content, links, sender);
    return sent[0]?.body.length ?? 0;
  },
  async webpush(content, links, platform) {
    const { fetch, sent } = recorder();
    for (const endpoint of [web.target.endpoint, "https://web.push.apple.com/abc"]) {
      const target = { ...web.target, platform, endpoint };
      await sendOne(deps(fetch), target, content, links, webSender);
    }
    const sizes = sent.map(({ body }) => open(web, body).length);
    return sizes.length === 2 ? Math.max(...sizes) : Infinity;
  },
};

/** The same of each platform that the provider serves. */
const wires = async (provider: Provider, content: PushContent, links: Links) =>
  Promise.all(PLATFORMS[provider].map((platform) => WIRE[provider](content, links, platform)));

const text = fc.string({ unit: "binary", maxLength: 300 });
const url = fc.option(fc.webUrl({ validSchemes: ["http", "https"] }));
const contents: fc.Arbitrary<PushContent> = fc
  .record({
    title: text,
    body: text,
    icon: url,
    image: url,
    url,
    actions: fc.array(
      fc.record(
        { title: text, action: text, url: fc.webUrl() },
        { requiredKeys: ["title", "action"] },
      ),
      { maxLength: 2 },
    ),
    data: fc.option(fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 })),
    ttlSeconds: fc.constantFrom(0, 60, 3600),
    collapseId: fc.string({ unit: "binary", minLength: 1, maxLength: 64 }),
    overrides: fc.record({
      android: fc.option(fc.record({ channel_id: text, priority: fc.constantFrom("high") })),
      ios: fc.option(fc.record({ sound: text, title: text, badge: fc.nat() })),
      web: fc.option(webOverrides(text)),
    }),
  })
  .map((fields) => deepFreeze(content(fields as Partial<PushContent>)));

const size = (content: PushContent, provider: Provider) =>
  payloadSizes(content, [provider])[0] ?? { bytes: NaN, limit: NaN };

describe.each(["fcm", "apns", "webpush"] as const)("%s", (provider) => {
  test("measures exactly what is sent to the platform that gets most, with the longest links", async () => {
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        const { bytes, limit } = size(content, provider);
        fc.pre(bytes <= limit);
        expect(Math.max(...(await wires(provider, content, WORST)))).toBe(bytes);
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  test("measures no less than what is sent with shorter links", async () => {
    const link = fc.option(
      fc.integer({ min: 9, max: MAX_LINK_BYTES }).map((length) => "https://".padEnd(length, "y")),
    );
    const links = fc.record({ click: link, receipt: link });
    await fc.assert(
      fc.asyncProperty(contents, links, async (content, links) => {
        const { bytes, limit } = size(content, provider);
        fc.pre(bytes <= limit);
        expect(Math.max(...(await wires(provider, content, links)))).toBeLessThanOrEqual(bytes);
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  test("counts the encoded bytes of each character", () => {
    const empty = size(content({ body: "" }), provider);
    for (const [body, bytes] of [
      ["a", 1],
      ["ü", 2],
      ["€", 3],
      ["😀", 4],
      ['"', 2],
      ["\n", 2],
      ["\u0001", 6],
      ["\ud800", 6],
    ] as const) {
      expect(size(content({ body }), provider).bytes - empty.bytes, body).toBe(bytes);
    }
  });
});

test("measures all three providers by default, with their limits", () => {
  expect(payloadSizes(content()).map(({ provider, limit }) => [provider, limit])).toEqual([
    ["fcm", 4096],
    ["apns", 4096],
    ["webpush", 3993],
  ]);
});

test("counts a long address in full when there is no click link", async () => {
  const long = content({ url: `https://example.com/${"p".repeat(1200)}` });
  const receiptOnly = { click: null, receipt: LONG };
  expect(await WIRE.fcm(long, receiptOnly, "android")).toBe(size(long, "fcm").bytes);
});
