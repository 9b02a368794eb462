// What provisioning and deploying refuse, and what they say to do about it, against the stand-in of Cloudflare's API. Nothing is
// made or changed by a run that refuses.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseEnv } from "node:util";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import {
  type Account,
  makeAccount,
  makeDatabase,
  makeScript,
} from "../../dev/cloudflare/account.ts";
import { type Cloudflare, startCloudflare } from "../../dev/cloudflare/start.ts";
import { makeQueue } from "../../dev/cloudflare/stores.ts";
import { ApiRefused } from "../../dev/provision/cloud.ts";
import { deploy, isHealthy } from "../../dev/provision/deploy.ts";
import { type Deployment, openDeployment } from "../../dev/provision/deployment.ts";
import { explain } from "../../dev/provision/explain.ts";
import { provision } from "../../dev/provision/provision.ts";
import { rotate, type Rotation, type Sealer } from "../../dev/provision/rotate.ts";
import { putSecrets, readSecrets } from "../../dev/provision/secrets-file.ts";
import { WranglerFailed } from "../../dev/provision/wrangler.ts";
import { SECRET_NAMES } from "../../dev/secrets.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKEN = "token-of-ada";

let ada: Account;
let cloudflare: Cloudflare;
let folder = "";
let printed: string[] = [];
const toml = () => join(folder, "wrangler.toml");

async function start(accounts: Account[]): Promise<void> {
  cloudflare = await startCloudflare(TOKEN, accounts);
  onTestFinished(() => cloudflare.close());
  vi.stubEnv("CLOUDFLARE_API_BASE_URL", cloudflare.url);
}

beforeEach(async () => {
  ada = makeAccount("a".repeat(32), "Ada's account", "ada");
  await start([ada]);
  vi.stubEnv("CLOUDFLARE_API_TOKEN", TOKEN);
  vi.stubEnv("CLOUDFLARE_ACCOUNT_ID", "");
  vi.stubEnv("WORKERS_CI", "");
  folder = mkdtempSync(join(tmpdir(), "slipway-provision-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(ROOT, "wrangler.toml"), toml());
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
});

/** A deployment whose wrangler does as told, instead of starting the program. */
async function open(wrangler: Deployment["wrangler"] = noWrangler): Promise<Deployment> {
  return { ...(await openDeployment(toml())), wrangler };
}

async function noWrangler(): Promise<never> {
  throw new Error("wrangler is not to be called");
}

/** What a person reads when `work` fails. */
async function saidBy(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: unknown) => explain(error),
  );
}

function addWorker(secrets: readonly string[]): void {
  const script = makeScript("slipway");
  for (const name of secrets) script.secrets.set(name, "of the Worker");
  ada.scripts.set("slipway", script);
}

test("several accounts are listed, and one is chosen by its id", async () => {
  const bob = makeAccount("b".repeat(32), "Bob's account", null);
  await start([ada, bob]);
  const said = await saidBy(openDeployment(toml()));
  expect(said).toContain(`${ada.id}  Ada's account`);
  expect(said).toContain(`${bob.id}  Bob's account`);
  expect(said).toContain("CLOUDFLARE_ACCOUNT_ID=<id>");
  vi.stubEnv("CLOUDFLARE_ACCOUNT_ID", bob.id);
  await provision(await open());
  expect([ada.databases.size, bob.databases.size]).toEqual([0, 1]);
  writeFileSync(toml(), `account_id = "${ada.id}"\n${readFileSync(toml(), "utf8")}`);
  await provision(await open());
  expect(ada.databases.size).toBe(1);
});

test("wrangler's own login is used where no token is set", async () => {
  const home = join(folder, "home");
  mkdirSync(join(home, ".wrangler/config"), { recursive: true });
  writeFileSync(
    join(home, ".wrangler/config/default.toml"),
    `oauth_token = "${TOKEN}"\nexpiration_time = "2099-01-01T00:00:00Z"\nscopes = []\n`,
  );
  vi.stubEnv("CLOUDFLARE_API_TOKEN", "");
  vi.stubEnv("XDG_CONFIG_HOME", home);
  await openDeployment(toml());
  expect(printed.join("\n")).toContain("Ada's account");
});

