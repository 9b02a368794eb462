// An app that Slipway built, installed on a phone: it registers by Play services, gets what is sent, decrypts it, shows it, and
// what it reports is counted. The phone runs the app's own Java where a JDK is found, and its stand-in in TypeScript
// everywhere (dev/phone).
import { join } from "node:path";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { verifyApk } from "../../builder/android/verify.ts";
import { findJdk } from "../../builder/shell/test/jdk.ts";
import { javaRuntime, Phone, scriptRuntime, type Runtime } from "../../dev/phone/phone.ts";
import { providersClient, type ProvidersClient } from "../../dev/providers/client.ts";
import { readQr } from "../support/qr.ts";
import { startStack, type RunningStack } from "./stack.ts";
import { StackClient, until } from "./client.ts";

/** Longest for what is sent to be counted, ms. */
const COUNTED_WITHIN_MS = 30_000;
const SUBJECT = { subject: "mailto:push@example.com" };

let stack: RunningStack;
beforeAll(async () => {
  stack = startStack();
  await stack.ready();
});

const jdk = findJdk(process.env);
const hasJava = jdk !== null || process.env["REQUIRE_ALL"] === "1";
if (!hasJava) console.warn("skipped: the app's own Java on a phone needs a JDK");

let compiled: Promise<Runtime> | null = null;
/** What runs the app's own Java, which is compiled once. @throws where it can't be */
async function ownJava(): Promise<Runtime> {
  if (jdk === null) throw new Error("it needs a JDK");
  compiled ??= javaRuntime(jdk, join(stack.stateDir, "phone"));
  return compiled;
}

/** The kinds of phones, by what runs the app. */
const KINDS: [string, () => Promise<Runtime>][] = [
  ...(hasJava ? [["the app's own Java", ownJava] satisfies [string, typeof ownJava]] : []),
  ["the stand-in in TypeScript", async () => scriptRuntime("TypeScript")],
];

