// Secrets: how they are minted, recognised, hashed and compared.
import { expect, test } from "vitest";
import {
  SECRET_PREFIX_SHOWN,
  constantTimeEqual,
  hashSecret,
  isWellFormedSecret,
  mintSecret,
} from "../../../src/kit/secret.ts";

const PREFIXES = ["sw_live_", "sw_bld_", "sw_chn_", "sw_sub_"] as const;

test.each(PREFIXES)(
  "a secret of the prefix %s has 43 characters that encode 32 random bytes",
  (prefix) => {
    const secrets = Array.from({ length: 200 }, () => mintSecret(prefix));
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const secret of secrets) {
      expect(secret).toMatch(new RegExp(`^${prefix}[A-Za-z0-9_-]{43}$`));
      expect(Buffer.from(secret.slice(prefix.length), "base64url")).toHaveLength(32);
      expect(isWellFormedSecret(secret, prefix)).toBe(true);
      for (const other of PREFIXES) {
        expect(isWellFormedSecret(secret, other)).toBe(other === prefix);
      }
    }
  },
);

test("a text that mintSecret can't have made is not well-formed", () => {
  const body = "A".repeat(43);
  expect(isWellFormedSecret(`sw_live_${body}`, "sw_live_")).toBe(true);
  for (const text of [
    "",
    "sw_live_",
    body,
    `sw_live_${body}A`,
    `sw_live_${body}\n`,
    ` sw_live_${body}`,
  ]) {
    expect(isWellFormedSecret(text, "sw_live_")).toBe(false);
  }
  for (const last of ["B", "9", "_", "+", "é"]) {
    expect(isWellFormedSecret(`sw_live_${"A".repeat(42)}${last}`, "sw_live_")).toBe(false);
  }
});

test("the shown prefix leaves more than 200 bits unknown", () => {
  const hidden = mintSecret("sw_bld_").length - SECRET_PREFIX_SHOWN;
  expect(hidden * 6).toBeGreaterThan(200);
});

test("hashSecret is SHA-256 in lower-case hex (FIPS 180-4's example)", async () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await hashSecret("abc")).toBe(abc);
});

test("constantTimeEqual compares texts of any lengths", async () => {
  expect(await constantTimeEqual("token", "token")).toBe(true);
  expect(await constantTimeEqual("", "")).toBe(true);
  for (const [a, b] of [
    ["token", "tokeN"],
    ["token", "token2"],
    ["", "x"],
    ["é", "e\u0301"],
  ] as const) {
    expect(await constantTimeEqual(a, b)).toBe(false);
  }
});
