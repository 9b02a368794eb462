// `npm run provision`: makes what the first deployment needs, and says what is missing and how to get it. Safe to run again.
// Then `npm run deploy`.
import { join } from "node:path";
import { openDeployment } from "./provision/deployment.ts";
import { explain } from "./provision/explain.ts";
import { provision } from "./provision/provision.ts";
import { complain, heading } from "./say.ts";

heading("Provision");
try {
  await provision(await openDeployment(join(import.meta.dirname, "..", "wrangler.toml")));
  console.log("\n  Next: npm run deploy");
} catch (error) {
  complain(explain(error));
  process.exitCode = 1;
}
