// The tour's last part: the other two surfaces that make the same notifications. A channel's send reaches the device
// that is bound to a person; an instant send reaches the apps that its filters select.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Api } from "./api.ts";
import { providersClient, type ProvidersClient } from "./providers/client.ts";
import { heading, line } from "./say.ts";

/** How often to check whether a message has arrived, ms. */
const CHECK_EVERY_MS = 100;
/** Longest time for a push to one device, ms. */
const ARRIVES_WITHIN_MS = 30_000;
/** The owner's own id of the person that the device is bound to. */
const IUID = "customer-7";

const Credential = z.object({ data: z.object({ project_id: z.string() }) });
const Registered = z.object({ data: z.object({ id: z.string() }) });
const Channel = z.object({ data: z.object({ id: z.string(), api_key: z.string() }) });
const Instant = z.object({ sched_id: z.int(), push_id: z.int() });
const Scheduled = z.object({ data: z.array(z.object({ id: z.string(), title: z.string() })) });

export interface TourApp {
  id: number;
  uuid: string;
}

/**
 * Sends by a channel and by an instant send.
 * @throws when one of them does not arrive
 */
export async function runSurfacesTour(
  api: Api,
  url: string,
  providersUrl: string,
  app: TourApp,
): Promise<void> {
  heading("Channels and instant sends");
  const providers = providersClient(providersUrl);
  const push = `/api/v1/push/apps/${app.uuid}`;
  const { data: fcm } = await api.get(`${push}/credentials/fcm`, Credential);
  const [device] = await providers.makeDevices("fcm", { count: 1, sender: fcm.project_id });
  const token = device?.token ?? "";
  const phone = { platform: "android", provider: "fcm", token };
  const { data: subscriber } = await api.post(`${push}/subscribers`, phone, Registered);

  await sendByChannel(api, url, app, subscriber.id);
  await arrives(providers, token, 1);
  line("Channel", "a notification reached the device bound to it");

  const filters = { app_ids_include: [app.id] };
  const translations = [{ language: "en", title: "Sale", text: "Today only." }];
  const wanted = { name: "Sale", filters, push: { default_lang: "en", translations } };
  const made = await api.post("/api/b/v2/send/instant", wanted, Instant);
  line("Instant send", `${made.sched_id}, due in two minutes; the push API sends it now`);
  const { data: due } = await api.get(`${push}/notifications?status=scheduled`, Scheduled);
  for (const { id } of due) await api.post(`${push}/notifications/${id}/send`, {}, z.unknown());
  await arrives(providers, token, 2);
  line("Arrived", "on the same device");
}

/** Makes a channel, binds the subscriber, and sends as the channel's owner does. */
async function sendByChannel(
  api: Api,
  url: string,
  app: TourApp,
  subscriberId: string,
): Promise<void> {
  const wanted = { name: "Orders", app_id: app.id };
  const { data: channel } = await api.post("/api/v1/channels", wanted, Channel);
  const bound = { iuid: IUID, subscriber_id: subscriberId };
  await api.post(`/api/v1/channels/${channel.id}/subscriptions`, bound, z.unknown());
  const answer = await fetch(`${url}/channels/${channel.id}/notifications/${IUID}`, {
    method: "POST",
    headers: { "x-channel-api-key": channel.api_key, "content-type": "application/json" },
    body: JSON.stringify({ title: "Your order", text: "It has been sent." }),
  });
  if (answer.status !== 200) throw new Error(`the channel answered ${await answer.text()}`);
}

/** Waits until the device has got `count` messages. */
async function arrives(providers: ProvidersClient, token: string, count: number): Promise<void> {
  for (const end = Date.now() + ARRIVES_WITHIN_MS; Date.now() < end; await sleep(CHECK_EVERY_MS)) {
    if ((await providers.deliveries("fcm", { recipient: token })).length >= count) return;
  }
  throw new Error(`message ${count} did not reach the device`);
}
