// Control: makes or registers senders' credentials, and revokes, restores or expires them.
import type { z } from "zod";
import {
  makeApnsCredential,
  makeServiceAccount,
  makeVapidCredential,
  type ServiceAccount,
} from "../credentials.ts";
import type { Kind } from "../recipients.ts";
import type { World } from "../world.ts";
import { ApnsInput, CredentialAction, FcmInput, VapidInput } from "./schemas.ts";

/** A service account that may send: the one given, or a new one whose token_uri points here. */
async function addFcm(world: World, input: z.infer<typeof FcmInput>): Promise<ServiceAccount> {
  const account =
    "service_account" in input
      ? input.service_account
      : await makeServiceAccount(input.project_id, `${world.origin}/fcm/token`);
  world.credentials.addFcm(account);
  return account;
}

async function addApns(world: World, input: z.infer<typeof ApnsInput>): Promise<unknown> {
  const credential = "private_key" in input ? input : await makeApnsCredential(input.topic);
  world.credentials.addApns(credential);
  return credential;
}

async function addVapid(world: World, input: z.infer<typeof VapidInput>): Promise<unknown> {
  const credential = "public_key" in input ? input : await makeVapidCredential(input.subject);
  world.credentials.addVapid(credential.public_key, credential.subject);
  return credential;
}

const ADD: Record<Kind, (world: World, body: unknown) => Promise<unknown>> = {
  fcm: (world, body) => addFcm(world, FcmInput.parse(body)),
  apns: (world, body) => addApns(world, ApnsInput.parse(body)),
  webpush: (world, body) => addVapid(world, VapidInput.parse(body)),
};

/**
 * Makes or registers a credential.
 * @returns what a sender needs of it
 * @throws ZodError, or an error of the key
 */
export function addCredential(world: World, kind: Kind, body: unknown): Promise<unknown> {
  return ADD[kind](world, body);
}

/** Revokes, restores or expires one. False when it is unknown. @throws ZodError */
export function changeCredential(world: World, kind: Kind, body: unknown): boolean {
  const { id, action } = CredentialAction.parse(body);
  const credential = world.credentials[kind].get(id);
  if (!credential) return false;
  if (action !== "expire") credential.revoked = action === "revoke";
  else {
    credential.generation += 1;
    if ("newestIat" in credential) credential.newestIat = null;
  }
  return true;
}
