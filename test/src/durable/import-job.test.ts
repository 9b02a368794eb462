// An import goes on whatever happens to its object: evicted, aborted, a database that fails, or storage that is lost.
import {
  abortAllDurableObjects,
  createExecutionContext,
  createScheduledController,
  evictAllDurableObjects,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { expect, test } from "vitest";
import worker from "../../../src/index.ts";
import { android, csv } from "../../support/csv.ts";
import { importAt, importWorld, upload, type ImportWorld } from "../../support/imports.ts";
import { bindings, eventually, rows } from "../../support/worker.ts";
import { untilPasses } from "../../support/until-passes.ts";

const COUNT = 2600;
const FILE = csv([
  ["platform", "token"],
  ...Array.from({ length: COUNT }, (_, at) => android(`t${at}`)),
]);

const jobOf = (id: number) =>
  bindings.IMPORT_JOB.get(bindings.IMPORT_JOB.idFromName(`import:${id}`));
const countOf = async ({ app }: ImportWorld) =>
  (await rows("SELECT count(*) AS count FROM subscribers WHERE app_id = ?", app.id))[0].count;

/** Disturbs after some steps until the import is in this state. */
async function disturbedUntil(
  path: string,
  state: string,
  disturb: () => Promise<unknown>,
  isWanted: (cursor: number) => boolean,
) {
  let seen = "";
  await eventually(async () => {
    const present = await importAt(path);
    const isNew = seen !== `${present.state} ${present.cursor}`;
    if (isNew && isWanted(present.cursor)) await disturb();
    seen = `${present.state} ${present.cursor}`;
    return present.state === state;
  });
}

async function cron(): Promise<void> {
  const execution = createExecutionContext();
  await worker.scheduled?.(createScheduledController(), bindings, execution);
  await waitOnExecutionContext(execution);
}

test.each([
  ["evicted after every step", async () => evictAllDurableObjects(), () => true],
  // An alarm that is aborted comes again after seconds.
  ["aborted in the middle", async () => abortAllDurableObjects(), (cursor: number) => cursor === 2],
])("an import is done once though all objects are %s", async (_, disturb, isWanted) => {
  const world = await importWorld();
  const { to } = await upload(world, FILE);
  const path = to ?? "";
  await disturbedUntil(path, "ready", disturb, isWanted);
  expect(await importAt(path)).toMatchObject({ new_rows: COUNT, known_rows: 0, invalid_rows: 0 });
  await world.owner.post(`${path}/start`);
  await disturbedUntil(path, "done", disturb, isWanted);
  expect(await importAt(path)).toMatchObject({ created: COUNT, changed: 0, refused: 0 });
  expect(await countOf(world)).toBe(COUNT);
});

test("an import whose object lost all that it knew is woken by the cron, and leaves nothing there", async () => {
  const world = await importWorld();
  const { to } = await upload(world, FILE);
  const path = to ?? "";
  const { id } = await importAt(path);
  await runInDurableObject(jobOf(id), async (_instance, { storage }) => storage.deleteAll());
  await rows("UPDATE imports SET updated_at = updated_at - 61000 WHERE id = ?", id);
  if ((await importAt(path)).state === "counting") await cron();
  await eventually(async () => (await importAt(path)).state === "ready");
  await rows(
    "UPDATE imports SET state = 'running', cursor = 0, updated_at = updated_at - 61000 WHERE id = ?",
    id,
  );
  await cron();
  await eventually(async () => (await importAt(path)).state === "done");
  expect(await countOf(world)).toBe(COUNT);
  await untilPasses(async () => {
    const kept = await runInDurableObject(jobOf(id), async (_instance, { storage }) => [
      [...storage.kv.list()].length,
      await storage.getAlarm(),
    ]);
    expect(kept).toEqual([0, null]);
  });
});
