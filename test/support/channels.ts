// Channels as tests use them: an account with an app that can push, a channel of it, and devices that subscribe.
import { webSubscriber } from "./push.ts";
import { api, type Call, type Reply } from "./worker.ts";
import { newAccount, newPushApp, type TestAccount } from "./scenario.ts";

export interface ChannelWorld {
  account: TestAccount;
  /** The app as the push API shows it: `id` is its UUID. */
  app: any;
  /** The app's id in API v1. */
  appId: number;
  /** The channel as it was made, with `api_key` and `callback_secret`. */
  channel: any;
}

export interface Device {
  id: string;
  token: string;
  endpoint: string;
}

/** An account with an app that has Web Push, and a channel. */
export async function channelWorld(
  wanted: Record<string, unknown> = {},
  account?: TestAccount,
): Promise<ChannelWorld> {
  const owner = account ?? (await newAccount());
  const app = await newPushApp(owner.key);
  const apps = await api("GET", "/api/v1/apps?per_page=100", { token: owner.key });
  const appId = apps.body.data.find(({ uuid }: { uuid: string }) => uuid === app.id).id;
  const made = await newChannel(owner.key, { app_id: appId, ...wanted });
  return { account: owner, app, appId, channel: made.body.data };
}

export async function newChannel(key: string, wanted: Record<string, unknown>): Promise<Reply> {
  return api("POST", "/api/v1/channels", { token: key, json: { name: "News", ...wanted } });
}

/** Registers a device of the app, with a token of its own. */
export async function newDevice({ app }: Pick<ChannelWorld, "app">): Promise<Device> {
  const json = await webSubscriber();
  const made = await api("POST", `/public/apps/${app.id}/subscribers`, {
    headers: { "x-app-key": app.public_key },
    json,
  });
  if (made.status !== 201) throw new Error(`a device was answered ${made.status}`);
  return { ...made.body.data, endpoint: json.endpoint };
}

/** Calls the channels API with the channel's key. */
export async function channelApi(
  { channel }: Pick<ChannelWorld, "channel">,
  method: string,
  path: string,
  call: Call = {},
): Promise<Reply> {
  return api(method, `/channels/${channel.id}${path}`, {
    ...call,
    headers: { "x-channel-api-key": channel.api_key, ...call.headers },
  });
}

/** Subscribes a device by a code; answers the subscription. */
export async function subscribe(world: ChannelWorld, device: Device, iuid: string): Promise<any> {
  const path = `/subscriptions/${encodeURIComponent(iuid)}/code`;
  const { code } = (await channelApi(world, "GET", path)).body;
  const redeemed = await redeem(device, code);
  if (redeemed.status !== 201) throw new Error(`a code was answered ${redeemed.status}`);
  return withoutLink(redeemed.body.data);
}

/** A device's subscription without the link to its page, which is another one each time. */
export function withoutLink({ pageUrl, ...subscription }: any): any {
  if (!/\/dashboard\/messages\/[\w-]{68}$/.test(pageUrl)) throw new Error(`no link: ${pageUrl}`);
  return subscription;
}

export async function redeem(device: Pick<Device, "token">, code: string): Promise<Reply> {
  return api("POST", `/public/codes/${code}/redeem`, { token: device.token });
}

/** Sends to `iuid`. */
export async function sendTo(
  world: Pick<ChannelWorld, "channel">,
  iuid: string,
  json: unknown = { title: "Hello", text: "How do you do?" },
): Promise<Reply> {
  return channelApi(world, "POST", `/notifications/${encodeURIComponent(iuid)}`, { json });
}
