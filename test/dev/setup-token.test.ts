// `npm run setup-token` on a local database, where wrangler finds it and as wrangler writes it.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { expect, onTestFinished, test } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { applyMigrations, type Database } from "../../dev/worker/migrate.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Longest that wrangler may take to start twice on a busy machine, ms. */
const TIMEOUT_MS = 120_000;

function runs(stateDir: string) {
  return promisify(execFile)(process.execPath, [join(ROOT, "dev/setup-token.ts")], {
    cwd: ROOT,
    env: { ...process.env, STATE_DIR: stateDir, NO_COLOR: "1" },
  });
}

/** The local database of a stack in this folder. */
async function database(stateDir: string): Promise<{ db: Database; close: () => Promise<void> }> {
  const config = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const [{ binding: id = "" } = {}] = config.d1_databases;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      resourcePersistencePath: join(stateDir, "worker", "v3"),
      modules: true,
      script: "export default {}",
      d1Databases: { DB: id },
    }),
  );
  return {
    db: (await miniflare.getD1Database("DB")) as unknown as Database,
    close: () => miniflare.dispose(),
  };
}

test(
  "a token is shown once, its hash kept in place of the one before, and says so when there is no database",
  { timeout: TIMEOUT_MS },
  async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "slipway-setup-"));
    onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
    await expect(runs(stateDir)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("The token was not kept."),
    });
    const first = await database(stateDir);
    await applyMigrations(first.db, join(ROOT, "migrations"));
    await first.close();
    const shown = [await runs(stateDir), await runs(stateDir)].map(
      ({ stdout }) => /\/dashboard\/setup\?token=(sw_set_[\w-]{43})/.exec(stdout)?.[1] ?? "",
    );
    expect(new Set(shown).size).toBe(2);
    const { db, close } = await database(stateDir);
    const { results } = await db.prepare("SELECT * FROM setup_tokens").run();
    await close();
    expect(results).toEqual([
      {
        token_hash: createHash("sha256")
          .update(shown[1] ?? "")
          .digest("hex"),
        expires_at: expect.toSatisfy(
          (at: number) => at > Date.now() + 86_000_000 && at <= Date.now() + 86_400_000,
        ),
        used_at: null,
      },
    ]);
  },
);
