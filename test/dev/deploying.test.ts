// Provisioning, deploying and rotating with the real wrangler, against the stand-in of Cloudflare's API: from an empty folder,
// by the very commands of docs/operations.md, in order. Each test goes on where the one before ended. For the rotation, what was
// uploaded there runs in workerd, with the secrets that the stand-in was given.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ensureTokens } from "../../dev/accounts.ts";
import { connect } from "../../dev/api.ts";
import { makeAccount, type Script } from "../../dev/cloudflare/account.ts";
import { type Cloudflare, startCloudflare } from "../../dev/cloudflare/start.ts";
import type { Kept } from "../../dev/keep.ts";
import { choosePort } from "../../dev/port.ts";
import { putSecrets, readSecrets } from "../../dev/provision/secrets-file.ts";
import { setPublicUrl } from "../../dev/provision/toml.ts";
import { SECRET_NAMES } from "../../dev/secrets.ts";
import { startWorker } from "../../dev/worker/start.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKEN = "token-of-ada";
/** Longest that a step may take on a busy machine, ms: a deployment bundles the Worker, up to twice. */
const TIMEOUT_MS = 180_000;

const ada = makeAccount("a".repeat(32), "Ada's account", "ada");
ada.zones = ["slipway.test"];
let cloudflare: Cloudflare;
let folder = "";

/** The files of the repository as they are, uncommitted ones too, and the installed packages. */
function copyRepository(to: string): void {
  const listed = spawnSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: ROOT });
  for (const file of listed.stdout.toString().split("\0")) {
    if (file === "" || /^(test|bench)\//.test(file)) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(ROOT, file), join(to, file), { force: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(to, "node_modules"));
}

/** Runs a line of the documentation, as a person would, without a terminal. */
async function run(line: string, env: Record<string, string> = {}) {
  const child = spawn("bash", ["-c", line], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      // No login of this machine's.
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, ".config"),
      NO_COLOR: "1",
      // wrangler is started a dozen times.
      NODE_COMPILE_CACHE: join(folder, ".cache"),
      CLOUDFLARE_API_BASE_URL: cloudflare.url,
      CLOUDFLARE_API_TOKEN: TOKEN,
      HEALTH_WAIT_MS: "0",
      ROTATE_WAIT_MS: "0",
      ...env,
    },
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, output: `${out}${err}` };
}

/** The commands of a procedure of docs/operations.md: the indented lines between its mark and the next one. */
function commandsOf(procedure: string): string[] {
  const docs = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const [, part = ""] = docs.split(`<!-- tested: ${procedure} -->`);
  const [body = ""] = part.split("<!-- /tested -->");
  return body.split("\n").flatMap((each) => /^ {4,}(npm .*)$/.exec(each)?.[1] ?? []);
}

const toml = () => readFileSync(join(folder, "wrangler.toml"), "utf8");
const secretsPath = () => join(folder, ".production.vars");
const worker = (): Script => {
  const found = ada.scripts.get("slipway");
  if (!found) throw new Error("The Worker is not deployed.");
  return found;
};
/** What the account has, to see that nothing changed. */
const state = () => [
  ...[ada.databases, ada.queues, ada.scripts].map((each) => [...each.keys()]),
  [...ada.buckets],
  [...(ada.scripts.get("slipway")?.secrets ?? [])],
  ada.scripts.get("slipway")?.deployments,
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-deploying-"));
  copyRepository(folder);
  cloudflare = await startCloudflare(TOKEN, [ada]);
});

afterAll(async () => {
  await cloudflare.close();
  rmSync(folder, { recursive: true, force: true });
});

test("who is not logged in is told at once how to", { timeout: TIMEOUT_MS }, async () => {
  const { status, output } = await run("npm run provision", { CLOUDFLARE_API_TOKEN: "" });
  expect(status).toBe(1);
  expect(output).toContain("npx wrangler login");
  expect(output).toContain("CLOUDFLARE_API_TOKEN. The token needs these permissions:");
  expect(output).toContain("Workers Scripts, D1, Workers R2 Storage and Queues to edit");
  expect(cloudflare.requests).toEqual([]);
});

