// What is sent to browsers, beside what @block65/webcrypto-web-push makes of the same: an implementation that has nothing in
// common with ours. A browser is played by http_ece.
import { createECDH, createPublicKey, verify, type ECDH } from "node:crypto";
import { buildPushPayload, encryptNotification, vapidHeaders } from "@block65/webcrypto-web-push";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  encrypt,
  encryptRecord,
  WEB_PUSH_LIMIT_BYTES,
} from "../../../../../src/delivery/providers/webpush/encrypt.ts";
import { buildWebPayload } from "../../../../../src/delivery/providers/webpush/payload.ts";
import { createVapidSigner } from "../../../../../src/delivery/providers/webpush/vapid.ts";
import { propertyRuns } from "../../../../support/property-runs.ts";
import { content, NOW } from "../../../../support/push-content.ts";
import {
  browser,
  deps,
  LINKS,
  NO_LINKS,
  open,
  recorder,
  sendOne,
  webPushSender,
} from "../support.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
const receiver = browser();
const { endpoint, p256dh, auth } = receiver.target;
const keys = { point: bytes(p256dh), auth: bytes(auth) };
const subscription = { endpoint, expirationTime: null, keys: { p256dh, auth } };
const sender = webPushSender();

/** Plain texts of all lengths that fit, the shortest and the longest among them. */
const plaintexts = fc.oneof(
  fc.uint8Array({ maxLength: WEB_PUSH_LIMIT_BYTES }),
  fc.constantFrom(0, 1, WEB_PUSH_LIMIT_BYTES).map((length) => new Uint8Array(length).fill(0x41)),
);

afterEach(() => void vi.restoreAllMocks());

/** A point's key as JWK. */
function jwkOf(point: Buffer): { kty: "EC"; crv: "P-256"; x: string; y: string } {
  const [x, y] = [point.toString("base64url", 1, 33), point.toString("base64url", 33)];
  return { kty: "EC", crv: "P-256", x, y };
}

/** Has the library use this salt and this pair for its next message. */
async function useEphemeral(salt: Uint8Array, pair: ECDH): Promise<void> {
  const jwk = jwkOf(pair.getPublicKey());
  const d = Buffer.from(pair.getPrivateKey("hex").padStart(64, "0"), "hex").toString("base64url");
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  const made = {
    privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d }, algorithm, false, [
      "deriveBits",
    ]),
    publicKey: await crypto.subtle.importKey("jwk", jwk, algorithm, true, []),
  };
  vi.spyOn(crypto.subtle, "generateKey").mockResolvedValueOnce(made);
  vi.spyOn(crypto, "getRandomValues").mockImplementationOnce((target) => {
    new Uint8Array((target as Uint8Array).buffer).set(salt);
    return target;
  });
}

describe("the encryption", () => {
  test("is the library's byte for byte, with the same salt and key pair, padded or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        plaintexts,
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.boolean(),
        async (plaintext, salt, pad) => {
          const pair = createECDH("prime256v1");
          const point = pair.generateKeys();
          await useEphemeral(salt, pair);
          const theirs = await encryptNotification(subscription, plaintext, { pad });
          const padded = pad ? WEB_PUSH_LIMIT_BYTES : plaintext.length;
          const ours = encryptRecord(plaintext, padded, keys, { pair, point, salt });
          expect(Buffer.from(ours).equals(theirs)).toBe(true);
        },
      ),
      { numRuns: propertyRuns(200) },
    );
  });

  test("is read by a browser as the library's is", async () => {
    await fc.assert(
      fc.asyncProperty(plaintexts, async (plaintext) => {
        const theirs = open(receiver, await encryptNotification(subscription, plaintext));
        expect(open(receiver, encrypt(plaintext, keys)).equals(theirs)).toBe(true);
        expect(theirs.equals(plaintext)).toBe(true);
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  test("refuses the same: one byte more than fits, and keys that are none", async () => {
    const long = new Uint8Array(WEB_PUSH_LIMIT_BYTES + 1);
    expect(() => encrypt(long, keys)).toThrow(RangeError);
    await expect(encryptNotification(subscription, long)).rejects.toThrow("maximum");
    const offCurve = new Uint8Array(65).fill(4);
    const point = Buffer.from(offCurve).toString("base64url");
    expect(() => encrypt(new Uint8Array(1), { ...keys, point: offCurve })).toThrow(Error);
    const broken = { ...subscription, keys: { auth, p256dh: point } };
    await expect(encryptNotification(broken, new Uint8Array(1))).rejects.toThrow(Error);
  });
});

test("the whole request is the library's, for any text in any language", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 });
  const contents = fc.record({
    title: text,
    body: text,
    data: fc.option(fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 })),
    urgency: fc.constantFrom("low", "normal", "high"),
    ttlSeconds: fc.integer({ min: 1, max: 3600 }),
  });
  await fc.assert(
    fc.asyncProperty(contents, fc.constantFrom(LINKS, NO_LINKS), async (fields, links) => {
      const { urgency, ttlSeconds: ttl } = fields;
      const wanted = content(fields);
      const json = JSON.stringify(buildWebPayload(wanted, links, "web"));
      fc.pre(Buffer.byteLength(json) <= WEB_PUSH_LIMIT_BYTES);
      const { fetch, sent } = recorder();
      const verdict = await sendOne(deps(fetch), receiver.target, wanted, links, sender);
      expect(verdict).toEqual({ kind: "sent" });
      const [ours] = sent;
      const options = { ttl, urgency, topic: ours?.headers.get("topic") ?? "" };
      const theirs = await buildPushPayload({ data: json, options }, subscription, sender);
      for (const name of ["content-encoding", "content-type", "ttl", "urgency", "topic"] as const) {
        expect(ours?.headers.get(name), name).toBe(theirs.headers[name]);
      }
      expect(open(receiver, ours?.body ?? new Uint8Array()).toString()).toBe(json);
      expect(open(receiver, theirs.body).toString()).toBe(json);
    }),
    { numRuns: propertyRuns(60) },
  );
});

describe("the VAPID header", () => {
  const { origin } = new URL(endpoint);

  /** Its claims, once the signature is found to be the sender's (RFC 8292 section 3). */
  function claimsOf(header: string): Record<string, unknown> {
    const [, signed = "", signature = "", key] =
      /^vapid t=([\w-]+\.[\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header) ?? [];
    expect(key).toBe(sender.publicKey);
    const jwk = jwkOf(Buffer.from(sender.publicKey, "base64url"));
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const isSigned = verify(
      "sha256",
      Buffer.from(signed),
      { key: publicKey, dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    );
    expect(isSigned).toBe(true);
    return JSON.parse(Buffer.from(signed.split(".")[1] ?? "", "base64url").toString());
  }

  test("is one that is verified as the library's is, with the same claims", async () => {
    vi.spyOn(Date, "now").mockReturnValue(NOW);
    const ours = claimsOf(await createVapidSigner().authorization(sender, origin, NOW));
    const { headers } = await vapidHeaders(subscription, sender);
    const { iat, ...theirs } = claimsOf(headers.authorization);
    expect(iat).toBe(NOW / 1000);
    expect(ours).toEqual(theirs);
  });
});
