// What the fuzzer's requests need to get past the door: credentials of each kind, an account whose plan has no limit
// worth the name, and one of everything that paths and bodies can name. Spare ones are for operations that end things.
import { z } from "zod";
import { connect, type Api } from "../api.ts";
import type { Stack } from "../stack.ts";
import { makeApp, makeBuild } from "./make-app.ts";
import { makeSends } from "./make-sends.ts";

/** The plan of the fuzzed accounts: as many requests a minute as a plan may have, builds cost nothing. */
const PLAN = {
  name: "Fuzz",
  price: 0,
  monthly_credits: null,
  rate_limit: 1_000_000,
  max_subscribers: 10_000_000,
};

const Made = z.object({ data: z.object({ id: z.int() }) });
const MadeMany = z.object({ data: z.array(z.object({ id: z.int() })) });
const MadeKey = z.object({ data: z.object({ id: z.int(), key: z.string() }) });

type Values = Record<string, string | number>;

/** What hooks.py reads, which says how each is used. */
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
  await admin.put("/api/v1/admin/plans", { plans: [PLAN] }, z.unknown());
  const account = await openAccount(admin);
  const other = await openAccount(admin);
  const host = await admin.post("/api/v1/admin/builders", { name: "spare" }, Made);

  const hosts = await admin.get("/api/v1/admin/builders", MadeMany);
  const api = connect(stack.url, account.key);
  const app = await makeApp(stack, api);
  const spare = await makeApp(stack, api);
  const build = await makeBuild(api, app.v1Id);
  const sends = await makeSends(stack, api, app);
  const spareKey = await api.post("/api/v1/api-keys", { name: "spare" }, Made);

  const push = "/api/v1/push/apps/{id}";
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
        [push]: { id: app.id, subscriber_id: app.subscriber, webhook_id: app.webhook },
        [`${push}/notifications`]: { notification_id: sends.notification },
        [`${push}/credentials`]: { provider: "webpush" },
        "/api/v1/push/notifications/{id}": { id: sends.notification },
        "/api/v1/apps/{id}": { id: app.v1Id },
        "/api/v1/apps/{id}/push/credentials": { provider: "webpush" },
        "/api/v1/builds/{id}": { id: build.id },
        "/api/v1/notifications/{id}": { id: sends.v1Notification },
        "/api/v1/channels/{id}": { id: app.channel },
        "/api/v1/keystores/{id}": { id: app.keystore },
        "/api/v1/api-keys/{id}": { id: account.keyId },
        "/api/v1/admin/accounts/{id}": { id: account.id },
        "/api/v1/admin/builders/{id}": { id: hosts.data.at(-1)?.id ?? 0 },
        "/channels/{channelId}": { channelId: app.channel, iuid: app.iuid },
        "/api/b/v2/sched/": { sched_type: "onesend", sched_id: sends.sending },
        "/api/b/v2/events/": { code: app.event },
        "/api/r/v2/apps/{app_id}": { app_id: app.v1Id, ic_id: app.instance },
        "/public/builds/{id}": build.link,
        "/public/t/{token}": { token: sends.link },
        "/public/c/{token}": { token: sends.link },
        "/public/apps/{id}": { id: app.id },
        "/public/subscribers/{id}": { id: app.device.id },
        "/public/subscriptions/{id}": { id: app.subscription, nid: sends.received },
      },
      spare: {
        deleteApiKey: { id: spareKey.data.id },
        updateAccount: { id: other.id },
        deleteBuilder: { id: host.data.id },
        deletePushApp: { id: spare.id },
        deletePushCredential: { id: spare.id },
        putPushCredential: { id: spare.id },
        deleteSubscriber: { id: spare.id, subscriber_id: spare.subscriber },
        unsubscribeSubscriber: { id: spare.id, subscriber_id: spare.subscriber },
        deleteWebhook: { id: spare.id, webhook_id: spare.webhook },
        deleteApp: { id: spare.v1Id },
        deleteAppPushCredential: { id: spare.v1Id },
        putAppPushCredential: { id: spare.v1Id },
        deleteChannel: { id: spare.channel },
        rotateChannelKey: { id: spare.channel },
        deleteKeystore: { id: spare.keystore },
        deactivateInstance: { app_id: spare.v1Id, ic_id: spare.instance },
        unsubscribeDevice: {
          id: spare.device.id,
          authorization: `Bearer ${spare.device.token}`,
        },
        leaveSubscription: {
          id: spare.subscription,
          authorization: `Bearer ${spare.device.token}`,
        },
      },
      fields: {
        app_id: app.v1Id,
        app_ids: [app.v1Id],
        app_ids_include: [app.v1Id],
        keystore_id: app.keystore,
        subscriber_id: app.subscriber,
        push_ids: [sends.push],
        msg_id: sends.message,
        plan: PLAN.name,
        keys: app.keys,
      },
    },
  };
}

async function openAccount(admin: Api) {
  const wanted = { name: "Fuzz", email: "fuzz@example.com", plan: PLAN.name };
  const { data } = await admin.post("/api/v1/admin/accounts", wanted, Made);
  const keys = `/api/v1/admin/accounts/${data.id}/api-keys`;
  const made = await admin.post(keys, { name: "fuzz" }, MadeKey);
  return { id: data.id, keyId: made.data.id, key: made.data.key };
}
