// The command line, as a process, against the local stack: each command, its JSON, its exit codes, keys that may not,
// connections that break, and deliveries that are forged.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { build } from "../../clients/cli/build.ts";
import { listen } from "../../clients/cli/listen.ts";
import { login, logout, whoami } from "../../clients/cli/login.ts";
import { push } from "../../clients/cli/push.ts";
import { providersClient } from "../../dev/providers/client.ts";
import type { StackNote } from "../../dev/state.ts";
import { startStack } from "../e2e/stack.ts";
import { breakingWay, oneLine, Person } from "./cli-process.ts";
import { atTerminal, hasTerminal } from "./cli-terminal.ts";

const HELLO = ["--title", "Hello", "--body", "World"];

let note: StackNote;
/** Somebody whose key may everything, given by the environment. */
let owner: Person;
let ownerKey: string;

beforeAll(async () => {
  note = await startStack().ready();
  ownerKey = await newKey("Owner");
  owner = withKey(ownerKey);
});

const withKey = (key: string) => new Person({ SLIPWAY_URL: note.url, SLIPWAY_KEY: key });

async function api(method: string, path: string, body?: unknown, key = ownerKey): Promise<any> {
  const response = await fetch(note.url + path, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return response.json();
}

/** A key of a new account. */
async function newKey(name: string): Promise<string> {
  const wanted = { name, email: "owner@example.com", plan: "Unlimited" };
  const made = await api("POST", "/api/v1/admin/accounts", wanted, note.admin_token);
  const path = `/api/v1/admin/accounts/${made.data.id}/api-keys`;
  return (await api("POST", path, { name: "test" }, note.admin_token)).data.key;
}

/** A key of the owner's that may only so much. */
async function keyWith(scopes: string[]): Promise<string> {
  return (await api("POST", "/api/v1/api-keys", { name: "some", scopes })).data.key;
}

/** Where a stream is cut: within its first event of the log, and behind it. */
const MIDST = /event: log\nid: \d+\ndata: .{20}/;
const WHOLE = /event: log\nid: \d+\ndata: .*\n\n/;

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("signing in", () => {
  test("keeps a key that works where only the user can read it, says whose it is, and forgets it", async () => {
    const person = new Person();
    const file = join(person.config, "slipway/config.json");
    mkdirSync(join(person.config, "slipway"));
    writeFileSync(file, "{}", { mode: 0o644 });
    const signedIn = await person.run(["login", "--url", note.url, "--key", "-"], {
      input: `${ownerKey}\n`,
    });
    expect(signedIn).toMatchObject({ code: 0, stderr: "" });
    expect(signedIn.stdout).toContain("as Owner (account");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ url: note.url, key: ownerKey });

    const who = await person.json(["whoami"]);
    expect(who).toMatchObject({
      code: 0,
      stderr: "",
      value: { url: note.url, account: { name: "Owner" } },
    });
    // what is kept for one deployment goes to no other
    const elsewhere = { env: { SLIPWAY_URL: "http://127.0.0.1:1" } };
    expect((await person.run(["whoami"], elsewhere)).code).toBe(3);

    expect((await person.json(["logout"])).value).toEqual({ signed_out: true });
    expect(existsSync(file)).toBe(false);
    expect((await person.json(["logout"])).value).toEqual({ signed_out: false });
    expect(await person.run(["whoami"])).toMatchObject({ code: 3, stdout: "" });
  });

  test("takes the key from the environment, also one that may not see its account", async () => {
    const person = withKey(await keyWith(["builds:read"]));
    const { code, value } = await person.json(["login"]);
    expect({ code, value }).toMatchObject({ code: 0, value: { url: note.url, account: null } });
    const who = await person.json(["whoami"]);
    expect(who.code).toBe(3);
    expect(who.value.error).toMatchObject({ kind: "key", exit_code: 3, status: 403 });
    expect(who.value.error.message).toContain("account:read");
  });

  test("keeps no key that is refused, and takes none from the command line", async () => {
    const person = new Person();
    const wrong = `sw_live_${"0".repeat(43)}`;
    const refused = await person.run(["login", "--url", note.url, "--key", "-"], { input: wrong });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).not.toContain(wrong);
    const shown = await person.run(["login", "--url", note.url, "--key", ownerKey]);
    expect(shown.code).toBe(2);
    expect(shown.stdout + shown.stderr).not.toContain(ownerKey);
    const open = await person.run(["login", "--url", "http://slipway.example", "--key", "-"], {
      input: ownerKey,
    });
    expect(open).toMatchObject({ code: 2, stdout: "" });
    expect(open.stderr).toContain("must be https");
    expect(readdirSync(person.config)).toEqual([]);
  });

  test.skipIf(!hasTerminal)("asks for the key without showing it", async () => {
    const person = new Person();
    const env = { XDG_CONFIG_HOME: person.config, SLIPWAY_KEY: "" };
    const args = ["login", "--url", note.url];
    const left = await atTerminal(args, env, [["API key: ", "sw_live_\u0003"]]);
    expect(left.code).toBe(130);
    expect(readdirSync(person.config)).toEqual([]);
    // one letter too many is taken back
    const asked = await atTerminal(args, env, [["API key: ", `${ownerKey}x\u007F\r`]]);
    expect(asked.code, asked.shown).toBe(0);
    expect(asked.shown).toContain("Signed in");
    expect(asked.shown).not.toContain(ownerKey.slice(0, 12));
  });

  test("says that there is no service, with an exit code of its own", async () => {
    const env = { SLIPWAY_URL: "http://127.0.0.1:9" };
    const ended = await owner.json(["whoami"], { env });
    expect(ended.code).toBe(4);
    expect(ended.value.error).toMatchObject({ kind: "unavailable", exit_code: 4 });
  });
});

