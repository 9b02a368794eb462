// Measures whether a channel's sends become slower after a thousand: sequential POSTs to the channels API, each for one
// browser. The stand-in providers, in another process, only count.
//
//   node bench/channels.ts
import { z } from "zod";
import { PushApp, withPushStack } from "./push-stack.ts";
import { header, row } from "./report.ts";

const SENDS = 1_000;
/** The number of sends that are compared at the beginning and at the end. */
const EDGE = 100;
/** The number of sends before them that warm everything up. */
const WARM_UP = 20;
/** A channel takes 600 sends a minute. */
const CHANNELS = 2;

const Registered = z.object({ data: z.object({ id: z.string() }) });
const Channel = z.object({ data: z.object({ id: z.string(), api_key: z.string() }) });

await withPushStack(async ({ url, api, providers }) => {
  const { data: app } = await api.post("/api/v1/push/apps", { name: "Channels" }, PushApp);
  const [browser] = await providers.makeSubscriptions({ count: 1, sender: app.vapid_public_key });
  if (!browser) throw new Error("no browser was made");
  const { endpoint, p256dh, auth } = browser;
  const wanted = { platform: "web", endpoint, keys: { p256dh, auth } };
  const path = `/api/v1/push/apps/${app.id}/subscribers`;
  const { data: subscriber } = await api.post(path, wanted, Registered);
  const channels: z.output<typeof Channel>["data"][] = [];
  for (let at = 0; at < CHANNELS; at += 1) {
    const given = { name: `Channel ${at}`, app_id: app.v1_id };
    const { data: channel } = await api.post("/api/v1/channels", given, Channel);
    const bound = { iuid: "ann", subscriber_id: subscriber.id };
    await api.post(`/api/v1/channels/${channel.id}/subscriptions`, bound, z.unknown());
    channels.push(channel);
  }

  const times: number[] = [];
  for (let at = 0; at < WARM_UP + SENDS; at += 1) {
    const channel = channels[at % CHANNELS];
    if (!channel) throw new Error("no channel was made");
    const begin = performance.now();
    const response = await fetch(`${url}/channels/${channel.id}/notifications/ann`, {
      method: "POST",
      headers: { "x-channel-api-key": channel.api_key, "content-type": "application/json" },
      body: JSON.stringify({ title: "Order shipped", text: `Order ${at} is on its way.` }),
    });
    const answer = await response.text();
    if (response.status !== 200) throw new Error(`send ${at} was answered ${answer}`);
    if (at >= WARM_UP) times.push(performance.now() - begin);
  }

  header(`${SENDS} channel sends in a row`);
  const first = row(`the first ${EDGE}`, times.slice(0, EDGE));
  const last = row(`the last ${EDGE}`, times.slice(-EDGE));
  console.log(`ratio, last to first median: ${(last / first).toFixed(2)}`);
});
