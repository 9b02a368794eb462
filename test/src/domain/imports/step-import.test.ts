// The steps of an import, one by one: what was done stays and is done once, however an import ends.
import { beforeAll, expect, test } from "vitest";
import { createImport } from "../../../../src/domain/imports/create-import.ts";
import { errorsFile } from "../../../../src/domain/imports/errors-file.ts";
import { expireImports } from "../../../../src/domain/imports/expire-imports.ts";
import { findImport } from "../../../../src/domain/imports/find-import.ts";
import { cancelImport, startImport } from "../../../../src/domain/imports/start-import.ts";
import { stepImport } from "../../../../src/domain/imports/step-import.ts";
import { findApp, type App } from "../../../../src/domain/apps/find-app.ts";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import { filesOf } from "../../../support/builds.ts";
import { testContext } from "../../../support/context.ts";
import { android, csv } from "../../../support/csv.ts";
import { as, join, newPerson } from "../../../support/members.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";
import { admin, api, bindings, rows } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;
/** Rows of a chunk. */
const CHUNK = 500;
/** The most subscribers of an app on the plan of some tests: some more than one chunk. */
const MOST = 700;

beforeAll(async () => {
  const plan = { name: "Small", price: 0, monthly_credits: 0, rate_limit: 1000 };
  await admin("PUT", "/plans", { plans: [{ ...plan, max_subscribers: MOST }] });
});

interface World {
  ctx: AccountCtx;
  /** A key of the account. */
  key: string;
  app: App;
  settled: () => Promise<void>;
  /** Moves the clock on, ms. */
  wait: (ms: number) => void;
}

/** An account whose imports' objects do nothing: tests make the steps. */
async function newWorld(plan?: string): Promise<World> {
  const account = await newAccount(plan === undefined ? {} : { plan });
  const person = await newPerson();
  await join(account.id, person, "owner");
  const made = await newApp(account.key);
  let waited = 0;
  const { ctx, settled } = testContext(() => Date.now() + waited);
  const quiet = { ...ctx, importJob: () => ({ wake: async () => undefined }) };
  const of = await as(person, account.id, quiet);
  const wait = (ms: number) => void (waited += ms);
  return { ctx: of, key: account.key, app: await findApp(of, made.id), settled, wait };
}

const file = (count: number, more: readonly string[][] = []) =>
  new TextEncoder().encode(
    csv([
      ["platform", "token"],
      ...Array.from({ length: count }, (_, at) => android(`t${at}`)),
      ...more,
    ]),
  );

/** Has a file counted. */
async function ready({ ctx, app }: World, bytes: Uint8Array) {
  const made = await createImport(ctx, app, { name: "people.csv", bytes });
  while (await stepImport(ctx, made.id));
  return made;
}

async function begun(world: World, bytes: Uint8Array) {
  const made = await ready(world, bytes);
  await startImport(world.ctx, world.app, made.uuid, { leave_out: false });
  return made;
}

const importOf = async ({ id }: { id: number }) =>
  (await rows("SELECT * FROM imports WHERE id = ?", id))[0];
const countOf = async ({ app }: World) =>
  (await rows("SELECT count(*) AS count FROM subscribers WHERE app_id = ?", app.id))[0].count;

test("each step does a chunk, and says whether there is another", async () => {
  const world = await newWorld();
  const made = await createImport(world.ctx, world.app, {
    name: "people.csv",
    bytes: file(1100, [["android", ""]]),
  });
  const step = async () => stepImport(world.ctx, made.id);
  expect(await importOf(made)).toMatchObject({ state: "counting", rows: 1101, cursor: 0 });
  expect([await step(), await step(), await step()]).toEqual([true, true, false]);
  expect(await importOf(made)).toMatchObject({
    state: "ready",
    new_rows: 1100,
    known_rows: 0,
    invalid_rows: 1,
  });
  // One that waits has no step.
  expect(await step()).toBe(false);
  await startImport(world.ctx, world.app, made.uuid, { leave_out: false });
  expect([await step(), await countOf(world)]).toEqual([true, CHUNK]);
  expect([await step(), await step(), await step()]).toEqual([true, false, false]);
  expect(await importOf(made)).toMatchObject({ state: "done", created: 1100, refused: 1 });
  expect(await filesOf(world.app.id)).toEqual([expect.stringContaining("/errors/000002.csv")]);
});

test("a step that is made twice, at once or after another, counts once", async () => {
  const world = await newWorld();
  const made = await begun(world, file(600));
  const step = async () => stepImport(world.ctx, made.id);
  await Promise.all([step(), step()]);
  await Promise.all([step(), step()]);
  await step();
  expect(await importOf(made)).toMatchObject({
    state: "done",
    created: 600,
    changed: 0,
    refused: 0,
  });
  expect(await countOf(world)).toBe(600);
});

