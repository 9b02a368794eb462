// Deploys: migrations first, then the Worker with the secrets that it lacks. A first deployment learns its address, which is
// written into PUBLIC_URL and deployed at once: links in pushes begin with it.
import { lookup } from "node:dns/promises";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { line } from "../say.ts";
import { makeSecrets, SECRET_NAMES } from "../secrets.ts";
import type { Deployment } from "./deployment.ts";
import { Explained } from "./explain.ts";
import { checkWorker, ensureDatabase, ensureQueues } from "./provision.ts";
import { PRIVATE, readSecrets, SECRETS_FILE } from "./secrets-file.ts";
import { addDomain, setPublicUrl } from "./toml.ts";

/** A host name of at least two labels, without a scheme or a path. */
const HOSTNAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** Longest that the health check of a new address waits for one answer, ms, and from one try to the next. */
const ANSWER_MS = 5000;
const PAUSE_MS = 2000;

/** Cloudflare's own builds, by the button of the README: who pressed it has typed the secrets in there. */
const isCloudflaresBuild = () => process.env["WORKERS_CI"] === "1";

/**
 * The secrets that the deployment takes along: those of the file that the Worker does not have. What it has is never
 * replaced.
 * @throws Explained where one that it needs is nowhere, or the Worker is another project's
 */
async function secretsToSend(deployment: Deployment): Promise<Record<string, string>> {
  const { name } = deployment.config();
  const deployed = await deployment.cloud.secretsOf(name);
  const kept = readSecrets(deployment.secretsPath);
  if (!isCloudflaresBuild()) {
    checkWorker(name, deployed);
    const missing = SECRET_NAMES.filter((each) => !deployed?.includes(each) && !(each in kept));
    if (missing.length > 0) {
      throw new Explained(
        `The secrets ${missing.join(", ")} are neither in ${SECRETS_FILE} nor at Cloudflare. Run npm run provision first.`,
      );
    }
  }
  return Object.fromEntries(Object.entries(kept).filter(([each]) => !deployed?.includes(each)));
}

/** Refuses variables and secrets that the Worker would answer no request with. Secrets that only it knows are taken as right. */
function checkValues(vars: Record<string, unknown>, kept: Record<string, string>): void {
  try {
    readConfig({ ...makeSecrets(), ...vars, ...kept });
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    throw new Explained(`The Worker would answer no request with the values of wrangler.toml and ${SECRETS_FILE}.
  ${wrong}`);
  }
}

/** Runs `wrangler deploy` with these secrets. @returns where the Worker is, as host names and triggers */
async function upload(
  { wrangler }: Deployment,
  secrets: Record<string, string>,
): Promise<string[]> {
  if (Object.keys(secrets).length === 0)
    return (await wrangler(["deploy"], { isShown: true })).targets;
  const folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
  try {
    // JSON, in which no character of a value means anything else.
    const path = join(folder, "secrets.json");
    writeFileSync(path, JSON.stringify(secrets), { mode: PRIVATE });
    return (await wrangler(["deploy", "--secrets-file", path], { isShown: true })).targets;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Refuses a domain that leads elsewhere. wrangler asks a person at a terminal before it takes over a DNS record, and takes it
 * over without a word where it can't ask.
 */
async function checkDomain({ cloud, config }: Deployment, hostname: string): Promise<void> {
  if (!HOSTNAME.test(hostname)) {
    throw new Explained(`--domain takes a host name, such as push.example.com, not "${hostname}".`);
  }
  const worker = await cloud.workerAt(hostname);
  if (worker === config().name) return;
  if (worker !== null) {
    throw new Explained(`${hostname} already leads to the Worker ${worker}. Choose another host name, or remove it from that Worker
  in the dashboard first.`);
  }
  if (process.stdout.isTTY) return;
  const isTaken = await lookup(hostname).then(
    () => true,
    () => false,
  );
  if (isTaken) {
    throw new Explained(`${hostname} already has an address. Remove its DNS record first, or run this in a terminal, where wrangler asks
  whether to replace it.`);
  }
}

/** Changes wrangler.toml for as long as `work` succeeds. */
async function withToml<T>(path: string, change: (toml: string) => string, work: () => Promise<T>) {
  const before = readFileSync(path, "utf8");
  writeFileSync(path, change(before));
  try {
    return await work();
  } catch (error) {
    writeFileSync(path, before);
    throw error;
  }
}

/** The origin among the places where wrangler says that the Worker is now. */
function originOf(targets: readonly string[]): string | null {
  for (const each of targets) {
    const found = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?: \(custom domain.*)?$/.exec(each);
    if (found) return `https://${found[1]}`;
  }
  return null;
}

/**
 * Deploys, and sets PUBLIC_URL where it is empty or `domain` is a new host name for the Worker.
 * @returns the Worker's origin
 * @throws Explained, or what wrangler or Cloudflare refuse; wrangler.toml is as it was then
 */
export async function deploy(deployment: Deployment, domain: string | null): Promise<string> {
  const { path, config, cloud, wrangler } = deployment;
  const { vars, workers_dev: onWorkersDev, routes, d1_databases: databases } = config();
  if (domain !== null) await checkDomain(deployment, domain);
  else if (vars.PUBLIC_URL === "" && onWorkersDev === false && routes.length === 0) {
    throw new Explained(`PUBLIC_URL is empty, and the Worker would get no address: workers_dev is false and there are no routes.
  Say which domain it is to have: npm run deploy -- --domain push.example.com`);
  }
  const secrets = await secretsToSend(deployment);
  checkValues(vars, secrets);
  await ensureQueues(cloud, config());
  await ensureDatabase(cloud, databases[0].database_name);
  // The Worker that is live goes on with the tables of a later version; a later Worker does not without them.
  await wrangler(["d1", "migrations", "apply", "DB", "--remote"], { isShown: true });
  if (domain !== null) {
    const origin = `https://${domain}`;
    const change = (toml: string) => setPublicUrl(addDomain(toml, domain), origin);
    await withToml(path, change, () => upload(deployment, secrets));
    line("Address", `${origin}, written to PUBLIC_URL in wrangler.toml`);
    return origin;
  }
  const targets = await upload(deployment, secrets);
  if (vars.PUBLIC_URL !== "") return vars.PUBLIC_URL;
  const origin = originOf(targets);
  if (origin === null) {
    throw new Explained(`The Worker is deployed, but wrangler named no address of it. Set PUBLIC_URL in wrangler.toml yourself, and
  deploy again: while it is empty, links in pushes lead nowhere.`);
  }
  line("Address", `${origin}, written to PUBLIC_URL in wrangler.toml; deploying with it`);
  await withToml(
    path,
    (toml) => setPublicUrl(toml, origin),
    () => upload(deployment, {}),
  );
  return origin;
}

/**
 * Whether the Worker answers at its address, tried until `waitMs` have passed, and at least once: a new address takes a while
 * until its DNS record and its certificate are everywhere.
 */
export async function isHealthy(origin: string, waitMs: number): Promise<boolean> {
  const until = Date.now() + waitMs;
  for (;;) {
    const isUp = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp || Date.now() + PAUSE_MS > until) return isUp;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
