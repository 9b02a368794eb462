// `npm run reseal`: moves everything that is sealed to the newest sealing key, the first of SEALING_KEYS, and says which keys
// are unused then. The Worker does it, part by part (POST /api/v1/admin/sealing-keys/reseal); what was done stays done when
// this is ended, and it goes on when it is run again.
//
//   npm run reseal [-- --local]
//     the Worker is that of wrangler.toml and .production.vars, or of PUBLIC_URL and ADMIN_TOKEN in the environment;
//     --local: the local stack that is up in STATE_DIR
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { connect, type Api } from "./api.ts";
import { DEFAULT_STATE_DIR } from "./options.ts";
import { walk, type Walk } from "./provision/sealed.ts";
import { readSecrets, SECRETS_FILE } from "./provision/secrets-file.ts";
import { complain, heading, line } from "./say.ts";
import { readNote } from "./state.ts";

const ROOT = join(import.meta.dirname, "..");
/**
 * Most walks over all tables: a value that is changed while it is sealed again is left for the next one. Each finds less, so
 * that a third seldom has anything to do.
 */
const MAX_WALKS = 5;
/** Most values that can't be opened which are named: beyond that only their number is told. */
const MAX_NAMED = 20;

/** Where the Worker is, and its operators' token; null if nothing says both. */
async function deployment(isLocal: boolean): Promise<{ url: string; token: string } | null> {
  if (isLocal) {
    const note = readNote(resolve(process.env["STATE_DIR"] || DEFAULT_STATE_DIR));
    return note && { url: note.url, token: note.admin_token };
  }
  const { ADMIN_TOKEN: token, PUBLIC_URL: url } = process.env;
  if (token && url) return { url, token };
  if (token || url) return null;
  const { ADMIN_TOKEN: kept } = readSecrets(join(ROOT, SECRETS_FILE));
  // Only here, since wrangler takes a second to load.
  const { readWranglerConfig } = await import("./wrangler-config.ts");
  const { vars } = await readWranglerConfig(join(ROOT, "wrangler.toml"));
  const { PUBLIC_URL: deployed } = vars;
  return kept && deployed ? { url: deployed, token: kept } : null;
}

/** Walks until nothing is left to be done, and returns the last walk. */
async function walkToTheEnd(api: Api): Promise<Walk> {
  for (let walks = 1; ; walks += 1) {
    const found = await walk(api);
    const left = found.resealed + found.changedMeanwhile;
    line(
      `Walk ${walks}`,
      `${found.resealed} sealed again, ${found.changedMeanwhile} changed meanwhile`,
    );
    if (left === 0 || walks === MAX_WALKS) return found;
  }
}

/** Says how it ended. Returns whether the newest key seals everything. */
function tell({ keyIds, tables, keys, unreadable, resealed, changedMeanwhile }: Walk): boolean {
  const [newest = "", ...older] = keyIds;
  for (const [table, values] of tables) line("Table", `${table}: ${values}`);
  for (const key of keyIds) line(`Key ${key}`, `seals ${keys.get(key) ?? 0}`);
  for (const { table, column, row, key_id: key } of unreadable.slice(0, MAX_NAMED)) {
    const by = key === null ? "is no sealed value" : `can't be opened (key ${key})`;
    complain(`${table}, row ${row}: ${column} ${by}`);
  }
  if (unreadable.length > MAX_NAMED) complain(`and ${unreadable.length - MAX_NAMED} more`);
  if (unreadable.length > 0) {
    complain(
      "They stay as they are. Where a key is missing, put it back at the end of SEALING_KEYS and run this again; what was " +
        "altered has to be set again by its owner.",
    );
    return false;
  }
  if (resealed + changedMeanwhile > 0) {
    complain(
      "Values go on being sealed by an older key: does a Worker with the old SEALING_KEYS still run? Run this again.",
    );
    return false;
  }
  for (const key of older) {
    line(
      "Unused",
      `${key}; an hour after ${newest} came first: npm run rotate-key -- --drop ${key}`,
    );
  }
  if (older.length === 0) line("Done", `${newest} is the only key`);
  return true;
}

heading("Reseal");
const { values } = parseArgs({ options: { local: { type: "boolean", default: false } } });
const found = await deployment(values.local);
if (!found) {
  complain(
    values.local
      ? "No local stack is up (npm start)."
      : "Nothing says which Worker: wrangler.toml needs its PUBLIC_URL and .production.vars its ADMIN_TOKEN, or set both in the environment.",
  );
  process.exitCode = 1;
} else {
  line("Worker", found.url);
  try {
    if (!tell(await walkToTheEnd(connect(found.url, found.token)))) process.exitCode = 1;
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    complain("What was sealed again stays so. Run this again: it goes on.");
    process.exitCode = 1;
  }
}
