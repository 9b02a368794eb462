// Link tokens: each has a single form, and nobody without the key can make or alter one.
import { describe, expect, test } from "vitest";
import { linkToken, MAX_LINK_TOKEN, readLink } from "../../../../src/domain/notifications/links.ts";

const KEY = "a key of the test's own, long enough";
const IDS = { appId: 1, notificationId: 2, subscriberId: 3 };

describe("a token", () => {
  test.each([
    { appId: 1, notificationId: 1, subscriberId: 1 },
    { appId: 2, notificationId: 7, subscriberId: 1_000_000 },
    { appId: 2 ** 48 - 1, notificationId: 2 ** 48 - 1, subscriberId: 2 ** 48 - 1 },
  ])("names what it was made for: %j", (ids) => {
    const token = linkToken(KEY, ids);
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(token).toHaveLength(MAX_LINK_TOKEN);
    expect(readLink(KEY, token)).toEqual(ids);
  });

  test("differs for every recipient and is the same each time", () => {
    const other = linkToken(KEY, { ...IDS, subscriberId: 4 });
    expect(linkToken(KEY, IDS)).toBe(linkToken(KEY, IDS));
    expect(linkToken(KEY, IDS)).not.toBe(other);
  });

  test("cannot be read with another key", () => {
    expect(readLink(`${KEY}!`, linkToken(KEY, IDS))).toBeNull();
  });

  test("cannot be read once any one character is changed", () => {
    const token = linkToken(KEY, IDS);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/";
    for (let at = 0; at < token.length; at += 1) {
      for (const letter of alphabet) {
        if (letter === token[at]) continue;
        expect(readLink(KEY, token.slice(0, at) + letter + token.slice(at + 1))).toBeNull();
      }
    }
  });

  test.each(["", "A", "A".repeat(46), "A".repeat(47), `${linkToken(KEY, IDS)}=`, "é".repeat(46)])(
    "cannot be read from %j",
    (text) => {
      expect(readLink(KEY, text)).toBeNull();
    },
  );
});
