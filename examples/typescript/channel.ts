// Makes a channel, shows the link of its QR code for one person, waits until that person has scanned it, and sends them a message.
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, SlipwayError, unwrap } from "slipway-client";

const { SLIPWAY_URL: url = "", SLIPWAY_KEY: key = "" } = process.env;
const owner = createClient({ url, key });

const { data: app } = unwrap(
  await owner.POST("/api/v1/apps", { body: { name: "My App", url: "https://example.com" } }),
);
const { data: made } = unwrap(
  await owner.POST("/api/v1/channels", { body: { name: "Orders", app_id: app.id } }),
);
// shown this once: keep it, since it is what your server sends by
const { api_key: channelKey } = made;
if (channelKey === undefined) throw new Error("The key was shown before.");
const channel = createClient({ url, key: channelKey });

/** Your own id of the person. */
const iuid = "customer-7";
const path = { channelId: made.id, iuid };
const code = unwrap(
  await channel.GET("/channels/{channelId}/subscriptions/{iuid}/code", { params: { path } }),
);
// `qrcode` is the picture of it, for an <img>
console.log(`Show the QR code of ${code.deepLink}`);

/** Whether the person has scanned the code. */
async function isSubscribed(): Promise<boolean> {
  try {
    unwrap(await channel.GET("/channels/{channelId}/subscriptions/{iuid}", { params: { path } }));
    return true;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "not_found") return false;
    throw error;
  }
}
const deadline = Date.now() + 10 * 60_000;
while (!(await isSubscribed())) {
  if (Date.now() > deadline) throw new Error("Nobody scanned the code.");
  await sleep(1_000);
}

unwrap(
  await channel.POST("/channels/{channelId}/notifications/{iuid}", {
    params: { path },
    body: { title: "Your order", text: "It has been sent." },
  }),
);
console.log(`Sent to ${iuid}.`);
