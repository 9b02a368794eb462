// Makes ready what must be there before the first deployment: the database, since migrations go first, the queue of dead
// letters, and the secrets. The bucket and the other queues are made by `wrangler deploy` itself. Looks whether their names are free, and changes nothing
// that exists.
import { chmodSync, existsSync } from "node:fs";
import { line } from "../say.ts";
import { makeSecret, SECRET_NAMES } from "../secrets.ts";
import type { Cloud } from "./cloud.ts";
import type { Config, Deployment } from "./deployment.ts";
import { Explained } from "./explain.ts";
import { PRIVATE, putSecrets, readSecrets, SECRETS_FILE } from "./secrets-file.ts";

/** Tables that any D1 database may have, whoever it belongs to. */
const ANYBODYS = /^(sqlite_|_cf_|d1_migrations$)/;
/** Tables of the first migration: a database that has them is this project's. */
const OURS = ["keystores", "batch_results"];

/** @throws Explained where a Worker of this name is another project's */
export function checkWorker(worker: string, secrets: string[] | null): void {
  // Our secrets travel with the first deployment, so a Worker without one of them was deployed by somebody else.
  if (secrets === null || SECRET_NAMES.some((name) => secrets.includes(name))) return;
  throw new Explained(`A Worker named ${worker} already exists in this account, and it is not Slipway's: it has none of its
  secrets. A deployment would replace it. Choose another name in the first lines of wrangler.toml: name = "..."`);
}

/** Makes the database unless it is there. @throws Explained where one of this name is another project's */
export async function ensureDatabase(cloud: Cloud, name: string): Promise<void> {
  const id = await cloud.databaseId(name);
  if (id === null) {
    await cloud.makeDatabase(name);
    return line("D1", `made the database ${name}`);
  }
  const tables = (await cloud.tablesOf(id)).filter((table) => !ANYBODYS.test(table));
  if (tables.length > 0 && !OURS.every((table) => tables.includes(table))) {
    throw new Explained(`A D1 database named ${name} already exists in this account, with tables of another project
  (${tables.slice(0, 3).join(", ")}). Choose another name in wrangler.toml: database_name = "..."`);
  }
  return line("D1", `${name} is there`);
}

/** Asks R2 in any case: it says whether it is enabled. */
async function checkBucket(cloud: Cloud, name: string, isDeployed: boolean): Promise<void> {
  const isThere = (await cloud.buckets()).includes(name);
  if (isThere && !isDeployed) {
    return line(
      "R2",
      `the bucket ${name} already exists, and is used as it is. If it is another project's, choose another bucket_name`,
    );
  }
  return line(
    "R2",
    isThere ? `${name} is there` : `enabled; the deployment makes the bucket ${name}`,
  );
}

/**
 * Makes the queues that the Worker only reads, such as that of dead letters: `wrangler deploy` makes those that it writes to,
 * and refuses to deploy without the others.
 * @throws Explained where another Worker reads one of the queues
 */
export async function ensureQueues(
  cloud: Cloud,
  { name: worker, queues: { producers, consumers } }: Config,
): Promise<void> {
  const written = new Set(producers.map(({ queue }) => queue));
  const read = new Set(consumers.map(({ queue }) => queue));
  const there = await cloud.queues([...written.union(read)]);
  const taken = there.find(({ consumer }) => consumer !== null && consumer !== worker);
  if (taken) {
    throw new Explained(`A queue named ${taken.name} already exists in this account, and the Worker ${taken.consumer} reads it; a
  queue has one reader. Choose another name in wrangler.toml, in [[queues.producers]] and [[queues.consumers]].`);
  }
  const missing = written.union(read).difference(new Set(there.map(({ name }) => name)));
  const ours = [...missing.difference(written)];
  for (const name of ours) await cloud.makeQueue(name);
  const later = missing.size - ours.length;
  if (ours.length > 0) line("Queues", `made ${ours.join(", ")}`);
  line("Queues", later === 0 ? "all are there" : `the deployment makes ${later}`);
}

/** Makes the secrets that neither the Worker nor the file has, and says where each is. */
function ensureSecrets(path: string, deployed: string[] | null): void {
  const hadFile = existsSync(path);
  // One that was copied or written by hand may be open to others.
  if (hadFile) chmodSync(path, PRIVATE);
  const kept = readSecrets(path);
  const made = SECRET_NAMES.filter((name) => !(name in kept) && !deployed?.includes(name));
  const values = Object.fromEntries(made.map((name) => [name, makeSecret(name)]));
  if (made.length > 0) putSecrets(path, values);
  const lost = SECRET_NAMES.filter((name) => !(name in kept) && deployed?.includes(name));
  if (made.length > 0) {
    line("Secrets", `made, and written to ${SECRETS_FILE}. They are shown this once:`);
    for (const [name, value] of Object.entries(values)) console.log(`    ${name}=${value}`);
    console.log(
      `  Keep a copy of ${SECRETS_FILE} where you keep passwords: Cloudflare gives no secret back, and without`,
    );
    console.log(
      "  SEALING_KEYS nobody can read the keystores and push credentials in the database. git ignores the file.",
    );
  }
  if (lost.length > 0) {
    line(
      "Secrets",
      `${lost.join(", ")}: the Worker has them, ${hadFile ? "but they are not in" : "and there is no"} ${SECRETS_FILE}.`,
    );
    console.log(
      '  Cloudflare gives none back. They go on working and are left alone; docs/operations.md, "A lost file of',
    );
    console.log('  secrets", says how each is replaced.');
  }
  if (made.length === 0 && lost.length === 0) line("Secrets", `${SECRETS_FILE} has them`);
}

/**
 * Provisions a deployment; safe to run again.
 * @throws Explained, or what Cloudflare refuses
 */
export async function provision({ cloud, config, secretsPath }: Deployment): Promise<void> {
  const wanted = config();
  const deployed = await cloud.secretsOf(wanted.name);
  checkWorker(wanted.name, deployed);
  line(
    "Worker",
    deployed === null ? `${wanted.name}: not deployed yet` : `${wanted.name} is deployed`,
  );
  await checkBucket(cloud, wanted.r2_buckets[0].bucket_name, deployed !== null);
  await ensureQueues(cloud, wanted);
  await ensureDatabase(cloud, wanted.d1_databases[0].database_name);
  ensureSecrets(secretsPath, deployed);
  line(
    "Plan",
    'the free plan is enough to try it, not for keystores or many sends (docs/operations.md, "The free plan")',
  );
}
