// What the fuzzer's requests need to get past the door: credentials of each kind, an account whose plan has no limit
// worth the name, and one of everything that paths and bodies can name. Spare ones are for operations that end things.
import { z } from "zod";
import { connect, type Api } from "../api.ts";
import type { Stack } from "../stack.ts";
import { makeApp, makeBuild, PERSON, type FuzzedApp } from "./make-app.ts";
import { makeSends } from "./make-sends.ts";

/** The plan of the fuzzed accounts. */
const PLAN = "Fuzz";
/** The most requests a minute that a plan may grant. */
const MAX_RATE = 1_000_000;

const Made = z.object({ data: z.object({ id: z.int() }) });
const MadeApp = z.object({ data: z.object({ id: z.string(), v1_id: z.int() }) });
const MadeMany = z.object({ data: z.array(z.object({ id: z.int() })) });
const Plans = z.object({ data: z.array(z.looseObject({ id: z.int() })) });
const MadeKey = z.object({ data: z.object({ id: z.int(), key: z.string() }) });

type Values = Record<string, string | number>;

/** What the Python beside this reads, which says how each is used. */
interface World {
  /** Real values of path and query parameters, by how a path begins; a longer beginning comes over a shorter one. */
  paths: Record<string, Values>;
  /** The same of single operations, over those: what may be ended. `authorization` is a header. */
  spare: Record<string, Values>;
  /** Real values of fields of bodies, wherever they occur. */
  fields: Record<string, unknown>;
}

/** Makes everything. Returns it, and the credentials by the names of schemathesis.toml's variables. */
export async function makeWorld(
  stack: Stack,
  adminToken: string,
): Promise<{ world: World; variables: Record<string, string> }> {
  const admin = connect(stack.url, adminToken);
  await makePlan(admin);
  const hosts = await admin.get("/api/v1/admin/builders", MadeMany);
  const account = await openAccount(admin);
  const api = connect(stack.url, account.key);
  const app = await makeApp(stack, api);
  const build = await makeBuild(api, app.v1Id);
  const sends = await makeSends(stack, api, app);
  return {
    variables: {
      FUZZ_API_KEY: account.key,
      FUZZ_ADMIN_TOKEN: adminToken,
      FUZZ_APP_KEY: app.publicKey,
      FUZZ_CHANNEL_KEY: app.channelKey,
      FUZZ_SUBSCRIBER_TOKEN: app.device.token,
    },
    world: {
      paths: {
        ...pathsOf(app, sends),
        "/api/v1/builds/{id}": { id: build.id },
        "/public/builds/{id}": build.link,
        "/api/v1/api-keys/{id}": { id: account.keyId },
        "/api/v1/admin/accounts/{id}": { id: account.id },
        "/api/v1/admin/builders/{id}": { id: hosts.data[0]?.id ?? 0 },
      },
      spare: await makeSpare(stack, admin, api),
      fields: {
        app_id: app.v1Id,
        app_ids: [app.v1Id],
        app_ids_include: [app.v1Id],
        keystore_id: app.keystore,
        subscriber_id: app.subscriber,
        push_ids: [sends.push],
        plan: PLAN,
        keys: app.keys,
      },
    },
  };
}

/** A plan like the most generous one, with every limit by the minute as high as it goes. */
async function makePlan(admin: Api): Promise<void> {
  const { data } = await admin.get("/api/v1/admin/plans", Plans);
  const { id: _, ...most } = data.at(-1) ?? { id: 0 };
  const rates = Object.keys(most).filter((name) => name.endsWith("rate_limit"));
  const plan = {
    ...most,
    name: PLAN,
    ...Object.fromEntries(rates.map((rate) => [rate, MAX_RATE])),
  };
  await admin.put("/api/v1/admin/plans", { plans: [plan] }, z.unknown());
}

