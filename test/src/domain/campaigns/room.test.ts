// How many campaigns and templates an account may have, and how long their filters and texts may be.
import { expect, test } from "vitest";
import { MAX_CAMPAIGNS, MAX_TEMPLATES } from "../../../../src/domain/campaigns/room.ts";
import { addPushingApps, instantWorld, PUSH, type InstantWorld } from "../../../support/instant.ts";
import { useInternet } from "../../../support/receiver.ts";
import { rows } from "../../../support/worker.ts";

// pushes reach no real provider
useInternet();

const DAY_MS = 86_400_000;
const MOMENT = { name: "Later", date: "2027-01-01", time: "10:00", timezone: "+00:00" };
const LATER = { ...MOMENT, filters: {} };
const NO_SENDINGS = `validation error: sendings must not be more than ${MAX_CAMPAIGNS} an account that are due or were within a day`;
const NO_PUSHES = `validation error: pushes must not be more than ${MAX_TEMPLATES} an account that are bound to what is due or were made within a day`;

/** Has the account count as one with as many campaigns or templates as it may have, but for `left`. */
const pretendFull = async ({ account }: InstantWorld, kind: "campaigns" | "templates", left = 0) =>
  rows(
    `UPDATE account_counts SET ${kind} = ? WHERE account_id = ?`,
    (kind === "campaigns" ? MAX_CAMPAIGNS : MAX_TEMPLATES) - left,
    account.id,
  );

const idsOf = async (table: string, { account }: InstantWorld) =>
  (await rows(`SELECT id FROM ${table} WHERE account_id = ? ORDER BY id`, account.id)).map(
    ({ id }) => id,
  );

test("the counts of an account are those of its rows, also after they are deleted", async () => {
  const world = await instantWorld();
  await world.send();
  await world.call("POST", "/pushes", PUSH);
  await world.call("POST", "/sched/onesend", LATER);
  const counts = async () =>
    rows("SELECT campaigns, templates FROM account_counts WHERE account_id = ?", world.account.id);
  expect(await counts()).toEqual([{ campaigns: 2, templates: 2 }]);
  await rows("DELETE FROM campaigns WHERE account_id = ?", world.account.id);
  await rows("DELETE FROM templates WHERE account_id = ?", world.account.id);
  expect(await counts()).toEqual([{ campaigns: 0, templates: 0 }]);
});

test("a campaign beyond the 10,000 takes the place of the oldest that was due over a day ago", async () => {
  const world = await instantWorld();
  for (let made = 0; made < 3; made += 1) await world.call("POST", "/sched/onesend", LATER);
  const [waiting, old] = await idsOf("campaigns", world);
  await rows("UPDATE campaigns SET due_at = ? WHERE id = ?", Date.now() - 2 * DAY_MS, old);
  await pretendFull(world, "campaigns");
  expect((await world.call("POST", "/sched/onesend", LATER)).status).toBe(201);
  const left = await idsOf("campaigns", world);
  expect(left).toContain(waiting);
  expect(left).not.toContain(old);
  const refused = await world.call("POST", "/sched/onesend", LATER);
  expect([refused.status, refused.body.error]).toEqual([400, NO_SENDINGS]);
  expect(await idsOf("campaigns", world)).toEqual(left);
});

test("a template beyond the 10,000 takes the place of the oldest that is over a day old", async () => {
  const world = await instantWorld();
  for (let made = 0; made < 2; made += 1) await world.call("POST", "/pushes", PUSH);
  const [old, recent] = await idsOf("templates", world);
  await rows("UPDATE templates SET created_at = ? WHERE id = ?", Date.now() - 2 * DAY_MS, old);
  await pretendFull(world, "templates");
  expect((await world.call("POST", "/pushes", PUSH)).status).toBe(201);
  const left = await idsOf("templates", world);
  expect(left).toContain(recent);
  expect(left).not.toContain(old);
  const refused = await world.call("POST", "/pushes", PUSH);
  expect([refused.status, refused.body.error]).toEqual([400, NO_PUSHES]);
});

