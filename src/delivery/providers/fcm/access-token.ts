// Exchanges a service account's assertion for an OAuth 2.0 access token (RFC 7523, RFC 6749 section 5).
import { z } from "zod";
import type { ServiceAccount } from "../../../kit/push/credentials.ts";
import { retryAfterMs } from "../../../kit/retry-after.ts";
import { exchange, readJson } from "../exchange.ts";
import { MAX_RETRY_AFTER_MS, type ProviderDeps, type Verdict } from "../types.ts";
import { signAssertion } from "./assertion.ts";

/** An access token that expires at `expiresAt`, ms, or the verdict for all recipients that need it. */
export type AccessToken =
  | { ok: true; token: string; expiresAt: number }
  | { ok: false; verdict: Extract<Verdict, { kind: "retry" | "misconfigured" }> };

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
});
const TokenError = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) });

/** Requests an access token from Google. 429, 5xx and a missing answer are retries, all other refusals are final. */
export async function mintAccessToken(
  deps: Pick<ProviderDeps, "fetch" | "now" | "googleTokenUrl">,
  account: ServiceAccount,
): Promise<AccessToken> {
  const asked = deps.now();
  const assertion = await signAssertion(account, deps.googleTokenUrl, asked);
  const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const answer = await exchange(deps.fetch, deps.googleTokenUrl, {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: grant, assertion }).toString(),
    successBody: "read",
  });
  if (!answer.answered) return retry(answer.reason, null);
  const body = readJson(answer.body);
  const granted = TokenAnswer.safeParse(body);
  if (answer.status === 200 && granted.success) {
    const { access_token: token, expires_in: seconds } = granted.data;
    return { ok: true, token, expiresAt: asked + seconds * 1000 };
  }
  const isPassing = answer.status === 429 || answer.status >= 500 || answer.status === 200;
  if (isPassing) {
    const afterMs = retryAfterMs(answer.headers, deps.now(), MAX_RETRY_AFTER_MS);
    return retry(`token HTTP ${answer.status}`, afterMs);
  }
  const error = TokenError.safeParse(body).data?.error ?? `HTTP ${answer.status}`;
  const reason = `${error}: Google does not accept the service account; set a valid one`;
  return { ok: false, verdict: { kind: "misconfigured", reason } };
}

function retry(reason: string, afterMs: number | null): AccessToken {
  return { ok: false, verdict: { kind: "retry", reason, afterMs } };
}
