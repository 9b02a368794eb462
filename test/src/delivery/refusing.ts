// What tests of refusals share: how providers answer, an audience of all three, and what became of it.
import {
  androidSubscriber,
  apnsKey,
  importAll,
  iosSubscriber,
  PUSH,
  serviceAccount,
} from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { api, newAddress, rows } from "../../support/worker.ts";
import { Send, type World } from "./sending.ts";

export const GOOGLE = "https://oauth2.googleapis.com/token";
export const isApns = (url: string) => url.startsWith("https://api.sandbox.push.apple.com/");
export const isFcm = (url: string) => url.startsWith("https://fcm.googleapis.com/v1/");

/** How each provider answers; what is left out takes every message. */
export interface Answers {
  apns?: (token: string) => Response;
  fcm?: (token: string, bearer: string) => Response;
  web?: (url: string) => Response;
}

export const refused = (status: number, reason: string, more: object = {}) =>
  Response.json({ reason, ...more }, { status });
export const fcmError = (status: number, code: string, errorCode?: string) =>
  Response.json(
    {
      error: {
        status: code,
        message: "refused",
        details: errorCode === undefined ? [] : [{ errorCode }],
      },
    },
    { status },
  );

export async function set(owner: PushOwner, provider: string, json: unknown): Promise<void> {
  const path = `${PUSH}/apps/${owner.app.id}/credentials/${provider}`;
  const put = await api("PUT", path, { token: owner.account.key, json });
  if (put.status !== 200) throw new Error(JSON.stringify(put.body));
}

export async function flagOf(owner: PushOwner, provider: string): Promise<string | null> {
  const path = `${PUSH}/apps/${owner.app.id}/credentials/${provider}`;
  return (await api("GET", path, { token: owner.account.key })).body.data.flag;
}

export async function verify(owner: PushOwner, provider: string, json?: unknown): Promise<any> {
  const path = `${PUSH}/apps/${owner.app.id}/credentials/${provider}/verify`;
  const call = json === undefined ? {} : { json };
  return api("POST", path, { token: owner.account.key, ...call });
}

/** How many subscribers of a provider have each status. */
export async function statuses(
  owner: PushOwner,
  provider: string,
): Promise<Record<string, number>> {
  const found = await rows(
    "SELECT status, count(*) AS n FROM subscribers WHERE app_id = ? AND provider = ? GROUP BY status",
    owner.app.v1_id,
    provider,
  );
  return Object.fromEntries(found.map(({ status, n }) => [status, n]));
}

export const many = (count: number, make: () => object) => Array.from({ length: count }, make);

/** Registers a browser or device as anybody can, with the app's public key. */
export async function strangerJoins(owner: PushOwner, json: object): Promise<void> {
  const [app] = await rows("SELECT public_key FROM apps WHERE id = ?", owner.app.v1_id);
  const headers = { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() };
  const made = await api("POST", `/public/apps/${owner.app.id}/subscribers`, { headers, json });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
}

/** The functions for a file's world. */
export function refusing(world: World) {
  /** Access tokens that Google has given. */
  let granted = 0;

  function answerAs({ apns, fcm, web }: Answers): void {
    world.answer = (url, init) => {
      if (url === GOOGLE) {
        granted += 1;
        return Response.json({ access_token: `access-${granted}`, expires_in: 3599 });
      }
      if (isApns(url)) {
        return apns?.(url.split("/").at(-1) ?? "") ?? new Response(null, { status: 200 });
      }
      if (isFcm(url)) {
        const { message } = JSON.parse(init.body as string);
        const bearer = new Headers(init.headers).get("authorization") ?? "";
        return fcm?.(message.token, bearer) ?? Response.json({ name: "projects/x/messages/1" });
      }
      return web?.(url) ?? new Response(null, { status: 201 });
    };
  }

  /** An app with `browsers` browsers, and iPhones and Android devices whose providers are set up. */
  async function newAudience(browsers: number, iphones: number, androids = 0): Promise<PushOwner> {
    const owner = await newPushOwner(browsers);
    if (iphones > 0) await set(owner, "apns", await apnsKey());
    if (androids > 0) await set(owner, "fcm", { service_account: await serviceAccount() });
    const devices = [...many(iphones, iosSubscriber), ...many(androids, androidSubscriber)];
    if (devices.length > 0) await importAll(owner.account, owner.app.id, devices);
    answerAs({});
    return owner;
  }

  async function sendToAll(owner: PushOwner): Promise<{ send: Send; ended: any }> {
    const send = await Send.create(world, owner);
    const ended = await send.finish();
    return { send, ended };
  }

  return { answerAs, newAudience, sendToAll };
}
