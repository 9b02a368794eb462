// `npm run provision`: makes the D1 database, R2 buckets, queues and secrets that wrangler.toml binds, where
// they are missing. Safe to run again. Then `npm run deploy`.
import { join } from "node:path";
import { provision } from "./provision/provision.ts";
import { complain, heading } from "./say.ts";

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");

heading("Provision");
try {
  const steps = await provision([process.execPath, WRANGLER], join(ROOT, "wrangler.toml"));
  console.log(steps.length === 0 ? "  Nothing was missing." : "");
  console.log("  Next: npm run deploy. The admin token is write-only; to choose one yourself:");
  console.log("  npx wrangler secret put ADMIN_TOKEN");
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
