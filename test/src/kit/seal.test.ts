import { describe, expect, test } from "vitest";
import { SealError, open, parseSealingKeys, seal } from "../../../src/kit/seal.ts";

const material = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const OLD = parseSealingKeys(`k1:${material(1)}`);
const BOTH = parseSealingKeys(`k2:${material(2)}, k1:${material(1)}`);
const SECRET = new TextEncoder().encode("a private key");

describe("sealing", () => {
  test("opens for the same row, and hides the secret", async () => {
    const sealed = await seal(BOTH, SECRET, "keystore:7");
    expect(sealed).toMatch(/^v1\.k2\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed.split(".")[2] ?? "", "base64url").includes("private")).toBe(false);
    expect(await open(BOTH, sealed, "keystore:7")).toEqual(SECRET);
  });

  test("the same secret is sealed differently each time", async () => {
    expect(await seal(BOTH, SECRET, "row")).not.toBe(await seal(BOTH, SECRET, "row"));
  });

  test("nothing at all can be sealed", async () => {
    const sealed = await seal(OLD, new Uint8Array(), "row");
    expect(await open(OLD, sealed, "row")).toEqual(new Uint8Array());
  });

  test("another row is refused", async () => {
    const sealed = await seal(BOTH, SECRET, "keystore:7");
    await expect(open(BOTH, sealed, "keystore:8")).rejects.toThrow(SealError);
  });

  test("after a rotation the old value opens and the new key seals; the new does not open with the old", async () => {
    const before = await seal(OLD, SECRET, "row");
    expect(await open(BOTH, before, "row")).toEqual(SECRET);
    const after = await seal(BOTH, SECRET, "row");
    await expect(open(OLD, after, "row")).rejects.toThrow(SealError);
  });

  test("every altered bit is noticed", async () => {
    const sealed = await seal(OLD, SECRET, "row");
    const bytes = Buffer.from(sealed.slice("v1.k1.".length), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = `v1.k1.${altered.toString("base64url")}`;
      await expect(open(OLD, text, "row"), `bit ${bit}`).rejects.toThrow(SealError);
    }
  });

  test("a key id exchanged for another of the same key is noticed", async () => {
    const twins = parseSealingKeys(`a:${material(1)},b:${material(1)}`);
    const sealed = await seal(twins, SECRET, "row");
    await expect(open(twins, sealed.replace(".a.", ".b."), "row")).rejects.toThrow(SealError);
  });

  test.each([
    "",
    "v1",
    "v1.k1",
    "v1.k1.",
    "v1.k1.AAAA",
    "v2.k1.AAAA",
    "v1.k9.AAAA",
    "v1.k1.A A",
    "v1.k1.AAAA.x",
  ])("%j is no sealed value", async (text) => {
    await expect(open(OLD, text, "row")).rejects.toThrow(SealError);
  });
});

describe("sealing keys", () => {
  test("the first seals, all are kept", () => {
    expect(BOTH.current).toBe("k2");
    expect([...BOTH.keys.keys()]).toEqual(["k2", "k1"]);
  });

  test.each([
    "",
    "k1",
    "k1:",
    `:${material(1)}`,
    `k.1:${material(1)}`,
    `k1:${Buffer.alloc(16).toString("base64")}`,
    `k1:${material(1)}x`,
    `k1:${material(1)}:x`,
    `k1:${material(1)},`,
    `k1:${material(1)},k1:${material(2)}`,
  ])("%j is refused", (text) => {
    expect(() => parseSealingKeys(text)).toThrow(RangeError);
  });

  test("the refusal shows no key", () => {
    const text = `k1:${material(1)},k1:${material(2)}`;
    expect(() => parseSealingKeys(text)).toThrow(/^(?!.*AQEB)(?!.*AgIC)/);
  });
});
