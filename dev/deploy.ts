// `npm run deploy [-- --domain push.example.com]`: applies the migrations, deploys the Worker, and sees that PUBLIC_URL is its
// address. Without a domain that is the one at workers.dev; a person at a terminal is asked, once.
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { deploy, isHealthy } from "./provision/deploy.ts";
import { type Deployment, openDeployment } from "./provision/deployment.ts";
import { explain, Explained } from "./provision/explain.ts";
import { complain, heading, line } from "./say.ts";

/** How long the new address may take until it answers, ms; HEALTH_WAIT_MS says otherwise. */
const HEALTH_WAIT_MS = Number(process.env["HEALTH_WAIT_MS"] ?? 30_000);

/** Asks for a domain before the first deployment, where somebody is there to answer; null: none. */
async function askForDomain({ config }: Deployment): Promise<string | null> {
  const canAsk = process.stdin.isTTY && process.stdout.isTTY && !process.env["CI"];
  if (config().vars.PUBLIC_URL !== "" || !canAsk) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new AbortController();
  // Ctrl-D: nobody answers.
  terminal.once("close", () => ended.abort());
  const answer = await terminal
    .question(
      "  A domain of yours for it, such as push.example.com (Enter: an address at workers.dev): ",
      { signal: ended.signal },
    )
    .catch((error: Error) => {
      throw error.name === "AbortError" ? new Explained("Nothing was deployed.") : error;
    });
  terminal.close();
  return answer.trim() || null;
}

heading("Deploy");
try {
  const { values } = parseArgs({ options: { domain: { type: "string" } } });
  const deployment = await openDeployment(join(import.meta.dirname, "..", "wrangler.toml"));
  const origin = await deploy(deployment, values.domain ?? (await askForDomain(deployment)));
  heading("Deployed");
  line("Address", origin);
  const isUp = await isHealthy(origin, HEALTH_WAIT_MS);
  line(
    "Health",
    isUp ? "it answers" : `no answer yet at ${origin}/healthz; a new address takes some minutes`,
  );
  line("First person", "npm run setup-token -- --remote");
  line("Builders", `a host with API_URL=${origin} and a BUILDER_TOKEN (docs/operations.md)`);
} catch (error) {
  complain(explain(error));
  process.exitCode = 1;
}
