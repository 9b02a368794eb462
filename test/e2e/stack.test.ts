// `npm start` itself: what it starts, that it keeps it running, and that nothing is left when it ends.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import jsQR from "jsqr";
import sharp from "sharp";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { verifyApk, verifyBundle } from "../../builder/android/verify.ts";
import { findJdk } from "../../builder/shell/test/jdk.ts";
import { providersClient } from "../../dev/providers/client.ts";
import type { StackNote } from "../../dev/state.ts";
import { StackClient, until } from "./client.ts";
import { isRunning, startStack, type RunningStack } from "./stack.ts";

/** Longest for a stack, or one of its processes, to start or to end on a loaded machine, ms. */
const START = { timeout: 60_000, interval: 50 };

const NAMES = ["worker", "builder", "providers"] as const;

/** The processes of a stack that still run. */
const stillRunning = (pids: StackNote["pids"]) => NAMES.filter((name) => isRunning(pids[name]));

const account = (url: string, token: string) =>
  fetch(`${url}/api/v1/account`, { headers: { authorization: `Bearer ${token}` } });

test("the tour makes an APK and exits 0", async () => {
  const stack = startStack(["--once"]);
  expect(await stack.ended, stack.printed.text).toBe(0);
  const file = /^ +File +(.+)$/m.exec(stack.printed.text)?.[1] ?? "";
  expect(verifyApk(readFileSync(file))).toMatchObject({ ok: true });
  expect(stack.printed.text).toContain("Verified: signatures v2 and v3");
  const kind = findJdk(process.env) === null ? "a stand-in in TypeScript" : "the app's own Java";
  expect(stack.printed.text).toMatch(new RegExp(`Runs +${kind}`));
  expect(stack.printed.text).toContain("1 delivered, and 1 clicked");
  expect(stack.printed.text).toMatch(/Redeemed .*Orders/);
  expect(stack.note()).toBeNull();
});

test("a tour whose builder can't start exits 1 and names the builder's log", async () => {
  const stack = startStack(["--once"], { CONCURRENCY: "none" });
  expect(await stack.ended).toBe(1);
  expect(stack.printed.text).toContain("builder.log");
});