test("a step whose transaction fails leaves nothing, and the next one does it all", async () => {
  const world = await newWorld();
  const made = await begun(world, file(600));
  await rows(
    `CREATE TRIGGER broken BEFORE UPDATE OF cursor ON imports BEGIN SELECT RAISE(ABORT, 'broken'); END`,
  );
  await expect(stepImport(world.ctx, made.id)).rejects.toThrow("broken");
  await rows("DROP TRIGGER broken");
  expect(await countOf(world)).toBe(0);
  while (await stepImport(world.ctx, made.id));
  expect(await importOf(made)).toMatchObject({ state: "done", created: 600, changed: 0 });
});

test("one that is cancelled between two steps ends there, and what it did stays and is told", async () => {
  const world = await newWorld();
  const made = await begun(world, file(1100));
  await stepImport(world.ctx, made.id);
  await cancelImport(world.ctx, world.app, made.uuid);
  expect(await stepImport(world.ctx, made.id)).toBe(false);
  await world.settled();
  expect(await importOf(made)).toMatchObject({ state: "cancelled", created: CHUNK, cursor: 1 });
  expect(await countOf(world)).toBe(CHUNK);
  expect(await filesOf(world.app.id)).toEqual([]);
});

test("one that is cancelled in the middle of a step says what that step did", async () => {
  const world = await newWorld();
  const made = await begun(world, file(1100));
  const get = async (...given: Parameters<typeof world.ctx.files.get>) => {
    const found = await world.ctx.files.get(...given);
    await cancelImport(world.ctx, world.app, made.uuid);
    return found;
  };
  const files = new Proxy(world.ctx.files, {
    get: (of, name) => (name === "get" ? get : (Reflect.get(of, name) as () => void).bind(of)),
  });
  await stepImport({ ...world.ctx, files }, made.id);
  expect(await importOf(made)).toMatchObject({ state: "cancelled", created: CHUNK, cursor: 1 });
  expect(await countOf(world)).toBe(CHUNK);
});

test("without room for more it ends, and says where", async () => {
  const world = await newWorld("Small");
  const lines = [["android", ""], ...Array.from({ length: 1100 }, (_, at) => android(`t${at}`))];
  const table = [["platform", "token"], ...lines, ["android", ""]];
  const made = await ready(world, new TextEncoder().encode(csv(table)));
  const refusedRows = async () => {
    const of = await findImport(world.ctx, world.app, made.uuid);
    const text = await new Response(errorsFile(world.ctx, of)).text();
    return [...text.matchAll(/^\d+/gm)].map(([row]) => row);
  };
  expect(await refusedRows()).toEqual(["2", "1103"]);
  await startImport(world.ctx, world.app, made.uuid, { leave_out: false });
  while (await stepImport(world.ctx, made.id));
  // The last row was never come to.
  expect(await refusedRows()).toEqual(["2"]);
  expect(await importOf(made)).toMatchObject({
    state: "failed",
    failure: "no_room",
    refused: 1,
    created: CHUNK - 1,
    cursor: 1,
  });
  expect(await countOf(world)).toBe(CHUNK - 1);
});

test("without its file it ends", async () => {
  const world = await newWorld();
  const made = await begun(world, file(10));
  await bindings.FILES.delete(`apps/${world.app.id}/imports/${made.uuid}/rows.jsonl`);
  expect(await stepImport(world.ctx, made.id)).toBe(false);
  expect(await importOf(made)).toMatchObject({ state: "failed", failure: "file_lost" });
});

test("a row that is about the same subscriber as an earlier one changes that", async () => {
  const world = await newWorld();
  const made = await begun(
    world,
    new TextEncoder().encode(
      csv([
        ["platform", "token", "tags", "user_id"],
        android("a", "x", ""),
        ...Array.from({ length: CHUNK }, (_, at) => android(`t${at}`, "", "")),
        android("a", "", "ann"),
        android("t1", "y", ""),
      ]),
    ),
  );
  expect(await importOf(made)).toMatchObject({ new_rows: CHUNK + 1, known_rows: 2 });
  while (await stepImport(world.ctx, made.id));
  expect(await importOf(made)).toMatchObject({ created: CHUNK + 1, changed: 2 });
  expect(
    await rows(
      "SELECT token, tags, user_id FROM subscribers WHERE app_id = ? AND token IN ('a', 't1') ORDER BY token",
      world.app.id,
    ),
  ).toEqual([
    { token: "a", tags: '["x"]', user_id: "ann" },
    { token: "t1", tags: '["y"]', user_id: null },
  ]);
});

