// Apple's answers to a request that is refused: a status and a reason.
// Apple, "Handling notification responses from APNs", table of reasons.
import type { Answer } from "../exchange.ts";

const STATUS = {
  BadCollapseId: 400,
  BadDeviceToken: 400,
  BadExpirationDate: 400,
  BadMessageId: 400,
  BadPriority: 400,
  BadTopic: 400,
  DeviceTokenNotForTopic: 400,
  InvalidPushType: 400,
  MissingDeviceToken: 400,
  MissingTopic: 400,
  PayloadEmpty: 400,
  TopicDisallowed: 400,
  ExpiredProviderToken: 403,
  InvalidProviderToken: 403,
  MissingProviderToken: 403,
  BadPath: 404,
  MethodNotAllowed: 405,
  Unregistered: 410,
  PayloadTooLarge: 413,
  TooManyProviderTokenUpdates: 429,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
} as const;

export type Reason = keyof typeof STATUS;

/** @param timestamp Unix ms, of `Unregistered` only: since when the token is dead */
export function refuse(reason: Reason, timestamp?: number): Answer {
  const body = timestamp === undefined ? { reason } : { reason, timestamp };
  return { status: STATUS[reason], body, reason };
}
