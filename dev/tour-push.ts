// The tour's part with an audience: the app gets credentials for the other two providers as well (stand-ins here), devices
// and browsers register, and one notification goes to all of them.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Api } from "./api.ts";
import { providersClient, type ProvidersClient } from "./providers/client.ts";
import { heading, line, seconds } from "./say.ts";

/** The number of subscribers of each kind. As in real life, a few are dead. */
const SUBSCRIBERS = 100;
const DEAD_SHARE = 0.05;
/** How often progress is read, ms: the push API allows 100 requests a minute. */
const LOOK_EVERY_MS = 1_000;
/** Longest time for a send of this size, ms. */
const SENT_WITHIN_MS = 120_000;

const HOUR_MS = 3_600_000;

const Credential = z.object({ data: z.unknown() });
const Vapid = z.object({ data: z.object({ public_key: z.string() }) });
const Imported = z.object({ data: z.array(z.object({ id: z.string().optional() })) });
const Notification = z.object({
  data: z.object({
    id: z.string(),
    status: z.string(),
    failure_reason: z.string().nullish(),
    stats: z.object({
      total_count: z.int(),
      total_batches: z.int(),
      completed_batches: z.int(),
      sent_count: z.int(),
      failed_count: z.int(),
    }),
  }),
});

/**
 * Sends one notification to devices and browsers of all three providers.
 * @throws when it does not reach everybody that is alive
 */
export async function runPushTour(api: Api, providersUrl: string, appUuid: string): Promise<void> {
  heading("Push");
  const providers = providersClient(providersUrl);
  const app = `/api/v1/push/apps/${appUuid}`;
  const rows = await makeSubscribers(api, app, providers);
  const { data: results } = await api.post(
    `${app}/subscribers/bulk`,
    { subscribers: rows },
    Imported,
  );
  const refused = results.filter(({ id }) => id === undefined).length;
  if (refused > 0) throw new Error(`${refused} subscribers were refused`);
  line("Subscribers", `${rows.length} registered: FCM, APNs and Web Push`);

  const begin = performance.now();
  const content = { title: "Welcome", body: "Thanks for installing our app.", send: true };
  const made = await api.post(`${app}/notifications`, content, Notification);
  let { data } = made;
  for (const end = Date.now() + SENT_WITHIN_MS; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
    ({ data } = await api.get(`${app}/notifications/${data.id}`, Notification));
    const { completed_batches: done, total_batches: all } = data.stats;
    if (data.status !== "sending" && data.status !== "finalizing") break;
    line("Sending", `${done} of ${all} batches`);
  }
  const { stats } = data;
  if (data.status !== "sent") {
    throw new Error(
      `the notification is ${data.status}: ${data.failure_reason ?? "no reason given"}`,
    );
  }
  line("Sent", `${stats.sent_count} of ${stats.total_count}, ${stats.failed_count} to dead tokens`);
  line("Time", seconds(performance.now() - begin));
  const { recipients } = await providers.stats();
  const { fcm, apns, webpush } = recipients;
  line("Arrived", `${fcm.reached} by FCM, ${apns.reached} by APNs, ${webpush.reached} by Web Push`);
  if (stats.sent_count + stats.failed_count !== stats.total_count) {
    throw new Error("the counters do not add up");
  }
}

/** Sets the three credentials and makes subscribers of each kind. */
async function makeSubscribers(
  api: Api,
  app: string,
  providers: ProvidersClient,
): Promise<object[]> {
  const account = await providers.makeServiceAccount();
  await api.put(`${app}/credentials/fcm`, { service_account: account }, Credential);
  const key = await providers.makeApnsKey();
  await api.put(`${app}/credentials/apns`, { ...key, environment: "production" }, Credential);
  line("Credentials", "FCM service account and APNs key, beside the VAPID pair");
  const vapid = await api.get(`${app}/credentials/webpush`, Vapid);

  // Dead ones must die after they registered, since APNs' report about an earlier token would be ignored.
  const diedAt = Date.now() + HOUR_MS;
  const made = { count: SUBSCRIBERS, dead_share: DEAD_SHARE, died_at: diedAt };
  const android = await providers.makeDevices("fcm", { ...made, sender: account.project_id });
  const ios = await providers.makeDevices("apns", { ...made, sender: key.topic });
  const sender = vapid.data.public_key;
  const web = await providers.makeSubscriptions({ ...made, sender });
  return [
    ...android.map(({ token }) => ({ platform: "android", provider: "fcm", token })),
    ...ios.map(({ token }) => ({ platform: "ios", provider: "apns", token })),
    ...web.map(({ endpoint, p256dh, auth }) => {
      return { platform: "web", endpoint, keys: { p256dh, auth } };
    }),
  ];
}