describe.each(KINDS)("%s", (_name, makeRuntime) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await makeRuntime();
  });

  test("registers once the person lets it notify, is pushed to, and what came and was tapped is counted", async () => {
    const { phone, owner } = await installed(runtime);
    await phone.open();
    expect(await phone.state()).toEqual({ subscriber: null, endpoint: null });
    await phone.letNotify(true);
    const { subscriber, endpoint } = await phone.state();
    expect(endpoint).toMatch(/^https:\/\/fcm\.googleapis\.com\/fcm\/send\/.+/);
    const { data: device } = (await owner.call("GET", `${owner.app}/subscribers/${subscriber}`))
      .body;
    expect(device).toMatchObject({ platform: "android", provider: "webpush", status: "active" });

    const words = {
      title: "Grüße",
      body: "An order 👋 is on its way.",
      url: "https://example.com/orders/7",
    };
    const overrides = { platform_overrides: { android: { channel_id: "orders" } } };
    const sent = await owner.send({ ...words, ...overrides });
    await phone.receive();
    const [shown, ...others] = await phone.screen();
    expect(others).toEqual([]);
    expect(shown).toMatchObject({ title: words.title, body: words.body, channel: "orders" });
    await owner.counts(sent, { sent_count: 1, delivered_count: 1, clicked_count: 0 });

    const tapped = await phone.tap(shown?.tag ?? "");
    expect(tapped).toEqual({ opened: words.url, isInside: true });
    expect(await phone.screen()).toEqual([]);
    await owner.counts(sent, { delivered_count: 1, clicked_count: 1 });
  });

  test("gets what is pushed while its process is gone", async () => {
    const { phone, owner } = await installed(runtime);
    await phone.letNotify(true);
    await phone.endApp();
    const sent = await owner.send({ title: "Good morning", body: "It is seven." });
    await phone.receive();
    expect(await phone.screen()).toMatchObject([
      { title: "Good morning", channel: "Notifications" },
    ]);
    await owner.counts(sent, { delivered_count: 1 });
  });

  test("redeems a channel's QR code, and gets what the channel sends", async () => {
    const { phone, owner } = await installed(runtime);
    const { at, asChannel, code, qrcode } = await newChannel(owner);
    const link = readQr(qrcode).text ?? "";
    expect(link).toBe(`${owner.url}/qrcode/${code}`);

    await phone.openLink(link);
    expect(await phone.told(), "it waits for the person").toBeNull();
    await phone.letNotify(true);
    expect(await phone.told()).toContain("Orders");
    const subscription: any = await (
      await fetch(`${at}/subscriptions/customer-7`, asChannel)
    ).json();
    expect(subscription).toMatchObject({ iuid: "customer-7", mute: false });
    await phone.openLink(link);
    expect(await phone.told(), "a code works once").not.toContain("Orders");

    const body = JSON.stringify({ title: "Your order", text: "It has been sent." });
    const answer = await fetch(`${at}/notifications/customer-7`, {
      ...asChannel,
      method: "POST",
      body,
    });
    expect(answer.status).toBe(200);
    await phone.receive();
    expect(await phone.screen()).toMatchObject([
      { title: "Your order", body: "It has been sent." },
    ]);
    const { data: all } = (await owner.call("GET", `${owner.app}/notifications`)).body;
    await owner.counts(all[0].id, { delivered_count: 1 });
  });

  test("registers anew at its next start when the VAPID pair was replaced", async () => {
    const { phone, owner } = await installed(runtime);
    await phone.letNotify(true);
    const before = await phone.state();
    const pair = await owner.providers.makeVapid(SUBJECT);
    const replaced = await owner.call("PUT", `${owner.app}/credentials/webpush`, pair);
    expect(replaced.body.data).toMatchObject({ register_again: { browsers: 0, apps: 1 } });
    await phone.endApp();
    await phone.open();
    const after = await phone.state();
    expect(after.subscriber).toBe(before.subscriber);
    expect(after.endpoint).not.toBe(before.endpoint);
    const sent = await owner.send({ title: "Still here", body: "With a new key." });
    await phone.receive();
    expect(await phone.screen()).toMatchObject([{ title: "Still here" }]);
    await owner.counts(sent, { total_count: 1, sent_count: 1, delivered_count: 1 });
  });

  test("is unsubscribed when the person turns its notifications off, and the same subscriber when on again", async () => {
    const { phone, owner } = await installed(runtime);
    await phone.letNotify(true);
    const { subscriber } = await phone.state();
    const status = async () =>
      (await owner.call("GET", `${owner.app}/subscribers/${subscriber}`)).body.data
        .status as string;
    expect(await status()).toBe("active");
    await phone.letNotify(false);
    expect(await status()).toBe("unsubscribed");
    await phone.letNotify(true);
    expect(await status()).toBe("active");
    expect((await phone.state()).subscriber).toBe(subscriber);
    const sent = await owner.send({ title: "Back", body: "Again." });
    await phone.receive();
    await owner.counts(sent, { delivered_count: 1 });
  });
});

test.skipIf(!hasJava)("answers what a page in the app calls", async () => {
  const { phone, owner } = await installed(await ownJava());
  await phone.open();
  await expect(phone.page("push.subscribe")).rejects.toThrow("denied");
  await phone.letNotify(true);
  const { subscriber } = await phone.state();
  expect(await phone.page("push.subscribe", { tags: ["vip"] })).toEqual({ id: subscriber });
  const tags = async () =>
    (await owner.call("GET", `${owner.app}/subscribers/${subscriber}`)).body.data.tags as unknown;
  expect(await tags()).toEqual(["vip"]);
  expect(await phone.page("push.setTags", { tags: ["new", "new", "beta"] })).toEqual(await tags());

  const { secret } = (await owner.call("POST", `${owner.app}/identity-secret`)).body.data;
  const user = async () =>
    (await owner.call("GET", `${owner.app}/subscribers/${subscriber}`)).body.data
      .user_id as unknown;
  const token = await new SignJWT({ sub: "user-42" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("10m")
    .sign(new TextEncoder().encode(secret as string));
  await phone.page("push.identify", { token });
  expect(await user()).toBe("user-42");
  await expect(phone.page("push.identify", { token: "a.b.c" })).rejects.toThrow("invalid");
  await phone.page("push.identify", { token: null });
  expect(await user()).toBe(null);

  const { code, at, asChannel } = await newChannel(owner);
  const redeemed: any = await phone.page("channels.redeem", { code });
  expect(redeemed).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    channel: at.split("/").at(-1),
    name: "Orders",
    muted: false,
  });
  await expect(phone.page("channels.redeem", { code })).rejects.toThrow("not_found");
  await expect(phone.page("channels.redeem", { code: "?" })).rejects.toThrow("invalid");
  expect(await phone.page("channels.list")).toEqual([redeemed]);
  const { id } = redeemed;
  const muted = { ...redeemed, muted: true };
  expect(await phone.page("channels.mute", { id, muted: true })).toEqual(muted);
  expect(await phone.page("channels.list")).toEqual([muted]);
  expect(await phone.page("channels.mute", { id, muted: false })).toEqual(redeemed);
  expect(await phone.page("channels.leave", { id })).toBeNull();
  expect(await phone.page("channels.list")).toEqual([]);
  expect((await fetch(`${at}/subscriptions/customer-7`, asChannel)).status).toBe(404);
  await expect(phone.page("channels.leave", { id })).rejects.toThrow("not_found");

  const status = async () =>
    (await owner.call("GET", `${owner.app}/subscribers/${subscriber}`)).body.data.status as string;
  expect(await phone.page("push.unsubscribe")).toBeNull();
  expect(await status()).toBe("unsubscribed");
  await phone.endApp();
  await phone.open();
  expect(await status(), "it stays so at the next start").toBe("unsubscribed");
  expect(await phone.page("push.subscribe")).toEqual({ id: subscriber });
  expect(await status()).toBe("active");
});