test("an account has three imports that are not over, an app one and fifty in all", async () => {
  const world = await newWorld();
  const { ctx, app, settled } = world;
  await ready(world, file(1));
  await expect(ready(world, file(1))).rejects.toThrow("invalid");
  const { accountId } = ctx.principal;
  for (const at of [1, 2, 3]) {
    const made = await newApp(world.key);
    const other = { ...world, app: await findApp(ctx, made.id) };
    if (at < 3) await ready(other, file(1));
    else await expect(ready(other, file(1))).rejects.toThrow("invalid");
  }
  await rows("UPDATE imports SET state = 'done' WHERE account_id = ?", accountId);
  await rows(
    `INSERT INTO imports (uuid, account_id, app_id, state, file_name, encoding, delimiter, columns, preview, rows, chunks, by_name, created_at, updated_at)
      SELECT 'old' || value || ?, ?, ?, 'done', 'f', 'utf-8', ',', '[]', '[]', 1, '[]', 'x', 1, 1 FROM json_each(?)`,
    app.id,
    accountId,
    app.id,
    JSON.stringify(Array.from({ length: 55 }, (_, at) => at)),
  );
  const made = await createImport(ctx, app, { name: "f", bytes: file(1) });
  await settled();
  const kept = await rows("SELECT id FROM imports WHERE app_id = ? ORDER BY id", app.id);
  expect(kept).toHaveLength(50);
  expect(kept.at(-1).id).toBe(made.id);
});

test("the cron ends what nobody begins or what stands still for a day, and deletes files, then rows", async () => {
  const world = await newWorld();
  const waiting = await ready(world, file(10, [["android", ""]]));
  world.wait(DAY_MS - 60_000);
  await expireImports(world.ctx);
  expect(await importOf(waiting)).toMatchObject({ state: "ready" });
  world.wait(60_001);
  await expireImports(world.ctx);
  expect(await importOf(waiting)).toMatchObject({
    state: "cancelled",
    files_until: null,
    preview: "[]",
  });
  expect(await filesOf(world.app.id)).toEqual([]);

  const stuck = await begun(world, file(10));
  world.wait(DAY_MS + 1);
  await expireImports(world.ctx);
  expect(await importOf(stuck)).toMatchObject({
    state: "failed",
    failure: "timed_out",
    files_until: null,
  });

  world.wait(30 * DAY_MS);
  await expireImports(world.ctx);
  expect([await importOf(waiting), await importOf(stuck)]).toEqual([undefined, undefined]);
});

test("one that is begun at the last moment has a day from then on, and keeps its file", async () => {
  const world = await newWorld();
  const made = await ready(world, file(10));
  world.wait(DAY_MS - 1000);
  await startImport(world.ctx, world.app, made.uuid, { leave_out: false });
  world.wait(60_000);
  await expireImports(world.ctx);
  expect(await stepImport(world.ctx, made.id)).toBe(false);
  expect(await importOf(made)).toMatchObject({ state: "done", created: 10 });
});

test("one that is begun while the cron ends others keeps its file", async () => {
  const [early, late] = [await newWorld(), await newWorld()];
  const first = await ready(early, file(10));
  const second = await ready(late, file(10));
  for (const world of [early, late]) world.wait(DAY_MS + 60_000);
  const { ctx } = early;
  // Both were found by then: the second is begun while the first one's files go.
  const list = async (...given: Parameters<typeof ctx.files.list>) => {
    await startImport(late.ctx, late.app, second.uuid, { leave_out: false });
    return ctx.files.list(...given);
  };
  const files = new Proxy(ctx.files, {
    get: (of, name) => (name === "list" ? list : (Reflect.get(of, name) as () => void).bind(of)),
  });
  await expireImports({ ...ctx, files });
  expect(await importOf(first)).toMatchObject({ state: "cancelled" });
  expect(await stepImport(late.ctx, second.id)).toBe(false);
  expect(await importOf(second)).toMatchObject({ state: "done", created: 10 });
});

test("deleting the app deletes its imports and their files, while one goes on", async () => {
  const world = await newWorld();
  const made = await begun(world, file(1100));
  await stepImport(world.ctx, made.id);
  const { status } = await api("DELETE", `/api/v1/apps/${world.app.id}`, {
    token: world.key,
  });
  expect(status).toBe(200);
  expect(await importOf(made)).toBeUndefined();
  expect(await filesOf(world.app.id)).toEqual([]);
  expect(await stepImport(world.ctx, made.id)).toBe(false);
});

test("a file that comes in while the app is deleted does not stay, nor a list of refused rows", async () => {
  const world = await newWorld();
  const { ctx, app } = world;
  const put = async (...given: Parameters<typeof ctx.files.put>) => {
    await rows("DELETE FROM imports WHERE app_id = ?", app.id);
    return ctx.files.put(...given);
  };
  const files = new Proxy(ctx.files, {
    get: (of, name) => (name === "put" ? put : (Reflect.get(of, name) as () => void).bind(of)),
  });
  const making = createImport({ ...ctx, files }, app, { name: "people.csv", bytes: file(10) });
  await expect(making).rejects.toMatchObject({ refusal: { code: "not_found" } });
  expect(await filesOf(app.id)).toEqual([]);

  const bytes = file(10, [["android", ""]]);
  const counting = await createImport(ctx, app, { name: "people.csv", bytes });
  expect(await stepImport({ ...ctx, files }, counting.id)).toBe(false);
  expect(await filesOf(app.id)).toEqual([]);
});
