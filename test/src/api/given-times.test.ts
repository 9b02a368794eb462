// Times as people write them, in every field of every API that takes one.
import { beforeAll, describe, expect, test } from "vitest";
import { instantWorld } from "../../support/instant.ts";
import { rows, api } from "../../support/worker.ts";
import { newNotifier, type Notifier } from "../../support/scenario.ts";

const DAY_MS = 86_400_000;
/** A day within the year that can be scheduled for. */
const DAY = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);

const SAME = [
  `${DAY}T18:00:00Z`,
  `${DAY}T18:00Z`,
  `${DAY}t18:00:00z`,
  `${DAY} 18:00:00Z`,
  `${DAY}T20:00:00+0200`,
  `${DAY}T20:00+02:00`,
  `${DAY}T20:00:00+02`,
  `${DAY}T18:00:00.123456789Z`,
  `${DAY}T18:00:00.000000+00:00`,
  `${DAY} 20:00:00 +0200`,
];
const WRONG = [
  `${DAY}T18:00:00`,
  DAY,
  `${DAY.slice(0, 4)}-02-30T18:00:00Z`,
  `${DAY}T25:00:00Z`,
  `${DAY}T18:00:60Z`,
  `${DAY}T18:00:00 Berlin`,
  "tomorrow",
  "",
  1_798_000_000,
];

let world: Notifier;
beforeAll(async () => {
  world = await newNotifier();
});

test.each(SAME)("the push API is scheduled at %s", async (scheduled_at) => {
  const { id, scheduled_at: shown } = await world.make({ scheduled_at });
  expect(shown).toBe(`${DAY}T18:00:00Z`);
  const later = `${DAY}T19:00:00Z`;
  for (const [given, known] of [
    [later, later],
    [scheduled_at, `${DAY}T18:00:00Z`],
    [null, null],
  ]) {
    const changed = await world.call("PATCH", `/${id}`, { scheduled_at: given });
    expect(changed.body.data.scheduled_at).toBe(known);
  }
});

test.each(SAME)("API v1 takes %s for a schedule and for the end of a key", async (text) => {
  const token = world.account.key;
  const made = await api("POST", `/api/v1/apps/${world.app.v1_id}/notifications`, {
    token,
    json: { title: "Hello", body: "World", scheduled_at: text },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body.data.status).toBe("scheduled");
  const [row] = await rows(
    "SELECT scheduled_at FROM notifications WHERE id = ?",
    made.body.data.id,
  );
  expect(Math.floor(row.scheduled_at / 1000)).toBe(Date.parse(`${DAY}T18:00:00Z`) / 1000);
  const key = await api("POST", "/api/v1/api-keys", {
    token,
    json: { name: "k", expires_at: text },
  });
  expect(key.body.data.expires_at).toMatch(new RegExp(`^${DAY}T18:00:00\\.\\d{6}Z$`));
});

test.each(WRONG)("neither takes %j", async (text) => {
  const token = world.account.key;
  const json = { title: "Hello", body: "World", scheduled_at: text };
  const push = await world.call("POST", "", json);
  expect(push.status).toBe(422);
  const says =
    typeof text === "string" ? "must be an ISO 8601 time with a zone" : "must be a string";
  expect(push.body.details).toEqual({ scheduled_at: [says] });
  const v1 = await api("POST", `/api/v1/apps/${world.app.v1_id}/notifications`, { token, json });
  expect(v1.body.errors).toEqual({ scheduled_at: [`The scheduled at field ${says}.`] });
  const key = { name: "k", expires_at: text };
  const refused = await api("POST", "/api/v1/api-keys", { token, json: key });
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.errors)).toEqual(["expires_at"]);
});

test.each([
  [`${DAY}T18:00`, `${DAY}T18:00`],
  [`${DAY}t18:00:00`, `${DAY}T18:00`],
  [`${DAY} 18:00`, `${DAY}T18:00`],
  [`${DAY}T18:00Z`, null],
  [`${DAY}T18:00:30`, null],
  [`${DAY}T24:00`, null],
])("the local time %s is %j", async (scheduled_local, shown) => {
  const made = await world.call("POST", "", { title: "t", body: "b", scheduled_local });
  expect(made.status).toBe(shown === null ? 422 : 201);
  expect(made.body.data?.scheduled_local ?? null).toBe(shown);
});

describe("a one-time sending", () => {
  test.each([
    [{ time: "18:00", timezone: "+02:00" }, `${DAY}T16:00:00.000Z`],
    [{ time: "18-00", timezone: "+0200" }, `${DAY}T16:00:00.000Z`],
    [{ time: "18:00:00", timezone: "+02" }, `${DAY}T16:00:00.000Z`],
    [{ time: " 18:00 ", timezone: "z" }, `${DAY}T18:00:00.000Z`],
    [{ time: "18:00", timezone: "UTC" }, `${DAY}T18:00:00.000Z`],
    [{ time: "18:00", timezone: "GMT" }, `${DAY}T18:00:00.000Z`],
    [{ time: "18:00", timezone: "GMT+03:00" }, `${DAY}T15:00:00.000Z`],
    [{ time: "18:00", timezone: "UTC+2" }, `${DAY}T16:00:00.000Z`],
    [{ time: "18:00", timezone: "utc -05:30" }, `${DAY}T23:30:00.000Z`],
    [{ time: "18:00:00.000", timezone: "Z" }, `${DAY}T18:00:00.000Z`],
    [{ time: "18:00:00.000000000", timezone: "+0200" }, `${DAY}T16:00:00.000Z`],
    [{ time: "T18:00", timezone: "z" }, `${DAY}T18:00:00.000Z`],
    [{ time: "t18-00-00", timezone: "z" }, `${DAY}T18:00:00.000Z`],
  ])("takes %j", async (moment, due) => {
    const { call } = await instantWorld();
    const made = await call("POST", "/sched/onesend", {
      name: "x",
      filters: {},
      date: DAY,
      local_time: false,
      ...moment,
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const [row] = await rows("SELECT due_at FROM campaigns WHERE id = ?", made.body.id);
    expect(new Date(row.due_at).toISOString()).toBe(due);
  });

  test.each([
    { time: "18:00:30" },
    { time: "18:00:00.5" },
    { time: "18" },
    { time: "25:00" },
    { timezone: "CET" },
    { timezone: "GMT+" },
    { timezone: "" },
  ])("does not take %j", async (moment) => {
    const { call } = await instantWorld();
    const given = { time: "18:00", timezone: "Z", ...moment };
    const sending = { name: "x", filters: {}, date: DAY, local_time: false, ...given };
    expect((await call("POST", "/sched/onesend", sending)).status).toBe(400);
  });
});