test.skipIf(spawnSync("script", ["--version"]).status !== 0)(
  "at a terminal, a person is asked for a domain before the first deployment",
  { timeout: TIMEOUT_MS },
  async () => {
    const { output } = await run("echo 'not a host' | script -qec 'node dev/deploy.ts' /dev/null");
    expect(output).toContain("A domain of yours for it");
    expect(output).toContain('a host name, such as push.example.com, not "not a host"');
    expect(ada.scripts.size).toBe(0);
  },
);

test(
  "the documented commands deploy a Worker with its address, its bindings and its secrets",
  { timeout: TIMEOUT_MS },
  async () => {
    const before = toml();
    const commands = commandsOf("deploy");
    expect(commands).toEqual([
      "npm run provision",
      "npm run deploy",
      "npm run setup-token -- --remote",
    ]);
    const ran = [];
    for (const line of commands) ran.push(await run(line));
    expect(ran.map(({ status, output }) => (status === 0 ? "" : output))).toEqual(["", "", ""]);
    const [provisioned, deployed, invited] = ran.map(({ output }) => output);
    expect(cloudflare.unknown).toEqual([]);

    // The secrets were shown once, and are in the file alone and at the Worker.
    const kept = readSecrets(secretsPath());
    expect(Object.keys(kept).toSorted()).toEqual(SECRET_NAMES.toSorted());
    expect(statSync(secretsPath()).mode & 0o777).toBe(0o600);
    expect(spawnSync("git", ["check-ignore", ".production.vars"], { cwd: ROOT }).status).toBe(0);
    for (const value of Object.values(kept)) {
      expect(provisioned).toContain(value);
      expect(deployed).not.toContain(value);
    }
    expect(Object.fromEntries(worker().secrets)).toEqual(kept);
    // The logs of npm and wrangler are in the folder too.
    const others = ["--exclude-dir=node_modules", "--exclude=.production.vars", folder];
    const values = Object.values(kept).flatMap((value) => ["-e", value]);
    expect(spawnSync("grep", ["-rlF", ...values, ...others]).stdout.toString()).toBe("");

    // The address is in the file, whose other lines are as they were, and in the second of two uploads.
    const url = "https://slipway.ada.workers.dev";
    expect(toml()).toBe(before.replace('PUBLIC_URL = ""', `PUBLIC_URL = "${url}"`));
    expect(worker().deployments).toBe(2);
    expect(worker().deployed?.bindings).toContainEqual({
      name: "PUBLIC_URL",
      type: "plain_text",
      text: url,
    });
    expect(deployed).toContain(`API_URL=${url}`);
    expect(invited).toContain(`${url}/dashboard/setup?token=sw_set_`);
  },
);

test("all that wrangler.toml binds is there, and the migrations were applied first", () => {
  const names = (type: string) =>
    worker()
      .deployed?.bindings.filter((each) => each.type === type)
      .map(({ name }) => name)
      .toSorted();
  expect(names("d1")).toEqual(["DB"]);
  expect(names("r2_bucket")).toEqual(["FILES"]);
  expect(names("queue")).toEqual(["BATCHES", "RUNS", "SLOW_BATCHES", "WEBHOOKS"]);
  expect(names("secret_text")).toEqual(SECRET_NAMES.toSorted());
  expect(names("durable_object_namespace")).toHaveLength(worker().classes.size);
  expect([...ada.queues.keys()].toSorted()).toEqual([
    "slipway-batches",
    "slipway-dead-letters",
    "slipway-runs",
    "slipway-slow-batches",
    "slipway-webhooks",
  ]);
  expect(worker().crons).toHaveLength(3);
  const sql = ada.databases.get("slipway")?.sql;
  const applied = sql?.prepare("SELECT name FROM d1_migrations ORDER BY id").all();
  expect(applied?.map(({ name }) => name)).toContain("0001_triggers.sql");
  expect(sql?.prepare("SELECT count(*) AS count FROM setup_tokens").get()).toEqual({ count: 1 });
  const queried = cloudflare.requests.findIndex((each) => each.endsWith("/query"));
  const uploaded = cloudflare.requests.findIndex((each) => each.endsWith("/scripts/slipway"));
  expect(queried).toBeGreaterThan(-1);
  expect(queried).toBeLessThan(uploaded);
});

