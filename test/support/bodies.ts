// A world with one of everything, and for each operation whose body is JSON a request that the world would take: what
// tests alter that try every operation. Its bodies have every inner object that a body can have.
import { newChannel } from "./channels.ts";
import { newDevice as newInstallation, PUSH as TEMPLATE } from "./instant.ts";
import { configure } from "./notifications.ts";
import { apnsKey, PUSH, serviceAccount, webSubscriber } from "./push.ts";
import { EXAMPLE, WORDS } from "./push-example.ts";
import { newKey, newOneOfEach, newPushApp } from "./scenario.ts";
import { api, bindings, newAddress, rows } from "./worker.ts";

/** What a request brings, by the name of its security scheme in the document; none: it needs no key. */
export type Credentials = Record<string, Record<string, string>>;

export interface BodiesWorld {
  account: { id: number; key: string };
  credentials: Credentials;
  /** What stands in a path in place of each parameter; by operation where that is not enough. */
  fillings: (path: string) => string;
  /** By operation. */
  bodies: Record<string, Record<string, unknown>>;
}

const later = () => new Date(Date.now() + 10 * 86_400_000).toISOString();

/** Makes the world. Its things are the same over all requests, as long as these are refused. */
export async function newBodiesWorld(): Promise<BodiesWorld> {
  const owner = await newOneOfEach();
  const { key } = owner;
  const app = await newPushApp(key);
  await configure(owner, app.v1_id, "fcm");
  const made = async (path: string, json: unknown) => {
    const answer = await api("POST", path, { token: key, json });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const below = `${PUSH}/apps/${app.id}`;
  const channel = (await newChannel(key, { app_id: app.v1_id })).body.data;
  const known = await webSubscriber({ user_id: "user-42" });
  const subscriber = (await made(`${below}/subscribers`, known)).data;
  const notification = (await made(`${below}/notifications`, WORDS)).data;
  const saved = { name: "S", targeting: { type: "all" } };
  const segment = (await made(`${below}/segments`, saved)).data;
  const url = "https://hooks.example.com/a";
  const hooked = await made(`${below}/webhooks`, { url, events: ["notification.sent"] });
  const webhook = hooked.data;
  const ofAccount = (await made("/api/v1/webhooks", { url, events: ["build.failed"] })).data;
  const delivery = (await made(`${below}/webhooks/${webhook.id}/test`, undefined)).data;
  const ofBuilds = (await made(`/api/v1/webhooks/${ofAccount.id}/test`, undefined)).data;
  const device = await api("POST", `/public/apps/${app.id}/subscribers`, {
    headers: { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() },
    json: await webSubscriber(),
  });
  const template = await made("/api/b/v2/pushes", TEMPLATE);
  const [date] = later().split("T");
  const moment = { date, time: "12:00", local_time: false, timezone: "+00:00" };
  const sched = await made("/api/b/v2/sched/onesend", { name: "L", filters: {}, ...moment });
  const installation = await newInstallation(app.v1_id);
  const bound = await made(`/api/v1/channels/${channel.id}/subscriptions`, {
    iuid: "person",
    subscriber_id: device.body.data.id,
  });
  const named: Record<string, string> = {
    app_id: String(app.v1_id),
    ic_id: installation.id,
    subscriber_id: subscriber.id,
    user_id: "user-42",
    notification_id: notification.id,
    segment_id: segment.id,
    webhook_id: webhook.id,
    delivery_id: delivery.id,
    channelId: channel.id,
    iuid: "person",
    sched_type: "onesend",
    sched_id: String(sched.id),
    provider: "fcm",
    nid: channel.id,
    token: "x".repeat(43),
    code: "x".repeat(22),
    file: "x.apk",
  };
  const ids: [RegExp, unknown][] = [
    [/^\/api\/v1\/push\/apps\/\{id\}/, app.id],
    [/^\/api\/v1\/push\/notifications\/\{id\}/, notification.id],
    [/^\/api\/v1\/apps\/\{id\}/, app.v1_id],
    [/^\/api\/v1\/builds\//, owner.ids.build],
    [/^\/api\/v1\/notifications\//, notification.v1_id],
    [/^\/api\/v1\/channels\//, channel.id],
    [/^\/api\/v1\/keystores\//, owner.ids.keystore],
    [/^\/api\/v1\/webhooks\//, ofAccount.id],
    [/^\/api\/v1\/api-keys\//, owner.ids.api_key],
    [/^\/api\/v1\/admin\/accounts\//, owner.id],
    [/^\/api\/v1\/admin\/builders\//, owner.ids.builder],
    [/^\/public\/apps\//, app.id],
    [/^\/public\/subscribers\//, device.body.data.id],
    [/^\/public\/subscriptions\//, bound.data.id],
    [/./, channel.id],
  ];
  return {
    account: owner,
    credentials: {
      apiKey: { authorization: `Bearer ${key}` },
      adminToken: { authorization: `Bearer ${bindings.ADMIN_TOKEN}` },
      appKey: { "x-app-key": app.public_key },
      subscriberToken: { authorization: `Bearer ${device.body.data.token}` },
      channelKey: { "x-channel-api-key": channel.api_key },
    },
    fillings: (path) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        String(
          name === "id"
            ? ids.find(([of]) => of.test(path))?.[1]
            : name === "delivery_id" && path.startsWith("/api/v1/webhooks/")
              ? ofBuilds.id
              : named[name],
        ),
      ),
    bodies: await bodiesOf({ app, subscriber, template, moment }),
  };
}

async function bodiesOf({
  app,
  subscriber,
  template,
  moment,
}: any): Promise<BodiesWorld["bodies"]> {
  const website = { name: "A", url: "https://example.com", config: { theme_color: "#ffffff" } };
  const credential = { service_account: await serviceAccount() };
  const browser = async () => ({ ...(await webSubscriber()), expirationTime: null });
  const key = { name: "k", scopes: ["*"] };
  const content = { ...EXAMPLE, translations: { de: { title: "Neu", body: "Sieh an" } } };
  const plan = { name: "Free", price: 0, monthly_credits: 3, rate_limit: 600 };
  return {
    createPushApp: { name: "A", settings: { default_url: "https://example.com" } },
    updatePushApp: { name: "A", settings: { default_url: null } },
    putPushCredential: credential,
    verifyPushCredential: {},
    replaceIdentitySecret: {},
    registerSubscriber: await browser(),
    importSubscribers: { subscribers: [await browser()] },
    updateSubscriber: { ...(await browser()), platform: undefined },
    createPushNotification: content,
    estimateAudience: { targeting: { type: "not", of: [{ type: "all" }] } },
    updatePushNotification: content,
    trackClick: { subscriber_id: subscriber.id },
    createSegment: { name: "T", targeting: { type: "not", of: [{ type: "all" }] } },
    updateSegment: { name: "U" },
    createWebhook: { url: "https://hooks.example.com/b", events: ["notification.sent"] },
    updateWebhook: { enabled: true },
    rotateWebhookSecret: {},
    replayWebhook: { since: "2026-01-01T00:00:00Z" },
    createAccountWebhook: { url: "https://hooks.example.com/b", events: ["build.failed"] },
    updateAccountWebhook: { enabled: true },
    rotateAccountWebhookSecret: {},
    replayAccountWebhook: { since: "2026-01-01T00:00:00Z" },
    createApp: website,
    updateApp: website,
    triggerBuild: { build_type: "debug" },
    createNotification: { ...WORDS, scheduled_at: later() },
    putAppPushCredential: credential,
    verifyAppPushCredential: {},
    createChannel: { name: "C", app_id: app.v1_id },
    updateChannel: { name: "C" },
    rotateChannelKey: {},
    bindSubscriber: { iuid: "other", subscriber_id: subscriber.id },
    createKeystore: { name: "k", algorithm: "ec" },
    updateKeystore: { app_ids: [] },
    exportKeystore: { password: "secret" },
    createApiKey: key,
    createAccount: { name: "A", email: "a@example.com" },
    updateAccount: { build_credits: 5 },
    suspendAccount: { reason: "Its apps imitate a bank." },
    createAccountApiKey: key,
    putPlans: { plans: [{ ...plan, features: [] }] },
    createBuilder: { name: "host" },
    resealPart: { cursor: "webhooks:" },
    sendChannelNotification: { title: "Hello", text: "World" },
    sendInstantly: { name: "S", filters: { all_apps: true }, push: TEMPLATE },
    createPush: TEMPLATE,
    createOneTimeSending: { name: "S", filters: { all_apps: true }, ...moment },
    bindPushes: { push_ids: [template.id] },
    registerInstance: { ic_token: crypto.randomUUID() },
    updateInstance: { platform_type: "android", tags: { a: "b" } },
    reportInstanceNotification: { msg_id: crypto.randomUUID(), event: "delivered" },
    reportInstanceLifecycle: { event: "opened" },
    registerDevice: { ...(await browser()), user_token: null },
    updateDevice: { ...(await browser()), platform: undefined, user_token: null },
  };
}

/** Further bodies of APNs, Web Push and an uploaded keystore, whose schemas are others than those above. */
export async function otherForms(): Promise<[string, string, Record<string, unknown>][]> {
  return [
    ["putPushCredential", "apns", await apnsKey()],
    ["putPushCredential", "webpush", { subject: "mailto:a@slipway.dev" }],
    ["putAppPushCredential", "apns", await apnsKey()],
  ];
}

/** A key of the account that has every scope but `scope`. */
export async function keyWithout(account: { id: number }, scope: string, all: readonly string[]) {
  const scopes = all.filter((option) => option !== scope && option !== "*");
  return newKey(account.id, { scopes });
}

/** All that is in the database, but for what any request may change. One round trip: tests ask for it hundreds of times. */
export async function everything(): Promise<unknown> {
  tables ??= await rows(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'd1_%'",
  );
  const found = await bindings.DB.batch(
    tables.map(({ name }) => bindings.DB.prepare(`SELECT * FROM "${name}"`)),
  );
  const named = found.map(({ results }, at) => [tables?.[at]?.name, results]);
  return JSON.parse(JSON.stringify(named), (name, value) =>
    name === "last_used_at" || name === "last_active_at" ? undefined : value,
  );
}

let tables: { name: string }[] | undefined;
