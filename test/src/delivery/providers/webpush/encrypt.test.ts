// Web Push encryption (RFC 8291), checked with the RFC's example and with the package http_ece.
import { createECDH } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BODY_BUCKETS,
  encrypt,
  encryptRecord,
  WEB_PUSH_LIMIT_BYTES,
} from "../../../../../src/delivery/providers/webpush/encrypt.ts";
import { browser, open } from "../support.ts";
import { propertyRuns } from "../../../../support/property-runs.ts";

const bytes = (text: string) => Buffer.from(text, "base64url");
const receiver = browser();
const keys = { point: bytes(receiver.target.p256dh), auth: bytes(receiver.target.auth) };
test("encryptRecord reproduces the example of RFC 8291 section 5 byte for byte", () => {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
  const plaintext = Buffer.from("When I grow up, I want to be a watermelon");
  const body = encryptRecord(
    plaintext,
    plaintext.length,
    {
      point: bytes(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      ),
      auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
    },
    { pair, point: pair.getPublicKey(), salt: bytes("DGv6ra1nlYgDCS1FRnbzlw") },
  );
  expect(Buffer.from(body).toString("base64url")).toBe(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
  );
});

describe("round trip through http_ece", () => {
  test("returns any plain text, and the body is the smallest size that holds it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: WEB_PUSH_LIMIT_BYTES }), (plaintext) => {
        const body = encrypt(plaintext, keys);
        expect(open(receiver, body).equals(plaintext)).toBe(true);
        expect(body.length).toBe(BODY_BUCKETS.find((size) => size >= plaintext.length + 103));
      }),
      { numRuns: propertyRuns(60) },
    );
  });

  test.each([
    [0, 512],
    [409, 512],
    [410, 1024],
    [921, 1024],
    [922, 2048],
    [1945, 2048],
    [1946, 2847],
    [2744, 2847],
    [2745, 4096],
    [3993, 4096],
  ])("%i bytes of plain text make a body of %i", (length, size) => {
    const plaintext = new Uint8Array(length).fill(0x41);
    const body = encrypt(plaintext, keys);
    expect(body.length).toBe(size);
    expect(open(receiver, body).equals(plaintext)).toBe(true);
  });

  test("3,994 bytes are refused", () => {
    expect(() => encrypt(new Uint8Array(3994), keys)).toThrow(RangeError);
    expect(WEB_PUSH_LIMIT_BYTES).toBe(3993);
  });

  test("an altered body does not open", () => {
    const body = encrypt(new Uint8Array(10), keys);
    body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1;
    expect(() => open(receiver, body)).toThrow(Error);
  });
});

test("salt and key pair are new for every message", () => {
  const bodies = Array.from({ length: 50 }, () => Buffer.from(encrypt(new Uint8Array(1), keys)));
  expect(new Set(bodies.map((body) => body.toString("hex", 0, 16))).size).toBe(50);
  expect(new Set(bodies.map((body) => body.toString("hex", 21, 86))).size).toBe(50);
});