test("a token that may not do it is told which permissions it needs", async () => {
  vi.stubEnv("CLOUDFLARE_API_TOKEN", "another");
  const said = await saidBy(openDeployment(toml()));
  expect(said).toContain("Workers Scripts, D1, Workers R2 Storage and Queues to edit");
  expect(said).toContain("Authentication error [code: 10000]");
});

test("a deployment before anything is provisioned is refused, and makes nothing", async () => {
  expect(await saidBy(deploy(await open(), null))).toContain("Run npm run provision first.");
  expect([ada.scripts.size, ada.databases.size]).toEqual([0, 0]);
});

test("an account without R2 is told where to enable it, before anything is made", async () => {
  ada.hasR2 = false;
  expect(await saidBy(provision(await open()))).toMatch(/not enabled for this account[^]*\/r2/);
  expect(ada.databases.size).toBe(0);
  expect(readSecrets(join(folder, ".production.vars"))).toEqual({});
});

test("a name that another project has is named, with what to change", async () => {
  const refused = async () => saidBy(provision(await open()));
  const taken = makeQueue(ada, "slipway-runs");
  const settings = { dead_letter_queue: undefined, settings: {} };
  taken.consumers.push({ consumer_id: "1", type: "worker", script: "shop", ...settings });
  expect(await refused()).toMatch(/queue named slipway-runs.*\n?.*Worker shop/);
  taken.consumers = [];

  const database = makeDatabase("slipway", "00000000-0000-4000-8000-000000000001");
  database.sql.exec("CREATE TABLE orders (id INTEGER)");
  ada.databases.set("slipway", database);
  expect(await refused()).toMatch(/database named slipway[^]*\(orders\)[^]*database_name/);
  database.sql.exec("DROP TABLE orders");

  addWorker(["STRIPE_KEY"]);
  expect(await refused()).toMatch(/Worker named slipway already exists[^]*name = "/);
  expect(await saidBy(deploy(await open(), null))).toContain("Worker named slipway already exists");
  ada.scripts.clear();

  ada.buckets.add("slipway-files");
  await provision(await open());
  expect(printed.join("\n")).toContain("slipway-files already exists, and is used as it is");
});

test("secrets that the Worker has are never made anew: a lost file is told about", async () => {
  addWorker(SECRET_NAMES.filter((name) => name !== "SIGN_IN_KEY"));
  await provision(await open());
  const said = printed.join("\n");
  expect(said).toContain("ADMIN_TOKEN, SEALING_KEYS, LINK_SIGNING_KEY: the Worker has them");
  expect(said).toContain("Cloudflare gives none back");
  expect(Object.keys(readSecrets(join(folder, ".production.vars")))).toEqual(["SIGN_IN_KEY"]);
  expect(await saidBy(rotate(await open(), { do: "add" }, sealer(["k1"]), 0))).toContain(
    "has no SEALING_KEYS",
  );
});

test("a file of secrets that others could read is closed to them, and one with broken lines is still read", async () => {
  const path = join(folder, ".production.vars");
  writeFileSync(path, "no line\r\nADMIN_TOKEN\r\nSIGN_IN_KEY=kept\r\n", { mode: 0o644 });
  await provision(await open());
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readSecrets(path)).toMatchObject({ SIGN_IN_KEY: "kept" });
  expect(Object.keys(readSecrets(path)).toSorted()).toEqual(SECRET_NAMES.toSorted());
  chmodSync(path, 0o644);
  await provision(await open());
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("wrangler.toml with the line ends of Windows is changed as well", async () => {
  writeFileSync(toml(), readFileSync(toml(), "utf8").replaceAll("\n", "\r\n"));
  const deployed: Deployment["wrangler"] = async () => ({ output: "", targets: [] });
  await provision(await open());
  await deploy(await open(deployed), "push.slipway.test");
  const { vars, routes } = (await open()).config();
  expect(vars.PUBLIC_URL).toBe("https://push.slipway.test");
  expect(routes).toMatchObject([{ pattern: "push.slipway.test" }]);
});

test("a domain that leads elsewhere, or is none, is refused; a deployment needs an address", async () => {
  await provision(await open());
  const refused = async (domain: string | null) => saidBy(deploy(await open(), domain));
  expect(await refused("https://push.slipway.test/")).toContain("takes a host name");
  const shop = makeScript("shop");
  shop.domains = ["push.slipway.test"];
  ada.scripts.set("shop", shop);
  expect(await refused("push.slipway.test")).toContain("already leads to the Worker shop");
  // Nobody is asked here, so what has an address is not taken over.
  expect(await refused("localhost.localdomain")).toMatch(
    /already has an address|is not to be called/,
  );
  const before = readFileSync(toml(), "utf8");
  writeFileSync(toml(), before.replace("workers_dev = true", "workers_dev = false"));
  expect(await refused(null)).toContain("would get no address");
});

test("wrangler.toml is as it was when a deployment to a domain fails", async () => {
  await provision(await open());
  const before = readFileSync(toml(), "utf8");
  let during = "";
  const wrangler: Deployment["wrangler"] = async (args) => {
    if (args[0] !== "deploy") return { output: "", targets: [] };
    during = readFileSync(toml(), "utf8");
    throw new WranglerFailed("workers.api.error.zone_not_found", 10_083);
  };
  expect(await saidBy(deploy(await open(wrangler), "push.slipway.test"))).toContain(
    "The domain is not at this account.",
  );
  expect(during).toContain('PUBLIC_URL = "https://push.slipway.test"');
  expect(during).toMatch(/\[\[routes\]\]\npattern = "push.slipway.test"\ncustom_domain = true\n$/);
  expect(readFileSync(toml(), "utf8")).toBe(before);
});

test("in Cloudflare's own build the form has the secrets, and the database may still be missing", async () => {
  const calls: string[] = [];
  const wrangler: Deployment["wrangler"] = async (args) => {
    calls.push(args.join(" "));
    return { output: "", targets: ["slipway.ada.workers.dev", "schedule: * * * * *"] };
  };
  vi.stubEnv("WORKERS_CI", "1");
  expect(await deploy(await open(wrangler), null)).toBe("https://slipway.ada.workers.dev");
  expect(calls).toEqual(["d1 migrations apply DB --remote", "deploy", "deploy"]);
  expect([...ada.databases.keys()]).toEqual(["slipway"]);
  // wrangler makes the queues that the Worker writes to, and asks for the one that it only reads.
  expect([...ada.queues.keys()]).toEqual(["slipway-dead-letters"]);
  expect(readFileSync(toml(), "utf8")).toContain('PUBLIC_URL = "https://slipway.ada.workers.dev"');
});

/** A Worker that has these keys, which seal as many values as said. */
const sealer = (keyIds: string[], sealed: Record<string, number> = {}): Sealer => ({
  keyIds: async () => keyIds,
  sealedBy: async (id) => sealed[id] ?? 0,
});

/** A deployed Worker, and what `wrangler secret put` is given; the first time it fails, where told so. */
async function rotating(failsFirst = false) {
  await provision(await open());
  addWorker(SECRET_NAMES);
  const sent: string[] = [];
  const wrangler: Deployment["wrangler"] = async (args, how) => {
    expect(args).toEqual(["secret", "put", "SEALING_KEYS"]);
    sent.push(how?.input ?? "");
    if (failsFirst && sent.length === 1) throw new WranglerFailed("no answer", null);
    return { output: "", targets: [] };
  };
  const kept = () => readSecrets(join(folder, ".production.vars"))["SEALING_KEYS"] ?? "";
  return { deployment: await open(wrangler), sent, kept };
}

test("a new sealing key comes last before it comes first, and one that stopped half way is added again", async () => {
  const { deployment, sent, kept } = await rotating(true);
  const ids = (text: string | undefined) => text?.replaceAll(/:[^,]*/g, "");
  const adding = () => rotate(deployment, { do: "add" }, sealer(["k1"]), 0);
  await expect(adding()).rejects.toThrow("no answer");
  expect(ids(kept())).toBe("k1,k2");
  expect(await adding()).toEqual(["k3", "k1", "k2"]);
  expect(sent.map(ids)).toEqual(["k1,k2", "k1,k2,k3", "k3,k1,k2"]);
  expect(kept()).toBe(sent[2]);
  // An id that is free, whatever the others are called.
  putSecrets(join(folder, ".production.vars"), { SEALING_KEYS: kept().replace("k3:", "summer:") });
  expect(await adding()).toEqual(["k3", "summer", "k1", "k2"]);
});

test("a key of the Worker that the file lacks is never overwritten, and one that seals is not dropped", async () => {
  const { deployment, sent, kept } = await rotating();
  const before = kept();
  const said = (rotation: Rotation, worker: Sealer) =>
    saidBy(rotate(deployment, rotation, worker, 0));
  const old = sealer(["k2", "k1"]);
  expect(await said({ do: "add" }, old)).toMatch(/lacks: k2\. This is an old copy/);
  expect(await said({ do: "drop", id: "k1" }, old)).toContain("lacks: k2");
  expect([sent, kept()]).toEqual([[], before]);

  await rotate(deployment, { do: "add" }, sealer(["k1"]), 0);
  sent.length = 0;
  for (const id of ["k2", "k3"]) {
    expect(await said({ do: "drop", id }, old)).toContain("Those that can: k1");
  }
  const drop = { do: "drop", id: "k1" } as const;
  expect(await said(drop, sealer(["k2", "k1"], { k1: 3 }))).toContain("may still seal 3 values");
  expect(sent).toEqual([]);
  expect(await rotate(deployment, drop, old, 0)).toEqual(["k2"]);
  expect(await rotate(deployment, { do: "repeat" }, sealer([]), 0)).toEqual(["k2"]);
  expect(sent).toEqual([kept(), kept()]);
});

test("values that the Worker would not run with are refused before anything is deployed", async () => {
  await provision(await open());
  const before = readFileSync(toml(), "utf8");
  writeFileSync(toml(), before.replace('BATCH_SIZE = "50"', 'BATCH_SIZE = "500"'));
  putSecrets(join(folder, ".production.vars"), { SEALING_KEYS: "k1:c2hvcnQ=" });
  const said = await saidBy(deploy(await open(), null));
  expect(said).toMatch(/SEALING_KEYS: sealing key 1 is not [^]*BATCH_SIZE: /);
  expect(said).not.toContain("c2hvcnQ=");
});

test("a program that is ended while wrangler runs leaves no temporary file behind", async () => {
  const silent = createServer();
  silent.once("request", () => program.kill("SIGTERM"));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const wrangler = join(ROOT, "dev/provision/wrangler.ts");
  const args = JSON.stringify([toml(), "a".repeat(32), ["d1", "list"]]);
  const script = `import { runWrangler } from ${JSON.stringify(wrangler)};
    await runWrangler(...${args}).catch(() => console.log("went on"));`;
  const program = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, TMPDIR: folder, CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const printed = text(program.stdout);
  await once(program, "close");
  expect(await printed).toBe("went on\n");
  expect(readdirSync(folder).filter((name) => name.startsWith("slipway-"))).toEqual([]);
});

test("refusals of Cloudflare have a sentence on what to do, and others are shown as they are", () => {
  const said = (code: number) => explain(new ApiRefused("words", code));
  for (const code of [10_042, 7406, 7502, 10_004, 11_009, 11_004, 10_083]) {
    expect(said(code)).toMatch(/[.:/][^]*\n\n {2}Cloudflare said: words \[code: \d+\]$/);
  }
  expect(said(1234)).toBe("words [code: 1234]");
  const subdomain = "register a workers.dev subdomain here";
  expect(explain(new WranglerFailed(subdomain, null))).toContain("no workers.dev subdomain yet");
});

test("the health of an address is asked until it answers, or the time is over", async () => {
  const server = createServer((_request, response) => void response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await isHealthy(url, 0)).toBe(true);
  expect(await isHealthy("http://127.0.0.1:9", 0)).toBe(false);
});

test("the button's form describes each binding, variable and secret", () => {
  const { cloudflare: described } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const config = readFileSync(toml(), "utf8");
  const [, vars = ""] = config.split("[vars]\n");
  const wanted = [
    ...[...config.matchAll(/^binding = "(\w+)"/gm)].map((match) => match[1]),
    ...[...config.matchAll(/\[\[durable_objects.bindings\]\]\nname = "(\w+)"/g)].map(
      ([, name]) => name,
    ),
    ...[...(vars.split("\n[")[0] ?? "").matchAll(/^(\w+) = /gm)].map((match) => match[1]),
    ...SECRET_NAMES,
  ];
  expect(Object.keys(described.bindings).toSorted()).toEqual(wanted.toSorted());
  // Each line there is asked for as a secret, with its value filled in: so none has one.
  const example = parseEnv(readFileSync(join(ROOT, ".dev.vars.example"), "utf8"));
  expect(example).toEqual(Object.fromEntries(SECRET_NAMES.map((name) => [name, ""])));
});
