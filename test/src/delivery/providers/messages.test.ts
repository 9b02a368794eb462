// The messages of a batch: each is the one that would have been made for its recipient alone, whatever an owner writes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildApnsPayload } from "../../../../src/delivery/providers/apns/payload.ts";
import { apnsExpiration } from "../../../../src/delivery/providers/apns/request.ts";
import { buildMessage } from "../../../../src/delivery/providers/fcm/message.ts";
import {
  Messages,
  type Address,
  type Edition,
  type Own,
  type Sender,
} from "../../../../src/delivery/providers/index.ts";
import { buildDeclaredPayload } from "../../../../src/delivery/providers/webpush/declared.ts";
import { WEB_PUSH_LIMIT_BYTES } from "../../../../src/delivery/providers/webpush/encrypt.ts";
import { buildWebPayload } from "../../../../src/delivery/providers/webpush/payload.ts";
import { linksBy, MAX_LINK_TOKEN } from "../../../../src/domain/notifications/links.ts";
import {
  MESSAGE_ID_CHARACTERS,
  reportableData,
  withMessageId,
} from "../../../../src/domain/notifications/message-id.ts";
import type { PushContent } from "../../../../src/kit/push/content.ts";
import type { SubscriberPlatform } from "../../../../src/kit/push/subscriber-platform.ts";
import { content, deepFreeze, NOW } from "../../../support/push-content.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { browser, deps, open, recorder, webPushSender } from "./support.ts";

const web = browser();
const webSender = webPushSender();
const FCM: Sender = { provider: "fcm", projectId: "demo", accessToken: "ya29" };
const APNS: Sender = {
  provider: "apns",
  topic: "com.x",
  environment: "production",
  providerToken: "jwt",
};

/** Words that break what is put together from texts. */
const hostile = fc.constantFrom(
  "__proto__",
  "constructor",
  "toJSON",
  "\u2028\u2029",
  '"',
  '","click":"',
  "\\",
  "\ud800",
  "\udc00\ud800",
  "aaaaaaaa",
  "00000000",
  "{}",
  "$&",
  "</script>",
  "😀",
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.array(hostile, { maxLength: 3 }).map((words) => words.join("")),
);
const json = fc.jsonValue({ stringUnit: "binary", maxDepth: 2 });
const fields = fc.dictionary(
  fc.oneof(text, fc.constantFrom("url", "data", "click", "title")),
  json,
  {
    maxKeys: 4,
    noNullPrototype: true,
  },
);
const url = fc.option(fc.oneof(text, fc.webUrl()));

const contents: fc.Arbitrary<PushContent> = fc
  .record({
    title: text,
    body: text,
    icon: url,
    image: url,
    url,
    actions: fc.array(fc.record({ title: text, action: text, url: text }), { maxLength: 2 }),
    data: fc.option(fields),
    ttlSeconds: fc.constantFrom(0, 60, 3600),
    collapseId: text,
    urgency: fc.constantFrom("very-low", "low", "normal", "high"),
    overrides: fc.record({
      android: fc.option(fields),
      ios: fc.option(fields),
      web: fc.option(fields),
    }),
  })
  .map((given) => content(given as Partial<PushContent>));

/** How a notification is sent: with links or without, and with message ids or without. */
const ways = fc.record({
  origin: fc.constantFrom("https://push.example.com", "http://localhost:8787", ""),
  isReported: fc.boolean(),
});
const owns = fc.array(
  fc.tuple(fc.stringMatching(/^[\w-]{46}$/), fc.stringMatching(/^[0-9a-f-]{36}$/)),
  { minLength: 1, maxLength: 3 },
);

/** An edition as src/delivery/editions.ts makes it. */
function editionOf(given: PushContent, origin: string, isReported: boolean): Edition {
  const data = { ...given.data, ...reportableData(given.notificationId) };
  const content = isReported ? deepFreeze({ ...given, data }) : given;
  return {
    content,
    ownLengths: [origin === "" ? 0 : MAX_LINK_TOKEN, isReported ? MESSAGE_ID_CHARACTERS : 0],
    filled: ([token = "", id = ""]) => ({
      content: isReported ? withMessageId(content, id) : content,
      links: origin === "" ? { click: null, receipt: null } : linksBy(origin, token),
    }),
  };
}

/** The bodies that recipients of one batch are sent, each with texts of its own. */
async function bodies(
  address: Address,
  edition: Edition,
  owns: readonly Own[],
  sender: Sender,
): Promise<Uint8Array[]> {
  const { fetch, sent } = recorder();
  const messages = new Messages(deps(fetch));
  const prepared = owns.map((own) => messages.prepare(address, edition, own));
  for (const message of prepared) await messages.send(message, sender);
  return sent.map(({ body }) => body);
}

