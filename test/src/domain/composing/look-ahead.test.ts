// What is to be known before a draft goes out.
import { expect, test } from "vitest";
import { DraftFields } from "../../../../src/domain/composing/draft-fields.ts";
import { lookAhead } from "../../../../src/domain/composing/look-ahead.ts";
import { addSubscribers, notificationWorld } from "../../../support/notifications.ts";
import { addNotification } from "../../../support/reports.ts";
import { testContext } from "../../../support/context.ts";

/** Noon in UTC, which is midnight in Auckland and 21:00 in Tokyo. */
const NOON = Date.parse("2026-06-10T12:00:00Z");
const HOUR_MS = 3_600_000;
const fieldsOf = (given: Record<string, unknown>) =>
  DraftFields.parse({ title: "Plums", body: "Ripe", ...given });

async function world() {
  const { account, app, ctx } = await notificationWorld(() => NOON);
  const { estimateGate, defer } = testContext(() => NOON).ctx;
  return { account, app, ctx: { ...ctx, estimateGate, defer } };
}

test("it is night for those whose zone says so, at the moment when it goes out", async () => {
  const { app, ctx } = await world();
  await addSubscribers(
    app,
    ["Pacific/Auckland", "Asia/Tokyo", "+12:00", "UTC", null].map((timezone) => ({ timezone })),
  );
  const nightOf = async (given: Record<string, unknown>) =>
    (await lookAhead(ctx, app, fieldsOf(given))).night;
  expect(await nightOf({ when: "now" })).toBe(2);
  // 22:00 in Tokyo, an hour later.
  expect(await nightOf({ when: "at", scheduled_at: "2026-06-10T13:00" })).toBe(3);
  expect(await nightOf({ when: "at", scheduled_at: "2026-06-11T06:59" })).toBe(1);
  expect(await nightOf({ when: "local", scheduled_local: "2026-06-12T22:00" })).toBe(5);
  expect(await nightOf({ when: "local", scheduled_local: "2026-06-12T07:00" })).toBe(0);
  const targeting = { type: "platform", platforms: ["ios"] };
  expect(await nightOf({ when: "now", targeting })).toBe(0);
});

test("who gets which translation is counted as it is sent, and who gets none of them too", async () => {
  const { app, ctx } = await world();
  await addSubscribers(
    app,
    ["de", "de-AT", "zh-TW", "fr", null].map((language) => ({ language })),
  );
  const words = { title: "Pflaumen", body: "Reif" };
  const translations = [
    { language: "DE", ...words },
    { language: "zh-Hant", ...words },
    { language: "es", ...words },
  ];
  const { languages } = await lookAhead(ctx, app, fieldsOf({ translations }));
  expect(Object.fromEntries(languages)).toEqual({ DE: 2, "zh-Hant": 1, null: 2 });
});

test("what everyone was sent within a day is named, and nothing else", async () => {
  const { account, app, ctx } = await world();
  const add = async (startedAt: number | null, more: Record<string, string | number>) =>
    addNotification(
      { id: app.id, accountId: account.id },
      { started_at: startedAt, created_at: NOON, ...more },
    );
  const lastOf = async () => (await lookAhead(ctx, app, fieldsOf({}))).last;
  await add(NOON - 25 * HOUR_MS, {});
  await add(NOON - 1, { targeting: '{"type":"platform","platforms":["ios"]}' });
  await add(NOON - 1, { targeting: '{"type":"subscribers","ids":[1]}' });
  await add(null, { status: "scheduled" });
  await add(NOON - 1, { status: "cancelled" });
  expect(await lastOf()).toBe(null);
  await add(NOON - 3 * HOUR_MS, { status: "sending" });
  await add(NOON - 5 * HOUR_MS, {});
  expect(await lastOf()).toEqual({ title: "Fresh plums are in", at: NOON - 3 * HOUR_MS });
  expect(
    (await lookAhead(ctx, app, fieldsOf({ targeting: { type: "platform", platforms: ["ios"] } })))
      .last,
  ).toBe(null);
});
