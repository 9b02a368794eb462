// The chains of SHA-1 and SHA-256 are those that node:crypto makes link by link.
import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha1Chain, sha256Chain } from "../../../../src/kit/keystore/hash-chains.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

describe.each([
  { name: "sha1", bytes: 20, chain: sha1Chain },
  { name: "sha256", bytes: 32, chain: sha256Chain },
])("the chain of $name", ({ name, bytes: length, chain }) => {
  const links = (digest: Uint8Array, times: number): string => {
    let last = digest;
    for (let left = times; left > 0; left--) last = createHash(name).update(last).digest();
    return Buffer.from(last).toString("hex");
  };
  const chained = (digest: Uint8Array, times: number): string =>
    Buffer.from(chain(digest, times)).toString("hex");

  test("has as its links the hash of the one before, wherever the digest lies in memory", () => {
    const digest = fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(digest, fc.nat(7), fc.nat(20), (bytes, offset, times) => {
        const placed = new Uint8Array(length + 8).subarray(offset, offset + length);
        placed.set(bytes);
        expect(chained(placed, times)).toBe(links(bytes, times));
        expect([...placed]).toEqual([...bytes]);
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  test("ends where it should after 10,000 links", () => {
    const first = randomBytes(length);
    expect(chained(first, 10_000)).toBe(links(first, 10_000));
  });
});
