// Runs before each test file in workerd. The files of one workerd run one after the other and share its loaded
// modules, so each begins with empty storage and the project's migrations. What the Worker logs is held back.
import { applyD1Migrations, reset, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach } from "vitest";

const { DB, TEST_MIGRATIONS } = env as unknown as {
  DB: D1Database;
  TEST_MIGRATIONS: D1Migration[];
};

/** Lines of the Worker's log that a failed test shows. */
const MAX_LINES = 200;

/**
 * The Worker's events of the test that runs, shown when it fails. They must not go where other output does: a
 * line that an object writes while the file ends is sent with the next message, there is none, and the run
 * waits for it for ever.
 */
const events: string[] = [];

for (const method of ["log", "error"] as const) {
  const write = console[method].bind(console);
  console[method] = (...told: unknown[]) => {
    const [line] = told;
    if (typeof line !== "string" || !line.startsWith('{"event":')) return write(...told);
    events.push(line);
    if (events.length > MAX_LINES) events.shift();
  };
}

beforeEach(({ onTestFailed }) => {
  events.length = 0;
  onTestFailed(() => console.log(["The Worker's log:", ...events].join("\n")));
});

await reset();
await applyD1Migrations(DB, TEST_MIGRATIONS);
