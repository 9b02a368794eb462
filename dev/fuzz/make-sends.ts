// What has been sent before the fuzzer begins: notifications by each of the APIs that send, with the ids and links that
// their recipients got.
import { z } from "zod";
import type { Api } from "../api.ts";
import { providersClient } from "../providers/client.ts";
import type { Stack } from "../stack.ts";
import { ask, waitFor } from "./ask.ts";
import type { FuzzedApp } from "./make-app.ts";

const WORDS = { title: "Hello", body: "World" };
const PUSH = {
  default_lang: "en",
  translations: [{ language: "en", title: "Hello", text: "World" }],
};

const Id = z.object({ data: z.object({ id: z.string() }) });
const Scheduled = z.object({ data: z.array(z.object({ id: z.string() })) });
const Pushed = z.object({ id: z.int() });
const Sent = z.object({ sched_id: z.int(), push_id: z.int() });

/** Sends by the push API, the app-builder API, a channel and an instant send. */
export async function makeSends(stack: Stack, api: Api, app: FuzzedApp) {
  const push = `/api/v1/push/apps/${app.id}/notifications`;
  const drafted = await api.post(push, WORDS, Id);
  await api.post(push, { ...WORDS, send: true }, Id);
  const scheduledAt = new Date(Date.now() + 86_400_000).toISOString();
  const planned = await api.post(
    `/api/v1/apps/${app.v1Id}/notifications`,
    { ...WORDS, scheduled_at: scheduledAt },
    z.object({ data: z.object({ id: z.int() }) }),
  );
  const sends = {
    headers: { "x-channel-api-key": app.channelKey },
    body: { title: "Hello", text: "How do you do?" },
  };
  await ask(stack, `/channels/${app.channel}/notifications/${app.iuid}`, z.unknown(), sends);
  const reads = { headers: { authorization: `Bearer ${app.device.token}` } };
  const path = `/public/subscriptions/${app.subscription}/notifications`;
  const received = await ask(stack, path, Scheduled, reads);
  const once = await api.post("/api/b/v2/pushes", PUSH, Pushed);
  const filters = { app_ids_include: [app.v1Id] };
  const instant = { name: "Fuzzed", filters, push: PUSH };
  const { sched_id: sending } = await api.post("/api/b/v2/send/instant", instant, Sent);
  return {
    notification: drafted.data.id,
    v1Notification: planned.data.id,
    received: received.data[0]?.id ?? "",
    push: once.id,
    sending,
    ...(await receivedLink(stack)),
  };
}

/** The link of what a browser was sent. */
async function receivedLink(stack: Stack): Promise<{ link: string }> {
  const providers = providersClient(stack.providersUrl);
  let link = "";
  await waitFor("a message to arrive", async () => {
    const messages = JSON.stringify(await providers.deliveries("webpush"));
    link = /\/public\/c\/([\w-]{46})/.exec(messages)?.[1] ?? "";
    return link !== "";
  });
  return { link };
}