/** A channel of the app, and a code for a person to be in it. */
async function newChannel(owner: Owner): Promise<{
  /** Its address, and what requests of its owner bring. */
  at: string;
  asChannel: { headers: Record<string, string> };
  code: string;
  qrcode: string;
}> {
  const wanted = { name: "Orders", app_id: owner.id };
  const { data: channel } = (await owner.call("POST", "/api/v1/channels", wanted)).body;
  const asChannel = { headers: { "x-channel-api-key": channel.api_key as string } };
  const at = `${owner.url}/channels/${channel.id}`;
  const answer: any = await (await fetch(`${at}/subscriptions/customer-7/code`, asChannel)).json();
  return { at, asChannel, code: answer.code, qrcode: answer.qrcode };
}

/** An app's owner, with what tests do again and again. */
interface Owner {
  url: string;
  /** The app's id, and its path in the push API. */
  id: number;
  app: string;
  call: StackClient["call"];
  providers: ProvidersClient;
  /** Sends to everybody. Returns the notification's id. */
  send: (content: object) => Promise<string>;
  /** Waits until a notification's counters are these. */
  counts: (notification: string, stats: Record<string, number>) => Promise<void>;
}

/** An app with pushes, built and installed on a phone, whose person has not answered yet. */
async function installed(runtime: Runtime): Promise<{ phone: Phone; owner: Owner }> {
  const client = new StackClient(stack);
  await client.openAccount();
  const { url, providers_url } = client.note;
  const site = { name: "Shop", url: "https://example.com", config: { push: { enabled: true } } };
  const { data: made } = (await client.call("POST", "/api/v1/apps", site)).body;
  const app = `/api/v1/push/apps/${made.uuid}`;
  const { data: vapid } = (await client.call("PUT", `${app}/credentials/webpush`, SUBJECT)).body;
  const build = await client.trigger(made.id as number);
  expect((await client.reaches(build, ["completed", "failed"], 60_000)).status).toBe("completed");
  const apk = await client.download(build);
  const { data: keys } = (await client.call("GET", app)).body;
  const push = {
    api_origin: url,
    app_id: made.uuid,
    public_key: keys.public_key,
    vapid_public_key: vapid.public_key,
  };
  const wanted = { app: { ...made, config: site.config }, debuggable: true, push };
  expect(verifyApk(apk, wanted)).toMatchObject({ ok: true });

  const providers = providersClient(providers_url);
  const phone = new Phone(apk, runtime, providers);
  onTestFinished(() => phone.endApp());
  const call: Owner["call"] = (...given) => client.call(...given);
  const send = async (content: object): Promise<string> => {
    const answer = await call("POST", `${app}/notifications`, { ...content, send: true });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body.data.id as string;
  };
  const counts = async (notification: string, stats: Record<string, number>): Promise<void> => {
    let now: any;
    await until(`the counters ${JSON.stringify(stats)}`, COUNTED_WITHIN_MS, async () => {
      now = (await call("GET", `${app}/notifications/${notification}`)).body.data;
      return Object.entries(stats).every(([name, count]) => now.stats[name] === count);
    }).catch((error: unknown) => {
      throw new Error(`the counters are ${JSON.stringify(now?.stats)}`, { cause: error });
    });
  };
  return { phone, owner: { url, id: made.id as number, app, call, providers, send, counts } };
}
