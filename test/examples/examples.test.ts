// The programs of examples/ run against a real local stack, as a person would run them, and the API is asked what they
// did. Where an interpreter is missing, a test says so and is skipped; under REQUIRE_ALL=1 it fails.
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { StackNote } from "../../dev/state.ts";
import { startStack } from "../e2e/stack.ts";
import { untilPasses } from "../support/until-passes.ts";
import { CURL, type Language, missing, PASSWORD, PHP, Programs, PYTHON, told } from "./programs.ts";

let note: StackNote;
beforeAll(async () => {
  note = await startStack().ready();
});

// Side by side, since they mostly wait.
describe.each([CURL, PYTHON, PHP])("in $name", { concurrent: true }, (language) => {
  const skipped = missing(language);

  test.skipIf(skipped)("build saves an app's APK, and shows why it has none", async () => {
    const programs = new Programs(note);
    const name = 'Bäckerei "Zum \\ Ofen"';
    const stdout = await programs.run(language, "build", [name, "https://example.com"]);
    const { data: app } = await programs.call("GET", `/api/v1/apps/${told(stdout, "app")}`);
    expect(app).toMatchObject({ name, url: "https://example.com" });
    const { data: build } = await programs.call("GET", `/api/v1/builds/${told(stdout, "build")}`);
    expect(build).toMatchObject({ app_id: app.id, status: "completed", build_format: "apk" });
    const saved = join(programs.folder, /^saved (\S+)$/m.exec(stdout)?.[1] ?? "");
    expect(statSync(saved).size).toBe(build.artifact_size);
    const [link] = /http\S+\/install\/\S+/.exec(stdout) ?? [];
    expect((await fetch(String(link))).status).toBe(200);

    const bad = await programs.start(language, "build", ["x", "nowhere"]).ended;
    expect(bad).toMatchObject({ status: 1, stdout: "" });
    expect(bad.stderr).toContain("The url field must be a valid URL.");
  });

  test.skipIf(skipped)(
    "release makes a signed bundle, its keystore's copy and asset links, and the next",
    async () => {
      const programs = new Programs(note);
      const site = { name: "R", url: "https://example.com" };
      const { data: app } = await programs.call("POST", "/api/v1/apps", site);
      const stdout = await programs.run(language, "release", [String(app.id)]);
      const keystore = told(stdout, "keystore");
      const file = join(programs.folder, `keystore-${keystore}.p12`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      // The copy opens with the password: it is taken over again.
      const copy = { name: "copy", file: readFileSync(file).toString("base64") };
      const again = await programs.call("POST", "/api/v1/keystores", {
        ...copy,
        store_password: PASSWORD,
      });
      const links = JSON.parse(readFileSync(join(programs.folder, "assetlinks.json"), "utf8"));
      expect(links).toEqual(await programs.call("GET", `/api/v1/apps/${app.id}/assetlinks`));
      const next = await programs.run(language, "release", [String(app.id), keystore]);
      const ids = [stdout, next].map((printed) => told(printed, "build"));
      const builds = await Promise.all(
        ids.map((id) => programs.call("GET", `/api/v1/builds/${id}`)),
      );
      for (const [at, { data: build }] of builds.entries()) {
        expect(build).toMatchObject({
          app_id: app.id,
          build_type: "release",
          build_format: "aab",
          version_code: at + 1,
          certificate_sha256: again.data.certificate_sha256,
        });
        const bundle = join(programs.folder, `app-${build.id}.aab`);
        expect(statSync(bundle).size).toBe(build.artifact_size);
      }
    },
  );

  test.skipIf(skipped)("push makes an app, sends to everybody and tells the report", async () => {
    const programs = new Programs(note);
    const made = await programs.run(language, "push", []);
    const app = told(made, "app");
    const { data } = await programs.call("GET", `/api/v1/push/apps/${app}`);
    expect(data.public_key).toBe(told(made, "key"));
    await programs.subscribe(app, [["news"], []]);
    await programs.subscribe(app, [[]], { dead: true });

    const text = 'Ä "quoted" text, with \\ and comma';
    const stdout = await programs.run(language, "push", [app, "Hello", text]);
    const id = told(stdout, "notification");
    const sent = await programs.call("GET", `/api/v1/push/apps/${app}/notifications/${id}`);
    const wanted = { title: "Hello", body: text, targeting: { type: "all" }, status: "sent" };
    expect(sent.data).toMatchObject(wanted);
    expect(stdout).toContain("sent: 2 of 3 reached, 1 not\n");
    expect(stdout).toContain("shown 0, clicked 0\n");
    // One that reaches nobody ends with what the API says of it.
    const lost = told(await programs.run(language, "push", []), "app");
    await programs.subscribe(lost, [[]], { dead: true });
    const failed = await programs.start(language, "push", [lost, "Hello", "you"]).ended;
    expect(failed.status).toBe(1);
    expect(failed.stdout).toContain("failed: 0 of 1 reached, 1 not\n");
    expect(failed.stderr).toBe("no recipient could be reached\n");
  });

  test.skipIf(skipped)(
    "targeting counts, saves a segment, sends to it, and sends to it again",
    async () => {
      const programs = new Programs(note);
      const { id } = (await programs.call("POST", "/api/v1/push/apps", { name: "T" })).data;
      const app = `/api/v1/push/apps/${id}`;
      await programs.subscribe(id, [["news"], ["news"], ["other"]]);
      await programs.subscribe(id, [["news"]], { country: "DE" });
      const stdout = await programs.run(language, "targeting", [id, "news"]);
      expect(stdout).toContain("would reach 2\n");
      const segment = told(stdout, "segment");
      const { data } = await programs.call("GET", `${app}/segments/${segment}`);
      expect(data).toMatchObject({
        name: "With news",
        targeting: { type: "tags", tags: ["news"] },
      });
      const again = await programs.run(language, "targeting", [id, "news", segment]);
      expect(again).not.toContain("segment");
      const sent = await programs.call("GET", `${app}/notifications`);
      expect(sent.data.map((each: any) => each.id).toSorted()).toEqual(
        [stdout, again].map((printed) => told(printed, "notification")).toSorted(),
      );
      for (const { targeting, stats, status } of sent.data) {
        expect(targeting.of[0]).toEqual({ type: "segment", id: segment });
        expect({ ...stats, status }).toMatchObject({
          total_count: 2,
          sent_count: 2,
          status: "sent",
        });
      }
      const nobody = await programs.start(language, "targeting", [id, "nobody's"]).ended;
      expect(nobody).toMatchObject({
        status: 1,
        stderr: "nobody has this tag: nothing was sent\n",
      });
      expect((await programs.call("GET", `${app}/notifications`)).meta.total_count).toBe(2);
    },
  );

  test.skipIf(skipped)(
    "channel shows a code, waits for its person, and sends to them",
    async () => {
      const programs = new Programs(note);
      const app = (await programs.call("POST", "/api/v1/push/apps", { name: "C" })).data;
      const token = await programs.registerDevice(app.id);
      const person = "Müller/7 ?";
      const program = programs.start(language, "channel", [String(app.v1_id), person]);
      const [, code] = await program.printed.find(/show qr\.gif .*\/qrcode\/(\S+)/);
      expect(readFileSync(join(programs.folder, "qr.gif")).subarray(0, 3).toString()).toBe("GIF");
      const redeemed = await fetch(`${note.url}/public/codes/${code}/redeem`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      });
      expect(redeemed.status).toBe(201);
      const ended = await program.ended;
      expect(ended).toMatchObject({ status: 0, stderr: "" });
      const [, key] = /(sw_chn_\S+)/.exec(ended.stdout) ?? [];
      const channel = `${note.url}/channels/${told(ended.stdout, "channel")}`;
      const listed = await fetch(`${channel}/subscriptions`, {
        headers: { "x-channel-api-key": key ?? "" },
      });
      expect(await listed.json()).toMatchObject([{ iuid: person }]);
      const sent = await programs.call("GET", `/api/v1/push/apps/${app.id}/notifications`);
      expect(sent.data).toMatchObject([{ title: "Order 1234" }]);
    },
  );

  test.skipIf(skipped)(
    "each program shows why the API refuses, and ends with another code than 0",
    async () => {
      const programs = new Programs(note);
      const key = { SLIPWAY_KEY: "sw_live_wrong" };
      const runs = await Promise.all([
        programs.start(language, "build", ["x", "https://example.com"], key).ended,
        programs.start(language, "release", ["1"], key).ended,
        programs.start(language, "push", [], key).ended,
        programs.start(language, "targeting", [randomUUID(), "x"], key).ended,
        programs.start(language, "channel", ["1", "x"], key).ended,
      ]);
      for (const { status, stdout, stderr } of runs) {
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(/POST \/api\/v1\/\S+: 401 .*(Unauthenticated|Invalid or missing)/);
      }
      const unset = await programs.start(language, "build", ["x", "y"], { SLIPWAY_KEY: "" }).ended;
      expect(unset.status).not.toBe(0);
      expect(unset.stderr).toContain("SLIPWAY_KEY");
    },
  );
});

