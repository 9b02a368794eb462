// Sends a notification to everybody, waits until it has been sent, and prints the report. SLIPWAY_APP is the UUID of an app with
// subscribers; without it, an app is made, which nobody has subscribed to yet.
import { createClient, unwrap, waitForNotification } from "slipway-client";

const { SLIPWAY_URL: url = "", SLIPWAY_KEY: key = "", SLIPWAY_APP: given } = process.env;
const slipway = createClient({ url, key });

/** Makes an app for Web Push, with its keys. */
async function makeApp(): Promise<string> {
  const { data } = unwrap(await slipway.POST("/api/v1/push/apps", { body: { name: "My site" } }));
  console.log(`Subscribe browsers with the app ${data.id} and the key ${data.public_key}.`);
  return data.id;
}

const app = given ?? (await makeApp());
const { data: created } = unwrap(
  await slipway.POST("/api/v1/push/apps/{id}/notifications", {
    params: { path: { id: app } },
    body: { title: "Hello", body: "World", targeting: { type: "all" }, send: true },
  }),
);
if (!("id" in created)) throw new Error("This was a dry run.");

const sent = await waitForNotification(slipway, app, created.id);
const { data: report } = unwrap(
  await slipway.GET("/api/v1/push/apps/{id}/notifications/{notification_id}/results", {
    params: { path: { id: app, notification_id: sent.id } },
  }),
);
console.log(`Notification ${sent.id} is ${sent.status}: ${sent.failure_reason ?? "no failure"}.`);
console.log(`Sent to ${report.sent_count} of ${report.total_count}.`);
for (const { provider, sent_count: count } of report.providers) {
  if (count > 0) console.log(`  ${provider}: ${count}`);
}
