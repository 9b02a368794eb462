// Somebody who is in two channels of an app, on a phone and in a browser, and the links to their page.
import type { StackNote } from "../../../dev/state.ts";
import { providersClient } from "../../../dev/providers/client.ts";
import { postForm } from "./seed-people.ts";

export interface SeedPerson {
  /** The path of a page with two channels, and of one that a channel made. */
  page: string;
  ofChannel: string;
  /** Of one whose link was replaced. */
  replaced: string;
  /** Of somebody who has had no message, in a channel with a name as long as it can be. */
  quiet: string;
}

type Asked = (token: string, method: string, path: string, json?: unknown) => Promise<any>;

const MESSAGES = [
  { title: "Welcome", text: "You get a message when an order of yours moves." },
  { title: "Order taken", text: "Saturday box, one, with bread." },
  { title: "Your box is packed", text: "Stall 14, until six. Bring the number 1042." },
  { title: "طلبك جاهز", text: "Haberdashery".repeat(16) },
];

/** Makes it in an app that has Web Push set up, with a key of its account. */
export async function makePerson(
  note: StackNote,
  asked: Asked,
  { key, app }: { key: string; app: { id: number; uuid: string } },
): Promise<SeedPerson> {
  const owner = async (method: string, path: string, json?: unknown) =>
    asked(key, method, path, json);
  const shown = (await owner("GET", `/api/v1/push/apps/${app.uuid}`)).data;
  const providers = providersClient(note.providers_url);
  const browsers = await providers.makeSubscriptions({ count: 3, sender: shown.vapid_public_key });
  const call = async (
    path: string,
    headers: Record<string, string>,
    json?: unknown,
    method = "POST",
  ): Promise<any> => {
    const answer = await fetch(note.url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const devices: string[] = [];
  for (const [at, { endpoint, p256dh, auth }] of browsers.entries()) {
    const json = { platform: at === 1 ? "android" : "web", endpoint, keys: { p256dh, auth } };
    const path = `/public/apps/${app.uuid}/subscribers`;
    devices.push((await call(path, { "x-app-key": shown.public_key }, json)).data.token);
  }
  const channel = async (name: string) => {
    const made = (await owner("POST", "/api/v1/channels", { name, app_id: app.id })).data;
    const own = { "x-channel-api-key": made.api_key };
    const at = `/channels/${made.id}`;
    return {
      join: async (iuid: string, token: string) => {
        const { code } = await call(`${at}/subscriptions/${iuid}/code`, own, undefined, "GET");
        const bearer = { authorization: `Bearer ${token}` };
        return (await call(`/public/codes/${code}/redeem`, bearer)).data;
      },
      say: async (iuid: string, json: object) => call(`${at}/notifications/${iuid}`, own, json),
      link: async (iuid: string) => (await call(`${at}/subscriptions/${iuid}/link`, own)).url,
    };
  };
  const path = (url: string) => new URL(url).pathname;
  const orders = await channel("Box orders");
  const stalls = await channel("Stall holders");
  const long = await channel("Haberdashery".repeat(8));
  const [phone = "", tablet = "", other = ""] = devices;
  const joined = await orders.join("customer-1042", phone);
  await orders.join("customer-1042", tablet);
  const stall = await stalls.join(`stall-${"14".repeat(60)}`, phone);
  for (const message of MESSAGES) await orders.say("customer-1042", message);
  const page = path(joined.pageUrl);
  await postForm(note.url, "", `${page}/mute`, { subscription: stall.id, mute: "1" });
  const quiet = path((await long.join("quiet", other)).pageUrl);
  const replaced = path(await long.link("quiet"));
  await postForm(note.url, "", `${quiet}/link`);
  const ofQuiet = path(await long.link("quiet"));
  return { page, ofChannel: path(await orders.link("customer-1042")), replaced, quiet: ofQuiet };
}
