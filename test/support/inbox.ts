// Devices that no push service serves, as they speak to the API.
import { expect } from "vitest";
import type { PushOwner } from "./scenario.ts";
import { api, newAddress, rows } from "./worker.ts";

/** How an installed app registers. */
export const APP = { platform: "android", provider: "webpush" };
export const INBOX = "/public/subscribers/me/notifications";

/** Registers with the app's public key; `token` is that of a device that has registered before. */
export async function join({ app }: PushOwner, json: object = APP, token?: string) {
  const [{ public_key }] = await rows("SELECT public_key FROM apps WHERE id = ?", app.v1_id);
  const headers = { "x-app-key": public_key, "cf-connecting-ip": newAddress() };
  const call = { headers, json, ...(token === undefined ? {} : { token }) };
  return api("POST", `/public/apps/${app.id}/subscribers`, call);
}

export async function newDevice(owner: PushOwner, json: object = APP) {
  const made = await join(owner, json);
  expect(made.status).toBe(201);
  return made.body.data as { id: string; token: string };
}

export async function ask({ token }: { token: string }, query = "") {
  const headers = { "cf-connecting-ip": newAddress() };
  return api("GET", `${INBOX}${query}`, { token, headers });
}

export const entries = async (device: { token: string }, query = "") =>
  (await ask(device, query)).body.data;
