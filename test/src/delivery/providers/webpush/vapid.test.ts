// The VAPID authorization header (RFC 8292), and the cache of its tokens.
import { decodeJwt, importJWK, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { WebPushSender } from "../../../../../src/delivery/providers/types.ts";
import {
  createVapidSigner,
  MAX_CACHED_TOKENS,
} from "../../../../../src/delivery/providers/webpush/vapid.ts";
import { NOW } from "../../../../support/push-content.ts";
import { webPushSender } from "../support.ts";

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
  test("holds a token that push services can verify, and the key it was signed with", async () => {
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

  test("is signed once and reused until an hour before it expires", async () => {
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

  test("is dropped from a full cache, the oldest first", async () => {
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

  test("is not remembered when signing failed", async () => {
    const sender = webPushSender();
    const signer = createVapidSigner();
    const broken = { ...sender, privateKey: "AAAA" };
    await expect(signer.authorization(broken, ORIGIN, NOW)).rejects.toThrow(Error);
    await expect(signer.authorization(sender, ORIGIN, NOW)).resolves.toMatch(/^vapid /);
  });
});