describe("a running stack", () => {
  let stack: RunningStack;
  let note: StackNote;
  beforeAll(async () => {
    stack = startStack();
    note = await stack.ready();
  });

  test("has working tokens in its stack.json, and the ids of its real processes", async () => {
    const { url, admin_token, api_token, builder_token, pids } = note;
    expect((await account(url, api_token)).status).toBe(200);
    const asOperator = { headers: { authorization: `Bearer ${admin_token}` } };
    expect((await fetch(`${url}/api/v1/admin/builders`, asOperator)).status).toBe(200);
    expect(builder_token).toMatch(/^sw_bld_/);
    const command = (pid: number | null) => readFileSync(`/proc/${pid}/cmdline`, "utf8");
    expect(command(pids.worker).split("\0")[0]).toMatch(/workerd$/);
    expect(command(pids.builder)).toContain("builder/main.ts");
    expect(command(pids.providers)).toContain("dev/providers/");
  });

  test("makes a debug build debuggable, unless the build names a keystore", async () => {
    const client = new StackClient(stack);
    await client.openAccount();
    const wanted = { name: "Release", algorithm: "ec" };
    const { body } = await client.call("POST", "/api/v1/keystores", wanted);
    const certificate = body.data.certificate_sha256 as string;
    const appId = await client.newApp();
    const made = async (json: Record<string, unknown>) => {
      const buildId = await client.trigger(appId, json);
      const build = await client.reaches(buildId, ["completed", "failed"], START.timeout);
      expect(build.status, client.logs()).toBe("completed");
      const verification = verifyApk(await client.download(buildId));
      if (!verification.ok) throw new Error(verification.problems.join("; "));
      const { debuggable, certificate_sha256 } = verification.report;
      expect(build.certificate_sha256).toBe(certificate_sha256);
      return [build.debuggable, debuggable, certificate_sha256 === certificate];
    };
    expect(await made({})).toEqual([true, true, false]);
    expect(await made({ keystore_id: body.data.id })).toEqual([false, false, true]);
  });

  test("makes an app of a site's own manifest, whose APK has what the manifest says", async () => {
    const manifest = {
      name: "The Whole Name of the Shop",
      short_name: "Shop",
      theme_color: "navy",
      background_color: "#fed",
      orientation: "landscape",
      display: "fullscreen",
      icons: [{ src: "icon.png", sizes: "512x512", purpose: "maskable" }],
      shortcuts: [{ name: "Your orders", short_name: "Orders", url: "/orders" }],
    };
    const drawn = { width: 512, height: 512, channels: 3, background: "#c03020" } as const;
    const icon = await sharp({ create: drawn }).png().toBuffer();
    const site = createHttpServer(({ url }, response) => {
      if (url === "/icon.png") response.end(icon);
      else if (url === "/m.json") response.end(JSON.stringify(manifest));
      else response.end('<link rel="manifest" href="m.json">');
    });
    onTestFinished(() => void site.close());
    await once(site.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    const client = new StackClient(stack);
    await client.openAccount();
    const made = await client.call("POST", "/api/v1/apps", { url, import_manifest: true });
    expect([made.status, made.body.imported?.left]).toEqual([201, []]);
    expect(made.body.imported.took.icon).toEqual({ url: `${url}icon.png`, purpose: "maskable" });
    const buildId = await client.trigger(made.body.data.id, {});
    const build = await client.reaches(buildId, ["completed", "failed"], START.timeout);
    expect(build.status, client.logs()).toBe("completed");
    expect(verifyApk(await client.download(buildId))).toMatchObject({
      ok: true,
      report: {
        label: manifest.name,
        launcher_label: "Shop",
        theme_color: "#000080",
        background_color: "#ffeedd",
        orientation: "landscape",
        fullscreen: true,
        shortcuts: [{ name: "Your orders", short_name: "Orders", opens: { data: `${url}orders` } }],
      },
    });
  });

  test("gives a QR code from which a phone comes to a page whose button is the build's file", async () => {
    const client = new StackClient(stack);
    await client.openAccount();
    const appId = await client.newApp();
    const buildId = await client.trigger(appId, {});
    await client.reaches(buildId, ["completed"], START.timeout);
    const link = await client.call("GET", `/api/v1/builds/${buildId}/install`);
    const { url, qr } = link.body.data as { url: string; qr: string };
    const drawn = sharp(Buffer.from(qr), { density: 300 }).ensureAlpha().raw();
    const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
    const scanned = jsQR(new Uint8ClampedArray(data), info.width, info.height)?.data ?? "";
    expect(scanned).toBe(url);

    const page = await fetch(scanned);
    expect(page.status).toBe(200);
    const [, button = ""] =
      /<a class="btn btn--primary" href="([^"]+)"/.exec(await page.text()) ?? [];
    const file = await fetch(new URL(button, scanned));
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(bytes.equals(Buffer.from(await client.download(buildId)))).toBe(true);
    expect(verifyApk(bytes)).toMatchObject({ ok: true });

    await client.call("DELETE", `/api/v1/builds/${buildId}/install`);
    expect((await fetch(scanned)).status).toBe(410);
    expect((await fetch(new URL(button, scanned))).status).toBe(410);
  });

  test("makes a bundle for the store, under the name and media type that a store takes", async () => {
    const client = new StackClient(stack);
    await client.openAccount();
    const wanted = { name: "Release", algorithm: "rsa" };
    const keystore = (await client.call("POST", "/api/v1/keystores", wanted)).body.data;
    const appId = await client.newApp();
    const json = { build_format: "aab", build_type: "release", keystore_id: keystore.id };
    const buildId = await client.trigger(appId, json);
    const build = await client.reaches(buildId, ["completed", "failed"], START.timeout);
    expect(build, client.logs()).toMatchObject({ status: "completed", build_format: "aab" });
    const { body: link } = await client.call("GET", `/api/v1/builds/${buildId}/download`);
    expect(link.file_name).toBe("Slow.aab");
    const response = await fetch(link.download_url);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("content-disposition")).toContain('filename="Slow.aab"');
    const bundle = new Uint8Array(await response.arrayBuffer());
    expect(bundle.length).toBe(build.artifact_size);
    const { data: app } = (await client.call("GET", `/api/v1/apps/${appId}`)).body;
    const certificateSha256 = keystore.certificate_sha256 as string;
    const expected = { app: { ...app, config: {} }, debuggable: false, certificateSha256 };
    expect(verifyBundle(bundle, expected)).toMatchObject({ ok: true, report: { schemes: ["v1"] } });
  });

  test("builds an app whose icon has layers of its own, which its builder fetches", async () => {
    const client = new StackClient(stack);
    await client.openAccount();
    const picture = (background: string) =>
      sharp({ create: { width: 432, height: 432, channels: 4, background } })
        .png()
        .toBuffer();
    const appId = await client.newApp(await picture("#d33"));
    await client.putPicture(appId, "icon/foreground", await picture("#3d38"));
    await client.putPicture(appId, "icon/monochrome", await picture("#000"));
    const buildId = await client.trigger(appId);
    const build = await client.reaches(buildId, ["completed", "failed"], 30_000);
    const { body } = await client.call("GET", `/api/v1/builds/${buildId}/logs`);
    expect(build.status, body.logs).toBe("completed");
    for (const what of ["Icon", "Icon's foreground layer", "Icon's monochrome layer"]) {
      expect(body.logs).toMatch(new RegExp(`^${what}: image/png, .* fetched in \\d+ ms$`, "m"));
    }
    expect(verifyApk(await client.download(buildId))).toMatchObject({ ok: true });
  });

  test("verifies credentials on each provider's protocol, and a revoked key costs its own recipients only", async () => {
    const client = new StackClient(stack);
    await client.openAccount();
    const providers = providersClient(note.providers_url ?? "");
    const made = await client.call("POST", "/api/v1/push/apps", { name: "Three providers" });
    const app = `/api/v1/push/apps/${made.body.data.id}`;
    const [key, service_account] = await Promise.all([
      providers.makeApnsKey(),
      providers.makeServiceAccount(),
    ]);
    await client.call("PUT", `${app}/credentials/apns`, { ...key, environment: "production" });
    await client.call("PUT", `${app}/credentials/fcm`, { service_account });
    const verify = async (provider: string) => {
      const { body } = await client.call("POST", `${app}/credentials/${provider}/verify`, {});
      return body;
    };
    const all = ["apns", "fcm", "webpush"];
    for (const provider of all) {
      const detail = expect.stringContaining("Nobody is registered");
      expect(await verify(provider)).toEqual({ ok: true, detail });
    }
    const subscribers = [
      ...(await providers.makeDevices("apns", { count: 3 })).map(({ token }) => ({
        platform: "ios",
        provider: "apns",
        token,
      })),
      ...(await providers.makeDevices("fcm", { count: 3 })).map(({ token }) => ({
        platform: "android",
        provider: "fcm",
        token,
      })),
      ...(await providers.makeSubscriptions({ count: 3 })).map(({ endpoint, p256dh, auth }) => ({
        platform: "web",
        endpoint,
        keys: { p256dh, auth },
      })),
    ];
    await client.call("POST", `${app}/subscribers/bulk`, { subscribers });
    for (const provider of all) expect(await verify(provider)).toEqual({ ok: true });

    await providers.changeCredential("apns", key.key_id, "revoke");
    const wanted = { title: "Hello", body: "World", send: true };
    const sent = await client.call("POST", `${app}/notifications`, wanted);
    let notification: any;
    await until("the send to end", START.timeout, async () => {
      notification = await client.call("GET", `${app}/notifications/${sent.body.data.id}`);
      return !["sending", "finalizing"].includes(notification.body.data.status);
    });
    expect(notification.body.data).toMatchObject({
      status: "sent",
      stats: { sent_count: 6, failed_count: 3 },
      failure_reason: expect.stringContaining("InvalidProviderToken"),
    });
    expect(await verify("apns")).toMatchObject({ ok: false, error: "misconfigured" });
  });

  test("keeps another one off its state folder", async () => {
    const intruder = startStack(["--no-tour"], { STATE_DIR: stack.stateDir });
    expect(await intruder.ended).toBe(1);
    expect(intruder.printed.text).toContain("Another stack");
    expect(stack.note()).toEqual(note);
  });

  test("lets another one run beside it", async () => {
    const other = startStack();
    expect((await other.ready()).url).not.toBe(note.url);
    await other.stop();
    expect((await account(note.url, note.api_token)).status).toBe(200);
  });

  test("starts killed processes again", async () => {
    const { url, api_token, pids } = note;
    for (const pid of Object.values(pids)) process.kill(Number(pid), "SIGKILL");
    await vi.waitFor(() => {
      const now = stack.note()?.pids;
      for (const name of NAMES) {
        expect(now?.[name]).not.toBe(pids[name]);
        expect(isRunning(now?.[name] ?? null)).toBe(true);
      }
    }, START);
    expect((await account(url, api_token)).status).toBe(200);
  });

  test("ends with all its processes at Ctrl-C", async () => {
    const { pids } = stack.note() ?? note;
    expect(await stack.stop()).toBe(0);
    expect(stillRunning(pids)).toEqual([]);
    expect(stack.note()).toBeNull();
  });
});

