// The package slipway-client, packed and installed as a customer does, against the local stack: a strict program on it, and the
// examples. What it does with refusals and forgeries that no stack gives is in client-behaviour.ts.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { providersClient } from "../../dev/providers/client.ts";
import type { StackNote } from "../../dev/state.ts";
import { startStack } from "../e2e/stack.ts";
import { tries } from "./client-behaviour.ts";
import { compileBlocks, documentedBlocks } from "./documented.ts";
import { Printed } from "../support/printed.ts";
import { compileStrictly, installClient, type Packed } from "./packed.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "examples/typescript");
const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), "slipway-packed-"));
const running: ChildProcess[] = [];
let note: StackNote;
let packed: Packed;

beforeAll(async () => {
  const stack = startStack().ready();
  packed = installClient(folder);
  tries(await import(join(folder, "node_modules/slipway-client/dist/index.js")));
  note = await stack;
  cpSync(join(import.meta.dirname, "programs/slipway-client.ts"), join(folder, "program.ts"));
  cpSync(EXAMPLES, join(folder, "examples"), { recursive: true });
});

afterAll(() => {
  for (const child of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** The environment of an example. */
const env = (more: Record<string, string> = {}) => ({
  ...process.env,
  SLIPWAY_URL: note.url,
  SLIPWAY_KEY: note.api_token,
  ...more,
});

/** Runs an example to its end; returns what it printed. */
async function runExample(name: string, more: Record<string, string> = {}): Promise<string> {
  const options = { cwd: folder, env: env(more) };
  const { stdout } = await run(process.execPath, [join(folder, `examples/${name}.ts`)], options);
  return stdout;
}

/** Starts an example that goes on. */
function startExample(name: string, more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(folder, `examples/${name}.ts`)], {
    cwd: folder,
    env: env(more),
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  return { child, printed: new Printed(child.stdout) };
}

async function call(method: string, path: string, headers: object, body?: object): Promise<any> {
  const answer = await fetch(note.url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return answer.json();
}

const asOwner = () => ({ authorization: `Bearer ${note.api_token}` });

/** Bodies that register this many browsers. */
async function browsers(count: number) {
  const made = await providersClient(note.providers_url).makeSubscriptions({ count });
  return made.map(({ endpoint, p256dh, auth }, at) => ({
    platform: "web",
    endpoint,
    keys: { p256dh, auth },
    user_id: `user-${at + 1}`,
    tags: at === 0 ? ["beta"] : ["de"],
  }));
}

/** An app of the push API with two browsers, one of them with the tag `beta`. */
async function appWithBrowsers(): Promise<string> {
  const { data } = await call("POST", "/api/v1/push/apps", asOwner(), { name: "Examples" });
  for (const body of await browsers(2)) {
    await call("POST", `/api/v1/push/apps/${data.id}/subscribers`, asOwner(), body);
  }
  return data.id;
}

test("the package has its module, types, licence and description, and nothing else", () => {
  const others = packed.files.filter((path) => !/^dist\/\w+(\.js|\.d\.ts)$/.test(path));
  expect(others.toSorted()).toEqual(["LICENSE", "README.md", "package.json"]);
  const licence = (path: string) => readFileSync(join(ROOT, path), "utf8");
  expect(licence("clients/ts/LICENSE")).toBe(licence("LICENSE"));
});

test("a strict program compiles against it, and does what it says", async () => {
  compileStrictly(folder, ["program.ts"]);
  const subscribers = JSON.stringify(await browsers(3));
  const args = [join(folder, "program.ts"), note.url, note.api_token, note.admin_token];
  const { stdout } = await run(process.execPath, [...args, subscribers]);
  const did = JSON.parse(stdout);

  expect(did.build).toMatchObject({ app_id: did.app, status: "completed" });
  expect(did.status).toBe("sent");
  expect(did.report).toMatchObject({ total_count: 3, sent_count: 3, failed_count: 0 });
  expect(did.event).toMatchObject({ type: "notification.sent", data: { status: "sent" } });
  expect(did.forgeries).toEqual(["refused", "refused", "refused", "refused"]);
  expect(did.recipients).toEqual(["sent", "sent", "sent"]);
  expect(did.registered.toSorted()).toEqual(["user-1", "user-2", "user-3"]);
  expect(did.apps).toContain("Packed");
  expect(new Set(did.apps).size).toBeGreaterThan(0);

  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const refused = (status: number, code: string, message: string, details = {}) => ({
    status,
    code,
    message,
    requestId: id,
    details,
  });
  expect(did.refusals).toEqual({
    v1: refused(404, "not_found", "App not found."),
    push: refused(404, "not_found", "Not found"),
    fields: refused(422, "invalid", expect.any(String), {
      name: [expect.any(String)],
      url: [expect.any(String)],
    }),
    pushFields: refused(422, "invalid", "Validation failed", {
      url: [expect.any(String)],
      events: [expect.any(String)],
    }),
    channel: refused(401, "unauthenticated", expect.any(String)),
    instant: refused(404, "not_found", expect.any(String)),
    device: refused(401, expect.any(String), expect.any(String)),
  });
});

test("it goes into a page or a Worker: it needs nothing of Node, and is taken in parts", async () => {
  const page = 'export { createClient, verifyWebhook } from "slipway-client";';
  writeFileSync(join(folder, "page.ts"), page);
  const browser = { lib: ["es2022", "dom", "dom.iterable"], types: [] };
  compileStrictly(folder, ["page.ts"], browser);
  const bundled = async (contents: string) => {
    const stdin = { contents, resolveDir: folder };
    const made = await build({
      stdin,
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    return made.outputFiles[0]?.text ?? "";
  };
  expect(await bundled(page)).toContain("baseUrl");
  const verifier = await bundled('export { verifyWebhook } from "slipway-client";');
  expect(verifier).toContain("webhook-signature");
  expect(verifier).not.toContain("baseUrl");
});

test("every example compiles as strictly", () => {
  const names = readdirSync(EXAMPLES).map((name) => `examples/${name}`);
  expect(names).toHaveLength(6);
  compileStrictly(folder, names);
});

test("every block of TypeScript and JavaScript in the documents compiles as strictly", async () => {
  const blocks = documentedBlocks();
  // the finder finds what is known to be there
  const found = new Set(blocks.map(({ at, place }) => `${at.split(":")[0]} ${place}`));
  expect([...found]).toEqual(
    expect.arrayContaining([
      "clients/ts/README.md server",
      "docs/using.md server",
      "docs/web-push.md page",
      "docs/web-push.md worker",
    ]),
  );
  await compileBlocks(folder, blocks);
});

test("the examples save an APK and a signed bundle", async () => {
  expect(await runExample("build")).toMatch(/^Saved build \d+ of app \d+ as app\.apk/);
  expect(await runExample("release")).toMatch(/signed by the certificate [0-9a-f]{64}/);
  for (const name of ["app.apk", "app.aab"]) {
    expect(readFileSync(join(folder, name)).subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
  }
});

test("the examples send to everybody and to a segment", async () => {
  const app = await appWithBrowsers();
  expect(await runExample("push", { SLIPWAY_APP: app })).toMatch(
    /^Sent to 2 of 2\.\n {2}webpush: 2$/m,
  );
  const targeted = await runExample("targeting", { SLIPWAY_APP: app });
  expect(targeted).toMatch(
    /^It would reach 1\.\nNotification \S+ is sent, to 1\.\n {2}\S+: sent$/m,
  );
  // without an app they make one, which nobody has subscribed to
  expect(await runExample("push")).toMatch(/^Sent to 0 of 0\.$/m);
});

test("the example of a channel sends to whoever scanned the code", async () => {
  const { child, printed } = startExample("channel");
  const ended = once(child, "exit");
  const [, code] = await printed.find(/QR code of \S+\/([\w-]+)$/m);
  const { data: apps } = await call("GET", "/api/v1/apps", asOwner());
  const newest = apps.toSorted((a: any, b: any) => b.id - a.id)[0];
  const app = await call("GET", `/api/v1/push/apps/${newest.uuid}`, asOwner());
  const [{ user_id: _user, ...browser }] = (await browsers(1)) as [any];
  const { data: device } = await call(
    "POST",
    `/public/apps/${newest.uuid}/subscribers`,
    { "x-app-key": app.data.public_key },
    browser,
  );
  const token = { authorization: `Bearer ${device.token}` };
  await call("POST", `/public/codes/${code}/redeem`, token);
  await printed.find(/^Sent to customer-7\.$/m);
  expect((await ended)[0]).toBe(0);
});

test("the example of a webhook prints what is signed and refuses what is not", async () => {
  // a port that was free a moment ago
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const address = `http://127.0.0.1:${port}/`;

  const app = await appWithBrowsers();
  const webhooks = `/api/v1/push/apps/${app}/webhooks`;
  const wanted = { url: address, events: ["notification.sent"] };
  const { data: webhook } = await call("POST", webhooks, asOwner(), wanted);
  const more = { PORT: String(port), SLIPWAY_WEBHOOK_SECRET: webhook.secret };
  const { printed } = startExample("webhook", more);
  await printed.find(/^Listening/m);
  expect((await fetch(address, { method: "POST", body: "{}" })).status).toBe(400);
  await call("POST", `${webhooks}/${webhook.id}/test`, asOwner());
  await printed.find(/^webhook\.test \S+$/m);
  // once, however often it comes
  const { data: sent } = await call("GET", `${webhooks}/${webhook.id}/deliveries`, asOwner());
  const again = `${webhooks}/${webhook.id}/deliveries/${sent[0].id}`;
  const isDelivered = () =>
    vi.waitFor(async () => {
      const { data } = await call("GET", again, asOwner());
      expect(data.status).toBe("delivered");
    }, 30_000);
  await isDelivered();
  await call("POST", `${again}/replay`, asOwner());
  await isDelivered();
  await call("POST", `${webhooks}/${webhook.id}/test`, asOwner());
  const [all] = await printed.find(/(?:^webhook\.test \S+\n){2,}/m);
  expect(new Set(all.trim().split("\n")).size).toBe(2);
  expect(all.trim().split("\n")).toHaveLength(2);
  // a body that no delivery has, and a secret that everybody has
  const long = "x".repeat(1_000_001);
  expect((await fetch(address, { method: "POST", body: long })).status).toBe(413);
  await expect(runExample("webhook", { SLIPWAY_WEBHOOK_SECRET: "whsec_" })).rejects.toThrow(
    "holds no key",
  );
});