describe("build", () => {
  test("makes the app once, follows the log, and saves what was built", async () => {
    const first = await owner.run([
      "build",
      "https://one.example.com",
      "--name",
      "One",
      "--out",
      "one.apk",
    ]);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain("Made app");
    expect(first.stderr).toContain("status: completed\n");
    expect(first.stdout).toContain("/install/");

    const { code, value } = await owner.json(["build", "one.example.com", "--format", "aab"]);
    expect(code).toBe(0);
    const { data: apps } = await api("GET", "/api/v1/apps?per_page=100");
    expect(apps.filter(({ name }: any) => name === "One")).toHaveLength(1);
    expect(value).toMatchObject({ status: "completed", format: "aab", install_url: null });
    expect(value.file).toBe(join(owner.folder, "One.aab"));
    expect(sha256(value.file)).toBe(value.sha256);
    expect(readdirSync(owner.folder).toSorted()).toEqual(["One.aab", "config", "one.apk"]);
  });

  test("tells each line once though the connection breaks", async () => {
    const way = await breakingWay(note.url, [MIDST, WHOLE]);
    const ended = await owner.json(["build", "https://two.example.com"], {
      env: { SLIPWAY_URL: way.url },
    });
    expect(ended.code).toBe(0);
    // the event that was cut comes again, and the one that was whole does not
    expect(way.asked).toEqual(["", "0", expect.stringMatching(/^[1-9]\d*$/)]);
    const { logs } = await api("GET", `/api/v1/builds/${ended.value.build_id}/logs`);
    const told = ended.stderr
      .split("\n")
      .filter((line) => logs.split("\n").includes(line) && line !== "");
    expect(told.join("\n")).toBe(logs.trimEnd());
  });

  test("leaves the build running at Ctrl-C, and goes on with it later; a second one is refused", async () => {
    await whileBuilderStops(async () => {
      const running = owner.start(["build", "https://three.example.com", "--json"]);
      await running.printed.find(/status: pending/);
      const second = await owner.json(["build", "https://three.example.com"]);
      expect(second).toMatchObject({ code: 1, value: { error: { code: "active_build" } } });
      running.child.kill("SIGINT");
      const { code, stdout } = await running.ended;
      expect(code).toBe(130);
      const { error } = oneLine(stdout);
      expect(error.follow).toBe(`slipway build --follow ${error.build_id}`);
      expect(second.value.error.build_id).toBe(error.build_id);

      const followed = owner.start(["build", "--follow", String(error.build_id)]);
      await followed.printed.find(/status: pending/);
      await api("POST", `/api/v1/builds/${error.build_id}/cancel`);
      const ended = await followed.ended;
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toContain(`Build ${error.build_id} cancelled`);
    });
  });

  test("saves nothing where what comes is not what was built", async () => {
    const apps = await api("GET", "/api/v1/apps?per_page=100");
    const app = apps.data.find(({ name }: any) => name === "One");
    const { data } = await api("GET", `/api/v1/apps/${app.id}/builds`);
    const done = data.find(({ status }: any) => status === "completed");
    const link = await api("GET", `/api/v1/builds/${done.id}/download`);
    const server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      if (request.url?.endsWith("/download")) {
        return response.end(
          JSON.stringify({ ...link, download_url: `http://${request.headers.host}/file` }),
        );
      }
      if (request.url === "/file") return response.end("something else");
      if (request.url?.endsWith("/logs")) {
        response.setHeader("content-type", "text/event-stream");
        return response.end(
          `event: end\nid: 1\ndata: {"status":"completed","error_message":null}\n\n`,
        );
      }
      return response.end(JSON.stringify({ data: done }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const env = { SLIPWAY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const person = withKey(ownerKey);
    const ended = await person.run(["build", "--follow", String(done.id)], { env });
    server.close();
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toContain("SHA-256");
    expect(readdirSync(person.folder)).toEqual(["config"]);
  });

  test("is refused to another account's key, to one without the scope, and without what a release needs", async () => {
    const { data } = await api("GET", "/api/v1/apps");
    const app = String(data[0].id);
    const other = withKey(await newKey("Other"));
    expect(await other.run(["build", "--app", app])).toMatchObject({ code: 1, stdout: "" });
    const reader = withKey(await keyWith(["apps:read", "builds:read"]));
    const refused = await reader.json(["build", "--app", app]);
    expect(refused).toMatchObject({ code: 3, value: { error: { status: 403 } } });
    expect(refused.value.error.message).toContain("builds:write");
    const bare = await owner.json(["build", "--app", app, "--release"]);
    expect(bare).toMatchObject({ code: 2, value: { error: { kind: "usage" } } });
    expect((await owner.run(["build", "--app", app, "--out", "no/such/folder.apk"])).code).toBe(2);
  });
});

/** Stops the stack's builder, so that builds wait. */
async function whileBuilderStops(run: () => Promise<void>): Promise<void> {
  const pid = note.pids.builder ?? 0;
  process.kill(pid, "SIGSTOP");
  try {
    await run();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

describe("push", () => {
  let app: { id: number; push_app: string };

  beforeAll(async () => {
    app = await pushApp();
  });

  /** An app with three subscribers: two that can be reached, and one that is gone. */
  async function pushApp(): Promise<{ id: number; push_app: string }> {
    const { data } = await api("POST", "/api/v1/push/apps", { name: "Pushed" });
    const ids = await subscribe(data.id, 2, 0);
    await api("PATCH", `/api/v1/push/apps/${data.id}/subscribers/${ids[0]}`, { tags: ["beta"] });
    await subscribe(data.id, 1, 1);
    return { id: data.v1_id, push_app: data.id };
  }

  /** Registers browsers, the users user-0 and so on. */
  async function subscribe(app: string, count: number, dead_share: number): Promise<string[]> {
    const providers = providersClient(note.providers_url);
    const browsers = await providers.makeSubscriptions({ count, dead_share });
    const made = browsers.map(async ({ endpoint, p256dh, auth }, at) => {
      const who = { platform: "web", user_id: dead_share === 0 ? `user-${at}` : "gone" };
      const subscriber = { ...who, endpoint, keys: { p256dh, auth } };
      const { data } = await api("POST", `/api/v1/push/apps/${app}/subscribers`, subscriber);
      return data.id as string;
    });
    return Promise.all(made);
  }

  test("counts, asks before everyone, sends and reports by reason", async () => {
    const counted = await owner.json(["push", app.push_app, ...HELLO, "--dry-run"]);
    expect(counted).toMatchObject({ code: 0, value: { dry_run: true, total_count: 3 } });
    const unasked = await owner.json(["push", String(app.id), ...HELLO]);
    expect(unasked).toMatchObject({ code: 2, value: { error: { kind: "usage" } } });
    const sent = await owner.json(["push", String(app.id), ...HELLO, "--yes"]);
    expect(sent).toMatchObject({
      code: 0,
      value: { status: "sent", total: 3, sent: 2, failed: 1, reasons: { unregistered: 1 } },
    });
    const path = `/api/v1/push/apps/${app.push_app}/notifications`;
    const { data } = await api("GET", path);
    expect(data.map(({ id }: any) => id)).toEqual([sent.value.notification_id]);
  });

  test("sends to tags and users alone, and later", async () => {
    const some = ["--to", "tag:beta", "--to", "user:user-1"];
    const sent = await owner.run(["push", app.push_app, ...HELLO, ...some]);
    expect(sent).toMatchObject({ code: 0, stdout: "Sent to 2 of 2, failed: 0.\n" });
    const due = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}:00Z`;
    const at = ["--at", due, "--to", "user:user-1"];
    const later = await owner.json(["push", app.push_app, ...HELLO, ...at]);
    expect(later).toMatchObject({
      code: 0,
      value: { status: "scheduled", scheduled_at: due },
    });
    const unsaid = await owner.run(["push", app.push_app, ...HELLO, "--to", "beta"]);
    expect(unsaid).toMatchObject({ code: 2, stdout: "" });
    expect(unsaid.stderr).toContain("--to tag:beta");
  });

  test.skipIf(!hasTerminal)("asks at a terminal before everyone gets it", async () => {
    const { data } = await api("POST", "/api/v1/push/apps", { name: "Asked" });
    await subscribe(data.id, 2, 0);
    const env = { SLIPWAY_URL: note.url, SLIPWAY_KEY: ownerKey };
    const args = ["push", data.id, ...HELLO];
    const question = "Send it to all 2? [y/N]";
    const no = await atTerminal(args, env, [[question, "\r"]]);
    expect(no.code, no.shown).toBe(1);
    expect(no.shown).toContain("Nothing was sent.");
    expect((await atTerminal(args, env, [[question, "\u0003"]])).code).toBe(130);
    const sent = async () => (await api("GET", `/api/v1/push/apps/${data.id}/notifications`)).data;
    expect(await sent()).toEqual([]);
    const yes = await atTerminal(args, env, [[question, "y\r"]]);
    expect(yes.code, yes.shown).toBe(0);
    expect(yes.shown).toContain("to 2 of 2");
    expect(await sent()).toHaveLength(1);
  });

  test("fails where nobody is reached, and where nobody is meant", async () => {
    const { data } = await api("POST", "/api/v1/push/apps", { name: "Gone" });
    const nobody = await owner.json(["push", data.id, ...HELLO, "--yes"]);
    expect(nobody).toMatchObject({ code: 1, value: { error: { total_count: 0 } } });
    await subscribe(data.id, 1, 1);
    const failed = await owner.json(["push", data.id, ...HELLO, "--yes"]);
    expect(failed).toMatchObject({
      code: 1,
      value: { error: { status: "failed", sent: 0, failed: 1, reasons: { unregistered: 1 } } },
    });
  });

  test("leaves the send going on at Ctrl-C, and where nobody waits", async () => {
    const providers = providersClient(note.providers_url);
    await providers.setFaults("webpush", { hang: { next: 1 } });
    try {
      const running = owner.start([
        "push",
        app.push_app,
        ...HELLO,
        "--to",
        "user:user-0",
        "--json",
      ]);
      await running.printed.find(/sending: 0 of 1/);
      running.child.kill("SIGINT");
      const { code, stdout } = await running.ended;
      expect(code).toBe(130);
      const { error } = oneLine(stdout);
      const path = `/api/v1/push/apps/${app.push_app}/notifications/${error.notification_id}`;
      expect((await api("GET", path)).data.status).toBe("sending");
    } finally {
      await providers.setFaults("webpush", {});
    }
    const args = ["push", app.push_app, ...HELLO, "--to", "user:user-1", "--no-wait"];
    expect(await owner.json(args)).toMatchObject({ code: 0, value: { status: "sending" } });
  });

  test("is refused to another account's key, and to one that may only read", async () => {
    const args = ["push", app.push_app, ...HELLO, "--yes"];
    const other = await withKey(await newKey("Stranger")).json(args);
    expect(other).toMatchObject({ code: 1, value: { error: { status: 404 } } });
    const reader = await withKey(await keyWith(["push:read"])).json(args);
    expect(reader).toMatchObject({ code: 3, value: { error: { status: 403 } } });
  });
});

describe("webhooks listen", () => {
  const webhooks = async () => (await api("GET", "/api/v1/webhooks")).data;

  test("prints what is signed, hands it on, refuses what is forged, and leaves nothing behind", async () => {
    const got: { headers: any; body: string }[] = [];
    const local = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        got.push({ headers: request.headers, body });
        response.writeHead(418).end();
      });
    }).listen(0, "127.0.0.1");
    await once(local, "listening");
    const forward = `http://127.0.0.1:${(local.address() as AddressInfo).port}/in`;
    const listener = owner.start(["webhooks", "listen", "--forward", forward, "--json"]);
    await listener.printed.find(/Listening/);
    const [webhook] = await webhooks();
    const body = JSON.stringify({ event: "build.completed" });
    const headers = {
      "webhook-id": "1",
      "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
      "webhook-signature": `v1,${"A".repeat(43)}=`,
    };
    const forged = await fetch(webhook.url, { method: "POST", headers, body });
    expect(forged.status).toBe(401);
    expect((await fetch(webhook.url, { method: "POST", body })).status).toBe(401);

    await api("POST", `/api/v1/webhooks/${webhook.id}/test`);
    await listener.printed.find(/webhook\.test/);
    listener.child.kill("SIGTERM");
    const { code, stdout } = await listener.ended;
    local.close();
    expect(code).toBe(130);
    const [wrong, bare, taken, end] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(wrong).toEqual({ refused: "its signature is wrong" });
    expect(bare).toEqual({ refused: "it has no signature" });
    expect(taken).toMatchObject({ payload: { event: "webhook.test" }, forwarded: { status: 418 } });
    expect(end.error).toMatchObject({ kind: "interrupted" });
    expect(got).toHaveLength(1);
    expect(JSON.parse(got[0]?.body ?? "")).toEqual(taken.payload);
    expect(got[0]?.headers["webhook-id"]).toBe(taken.id);
    expect(await webhooks()).toEqual([]);
  });

  test("deletes what a crash left over, and not what another listener has", async () => {
    const crashed = owner.start(["webhooks", "listen"]);
    await crashed.printed.find(/Listening/);
    const living = owner.start(["webhooks", "listen"]);
    await living.printed.find(/Listening/);
    const [second, first] = await webhooks();
    crashed.child.kill("SIGKILL");
    await crashed.ended;
    const third = owner.start(["webhooks", "listen", "--events", "build.failed"]);
    await third.printed.find(/Listening/);
    expect(third.printed.text).toContain("left over");
    const now = await webhooks();
    expect(now).toHaveLength(2);
    expect(now.map(({ id }: any) => id)).toContain(second.id);
    expect(now.map(({ id }: any) => id)).not.toContain(first.id);
    for (const each of [living, third]) each.child.kill("SIGINT");
    expect([(await living.ended).code, (await third.ended).code]).toEqual([130, 130]);
    expect(await webhooks()).toEqual([]);
    expect(readdirSync(join(owner.config, "slipway/listening"))).toEqual([]);
  });

  test("hears of an app's pushes and subscribers, and deletes that webhook, too", async () => {
    const { data: app } = await api("POST", "/api/v1/apps", {
      name: "Heard",
      url: "https://heard.example.com",
    });
    const path = `/api/v1/push/apps/${app.uuid}`;
    const crashed = owner.start(["webhooks", "listen", "--app", app.uuid]);
    await crashed.printed.find(/Listening/);
    crashed.child.kill("SIGKILL");
    await crashed.ended;
    const listener = owner.start(["webhooks", "listen", "--app", String(app.id), "--json"]);
    await listener.printed.find(/Listening/);
    expect(listener.printed.text).toContain("left over");
    const kept = await api("GET", `${path}/webhooks`);
    expect(kept.data).toHaveLength(1);
    expect(await webhooks()).toEqual([]);
    await api("PUT", `${path}/credentials/webpush`, { subject: "mailto:owner@example.com" });
    const [browser] = await providersClient(note.providers_url).makeSubscriptions();
    await api("POST", `${path}/subscribers`, {
      platform: "web",
      endpoint: browser?.endpoint,
      keys: { p256dh: browser?.p256dh, auth: browser?.auth },
    });
    await listener.printed.find(/subscriber\.created/);
    const push = await owner.json(["push", app.uuid, ...HELLO, "--yes"]);
    expect(push).toMatchObject({ code: 0 });
    await listener.printed.find(/notification\.sent/);
    listener.child.kill("SIGINT");
    const { stdout } = await listener.ended;
    const lines = stdout.trimEnd().split("\n");
    const events = lines.map((line) => JSON.parse(line).payload?.event);
    expect(events).toEqual(["subscriber.created", "notification.sent", undefined]);
    expect((await api("GET", `${path}/webhooks`)).data).toEqual([]);

    const stranger = withKey(await newKey("Stranger"));
    const foreign = await stranger.json(["webhooks", "listen", "--app", app.uuid]);
    expect(foreign).toMatchObject({ code: 1, value: { error: { status: 404 } } });
    expect(readdirSync(join(stranger.config, "slipway/listening"))).toEqual([]);
  });

  test("says what a deployment needs, and is refused to keys that may not", async () => {
    const env = { SLIPWAY_URL: "https://slipway.example" };
    const far = await owner.json(["webhooks", "listen"], { env });
    expect(far.code).toBe(1);
    expect(far.value.error.message).toContain("--public-url");
    const reader = await withKey(await keyWith(["builds:read"])).json(["webhooks", "listen"]);
    expect(reader).toMatchObject({ code: 3, value: { error: { status: 403 } } });
    const unknown = await owner.json(["webhooks", "listen", "--events", "build.done"]);
    expect(unknown).toMatchObject({ code: 1, value: { error: { status: 422 } } });
    expect(await webhooks()).toEqual([]);
  });
});

/** A line of an example as arguments, and the file that it reads. */
function parts(example: string): { args: string[]; file: string | undefined } {
  const [call = "", file] = example.trim().split(" < ");
  const words = [...call.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  return { args: words.slice(1), file };
}

test("the examples of the help do what they say", async () => {
  const { data } = await api("POST", "/api/v1/apps", {
    name: "Seven",
    url: "https://seven.example.com",
  });
  const keystore = await api("POST", "/api/v1/keystores", { name: "Upload key", algorithm: "rsa" });
  const credentials = `/api/v1/push/apps/${data.uuid}/credentials/webpush`;
  await api("PUT", credentials, { subject: "mailto:owner@example.com" });
  const [browser] = await providersClient(note.providers_url).makeSubscriptions();
  await api("POST", `/api/v1/push/apps/${data.uuid}/subscribers`, {
    platform: "web",
    endpoint: browser?.endpoint,
    keys: { p256dh: browser?.p256dh, auth: browser?.auth },
    user_id: "42",
  });
  const person = withKey(ownerKey);
  writeFileSync(join(person.folder, "key.txt"), ownerKey);
  /** What stands in an example, behind the word before it, and what there is here. */
  const here: Record<string, string> = {
    "--app 7": String(data.id),
    "push 7": String(data.id),
    "--keystore 4": String(keystore.data.id),
    "--port 4000": "0",
    "--url https://slipway.example": note.url,
  };
  const runExample = async (example: string): Promise<[string, number | null]> => {
    const { args: said, file } = parts(example);
    const newest = await api("GET", `/api/v1/apps/${data.id}/builds`);
    here["--follow 12"] = String(newest.data[0]?.id);
    const args = said.map((word, at) => here[`${said[at - 1]} ${word}`] ?? word);
    const input = file === undefined ? "" : readFileSync(join(person.folder, file), "utf8");
    const running = person.start(args, { input });
    if (args[0] === "webhooks") {
      await running.printed.find(/Listening/);
      running.child.kill("SIGINT");
    }
    return [example, (await running.ended).code];
  };
  // side by side, but for those of a command
  const ran = [login, whoami, build, push, listen, logout].map(async ({ examples }) => {
    const codes = [];
    for (const [example] of examples) codes.push(await runExample(example));
    return codes;
  });
  const codes = (await Promise.all(ran)).flat();
  expect(codes.length).toBeGreaterThan(12);
  expect(codes).toEqual(codes.map(([each]) => [each, each.includes("webhooks") ? 130 : 0]));
});