test("provisioning again changes nothing", { timeout: TIMEOUT_MS }, async () => {
  const [before, file, config] = [state(), readFileSync(secretsPath(), "utf8"), toml()];
  const { status, output } = await run("npm run provision");
  expect(status).toBe(0);
  expect([state(), readFileSync(secretsPath(), "utf8"), toml()]).toEqual([before, file, config]);
  for (const value of Object.values(readSecrets(secretsPath())))
    expect(output).not.toContain(value);
});

test(
  "deploying again deploys once, and gives the Worker a secret that was added to the file",
  { timeout: TIMEOUT_MS },
  async () => {
    const before = new Map(worker().secrets);
    appendFileSync(secretsPath(), "MAIL_TOKEN=re_$HOME\n");
    putSecrets(secretsPath(), { LINK_SIGNING_KEY: "changed in the file alone" });
    const { status, output } = await run("npm run deploy -- --domain push.slipway.test");
    expect(output).toContain("Address");
    expect(status).toBe(0);
    expect(worker().deployments).toBe(3);
    expect(worker().domains).toEqual(["push.slipway.test"]);
    expect(toml()).toContain('PUBLIC_URL = "https://push.slipway.test"');
    // What the Worker has is never replaced.
    expect(worker().secrets).toEqual(new Map([...before, ["MAIL_TOKEN", "re_$HOME"]]));
    expect(cloudflare.unknown).toEqual([]);
  },
);

/** Runs what was uploaded, with the secrets that the stand-in has, and its data in the folder. */
async function startUploaded(port: number): Promise<Kept> {
  const stateDir = join(folder, ".local");
  const [main] = worker().deployed?.modules.values() ?? [];
  const bundle = join(stateDir, "index.js");
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(bundle, (await main?.text()) ?? "");
  writeFileSync(
    join(stateDir, "secrets.json"),
    JSON.stringify(Object.fromEntries(worker().secrets)),
  );
  const started = Promise.withResolvers<Kept>();
  const config = join(folder, "wrangler.toml");
  await startWorker({ config, stateDir, bundle, port, onPid: () => {} }, started.resolve);
  const kept = await started.promise;
  onTestFinished(kept.stop);
  return kept;
}

test(
  "the documented rotation moves what is sealed to a new key, at the Worker and in the file",
  { timeout: TIMEOUT_MS },
  async () => {
    const commands = commandsOf("rotate");
    expect(commands).toEqual([
      "npm run rotate-key",
      "npm run reseal",
      "npm run rotate-key -- --drop k1",
    ]);
    const [add = "", reseal = "", drop = ""] = commands;
    const port = await choosePort(0);
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, "wrangler.toml"), setPublicUrl(toml(), url));
    const first = await startUploaded(port);
    const operators = worker().secrets.get("ADMIN_TOKEN") ?? "";
    const { api_token: token } = await ensureTokens(url, operators, folder);
    // Its secret is sealed.
    const webhook = { url: "https://example.com/hook", events: ["build.completed"] };
    await connect(url, token).post("/api/v1/webhooks", webhook, z.unknown());

    const before = worker().secrets.get("SEALING_KEYS") ?? "";
    expect(await run(add)).toMatchObject({ status: 0 });
    const [newest = "", ...others] = (worker().secrets.get("SEALING_KEYS") ?? "").split(",");
    expect(newest).toMatch(/^k2:[A-Za-z0-9+/]{43}=$/);
    expect(others).toEqual([before]);
    expect(readSecrets(secretsPath())["SEALING_KEYS"]).toBe(`${newest},${before}`);

    await first.stop();
    await startUploaded(port);
    const moved = await run(reseal);
    expect(moved.output).toMatch(/1 sealed again[^]*Key k1 +seals 0[^]*Unused +k1;/);
    expect(moved.status).toBe(0);
    expect(await run(drop)).toMatchObject({ status: 0 });
    expect(worker().secrets.get("SEALING_KEYS")).toBe(newest);
    expect(readFileSync(secretsPath(), "utf8")).toContain(`for backups of the database: ${before}`);
  },
);
