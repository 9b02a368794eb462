// Which platform overrides and which keys of data a notification may have.
import { expect, test } from "vitest";
import { contentProblems } from "../../../../src/delivery/providers/overrides.ts";
import { fullContent } from "../../../support/push-content.ts";

const paths = (overrides: unknown, data: Record<string, unknown> | null = null) =>
  contentProblems({ overrides, data }).map(({ path, code, ...issue }) =>
    code === "unrecognized_keys"
      ? `${path.join(".")}: ${(issue as { keys: string[] }).keys.join()}`
      : path.join("."),
  );

test("accepts the overrides that docs/contracts.md (Push 8) shows", () => {
  expect(contentProblems(fullContent())).toEqual([]);
  expect(paths({})).toEqual([]);
  expect(paths({ android: null, ios: null, web: null })).toEqual([]);
});

test.each([
  [{ android: { channel: "x" } }, "platform_overrides.android: channel"],
  [{ android: { priority: "max" } }, "platform_overrides.android.priority"],
  [{ android: { channel_id: 5 } }, "platform_overrides.android.channel_id"],
  [{ ios: { badge: "1" } }, "platform_overrides.ios.badge"],
  [{ ios: { bagde: 1 } }, "platform_overrides.ios: bagde"],
  [{ web: [] }, "platform_overrides.web"],
  [{ windows: {} }, "platform_overrides: windows"],
])("refuses %j at %s", (overrides, path) => {
  expect(paths(overrides)).toEqual([path]);
});

test.each(["from", "message_type", "google.x", "gcm.notification.x", "aps", "slipway"])(
  "refuses the key %s in data",
  (key) => {
    expect(paths({}, { [key]: "x", fine: "y" })).toEqual([`data.${key}`]);
  },
);

test("refuses the keys that FCM keeps for itself in the data of web overrides, which FCM carries too", () => {
  const data = { from: "x", "google.x": "y", aps: "fine", fine: "z" };
  expect(paths({ web: { data } })).toEqual([
    "platform_overrides.web.data.from",
    "platform_overrides.web.data.google.x",
  ]);
  for (const odd of [null, "from", ["from"]]) expect(paths({ web: { data: odd } })).toEqual([]);
});

test("accepts keys that only begin like a reserved one", () => {
  expect(paths({}, { from_here: "x", message_types: "y", apse: 1, url: "z" })).toEqual([]);
});
