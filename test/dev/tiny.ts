// A Worker small enough for the tests of the local stack: it remembers in D1, counts its cron runs, and has
// an object whose alarm can be set.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CONFIG = `
name = "tiny"
main = "index.js"
compatibility_date = "2026-10-20"
[[d1_databases]]
binding = "DB"
database_name = "tiny"
database_id = "00000000-0000-0000-0000-000000000000"
migrations_dir = "migrations"
[[durable_objects.bindings]]
name = "CLOCK"
class_name = "Clock"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Clock"]
[triggers]
crons = ["* * * * *"]
`;

const MIGRATION = `
CREATE TABLE notes (text TEXT NOT NULL);
CREATE TRIGGER shout AFTER INSERT ON notes BEGIN UPDATE notes SET text = text || '!'; END;
`;

const MODULE = `
import { DurableObject } from "cloudflare:workers";
export class Clock extends DurableObject {
  async arm(ms) { await this.ctx.storage.setAlarm(Date.now() + ms); }
  async alarm() { await this.env.DB.prepare("INSERT INTO notes VALUES ('rang')").run(); }
}
export default {
  async scheduled({ cron, scheduledTime }, env) {
    const text = cron + " at " + scheduledTime % 60_000;
    await env.DB.prepare("INSERT INTO notes VALUES (?)").bind(text).run();
  },
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/arm") await env.CLOCK.getByName("one").arm(Number(searchParams.get("ms")));
    if (pathname === "/add") await env.DB.prepare("INSERT INTO notes VALUES ('added')").run();
    const { results } = await env.DB.prepare("SELECT text FROM notes").all();
    return Response.json({ notes: results.map((row) => row.text), secret: typeof env.ADMIN_TOKEN });
  },
};
`;

export interface Tiny {
  /** A new folder for the stack's state. */
  stateDir: string;
  config: string;
  bundle: string;
}

/** Writes the Worker into a new temporary folder. */
export function makeTiny(): Tiny {
  const folder = mkdtempSync(join(tmpdir(), "slipway-tiny-"));
  const stateDir = join(folder, "state");
  mkdirSync(join(folder, "migrations"));
  mkdirSync(stateDir);
  writeFileSync(join(folder, "wrangler.toml"), CONFIG);
  writeFileSync(join(folder, "migrations", "0000_first.sql"), MIGRATION);
  writeFileSync(join(folder, "index.js"), MODULE);
  return { stateDir, config: join(folder, "wrangler.toml"), bundle: join(folder, "index.js") };
}
