// A customer's program on openapi-generator's TypeScript client: see clients.test.ts.
import { setTimeout as sleep } from "node:timers/promises";
import {
  APIKeysApi,
  AppsApi,
  BuildsApi,
  Configuration,
  PushAppsApi,
  PushNotificationsApi,
  NewSubscriberFromJSON,
  SubscribersApi,
  type Targeting,
} from "./client/index.js";

const [basePath = "", key = "", subscribers = "[]"] = process.argv.slice(2);
const configuration = new Configuration({ basePath, accessToken: key });

const apps = new AppsApi(configuration);
const { data: app } = await apps.createApp({
  createAppRequest: { name: "Generated", url: "https://example.com" },
});
const builds = new BuildsApi(configuration);
const { data: build } = await builds.triggerBuild({ id: app.id, triggerBuildRequest: {} });
const { data: made } = await new APIKeysApi(configuration).createApiKey({
  createApiKeyRequest: { name: "generated", scopes: ["push:read"], appIds: null },
});

const { data: pushApp } = await new PushAppsApi(configuration).createPushApp({
  createPushAppRequest: { name: "Generated" },
});
const { id } = pushApp;
for (const each of JSON.parse(subscribers) as unknown[]) {
  const newSubscriber = NewSubscriberFromJSON(each);
  await new SubscribersApi(configuration).registerSubscriber({ id, newSubscriber });
}

const notifications = new PushNotificationsApi(configuration);

/** Sends to `targeting`, null for everybody; returns the notification once it has been sent. */
async function send(targeting: Targeting | null) {
  const { data } = await notifications.createPushNotification({
    id,
    createPushNotificationRequest: { title: "Hello", body: "World", send: true, targeting },
  });
  for (;;) {
    const found = await notifications.getPushNotification({ id, notificationId: data.id });
    if (found.data.status === "sent" || found.data.status === "failed") return found.data;
    await sleep(100);
  }
}

const byTags = await send({ type: "tags", tags: ["beta"], match: "all" });
const byIds = await send({ type: "user_ids", ids: ["user-2"] });
const toAll = await send(null);

const { data: readBack } = await apps.getApp({ id: app.id });
console.log(
  JSON.stringify({
    app: { id: readBack.id, name: readBack.name },
    push_app: id,
    vapid_private_key: pushApp.vapidPrivateKey,
    build: build.id,
    key: made.key,
    by_tags: { id: byTags.id, targeting: byTags.targeting, total: byTags.stats.totalCount },
    by_ids: { id: byIds.id, targeting: byIds.targeting, total: byIds.stats.totalCount },
    to_all: { id: toAll.id, total: toAll.stats.totalCount },
  }),
);
