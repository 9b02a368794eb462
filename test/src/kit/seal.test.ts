// Sealing secrets for the database, and the keys that do it.
import { describe, expect, test } from "vitest";
import { SealError, open, parseSealingKeys, seal } from "../../../src/kit/seal.ts";

const material = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const OLD = parseSealingKeys(`k1:${material(1)}`);
const BOTH = parseSealingKeys(`k2:${material(2)}, k1:${material(1)}`);
const SECRET = new TextEncoder().encode("a private key");

describe("sealing", () => {
  test("hides the secret, and opens for the same row", async () => {
    const sealed = await seal(BOTH, SECRET, "keystore:7");
    expect(sealed).toMatch(/^v1\.k2\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(sealed.split(".")[2] ?? "", "base64url").includes("private")).toBe(false);
    expect(await open(BOTH, sealed, "keystore:7")).toEqual(SECRET);
  });

  test("gives another text each time for the same secret", async () => {
    expect(await seal(BOTH, SECRET, "row")).not.toBe(await seal(BOTH, SECRET, "row"));
  });

  test("works for an empty secret", async () => {
    const sealed = await seal(OLD, new Uint8Array(), "row");
    expect(await open(OLD, sealed, "row")).toEqual(new Uint8Array());
  });

  test("does not open for another row", async () => {
    const sealed = await seal(BOTH, SECRET, "keystore:7");
    await expect(open(BOTH, sealed, "keystore:8")).rejects.toThrow(SealError);
  });

  test("opens old values after a rotation, and seals with the new key", async () => {
    const before = await seal(OLD, SECRET, "row");
    expect(await open(BOTH, before, "row")).toEqual(SECRET);
    const after = await seal(BOTH, SECRET, "row");
    await expect(open(OLD, after, "row")).rejects.toThrow(SealError);
  });

  test("notices every altered bit", async () => {
    const sealed = await seal(OLD, SECRET, "row");
    const bytes = Buffer.from(sealed.slice("v1.k1.".length), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = `v1.k1.${altered.toString("base64url")}`;
      await expect(open(OLD, text, "row"), `bit ${bit}`).rejects.toThrow(SealError);
    }
  });

  test("notices a key id replaced by another id of the same key", async () => {
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
  ])("does not open %j", async (text) => {
    await expect(open(OLD, text, "row")).rejects.toThrow(SealError);
  });
});

describe("sealing keys", () => {
  test("are all kept, and the first one seals", () => {
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
  ])("are refused when given as %j", (text) => {
    expect(() => parseSealingKeys(text)).toThrow(RangeError);
  });

  test("are not shown when they are refused", () => {
    const text = `k1:${material(1)},k1:${material(2)}`;
    expect(() => parseSealingKeys(text)).toThrow(/^(?!.*AQEB)(?!.*AgIC)/);
  });
});
