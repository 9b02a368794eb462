// A channel with one person in it, who has one browser: what benchmarks of channels send to.
import { z } from "zod";
import type { PushStack } from "./push-stack.ts";

const Made = z.object({ data: z.object({ id: z.string() }) });
const MadeChannel = z.object({ data: z.object({ id: z.string(), api_key: z.string() }) });

export interface ChannelOfOne {
  /** The path of sends to the person. */
  path: string;
  key: string;
}

/** Makes a channel of the app, and binds a new browser to somebody in it. */
export async function channelOfOne(
  { api, providers }: Pick<PushStack, "api" | "providers">,
  app: { uuid: string; id: number; vapidKey: string },
): Promise<ChannelOfOne> {
  const [browser] = await providers.makeSubscriptions({ count: 1, sender: app.vapidKey });
  if (!browser) throw new Error("no browser was made");
  const { endpoint, p256dh, auth } = browser;
  const wanted = { platform: "web", endpoint, keys: { p256dh, auth } };
  const path = `/api/v1/push/apps/${app.uuid}/subscribers`;
  const { data: subscriber } = await api.post(path, wanted, Made);
  const given = { name: "Orders", app_id: app.id };
  const { data: channel } = await api.post("/api/v1/channels", given, MadeChannel);
  const bound = { iuid: "ann", subscriber_id: subscriber.id };
  await api.post(`/api/v1/channels/${channel.id}/subscriptions`, bound, z.unknown());
  return { path: `/channels/${channel.id}/notifications/ann`, key: channel.api_key };
}

/** Sends a message by a channel, in which `number` stands. Returns as soon as it is answered. */
export async function sendByChannel(
  url: string,
  { path, key }: ChannelOfOne,
  number = 1,
): Promise<void> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "x-channel-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ title: "Order shipped", text: `Order ${number} is on its way.` }),
  });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`a channel's send was answered ${answer}`);
}
