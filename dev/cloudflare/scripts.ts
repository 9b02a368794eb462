// The stand-in's Workers: uploads, versions, secrets, triggers and their addresses.
import { createHash, randomUUID } from "node:crypto";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { type Account, makeScript, type Script, type Version } from "./account.ts";
import { Refused, succeed } from "./answers.ts";
import { type Ask, bodyOf } from "./stores.ts";
import { secretBinding, takeVersion } from "./upload.ts";

/** Names of hosts, as far as a custom domain may be one. */
const Hostname = z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/);
const SecretInput = z.strictObject({
  name: z.string().min(1),
  text: z.string().min(1),
  type: z.literal("secret_text"),
});
const DeploymentInput = z.looseObject({
  strategy: z.literal("percentage"),
  versions: z.tuple([z.strictObject({ version_id: z.uuid(), percentage: z.literal(100) })]),
});
const OnWorkersDev = z.strictObject({
  enabled: z.boolean(),
  previews_enabled: z.boolean().optional(),
});
const Origins = z.array(z.looseObject({ hostname: Hostname }));
const Manifest = z.strictObject({
  manifest: z.record(z.string(), z.strictObject({ hash: z.string(), size: z.int() })),
});

/** Codes of the two calls that ask whether a Worker is there. */
const NO_SCRIPT = 10_007;
const NO_SERVICE = 10_090;

const absent = (code = NO_SCRIPT) =>
  new Refused(404, code, "This Worker does not exist on your account.");

function scriptOf(c: Context, account: Account): Script {
  const script = account.scripts.get(c.req.param("script") ?? "");
  if (!script) throw absent();
  return script;
}

const uploaded = (version: Version) => ({
  id: version.id,
  deployment_id: version.id.replaceAll("-", ""),
  startup_time_ms: 12,
  resources: { script: { etag: createHash("sha256").update(version.id).digest("hex") } },
});

function addUploads(app: Hono, accountOf: Ask): void {
  const root = "/accounts/:account/workers/scripts/:script";
  app.put(root, async (c) => {
    const account = accountOf(c);
    const name = c.req.param("script");
    // A name is taken only once the upload has passed.
    const script = account.scripts.get(name) ?? makeScript(name);
    const version = takeVersion(account, script, await c.req.formData());
    account.scripts.set(name, script);
    script.deployed = version;
    script.deployments += 1;
    return succeed(c, uploaded(version));
  });
  app.post(`${root}/versions`, async (c) => {
    const account = accountOf(c);
    const version = takeVersion(account, scriptOf(c, account), await c.req.formData());
    return succeed(c, uploaded(version));
  });
  app.post(`${root}/deployments`, async (c) => {
    const script = scriptOf(c, accountOf(c));
    const { versions } = await bodyOf(c, DeploymentInput);
    const version = script.versions.find(({ id }) => id === versions[0].version_id);
    if (!version) throw new Refused(404, 10_009, "The version does not exist.");
    script.deployed = version;
    script.deployments += 1;
    return succeed(c, { id: randomUUID() });
  });
  app.get(`${root}/deployments`, (c) => {
    const { deployed } = scriptOf(c, accountOf(c));
    const versions = deployed ? [{ version_id: deployed.id, percentage: 100 }] : [];
    return succeed(c, { deployments: deployed ? [{ id: deployed.id, versions }] : [] });
  });
  app.patch(`${root}/script-settings`, (c) => succeed(c, scriptOf(c, accountOf(c)).name));
  app.get(`${root}/settings`, (c) => {
    const { deployed } = scriptOf(c, accountOf(c));
    return succeed(c, { bindings: deployed?.bindings ?? [], compatibility_date: "2026-01-01" });
  });
  app.get("/accounts/:account/workers/services/:script", (c) => {
    const script = accountOf(c).scripts.get(c.req.param("script"));
    if (!script) throw absent(NO_SERVICE);
    const { name, migrationTag } = script;
    return succeed(c, {
      id: name,
      default_environment: {
        environment: "production",
        script: {
          id: name,
          tag: "0".repeat(32),
          tags: null,
          last_deployed_from: "wrangler",
          ...(migrationTag === null ? {} : { migration_tag: migrationTag }),
        },
      },
    });
  });
}

