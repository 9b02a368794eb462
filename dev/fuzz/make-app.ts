// An app for the fuzzer with one of each thing that belongs to an app, and a build of it.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Api } from "../api.ts";
import { providersClient } from "../providers/client.ts";
import type { Stack } from "../stack.ts";
import { ask, waitFor } from "./ask.ts";

/** The channel owner's own id of a person. */
const IUID = "person-1";
/** What the installation reported. */
const EVENT = "installed";

const Id = z.object({ data: z.object({ id: z.string() }) });
const NumberId = z.object({ data: z.object({ id: z.int() }) });
const App = z.object({
  data: z.object({ id: z.string(), v1_id: z.int(), public_key: z.string() }),
});
const Channel = z.object({ data: z.object({ id: z.string(), api_key: z.string() }) });
const Device = z.object({ data: z.object({ id: z.string(), token: z.string() }) });
const Build = z.object({ data: z.object({ status: z.string() }) });
const Download = z.object({ download_url: z.string() });

export type FuzzedApp = Awaited<ReturnType<typeof makeApp>>;

/** Makes an app that can send by all three providers, with a subscriber, a device, a channel and so on. */
export async function makeApp(stack: Stack, api: Api) {
  const { data: app } = await api.post("/api/v1/push/apps", { name: "Fuzzed" }, App);
  const push = `/api/v1/push/apps/${app.id}`;
  // a build needs it
  await api.put(`/api/v1/apps/${app.v1_id}`, { url: "https://example.com" }, z.unknown());
  const people = await makePeople(stack, api, app);
  const post = async (path: string, body: object) => (await api.post(path, body, NumberId)).data.id;
  const wanted = { url: "http://127.0.0.1:9/hook", events: ["notification.sent"] };
  const webhook = await api.post(`${push}/webhooks`, wanted, Id);
  const keystore = await post("/api/v1/keystores", { name: "Fuzzed", algorithm: "ec" });
  const { data: channel } = await api.post(
    "/api/v1/channels",
    { name: "Fuzzed", app_id: app.v1_id },
    Channel,
  );
  return {
    id: app.id,
    v1Id: app.v1_id,
    publicKey: app.public_key,
    ...people,
    webhook: webhook.data.id,
    keystore,
    channel: channel.id,
    channelKey: channel.api_key,
    iuid: IUID,
    subscription: await subscribe(stack, channel, people.device.token),
    ...(await makeInstance(stack, app.v1_id)),
  };
}

/** Whose the subscriber is. */
export const PERSON = "fuzz-person";

/** The app's subscriber, and a device that registered itself. */
async function makePeople(stack: Stack, api: Api, app: z.infer<typeof App>["data"]) {
  const providers = providersClient(stack.providersUrl);
  const push = `/api/v1/push/apps/${app.id}`;
  const account = await providers.makeServiceAccount();
  await api.put(`${push}/credentials/fcm`, { service_account: account }, z.unknown());
  const apns = await providers.makeApnsKey();
  const credential = { ...apns, environment: "production" };
  await api.put(`${push}/credentials/apns`, credential, z.unknown());
  const [phone] = await providers.makeDevices("fcm", { count: 1, sender: account.project_id });
  const android = { platform: "android", provider: "fcm", token: phone?.token, user_id: PERSON };
  const subscriber = await api.post(`${push}/subscribers`, android, Id);
  const [browser] = await providers.makeSubscriptions({ count: 1 });
  const { endpoint, p256dh, auth } = browser ?? { endpoint: "", p256dh: "", auth: "" };
  const keys = { p256dh, auth };
  const registers = {
    headers: { "x-app-key": app.public_key },
    body: { platform: "web", endpoint, keys },
  };
  const device = await ask(stack, `/public/apps/${app.id}/subscribers`, Device, registers);
  return { subscriber: subscriber.data.id, device: device.data, endpoint, keys };
}

/** The device's subscription to the channel. */
async function subscribe(
  stack: Stack,
  channel: { id: string; api_key: string },
  token: string,
): Promise<string> {
  const path = `/channels/${channel.id}/subscriptions/${IUID}/code`;
  const headers = { "x-channel-api-key": channel.api_key };
  const { code } = await ask(stack, path, z.object({ code: z.string() }), { headers });
  const redeems = { headers: { authorization: `Bearer ${token}` }, method: "POST" };
  return (await ask(stack, `/public/codes/${code}/redeem`, Id, redeems)).data.id;
}

/** An installation that has reported an event, and has an address that nobody sends to. */
async function makeInstance(stack: Stack, v1Id: number) {
  const path = `/api/r/v2/apps/${v1Id}/instances`;
  const body = { ic_token: randomUUID() };
  const { id: instance } = await ask(stack, path, z.object({ id: z.string() }), { body });
  const reports = { body: { event: EVENT } };
  await ask(stack, `${path}/${instance}/events/lifecycle`, z.unknown(), reports);
  return { instance, event: EVENT };
}

/** A build that has been made, and what its signed link consists of. */
export async function makeBuild(api: Api, v1Id: number) {
  const { data } = await api.post(`/api/v1/apps/${v1Id}/builds`, {}, NumberId);
  const path = `/api/v1/builds/${data.id}`;
  await waitFor("the build", async () => (await api.get(path, Build)).data.status === "completed");
  const link = new URL((await api.get(`${path}/download`, Download)).download_url);
  const file = link.pathname.split("/").at(-1) ?? "";
  return { id: data.id, link: { id: data.id, file, ...Object.fromEntries(link.searchParams) } };
}