const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

/** Listens at a free port of this machine, and answers POSTs with what `status` says at the time. */
async function listen(status: () => number): Promise<{ port: number; close: () => void }> {
  const server = createServer((_request, answer) => void answer.writeHead(status()).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** A delivery as an attacker may send it: signed with this secret, at this time, by default in every way as it must be. */
function delivery(secret: string, { id = randomUUID(), at = Date.now() / 1000 } = {}) {
  const body = JSON.stringify({ type: "build.completed", data: { build_id: 7 } });
  const time = String(Math.floor(at));
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64");
  const headers: Record<string, string> = {
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": `v1,${mac}`,
  };
  return { headers, body };
}

async function startReceiver(language: Language, programs: Programs, secret: string) {
  const env = { SLIPWAY_WEBHOOK_SECRET: secret };
  const { port, close } = await listen(() => 500);
  close();
  const program =
    language === PHP
      ? programs.start(PHP, "webhook", [], env, ["-S", `127.0.0.1:${port}`])
      : programs.start(language, "webhook", [String(port)], env);
  return { port, program };
}

/**
 * Starts a language's receiver; resolves with its address once it listens, and with what it prints, of deliveries too: it
 * answers first.
 */
async function receive(language: Language, programs: Programs, secret: string) {
  const { port, program } = await startReceiver(language, programs, secret);
  const { printed } = program;
  await printed.find(/listening|Development Server/);
  const received = () => printed.text.match(/received .*/g) ?? [];
  return { url: `http://127.0.0.1:${port}`, printed, received };
}

describe.each([PYTHON, PHP])("receiving webhooks in $name", { concurrent: true }, (language) => {
  const skipped = missing(language) || missing(CURL);

  test.skipIf(skipped)("takes what the stack sends, each delivery once", async () => {
    const programs = new Programs(note);
    const secret = newSecret();
    const { url, printed, received } = await receive(language, programs, secret);
    const env = { SLIPWAY_WEBHOOK_SECRET: secret };
    const stdout = await programs.run(CURL, "webhook", [url], env);
    expect(stdout).toContain("is delivered\n");
    const id = told(stdout, "webhook");
    await printed.find(new RegExp(`received webhook\\.test .*${id}`));
    const sent = told(stdout, "delivery");
    await programs.call("POST", `/api/v1/webhooks/${id}/deliveries/${sent}/replay`);
    await vi.waitFor(async () => {
      const { data } = await programs.call("GET", `/api/v1/webhooks/${id}/deliveries/${sent}`);
      expect(data).toMatchObject({ status: "delivered", response_status: 204 });
    }, 30_000);
    const app = await programs.call("POST", "/api/v1/apps", {
      name: "W",
      url: "https://example.com",
    });
    const build = await programs.call("POST", `/api/v1/apps/${app.data.id}/builds`);
    const completed = new RegExp(`received build.completed .*"build_id": ?${build.data.id},`);
    await vi.waitFor(() => expect(received().join("\n")).toMatch(completed), 30_000);
    expect(received().filter((line) => line.includes("webhook.test"))).toHaveLength(1);
    await programs.call("DELETE", `/api/v1/webhooks/${id}`);
  });

  test.skipIf(skipped)("takes nothing by a secret that holds no key", async () => {
    const programs = new Programs(note);
    if (language === PYTHON) {
      const { program } = await startReceiver(language, programs, "whsec_");
      const { status, stderr } = await program.ended;
      expect(status).toBe(1);
      expect(stderr).toContain("SLIPWAY_WEBHOOK_SECRET holds no key");
      return;
    }
    const { url, received } = await receive(language, programs, "whsec_");
    const { status } = await fetch(url, { method: "POST", ...delivery("whsec_") });
    expect(status).toBe(500);
    expect(received()).toEqual([]);
  });

  test.skipIf(skipped)("refuses what is forged, old or changed", async () => {
    const secret = newSecret();
    const { url, received } = await receive(language, new Programs(note), secret);
    const post = async ({ headers, body }: ReturnType<typeof delivery>) =>
      (await fetch(url, { method: "POST", headers, body })).status;

    const good = delivery(secret);
    expect(await post(good)).toBe(204);
    expect(await post(good)).toBe(204);
    await untilPasses(() => expect(received()).toHaveLength(1));
    const rotated = delivery(secret);
    const other = delivery(newSecret()).headers["webhook-signature"];
    rotated.headers["webhook-signature"] = `${other} ${rotated.headers["webhook-signature"]}`;
    expect(await post(rotated)).toBe(204);
    await untilPasses(() => expect(received()).toHaveLength(2));

    const now = Date.now() / 1000;
    expect(await post(delivery(secret, { at: now - 290 }))).toBe(204);
    await untilPasses(() => expect(received()).toHaveLength(3));
    const changed = delivery(secret);
    const renamed = delivery(secret);
    const unsigned = delivery(secret);
    renamed.headers["webhook-id"] = randomUUID();
    delete unsigned.headers["webhook-signature"];
    const refused = [
      delivery(newSecret()),
      delivery(secret, { at: now - 310 }),
      delivery(secret, { at: now + 310 }),
      { ...changed, body: changed.body.replace("7", "8") },
      renamed,
      unsigned,
      { headers: {}, body: changed.body },
    ];
    const statuses = await Promise.all(refused.map(post));
    expect(statuses).toEqual(refused.map(() => 401));
    expect(received()).toHaveLength(3);
  });
});

test.skipIf(missing(CURL))(
  "webhook in curl says what a receiver refuses, and sends it again",
  async () => {
    const programs = new Programs(note);
    const answer = { status: 410 };
    const { port, close } = await listen(() => answer.status);
    const env = { SLIPWAY_WEBHOOK_SECRET: newSecret() };
    const since = new Date(Date.now() - 60_000).toISOString();
    const refused = await programs.start(CURL, "webhook", [`http://127.0.0.1:${port}/`], env).ended;
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("The receiver did not take it");
    const webhook = `/api/v1/webhooks/${told(refused.stdout, "webhook")}`;
    await programs.call("PATCH", webhook, { enabled: true });
    answer.status = 204;
    const stdout = await programs.run(CURL, "webhook", [
      "replay",
      String(webhook.split("/").pop()),
      since,
    ]);
    expect(JSON.parse(stdout)).toEqual({ data: { replayed: 1 } });
    await vi.waitFor(async () => {
      const { data } = await programs.call("GET", `${webhook}/deliveries`);
      expect(data).toMatchObject([{ status: "delivered" }]);
    }, 30_000);
    await programs.call("DELETE", webhook);
    close();
  },
);
