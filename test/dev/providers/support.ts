// What the stand-in's tests share: a stand-in of one's own, and JWTs signed by jose as senders sign them.
import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { onTestFinished } from "vitest";
import { providersClient, type ProvidersClient } from "../../../dev/providers/client.ts";
import type { ApnsCredential, ServiceAccount } from "../../../dev/providers/credentials.ts";
import {
  type Providers,
  type ProvidersOptions,
  startProviders,
} from "../../../dev/providers/start.ts";

export interface Standin extends Providers {
  control: ProvidersClient;
}

/** A stand-in that ends with the test. */
export async function standin(options: ProvidersOptions = {}): Promise<Standin> {
  const providers = await startProviders(options);
  onTestFinished(providers.close);
  return { ...providers, control: providersClient(providers.url) };
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export const MESSAGING_SCOPE = "https://www.googleapis.com/auth/firebase.messaging";

/** The assertion of a service account (RFC 7523); `claims` replace the right ones. */
export function assertion(account: ServiceAccount, claims: object = {}): Promise<string> {
  const iat = nowSeconds();
  const right = {
    iss: account.client_email,
    scope: MESSAGING_SCOPE,
    aud: account.token_uri,
    iat,
    exp: iat + 3600,
  };
  return new SignJWT({ ...right, ...claims })
    .setProtectedHeader({ alg: "RS256", kid: account.private_key_id })
    .sign(createPrivateKey(account.private_key));
}

/** An APNs provider token; `age` in seconds. */
export function providerToken(key: ApnsCredential, age = 0, claims: object = {}): Promise<string> {
  return new SignJWT({ iss: key.team_id, iat: nowSeconds() - age, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: key.key_id })
    .sign(createPrivateKey(key.private_key));
}

/** Asks Google's token endpoint. */
export function requestToken(url: string, signed: string, fields: object = {}): Promise<Response> {
  const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const form = { grant_type: grant, assertion: signed, ...fields };
  return fetch(url, { method: "POST", body: new URLSearchParams(form) });
}

/** An access token of the account. */
export async function accessToken(account: ServiceAccount): Promise<string> {
  const response = await requestToken(account.token_uri, await assertion(account));
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