const textOf = (body: Uint8Array) => new TextDecoder().decode(body);
const check = async (run: (edition: Edition, owns: readonly Own[]) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(contents, ways, owns, async (given, { origin, isReported }, owns) =>
      run(editionOf(given, origin, isReported), owns),
    ),
    { numRuns: propertyRuns(150) },
  );

describe.each(["web", "android"] as const)("Web Push to %s", (platform: SubscriberPlatform) => {
  test.each([
    ["https://push.example.com/x", buildWebPayload],
    ["https://web.push.apple.com/x", buildDeclaredPayload],
  ])("at %s: the payload is the recipient's own, byte for byte", async (endpoint, build) => {
    const address = { ...web.target, platform, endpoint };
    await check(async (edition, owns) => {
      const sent = await bodies(address, edition, owns, webSender);
      const expected = owns.map((own) => {
        const { content, links } = edition.filled(own);
        return JSON.stringify(build(content, links, platform));
      });
      const fitting = expected.filter((text) => Buffer.byteLength(text) <= WEB_PUSH_LIMIT_BYTES);
      expect(sent.map((body) => open(web, body).toString())).toEqual(fitting);
    });
  });
});

test.each(["android", "ios", "web"] as const)(
  "FCM to %s: the message is the recipient's own, byte for byte",
  async (platform) => {
    const address = { provider: "fcm", platform, token: 'a"\\\u2028' } as const;
    await check(async (edition, owns) => {
      const sent = await bodies(address, edition, owns, FCM);
      expect(sent.map(textOf)).toEqual(
        owns.map((own) => {
          const { content, links } = edition.filled(own);
          const ttl = content.ttlSeconds;
          const made = buildMessage(content, links, platform, ttl, apnsExpiration(content));
          return JSON.stringify({ message: { token: address.token, ...made } });
        }),
      );
    });
  },
);

test("APNs: the payload is the recipient's own, byte for byte", async () => {
  const address = { provider: "apns", token: "ab", registeredAt: null } as const;
  await check(async (edition, owns) => {
    const sent = await bodies(address, edition, owns, APNS);
    expect(sent.map(textOf)).toEqual(
      owns.map((own) => {
        const { content, links } = edition.filled(own);
        return JSON.stringify(buildApnsPayload(content, links));
      }),
    );
  });
});

test("what changes while a batch is sent is in the next message: the TTL and the bearer token", async () => {
  const { fetch, sent } = recorder();
  let now = NOW;
  const messages = new Messages({ ...deps(fetch), now: () => now });
  const edition = editionOf(content(), "", false);
  const fcm = { provider: "fcm", platform: "android", token: "t" } as const;
  for (const [address, sender] of [
    [web.target, webSender],
    [fcm, FCM],
    [fcm, { ...FCM, accessToken: "renewed" }],
  ] as const) {
    now += 1000;
    await messages.send(messages.prepare(address, edition, ["", ""]), sender);
    await messages.send(messages.prepare(address, edition, ["", ""]), sender);
  }
  const [first, , third, , fifth] = sent;
  expect(first?.headers.get("ttl")).toBe("3599");
  expect(textOf(third?.body ?? new Uint8Array())).toContain('"ttl":"3598s"');
  expect(third?.headers.get("authorization")).toBe("Bearer ya29");
  expect(fifth?.headers.get("authorization")).toBe("Bearer renewed");
  expect(textOf(fifth?.body ?? new Uint8Array())).toContain('"ttl":"3597s"');
});

test("a host is asked for again as long as it is not known to be fit", async () => {
  const { fetch, sent } = recorder();
  const answers = ["unknown", "public", "private"] as const;
  let asked = 0;
  const leadsTo = async () => answers[asked++] ?? "private";
  const messages = new Messages({ ...deps(fetch), leadsTo });
  const edition = editionOf(content(), "", false);
  const kinds: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    kinds.push((await messages.send(messages.prepare(web.target, edition, []), webSender)).kind);
  }
  expect(kinds).toEqual(["retry", "sent", "sent", "sent"]);
  expect(asked).toBe(2);
  expect(sent).toHaveLength(3);
});

test("a host that is unfit says so before the message does", async () => {
  const { fetch } = recorder();
  const messages = new Messages(deps(fetch));
  const edition = editionOf(content({ body: "x".repeat(5000) }), "", false);
  const verdictAt = async (endpoint: string) =>
    messages.send(messages.prepare({ ...web.target, endpoint }, edition, []), webSender);
  expect(await verdictAt("https://permanently-removed.invalid/x")).toMatchObject({ kind: "gone" });
  expect(await verdictAt("https://push.example.com/x")).toEqual({
    kind: "rejected",
    reason: "payload too large",
  });
});
