// The chain of SHA-1 is the one that node:crypto makes link by link.
import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha1Chain } from "../../../../src/kit/keystore/sha1-chain.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const sha1 = (bytes: Uint8Array): Uint8Array => createHash("sha1").update(bytes).digest();

test("each link is the SHA-1 of the one before, wherever the digest lies in memory", () => {
  const digest = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(digest, fc.nat(7), fc.nat(20), (bytes, offset, times) => {
      const placed = new Uint8Array(40).subarray(offset, offset + 20);
      placed.set(bytes);
      let expected: Uint8Array = bytes;
      for (let left = times; left > 0; left--) expected = sha1(expected);
      expect(Buffer.from(sha1Chain(placed, times)).toString("hex")).toBe(
        Buffer.from(expected).toString("hex"),
      );
      expect([...placed]).toEqual([...bytes]);
    }),
    { numRuns: propertyRuns(200) },
  );
});

test("a chain of 10,000 links ends where it should", () => {
  const first = sha1(randomBytes(8));
  let expected = first;
  for (let left = 10_000; left > 0; left--) expected = sha1(expected);
  expect(Buffer.from(sha1Chain(first, 10_000))).toEqual(Buffer.from(expected));
});
