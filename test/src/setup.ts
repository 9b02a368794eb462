// Runs before each test file in workerd. The files of one workerd run one after the other and share its loaded
// modules and its storage, so each begins with an empty database, no builders and addresses of its own. What the
// Worker logs is held back.
import {
  applyD1Migrations,
  listDurableObjectIds,
  runInDurableObject,
  type D1Migration,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, inject } from "vitest";
import { emptyPool } from "../support/builds.ts";
import { bindings, moveElsewhere } from "../support/worker.ts";

const { DB, TEST_MIGRATIONS } = env as unknown as {
  DB: D1Database;
  TEST_MIGRATIONS: D1Migration[];
};

declare module "vitest" {
  interface ProvidedContext {
    /** Whether Vitest was started with --inspect. */
    isDebugged: boolean;
  }
}

/** How often to look whether a debugger is attached, ms. */
const LOOK_MS = 200;
/** A person at a debugger takes longer than this to go on, ms. */
const STOP_MS = 300;
/** Lines of the Worker's log that a failed test shows. */
const MAX_LINES = 200;

/**
 * The Worker's events of the test that runs, shown when it fails. They must not go where other output does: a
 * line that an object writes while the file ends is sent with the next message, there is none, and the run
 * waits for it for ever.
 */
const events: string[] = [];

for (const method of ["log", "warn", "error"] as const) {
  const write = console[method].bind(console);
  console[method] = (...told: unknown[]) => {
    const [line] = told;
    if (typeof line !== "string" || !line.startsWith('{"time":')) return write(...told);
    events.push(line);
    if (events.length > MAX_LINES) events.shift();
  };
}

/**
 * Deletes all rows of the database but those that the migrations insert. Ids go on counting, so that no object
 * and no file is named like one of an earlier test file's.
 */
async function emptyDatabase(): Promise<void> {
  // the last table: a trigger on another's rows would fill it again
  const { results } = await DB.prepare(
    `SELECT name FROM sqlite_master
     WHERE type = 'table' AND name NOT IN ('sqlite_sequence', 'd1_migrations') AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
     ORDER BY name = 'webhook_deliveries'`,
  ).all<{ name: string }>();
  const inserts = TEST_MIGRATIONS.flatMap(({ queries }) => queries).filter((query) =>
    /^INSERT /m.test(query),
  );
  await DB.batch(
    [
      "PRAGMA defer_foreign_keys = true",
      ...results.map(({ name }) => `DELETE FROM ${name}`),
      ...inserts,
    ].map((query) => DB.prepare(query)),
  );
}

/** Ids of the objects emptied so far. Files share the workerd's global scope, but not this module. */
const emptied = ((globalThis as { emptied?: Set<string> }).emptied ??= new Set());

/** Empties the objects of the test file before, so that no alarm of theirs rings in the middle of this one. */
async function emptyObjects(): Promise<void> {
  for (const namespace of [bindings.NOTIFICATION_RUN, bindings.BUILD_LOCK]) {
    const objects = namespace as unknown as DurableObjectNamespace;
    for (const id of await listDurableObjectIds(objects)) {
      if (emptied.has(id.toString())) continue;
      emptied.add(id.toString());
      const empty = async (_: unknown, { storage }: DurableObjectState) => storage.deleteAll();
      await runInDurableObject(objects.get(id), empty);
    }
  }
}

/** Waits for a debugger, which stops here: the moment to set breakpoints. */
async function awaitDebugger(): Promise<void> {
  for (let stoppedMs = 0; stoppedMs < STOP_MS;) {
    const begin = Date.now();
    // oxlint-disable-next-line no-debugger -- nothing but a debugger that is attached stops here
    debugger;
    await scheduler.wait(LOOK_MS);
    stoppedMs = Date.now() - begin - LOOK_MS;
  }
}

beforeEach(({ onTestFailed }) => {
  events.length = 0;
  onTestFailed(() => console.log(["The Worker's log:", ...events].join("\n")));
});

if (inject("isDebugged")) await awaitDebugger();
moveElsewhere();
await applyD1Migrations(DB, TEST_MIGRATIONS);
await emptyDatabase();
await emptyObjects();
await emptyPool();
