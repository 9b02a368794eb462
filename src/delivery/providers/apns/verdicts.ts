// The verdicts of APNs' answers (developer.apple.com, "Handling notification responses from APNs"). The reason in the
// body takes precedence over the status.
import { z } from "zod";
import { readJson, type Answer } from "../exchange.ts";
import type { SendResult } from "../types.ts";
import { rowOf, rowOfStatus, toVerdict, type Row, type Table } from "../verdict-row.ts";

const ENVIRONMENT =
  "APNs does not know the token; check that the credential's environment (production or sandbox) is the app's";
const OTHER_TOPIC =
  "the token is another app's; check that the credential's topic is the app's bundle id";
const KEY = "APNs does not accept the key; check private_key, key_id, team_id and environment";
const TOPIC =
  "APNs does not accept the topic; it must be the app's bundle id, allowed for this key";

/** Apple refuses new tokens for twenty minutes, ms: the five pauses of a recipient are longer together. */
const TOKEN_UPDATES_PAUSE_MS = 300_000;

/** Rows by reason. */
export const APNS_REASONS: Table = {
  BadDeviceToken: { kind: "doubtful", advice: ENVIRONMENT, retires: true },
  DeviceTokenNotForTopic: { kind: "doubtful", advice: OTHER_TOPIC, retires: true },
  Unregistered: { kind: "gone" },
  ExpiredToken: { kind: "gone" },
  InvalidProviderToken: { kind: "misconfigured", advice: KEY },
  MissingProviderToken: { kind: "misconfigured", advice: KEY },
  BadCertificate: { kind: "misconfigured", advice: KEY },
  BadCertificateEnvironment: { kind: "misconfigured", advice: KEY },
  BadEnvironmentKeyIdInToken: { kind: "misconfigured", advice: KEY },
  UnrelatedKeyIdInToken: { kind: "misconfigured", advice: KEY },
  Forbidden: { kind: "misconfigured", advice: KEY },
  BadTopic: { kind: "misconfigured", advice: TOPIC },
  MissingTopic: { kind: "misconfigured", advice: TOPIC },
  TopicDisallowed: { kind: "misconfigured", advice: TOPIC },
  BadCollapseId: { kind: "rejected" },
  BadExpirationDate: { kind: "rejected" },
  BadMessageId: { kind: "rejected" },
  BadPath: { kind: "rejected" },
  BadPriority: { kind: "rejected" },
  DuplicateHeaders: { kind: "rejected" },
  InvalidPushType: { kind: "rejected" },
  MethodNotAllowed: { kind: "rejected" },
  MissingDeviceToken: { kind: "rejected" },
  PayloadEmpty: { kind: "rejected" },
  PayloadTooLarge: { kind: "rejected" },
  IdleTimeout: { kind: "retry" },
  TooManyProviderTokenUpdates: { kind: "retry", afterMs: TOKEN_UPDATES_PAUSE_MS },
  TooManyRequests: { kind: "retry" },
  InternalServerError: { kind: "retry" },
  ServiceUnavailable: { kind: "retry" },
  Shutdown: { kind: "retry" },
};

/** Rows by HTTP status, for all other reasons. */
export const APNS_STATUSES: Table = {
  "2xx": { kind: "sent" },
  "403": { kind: "misconfigured", advice: KEY },
  "408": { kind: "retry" },
  "410": { kind: "gone" },
  "429": { kind: "retry" },
  "5xx": { kind: "retry" },
};

/** The reason for a provider token older than an hour: the caller sends again with a new one. */
const TOKEN_EXPIRED = "ExpiredProviderToken";
/** The status for a device token that was valid until `timestamp`. */
const NO_LONGER = 410;

const ErrorBody = z.object({
  reason: z.string().catch(""),
  timestamp: z.number().optional().catch(undefined),
});

/**
 * Returns the verdict of an answer about a token that the device itself registered at `registeredAt`, null if that is not
 * known; times are in ms.
 */
export function apnsVerdict(answer: Answer, registeredAt: number | null, now: number): SendResult {
  const byStatus = rowOfStatus(APNS_STATUSES, answer.status);
  if (byStatus.kind === "sent") return { kind: "sent" };
  const body = ErrorBody.safeParse(readJson(answer.body)).data;
  const reason = body?.reason ?? "";
  if (reason === TOKEN_EXPIRED) {
    return { kind: "token_expired", reason: `${TOKEN_EXPIRED}: ${KEY}` };
  }
  const known = rowOf(APNS_REASONS, reason);
  // The token was registered again after Apple found it dead.
  const isStale =
    answer.status === NO_LONGER && (registeredAt ?? 0) > (body?.timestamp ?? Infinity);
  const row: Row = isStale ? { kind: "retry" } : (known ?? byStatus);
  return toVerdict(row, known ? reason : `HTTP ${answer.status}`, answer.headers, now);
}
