// What APNs' answers mean (developer.apple.com, "Handling notification responses from APNs"). The reason
// in the body goes before the status.
import { z } from "zod";
import { readJson, type Answer } from "../exchange.ts";
import type { SendResult } from "../types.ts";
import { rowOf, rowOfStatus, toVerdict, type Row, type Table } from "../verdict-row.ts";

const ENVIRONMENT =
  "APNs does not know a token: check that the credential's environment (production or sandbox) and topic are the app's";
const KEY = "APNs does not accept the key; check private_key, key_id, team_id and environment";
const TOPIC =
  "APNs does not accept the topic; it must be the app's bundle id, allowed for this key";

/** Apple minds new tokens for twenty minutes: a recipient's five pauses outlast them, ms. */
const TOKEN_UPDATES_PAUSE_MS = 300_000;

/** By reason. */
export const APNS_REASONS: Table = {
  BadDeviceToken: { kind: "gone", flag: ENVIRONMENT },
  DeviceTokenNotForTopic: { kind: "gone", flag: ENVIRONMENT },
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

/** By HTTP status, when the reason is none of those. */
export const APNS_STATUSES: Table = {
  "2xx": { kind: "sent" },
  "403": { kind: "misconfigured", advice: KEY },
  "408": { kind: "retry" },
  "410": { kind: "gone" },
  "429": { kind: "retry" },
  "5xx": { kind: "retry" },
};

/** Reason of a provider token older than an hour: the caller mints another and sends once more. */
const TOKEN_EXPIRED = "ExpiredProviderToken";
/** Status of a token that was good until `timestamp`. */
const NO_LONGER = 410;

const ErrorBody = z.object({
  reason: z.string().catch(""),
  timestamp: z.number().optional().catch(undefined),
});

/** The verdict of an answer about a token that was last registered at `registeredAt`; instants in ms. */
export function apnsVerdict(answer: Answer, registeredAt: number, now: number): SendResult {
  const byStatus = rowOfStatus(APNS_STATUSES, answer.status);
  if (byStatus.kind === "sent") return { kind: "sent" };
  const body = ErrorBody.safeParse(readJson(answer.body)).data;
  const reason = body?.reason ?? "";
  if (reason === TOKEN_EXPIRED) return { kind: "token_expired" };
  const known = rowOf(APNS_REASONS, reason);
  // The token was registered again after Apple saw it die, so the news is older than the token.
  const isStale = answer.status === NO_LONGER && registeredAt > (body?.timestamp ?? Infinity);
  const row: Row = isStale ? { kind: "retry" } : (known ?? byStatus);
  return toVerdict(row, known ? reason : `HTTP ${answer.status}`, answer.headers, now);
}
