// User tokens as an owner's server makes them, and such as no honest server would: made by hand, so that nothing but the
// standard (RFC 7515, RFC 7519) decides what they are.
import { createHmac } from "node:crypto";
import { PUSH } from "./push.ts";
import { api } from "./worker.ts";

const base64url = (text: string) => Buffer.from(text).toString("base64url");

/** What `exp` says of a token that ends so many seconds from now. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** The hash of each algorithm; of what is none, a token has that of HS256. */
const HASHES: ReadonlyMap<unknown, string> = new Map([
  ["HS256", "sha256"],
  ["HS384", "sha384"],
  ["HS512", "sha512"],
]);

/** A token with these claims, good for ten minutes if they don't say, and of HS256 unless the header says otherwise. */
export function signToken(
  secret: string,
  claims: Record<string, unknown> | string,
  header: Record<string, unknown> = {},
): string {
  const { alg }: { alg?: unknown } = { alg: "HS256", ...header };
  const payload =
    typeof claims === "string" ? claims : JSON.stringify({ exp: inSeconds(600), ...claims });
  const signed = `${base64url(JSON.stringify({ alg: "HS256", typ: "JWT", ...header }))}.${base64url(payload)}`;
  if (alg === "none") return `${signed}.`;
  const hash = HASHES.get(alg) ?? "sha256";
  return `${signed}.${createHmac(hash, secret).update(signed).digest("base64url")}`;
}

/** Gives the app a new identity secret; returns it. */
export async function newSecret(key: string, appId: string, json: object = {}): Promise<string> {
  const made = await api("POST", `${PUSH}/apps/${appId}/identity-secret`, { token: key, json });
  if (made.status !== 201) throw new Error(`an identity secret was answered ${made.status}`);
  return made.body.data.secret;
}
