// `npm run setup-token`: makes the token by which the first person of an installation becomes its operator, in place of any before
// it, and shows it once. It works once, within a day. For the local stack, or with `-- --remote` for the deployment, by wrangler,
// which must be logged in. STATE_DIR says where the local stack is. Only the token's SHA-256 leaves this process.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";
import { hashSecret, mintSecret } from "../src/kit/secret.ts";
import { DAY_MS } from "../src/kit/time.ts";
import { DEFAULT_STATE_DIR } from "./options.ts";
import { complain, heading, line, quote } from "./say.ts";
import { readNote } from "./state.ts";

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
const CONFIG = join(ROOT, "wrangler.toml");

const { values } = parseArgs({ options: { remote: { type: "boolean", default: false } } });
const stateDir = resolve(process.env["STATE_DIR"] || DEFAULT_STATE_DIR);

const token = mintSecret("sw_set_");
const tokenHash = await hashSecret(token);
const expiresAt = Date.now() + DAY_MS;
const place = values.remote ? ["--remote"] : ["--local", "--persist-to", join(stateDir, "worker")];
const sql =
  "DELETE FROM setup_tokens; " +
  `INSERT INTO setup_tokens (token_hash, expires_at) VALUES ('${tokenHash}', ${expiresAt})`;
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [WRANGLER, "d1", "execute", "DB", ...place, "--yes", "--command", sql, "--config", CONFIG],
  {
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0", NO_COLOR: "1" },
  },
);

heading("Set-up token");
if (status === 0) {
  const { vars } = readConfig({ config: CONFIG }, { hideWarnings: true });
  const deployed = String(vars["PUBLIC_URL"] || "https://<your Worker>");
  const origin = values.remote ? deployed : (readNote(stateDir)?.url ?? "<the local stack>");
  line("Open", `${origin}/dashboard/setup?token=${token}`);
  line("Works", `once, until ${new Date(expiresAt).toISOString()}; it is not shown again`);
} else {
  quote(stdout + stderr);
  complain(
    values.remote
      ? "The token was not kept. Is wrangler logged in, and the Worker deployed (npm run deploy)?"
      : `The token was not kept. Has a stack been started in ${stateDir} (npm start)?`,
  );
  process.exitCode = 1;
}
