// Asks FCM whether it accepts messages of a service account, without delivering any.
import type { ServiceAccount, CredentialVerification } from "../../../kit/push/credentials.ts";
import type { ProviderDeps } from "../types.ts";
import { mintAccessToken } from "./access-token.ts";
import { postMessage } from "./send.ts";

/** A token that no device has. FCM checks it only if the credential is right. */
const FAKE_TOKEN = "slipway-credential-check";

/** Mints an access token and sends a `validate_only` message to a token that can't exist. */
export async function verifyFcm(
  deps: Pick<ProviderDeps, "fetch" | "now" | "fcmUrl" | "googleTokenUrl">,
  account: ServiceAccount,
): Promise<CredentialVerification> {
  const minted = await mintAccessToken(deps, account);
  if (!minted.ok) return refused(minted.verdict.kind, minted.verdict.reason);
  const verdict = await postMessage(
    deps,
    { provider: "fcm", projectId: account.project_id, accessToken: minted.token },
    { validate_only: true, message: { token: FAKE_TOKEN, data: { slipway_check: "1" } } },
  );
  if (verdict.kind === "sent" || verdict.kind === "gone") return { ok: true };
  return refused(verdict.kind, verdict.reason);
}

function refused(
  kind: "retry" | "misconfigured" | "rejected",
  detail: string,
): CredentialVerification {
  return { ok: false, error: kind === "retry" ? "unreachable" : kind, detail };
}
