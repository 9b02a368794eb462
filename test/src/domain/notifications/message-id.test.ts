// Ids of messages: each is a UUID that only its own recipient can report.
import { describe, expect, test } from "vitest";
import {
  isReportable,
  messageId,
  notificationOf,
  reportableData,
} from "../../../../src/domain/notifications/message-id.ts";

const KEY = "a key of the test's own, long enough";
const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("a message's id", () => {
  test.each([
    [1, 1],
    [7, 1_000_000],
    [2 ** 48 - 1, 2 ** 48 - 1],
  ])("names notification %d for subscriber %d", (notificationId, subscriberId) => {
    const id = messageId(KEY, notificationId, subscriberId);
    expect(id).toMatch(UUID_V8);
    expect(notificationOf(KEY, id, subscriberId)).toBe(notificationId);
    expect(notificationOf(KEY, id.toUpperCase(), subscriberId)).toBe(notificationId);
  });

  test("is nothing to another subscriber, or under another key", () => {
    const id = messageId(KEY, 1, 2);
    expect(notificationOf(KEY, id, 1)).toBeNull();
    expect(notificationOf(KEY, id, 3)).toBeNull();
    expect(notificationOf(`${KEY}!`, id, 2)).toBeNull();
  });

  test("is nothing once any one digit is changed", () => {
    const id = messageId(KEY, 3, 4);
    for (let at = 0; at < id.length; at += 1) {
      for (const digit of "0123456789abcdef") {
        if (id[at] === "-" || id[at] === digit) continue;
        expect(notificationOf(KEY, id.slice(0, at) + digit + id.slice(at + 1), 4)).toBeNull();
      }
    }
  });
});

test("only the data that holds the notification's own id is reportable", () => {
  const uuid = crypto.randomUUID();
  expect(isReportable(reportableData(uuid), uuid)).toBe(true);
  expect(isReportable({ ...reportableData(uuid), more: 1 }, uuid)).toBe(true);
  for (const data of [null, {}, { msg_id: uuid }, reportableData(crypto.randomUUID())]) {
    expect(isReportable(data, uuid)).toBe(false);
  }
});
