// People of the app with everything, in each state that a subscriber can be in, and a notification that some of them got.
import { expect, vi } from "vitest";
import { providersClient } from "../../../dev/providers/client.ts";
import type { StackNote } from "../../../dev/state.ts";
import { SOON } from "../support/tab.ts";

/** UUIDs of subscribers, by what is to be seen on their pages. */
export interface SeedAudience {
  /** Has tags, another device, a channel and notifications; clicked one. */
  known: string;
  anonymous: string;
  unsubscribed: string;
  /** Its address was found dead. */
  gone: string;
  /** Has an inbox in place of an address. */
  inbox: string;
  /** With names as long as they can be. */
  long: string;
}

type Ask = (method: string, path: string, json?: unknown) => Promise<any>;

/** Makes them; the app has a VAPID pair and devices already, of which some are dead. */
export async function makeAudience(
  note: StackNote,
  ask: Ask,
  app: { uuid: string },
  channel: { id: string; api_key: string },
): Promise<SeedAudience> {
  const push = `/api/v1/push/apps/${app.uuid}`;
  const providers = providersClient(note.providers_url);
  const { data: vapid } = await ask("GET", `${push}/credentials/webpush`);
  const sender = vapid.public_key;
  const made = await providers.makeSubscriptions({ count: 4, sender });
  const [first, second, third, fourth] = made;
  const web = (browser: typeof first, facts: object) => ({
    platform: "web",
    endpoint: browser?.endpoint,
    keys: { p256dh: browser?.p256dh, auth: browser?.auth },
    ...facts,
  });
  const add = async (wanted: object): Promise<string> =>
    (await ask("POST", `${push}/subscribers`, wanted)).data.id;

  const { data: pushApp } = await ask("GET", push);
  /** Calls what devices call; a key or token in the headers says who it is. */
  const called = async (
    path: string,
    headers: Record<string, string>,
    json?: object,
  ): Promise<any> => {
    const answer = await fetch(note.url + path, {
      method: json ? "POST" : "GET",
      headers: { "content-type": "application/json", ...headers },
      body: json ? JSON.stringify(json) : null,
    });
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
    return answer.json();
  };
  const device = async (facts: object): Promise<{ id: string; token: string }> =>
    (
      await called(
        `/public/apps/${app.uuid}/subscribers`,
        { "x-app-key": pushApp.public_key },
        facts,
      )
    ).data;

  const ann = { language: "de-AT", country: "AT", timezone: "Europe/Vienna" };
  const user = { user_id: "usr_20418" };
  await add(web(first, { ...ann, ...user, tags: ["box"] }));
  const known = await device(web(second, { ...ann, tags: ["box", "vegetables"] }));
  await ask("PATCH", `${push}/subscribers/${known.id}`, user);
  const { code } = await called(`/channels/${channel.id}/subscriptions/customer-7/code`, {
    "x-channel-api-key": channel.api_key,
  });
  await called(`/public/codes/${code}/redeem`, { authorization: `Bearer ${known.token}` }, {});
  // As an app registers on a phone that no push service serves.
  const inbox = await device({
    platform: "android",
    provider: "webpush",
    language: "cs",
    country: "CZ",
  });
  const anonymous = await add(web(fourth, { language: "en-GB", country: "GB" }));
  const long = await add(
    web(third, {
      user_id: "u".repeat(255),
      tags: Array.from({ length: 50 }, (_, at) => `${at}${"t".repeat(60)}`),
      timezone: "America/Argentina/ComodRivadavia",
      language: "zh-Hans-CN",
    }),
  );
  const unsubscribed = await add({
    platform: "ios",
    provider: "apns",
    token: "ab".repeat(32),
    user_id: "usr_30277",
  });
  await ask("POST", `${push}/subscribers/${unsubscribed}/unsubscribe`);

  const [dead] = (await ask("GET", `${push}/subscribers?status=inactive&limit=1`)).data;
  for (const title of ["Jam workshop: six places left", "Fresh plums are in"]) {
    const { data: sent } = await ask("POST", `${push}/notifications`, {
      title,
      body: "See you at the market.",
      targeting: { type: "user_ids", ids: [user.user_id] },
      send: true,
    });
    await vi.waitFor(async () => {
      const { data } = await ask("GET", `${push}/notifications/${sent.id}`);
      expect(data.status).toBe("sent");
    }, SOON);
    if (title.startsWith("Fresh")) {
      const clicked = { subscriber_id: known.id };
      await ask("POST", `/api/v1/push/notifications/${sent.id}/track`, clicked);
    }
  }
  return { known: known.id, anonymous, unsubscribed, gone: dead.id, inbox: inbox.id, long };
}