test("a template that is bound to a sending that is to come, or was due within a day, does not go", async () => {
  const world = await instantWorld();
  const make = async (path: string, json: unknown): Promise<number> => {
    const made = await world.call("POST", path, json);
    expect(made.status).toBe(201);
    return made.body.id;
  };
  const bind = async (sched: number, push_ids: number[]) =>
    (await world.call("PUT", `/sched/onesend/${sched}/pushes`, { push_ids })).status;
  const [first, second, third] = [
    await make("/pushes", PUSH),
    await make("/pushes", PUSH),
    await make("/pushes", PUSH),
  ];
  const [coming, recent] = [
    await make("/sched/onesend", LATER),
    await make("/sched/onesend", LATER),
  ];
  expect(await bind(coming, [first])).toBe(200);
  expect(await bind(recent, [second, third])).toBe(200);
  const dueAgo = async (days: number) =>
    rows("UPDATE campaigns SET due_at = ? WHERE id = ?", Date.now() - days * DAY_MS, recent);
  await rows("UPDATE templates SET created_at = 1 WHERE account_id = ?", world.account.id);
  await pretendFull(world, "templates");

  await dueAgo(0.5);
  const refused = await world.call("POST", "/pushes", PUSH);
  expect([refused.status, refused.body.error]).toEqual([400, NO_PUSHES]);
  await dueAgo(2);
  await make("/pushes", PUSH);
  expect(await idsOf("templates", world)).not.toContain(second);
  expect(await idsOf("templates", world)).toContain(first);
  // what is bound can be bound again, with another
  expect(await bind(coming, [first, third])).toBe(200);
});

test.each([
  ["campaigns", NO_SENDINGS],
  ["templates", NO_PUSHES],
] as const)(
  "an instant send makes nothing when there is no room for its %s",
  async (kind, error) => {
    const world = await instantWorld();
    await pretendFull(world, kind);
    const refused = await world.send();
    expect([refused.status, refused.body]).toMatchObject([400, { error }]);
    for (const table of ["campaigns", "templates", "notifications"]) {
      expect(await idsOf(table, world)).toEqual([]);
    }
    expect((await (await instantWorld()).send()).status).toBe(201);
  },
);

test("two at once don't take the one place that is left", async () => {
  const world = await instantWorld();
  await pretendFull(world, "campaigns", 1);
  const answers = await Promise.all([world.send(), world.send()]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 400]);
});

test("filters are at most 65,536 bytes of JSON, beside the other fields or among the filters", async () => {
  const world = await instantWorld();
  const many = (mark: string) =>
    Array.from({ length: 200 }, (_, at) => `${mark}${at}`.padEnd(240, "é"));
  const filters = { audiences_include: many("a"), audiences_exclude: many("b") };
  for (const [path, json] of [
    ["/sched/onesend", { ...MOMENT, ...filters }],
    ["/sched/onesend", { ...MOMENT, filters }],
    ["/send/instant", { name: "Now", filters, push: PUSH }],
  ] as const) {
    const refused = await world.call("POST", path, json);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(
      /^validation error: (body|filters) must not be greater than 65536 bytes of JSON$/,
    );
  }
});

test("the audience counts towards what one request may make, since every app gets a copy", async () => {
  const world = await instantWorld();
  await addPushingApps(world.account, 200);
  const audiences_include = Array.from({ length: 200 }, (_, at) => `a${at}`.padEnd(240, "x"));
  const refused = await world.send({ audiences_include });
  expect(refused.status).toBe(400);
  expect(refused.body.error).toMatch(
    /^validation error: push must not make more than 8000000 bytes over all apps, but makes \d+$/,
  );
});

test("the translations of a push are at most 131,072 bytes of JSON", async () => {
  const { call } = await instantWorld();
  const languages = ["de", "en", "fr", "es", "pt", "it", "nl", "pl", "sv", "da"].flatMap(
    (language) =>
      ["DE", "AT", "CH", "US", "GB", "FR", "ES", "BR", "NL", "PL"].map(
        (region) => `${language}-${region}`,
      ),
  );
  const translations = languages.map((language) => ({
    language,
    title: "T",
    text: "x".repeat(1400),
  }));
  const refused = await call("POST", "/pushes", { default_lang: "en-US", translations });
  expect([refused.status, refused.body.error]).toEqual([
    400,
    "validation error: translations must not be greater than 131072 bytes of JSON",
  ]);
});
