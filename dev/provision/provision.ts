// Makes what is missing in the Cloudflare account, step by step, and says so.
import { readFileSync, writeFileSync } from "node:fs";
import { line } from "../say.ts";
import { SECRET_NAMES } from "../secrets.ts";
import { readWranglerConfig } from "../wrangler-config.ts";
import { noteDatabaseId, plan, type Step, type Wanted } from "./plan.ts";
import { openCloudAccount, type CloudAccount, type Wrangler } from "./wrangler.ts";

/** What the wrangler.toml at `path` binds. */
function readWanted(path: string): Wanted {
  const { d1_databases, r2_buckets, queues } = readWranglerConfig(path);
  return {
    databases: d1_databases.map(({ binding, database_name: name, database_id: id }) => ({
      binding,
      name,
      id,
    })),
    buckets: r2_buckets.map(({ bucket_name: name }) => name),
    queues: [
      ...queues.producers.map(({ queue }) => queue),
      ...queues.consumers.flatMap(({ queue, dead_letter_queue: dead }) =>
        dead === undefined ? [queue] : [queue, dead],
      ),
    ],
    secrets: SECRET_NAMES,
  };
}

async function take(step: Step, cloud: CloudAccount, config: string): Promise<void> {
  const note = (binding: string, id: string): void => {
    writeFileSync(config, noteDatabaseId(readFileSync(config, "utf8"), binding, id));
    line("wrangler.toml", `database_id of ${binding} is ${id}`);
  };
  switch (step.do) {
    case "create-database":
      note(step.binding, await cloud.createDatabase(step.name));
      return line("D1", `made ${step.name}`);
    case "note-database":
      return note(step.binding, step.id);
    case "create-bucket":
      await cloud.createBucket(step.name);
      return line("R2", `made ${step.name}`);
    case "create-queue":
      await cloud.createQueue(step.name);
      return line("Queue", `made ${step.name}`);
    case "set-secrets":
      await cloud.setSecrets(step.names);
      return line("Secrets", `set ${step.names.join(", ")}`);
  }
}

/**
 * Provisions the Worker of `config` (a wrangler.toml) with the given wrangler; safe to run again.
 * @returns the steps taken
 */
export async function provision(wrangler: Wrangler, config: string): Promise<Step[]> {
  const cloud = openCloudAccount(wrangler, config);
  const wanted = readWanted(config);
  const steps = plan(wanted, await cloud.find(wanted));
  for (const step of steps) await take(step, cloud, config);
  return steps;
}