async function openAccount(admin: Api) {
  const wanted = { name: "Fuzz", email: "fuzz@example.com", plan: PLAN };
  const { data } = await admin.post("/api/v1/admin/accounts", wanted, Made);
  const keys = `/api/v1/admin/accounts/${data.id}/api-keys`;
  const made = await admin.post(keys, { name: "fuzz" }, MadeKey);
  return { id: data.id, keyId: made.data.id, key: made.data.key };
}

/** Where an app's things are. */
function pathsOf(app: FuzzedApp, sends: Awaited<ReturnType<typeof makeSends>>): World["paths"] {
  const push = "/api/v1/push/apps/{id}";
  return {
    [push]: {
      id: app.id,
      subscriber_id: app.subscriber,
      user_id: PERSON,
      webhook_id: app.webhook,
    },
    [`${push}/notifications`]: { notification_id: sends.notification },
    [`${push}/credentials`]: { provider: "webpush" },
    "/api/v1/push/notifications/{id}": { id: sends.notification },
    "/api/v1/apps/{id}": { id: app.v1Id },
    "/api/v1/apps/{id}/push/credentials": { provider: "webpush" },
    "/api/v1/notifications/{id}": { id: sends.v1Notification },
    "/api/v1/channels/{id}": { id: app.channel },
    "/api/v1/keystores/{id}": { id: app.keystore },
    "/channels/{channelId}": { channelId: app.channel, iuid: app.iuid },
    "/api/b/v2/sched/": { sched_type: "onesend", sched_id: sends.sending },
    "/api/b/v2/events/": { code: app.event },
    "/api/r/v2/apps/{app_id}": { app_id: app.v1Id, ic_id: app.instance },
    "/public/t/{token}": { token: sends.link },
    "/public/c/{token}": { token: sends.link },
    "/public/apps/{id}": { id: app.id },
    "/public/subscribers/{id}": { id: app.device.id },
    "/public/subscriptions/{id}": { id: app.subscription, nid: sends.received },
  };
}

/** Makes what may be ended, by the operations that end it or replace its secrets. */
async function makeSpare(stack: Stack, admin: Api, api: Api): Promise<World["spare"]> {
  const app = await makeApp(stack, api);
  const doomed = await api.post("/api/v1/push/apps", { name: "Doomed" }, MadeApp);
  const key = await api.post("/api/v1/api-keys", { name: "spare" }, Made);
  const account = await openAccount(admin);
  const host = await admin.post("/api/v1/admin/builders", { name: "spare" }, Made);
  const drained = await admin.post("/api/v1/admin/builders", { name: "drained" }, Made);
  const subscriber = { id: app.id, subscriber_id: app.subscriber };
  const device = { authorization: `Bearer ${app.device.token}` };
  return {
    deleteApiKey: { id: key.data.id },
    updateAccount: { id: account.id },
    suspendAccount: { id: account.id },
    resumeAccount: { id: account.id },
    deleteBuilder: { id: host.data.id },
    // The builder that makes the builds goes on.
    drainBuilder: { id: drained.data.id },
    resumeBuilder: { id: drained.data.id },
    deletePushApp: { id: doomed.data.id },
    deleteApp: { id: doomed.data.v1_id },
    putPushCredential: { id: app.id },
    deletePushCredential: { id: app.id, provider: "apns" },
    putAppPushCredential: { id: app.v1Id },
    deleteAppPushCredential: { id: app.v1Id, provider: "fcm" },
    deleteSubscriber: subscriber,
    unsubscribeSubscriber: subscriber,
    deleteUser: { id: app.id, user_id: PERSON },
    deleteWebhook: { id: app.id, webhook_id: app.webhook },
    deleteChannel: { id: app.channel },
    rotateChannelKey: { id: app.channel },
    deleteKeystore: { id: app.keystore },
    deactivateInstance: { app_id: app.v1Id, ic_id: app.instance },
    unsubscribeDevice: { id: app.device.id, ...device },
    leaveSubscription: { id: app.subscription, ...device },
  };
}
