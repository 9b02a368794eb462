// Asks APNs whether it accepts a key and topic. APNs checks the device token last, so it reports a bad device token
// only if everything else is right.
import type { ApnsCredential, CredentialVerification } from "../../../kit/push/credentials.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import type { ProviderDeps } from "../types.ts";
import { sendApns } from "./send.ts";

/** A well-formed token that no device has. */
const FAKE_TOKEN = "0".repeat(64);
const EXPECTED = "BadDeviceToken";

const NO_LINKS = { click: null, receipt: null };
const CHECK: PushContent = {
  notificationId: "00000000-0000-8000-8000-000000000000",
  title: "Slipway",
  body: "Credential check",
  icon: null,
  image: null,
  url: null,
  actions: [],
  data: null,
  ttlSeconds: 0,
  expiresAt: 0,
  urgency: "low",
  collapseId: "slipway-credential-check",
  overrides: { android: null, ios: null, web: null },
};

/** Sends to a device token that can't exist, with `providerToken`, and expects BadDeviceToken. */
export async function verifyApns(
  deps: Pick<ProviderDeps, "apns" | "now" | "apnsUrl">,
  { topic, environment }: Pick<ApnsCredential, "topic" | "environment">,
  providerToken: string,
): Promise<CredentialVerification> {
  const sender = { provider: "apns", topic, environment, providerToken } as const;
  const address = { provider: "apns", token: FAKE_TOKEN, registeredAt: 0 } as const;
  const result = await sendApns(deps, address, CHECK, NO_LINKS, sender);
  switch (result.kind) {
    case "gone":
      if (result.reason === EXPECTED) return { ok: true };
      return { ok: false, error: "rejected", detail: result.reason };
    case "retry":
      return { ok: false, error: "unreachable", detail: result.reason };
    case "sent":
      return { ok: false, error: "rejected", detail: "a token that can't exist was accepted" };
    case "token_expired":
      return { ok: false, error: "misconfigured", detail: "ExpiredProviderToken" };
    default:
      return { ok: false, error: result.kind, detail: result.reason };
  }
}
