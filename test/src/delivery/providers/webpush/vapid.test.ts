import { decodeJwt, importJWK, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { WebPushSender } from "../../../../../src/delivery/providers/types.ts";
import {
  createVapidSigner,
  MAX_CACHED_TOKENS,
} from "../../../../../src/delivery/providers/webpush/vapid.ts";
import {
  checkVapidCredential,
  checkVapidKeys,
  generateVapidKeys,
} from "../../../../../src/delivery/providers/webpush/vapid-keys.ts";
import { NOW, webPushSender } from "../support.ts";

const ORIGIN = "https://push.example.com";
const HOUR_MS = 3_600_000;
const tokenOf = (header: string) => header.replace(/^vapid t=/, "").replace(/, k=.*$/, "");

async function keyOf({ publicKey }: WebPushSender) {
  const point = Buffer.from(publicKey, "base64url");
  const x = point.subarray(1, 33).toString("base64url");
  const y = point.subarray(33).toString("base64url");
  return importJWK({ kty: "EC", crv: "P-256", x, y }, "ES256");
}

describe("authorization", () => {
  test("a token push services can verify, and the key it was signed with", async () => {
    const sender = webPushSender();
    const header = await createVapidSigner().authorization(sender, ORIGIN, NOW);
    expect(header).toMatch(/^vapid t=[\w.-]+, k=[\w-]{87}$/);
    expect(header.endsWith(`k=${sender.publicKey}`)).toBe(true);
    const { payload, protectedHeader } = await jwtVerify(tokenOf(header), await keyOf(sender), {
      currentDate: new Date(NOW),
    });
    expect(protectedHeader).toEqual({ alg: "ES256", typ: "JWT" });
    expect(payload).toEqual({ aud: ORIGIN, exp: NOW / 1000 + 12 * 3600, sub: sender.subject });
  });

  test("is signed once for all, until an hour before its end", async () => {
    const sender = webPushSender();
    const signer = createVapidSigner();
    const at = (ms: number) => signer.authorization(sender, ORIGIN, NOW + ms);
    const first = await at(0);
    expect(await at(0)).toBe(first);
    expect(await at(11 * HOUR_MS - 1)).toBe(first);
    const renewed = await at(11 * HOUR_MS);
    expect(renewed).not.toBe(first);
    expect(decodeJwt(tokenOf(renewed)).exp).toBe(NOW / 1000 + 23 * 3600);
  });

  test("differs by origin, subject and key", async () => {
    const sender = webPushSender();
    const signer = createVapidSigner();
    const headers = await Promise.all([
      signer.authorization(sender, ORIGIN, NOW),
      signer.authorization(sender, "https://other.example.com", NOW),
      signer.authorization({ ...sender, subject: "mailto:b@example.com" }, ORIGIN, NOW),
      signer.authorization(webPushSender(), ORIGIN, NOW),
    ]);
    expect(new Set(headers).size).toBe(4);
  });

  test("the cache is bounded: the oldest goes first", async () => {
    const sender = webPushSender();
    const signer = createVapidSigner();
    const at = (index: number) =>
      signer.authorization(sender, `https://p${index}.example.com`, NOW);
    const first = await at(0);
    const second = await at(1);
    for (let index = 2; index <= MAX_CACHED_TOKENS; index++) await at(index);
    expect(await at(1)).toBe(second);
    expect(await at(0)).not.toBe(first);
  });

  test("a failure is not kept", async () => {
    const sender = webPushSender();
    const signer = createVapidSigner();
    const broken = { ...sender, privateKey: "AAAA" };
    await expect(signer.authorization(broken, ORIGIN, NOW)).rejects.toThrow(Error);
    await expect(signer.authorization(sender, ORIGIN, NOW)).resolves.toMatch(/^vapid /);
  });
});

describe("keys", () => {
  test("generated pairs pass their own check, and differ", () => {
    const pairs = Array.from({ length: 300 }, () => generateVapidKeys());
    for (const { publicKey, privateKey } of pairs) {
      expect(publicKey).toMatch(/^B[\w-]{86}$/);
      expect(privateKey).toMatch(/^[\w-]{43}$/);
      expect(checkVapidKeys(publicKey, privateKey)).toMatchObject({ ok: true });
    }
    expect(new Set(pairs.map(({ privateKey }) => privateKey)).size).toBe(pairs.length);
  });

  const { publicKey, privateKey } = generateVapidKeys();
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");

  test.each([
    ["public_key", "", privateKey],
    ["public_key", publicKey.slice(0, 80), privateKey],
    ["private_key", publicKey, ""],
    ["private_key", publicKey, "AAAA"],
    ["private_key", publicKey, generateVapidKeys().privateKey],
    ["private_key", publicKey, encode(new Uint8Array(32))],
    ["private_key", publicKey, encode(new Uint8Array(32).fill(0xff))],
  ])("%s: %j with %j is refused", (field, pub, priv) => {
    expect(checkVapidKeys(pub, priv)).toMatchObject({ ok: false, issues: [{ path: [field] }] });
  });

  test("a credential makes, keeps or takes keys", () => {
    const subject = "mailto:ops@example.com";
    const made = checkVapidCredential({ subject }, null);
    expect(made).toMatchObject({ ok: true, value: { subject } });
    const kept = checkVapidCredential({ subject }, { publicKey, privateKey });
    expect(kept).toEqual({ ok: true, value: { subject, publicKey, privateKey } });
    const form = { subject, public_key: publicKey, private_key: privateKey };
    expect(checkVapidCredential(form, null)).toEqual(kept);
    const half = checkVapidCredential({ subject, public_key: publicKey }, null);
    expect(half).toMatchObject({ ok: false, issues: [{ path: ["private_key"] }] });
  });

  test.each([
    "mailto:",
    "mailto:ops",
    "mailto:ops@localhost",
    "mailto:ops@example.invalid",
    "http://example.com",
    "https://localhost",
    "https://10.0.0.1/",
    "ops@example.com",
    "",
  ])("subject %j is refused", (subject) => {
    expect(checkVapidCredential({ subject }, null)).toMatchObject({
      ok: false,
      issues: [{ path: ["subject"] }],
    });
  });

  test.each(["mailto:ops@example.com", "https://example.com/contact"])(
    "subject %j passes",
    (subject) => {
      expect(checkVapidCredential({ subject }, null)).toMatchObject({ ok: true });
    },
  );
});
