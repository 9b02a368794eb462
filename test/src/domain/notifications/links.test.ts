// Link tokens: each has a single form, and nobody without the key can make or alter one.
import { describe, expect, test } from "vitest";
import { linkToken, MAX_LINK_TOKEN, readLink } from "../../../../src/domain/notifications/links.ts";

const KEY = "a key of the test's own, long enough";

describe("a token", () => {
  test.each([
    [1, 1],
    [7, 1_000_000],
    [2 ** 48 - 1, 2 ** 48 - 1],
  ])("names notification %d and subscriber %d", (notificationId, subscriberId) => {
    const token = linkToken(KEY, notificationId, subscriberId);
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(token).toHaveLength(MAX_LINK_TOKEN);
    expect(readLink(KEY, token)).toEqual({ notificationId, subscriberId });
  });

  test("differs for every recipient and is the same each time", () => {
    expect(linkToken(KEY, 1, 2)).toBe(linkToken(KEY, 1, 2));
    expect(linkToken(KEY, 1, 2)).not.toBe(linkToken(KEY, 2, 1));
  });

  test("cannot be read with another key", () => {
    expect(readLink(`${KEY}!`, linkToken(KEY, 1, 2))).toBeNull();
  });

  test("cannot be read once any one character is changed", () => {
    const token = linkToken(KEY, 3, 4);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/";
    for (let at = 0; at < token.length; at += 1) {
      for (const letter of alphabet) {
        if (letter === token[at]) continue;
        expect(readLink(KEY, token.slice(0, at) + letter + token.slice(at + 1))).toBeNull();
      }
    }
  });

  test.each(["", "A", "A".repeat(38), "A".repeat(39), `${linkToken(KEY, 1, 2)}=`, "é".repeat(38)])(
    "cannot be read from %j",
    (text) => {
      expect(readLink(KEY, text)).toBeNull();
    },
  );
});