// One life of a state folder: each of these starts takes seconds.
test("the next start keeps the state, no process stays behind when the supervisor is killed, the start after that works, and --fresh discards the state", async () => {
  const first = startStack();
  const { api_token } = await first.ready();
  await first.stop();
  const STATE_DIR = first.stateDir;
  const second = startStack(["--no-tour"], { STATE_DIR });
  const note = await second.ready();
  expect(note.api_token).toBe(api_token);
  expect((await account(note.url, api_token)).status).toBe(200);

  second.process.kill("SIGKILL");
  await second.ended;
  await vi.waitFor(() => expect(stillRunning(note.pids)).toEqual([]), START);
  // What it could not tidy up does not keep the next one out.
  const third = startStack(["--no-tour"], { STATE_DIR });
  await vi.waitFor(() => {
    const now = third.note()?.pids.worker ?? null;
    expect(now).not.toBe(note.pids.worker);
    expect(isRunning(now)).toBe(true);
  }, START);
  expect((await third.ready()).api_token).toBe(api_token);
  await third.stop();

  const last = startStack(["--no-tour", "--fresh"], { STATE_DIR });
  const fresh = await last.ready();
  expect(fresh.api_token).not.toBe(api_token);
  expect((await account(fresh.url, api_token)).status).toBe(401);
  await last.stop();
});

test("a taken PORT and an unknown option end the start with an error", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const taken = startStack(["--no-tour"], { PORT: String(port) });
  const unknown = startStack(["--onec"]);
  expect(await taken.ended).toBe(1);
  expect(taken.printed.text).toContain(`Port ${port} is taken`);
  expect(await unknown.ended).toBe(2);
  expect(unknown.printed.text).toContain("--once");
});