function addSecrets(app: Hono, accountOf: Ask): void {
  const root = "/accounts/:account/workers/scripts/:script/secrets";
  const shown = (script: Script) => [...script.secrets.keys()].map(secretBinding);
  app.get(root, (c) => succeed(c, shown(scriptOf(c, accountOf(c)))));
  app.put(root, async (c) => {
    const script = scriptOf(c, accountOf(c));
    const { name, text } = await bodyOf(c, SecretInput);
    script.secrets.set(name, text);
    // A new value is a new version, and goes live at once.
    if (script.deployed) {
      const others = script.deployed.bindings.filter((each) => each.name !== name);
      script.deployed = {
        ...script.deployed,
        id: randomUUID(),
        bindings: [...others, secretBinding(name)],
      };
      script.versions.push(script.deployed);
      script.deployments += 1;
    }
    return succeed(c, secretBinding(name));
  });
}

function addAssets(app: Hono, accountOf: Ask): void {
  app.post("/accounts/:account/workers/scripts/:script/assets-upload-session", async (c) => {
    accountOf(c);
    await bodyOf(c, Manifest);
    // A token without files to upload: all are there already. wrangler reads its claims.
    const claims = Buffer.from(JSON.stringify({ exp: 4_102_444_800 })).toString("base64url");
    return succeed(c, { jwt: `e30.${claims}.c2ln`, buckets: [] });
  });
}

function addTriggers(app: Hono, accountOf: Ask): void {
  const root = "/accounts/:account/workers/scripts/:script";
  app.get("/accounts/:account/workers/subdomain", (c) => {
    const { subdomain } = accountOf(c);
    if (subdomain !== null) return succeed(c, { subdomain });
    throw new Refused(404, NO_SCRIPT, "There is no workers.dev subdomain for this account.");
  });
  const shown = (script: Script, { subdomain }: Account) => ({
    enabled: script.onWorkersDev,
    previews_enabled: false,
    ...(subdomain === null ? {} : { url: `https://${script.name}.${subdomain}.workers.dev` }),
  });
  app.get("/accounts/:account/workers/workers/:script", (c) => {
    const account = accountOf(c);
    const script = scriptOf(c, account);
    return succeed(c, { name: script.name, subdomain: shown(script, account) });
  });
  app.post(`${root}/subdomain`, async (c) => {
    const account = accountOf(c);
    const script = scriptOf(c, account);
    script.onWorkersDev = (await bodyOf(c, OnWorkersDev)).enabled;
    return succeed(c, shown(script, account));
  });
  app.put(`${root}/schedules`, async (c) => {
    const script = scriptOf(c, accountOf(c));
    const crons = await bodyOf(c, z.array(z.strictObject({ cron: z.string() })));
    script.crons = crons.map(({ cron }) => cron);
    return succeed(c, { schedules: crons });
  });
  app.get("/accounts/:account/workers/domains", (c) => {
    const hostname = c.req.query("hostname");
    const all = [...accountOf(c).scripts.values()].flatMap(({ name, domains }) =>
      domains.map((each) => ({ hostname: each, service: name })),
    );
    return succeed(
      c,
      all.filter((each) => hostname === undefined || each.hostname === hostname),
    );
  });
  app.post(`${root}/domains/changeset`, async (c) => {
    scriptOf(c, accountOf(c));
    const added = (await bodyOf(c, Origins)).map(({ hostname }) => ({ hostname }));
    return succeed(c, { added, removed: [], updated: [], conflicting: [] });
  });
  app.put(`${root}/domains/records`, async (c) => {
    const account = accountOf(c);
    const script = scriptOf(c, account);
    const { origins } = await bodyOf(c, z.looseObject({ origins: Origins }));
    for (const { hostname } of origins) {
      if (!account.zones.some((zone) => hostname === zone || hostname.endsWith(`.${zone}`))) {
        throw new Refused(400, 10_083, `workers.api.error.zone_not_found for "${hostname}"`);
      }
    }
    script.domains = origins.map(({ hostname }) => hostname);
    return succeed(c, origins);
  });
}

/** Adds the routes of Workers. */
export function addScripts(app: Hono, accountOf: Ask): void {
  addUploads(app, accountOf);
  addSecrets(app, accountOf);
  addAssets(app, accountOf);
  addTriggers(app, accountOf);
}
