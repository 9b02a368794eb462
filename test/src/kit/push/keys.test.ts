// P-256 points, VAPID pairs and signing keys: real ones are accepted, and ones wrong by a bit are refused.
import { describe, expect, test } from "vitest";
import { fromBase64url } from "../../../../src/kit/push/base64url.ts";
import { isP256Point } from "../../../../src/kit/push/p256.ts";
import { isSigningKey } from "../../../../src/kit/push/signing-key.ts";
import { checkVapidKeys, generateVapidKeys } from "../../../../src/kit/push/vapid-keys.ts";
import { ecPem, rsaPem, vapidPair } from "../../../support/keys.ts";

describe("P-256 points", () => {
  test("are accepted when generated, and refused when one bit is flipped", async () => {
    for (let count = 0; count < 10; count += 1) {
      const { publicKey } = await vapidPair();
      const point = fromBase64url(publicKey) ?? new Uint8Array();
      expect(isP256Point(point)).toBe(true);
      for (const bit of [0, 7, 8, 100, 263, 264, 400, 519]) {
        const turned = point.slice();
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isP256Point(turned), `bit ${bit}`).toBe(false);
      }
      expect(isP256Point(point.subarray(0, 64))).toBe(false);
      expect(isP256Point(Uint8Array.of(...point, 0))).toBe(false);
    }
  });

  test("are refused when a coordinate lies beyond the field", () => {
    // (0, sqrt(b)) is on the curve; x + p names the same class
    const y = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    const p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    const point = (x: string) => new Uint8Array(Buffer.from(`04${x}${y}`, "hex"));
    expect(isP256Point(point("0".repeat(64)))).toBe(true);
    expect(isP256Point(point(p))).toBe(false);
    expect(isP256Point(new Uint8Array(65))).toBe(false);
  });
});

describe("VAPID pairs", () => {
  test("are accepted when generated, and returned without padding", async () => {
    const keys = await generateVapidKeys();
    expect(await checkVapidKeys(keys)).toEqual(keys);
    const padded = { publicKey: `${keys.publicKey}=`, privateKey: `${keys.privateKey}=` };
    expect(await checkVapidKeys(padded)).toEqual(keys);
  });

  test("are refused when the halves do not belong together", async () => {
    const [a, b] = [await generateVapidKeys(), await generateVapidKeys()];
    expect(await checkVapidKeys({ ...a, privateKey: b.privateKey })).toBeNull();
    expect(await checkVapidKeys({ ...a, privateKey: "A".repeat(43) })).toBeNull();
    expect(await checkVapidKeys({ ...a, privateKey: `${"_".repeat(42)}8` })).toBeNull();
  });
});

test("isSigningKey accepts keys of the right kind and size only", async () => {
  const [rsa, ec] = [await rsaPem(), await ecPem()];
  expect(await isSigningKey(rsa, "RS256")).toBe(true);
  expect(await isSigningKey(rsa.replaceAll("\n", "\r\n"), "RS256")).toBe(true);
  expect(await isSigningKey(ec, "ES256")).toBe(true);
  expect(await isSigningKey(rsa, "ES256")).toBe(false);
  expect(await isSigningKey(ec, "RS256")).toBe(false);
  expect(await isSigningKey(await rsaPem(1024), "RS256")).toBe(false);
  expect(await isSigningKey(ec.replace("MIG", "MIH"), "ES256")).toBe(false);
  expect(await isSigningKey("", "ES256")).toBe(false);
});
