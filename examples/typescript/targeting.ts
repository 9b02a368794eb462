// Counts whom an audience has without sending anything, saves it as a segment, and sends to that. SLIPWAY_APP is the UUID of an app;
// without it, one is made.
import { createClient, eachRow, unwrap, waitForNotification } from "slipway-client";

const { SLIPWAY_URL: url = "", SLIPWAY_KEY: key = "", SLIPWAY_APP: given } = process.env;
const slipway = createClient({ url, key });

const app =
  given ?? unwrap(await slipway.POST("/api/v1/push/apps", { body: { name: "My site" } })).data.id;
const params = { path: { id: app } };
const content = { title: "For testers", body: "A new version is here." };

// a dry run tells how many it would reach, and whether the payload fits
const { data: dry } = unwrap(
  await slipway.POST("/api/v1/push/apps/{id}/notifications", {
    params,
    body: { ...content, targeting: { type: "tags", tags: ["beta"], match: "all" }, dry_run: true },
  }),
);
if ("dry_run" in dry) console.log(`It would reach ${dry.total_count}.`);

const { data: segment } = unwrap(
  await slipway.POST("/api/v1/push/apps/{id}/segments", {
    params,
    body: {
      name: `Testers ${new Date().toISOString()}`,
      targeting: { type: "tags", tags: ["beta"], match: "all" },
    },
  }),
);
const { data: created } = unwrap(
  await slipway.POST("/api/v1/push/apps/{id}/notifications", {
    params,
    body: { ...content, targeting: { type: "segment", id: segment.id }, send: true },
  }),
);
if (!("id" in created)) throw new Error("This was a dry run.");

const sent = await waitForNotification(slipway, app, created.id);
console.log(`Notification ${sent.id} is ${sent.status}, to ${sent.stats.total_count}.`);
const recipients = eachRow(({ cursor }) =>
  slipway.GET("/api/v1/push/apps/{id}/notifications/{notification_id}/recipients", {
    params: { path: { id: app, notification_id: sent.id }, query: { ...cursor, limit: 100 } },
  }),
);
for await (const { subscriber_id: subscriber, status } of recipients) {
  console.log(`  ${subscriber}: ${status}`);
}
