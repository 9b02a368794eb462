// What the operations on webhooks say in the OpenAPI document, on API v1 and the push API alike.
import { MAX_DELIVERIES } from "../../domain/webhooks/emit.ts";
import { HELD_MS, MAX_FAILURES_IN_A_ROW } from "../../domain/webhooks/hold.ts";
import { FAILING_MS } from "../../domain/webhooks/record-attempt.ts";
import { LOG_MS } from "../../domain/webhooks/recover-deliveries.ts";
import { MAX_ATTEMPTS, MAX_PAUSE_MS, MAX_RETRY_AFTER_MS } from "../../domain/webhooks/retry.ts";
import { GRACE_MS } from "../../domain/webhooks/rotate-secret.ts";
import { TURN_MS } from "../../domain/webhooks/turn.ts";
import { DAY_MS, HOUR_MS } from "../../kit/time.ts";

/** How many deliveries there are, and for how long. */
export const DELIVERIES =
  `Deliveries are kept for ${LOG_MS / DAY_MS} days. A webhook has at most ${MAX_DELIVERIES}: the oldest that ended make ` +
  "room for new ones, and while the hundred oldest wait no more are made.";

/** How a delivery is signed, tried again and given up. */
export const DELIVERING =
  "Events are POSTed to `url`, which must be https on a public host. If `secret` is absent, one is generated. It " +
  "is shown only in this response. Each delivery is signed as Standard Webhooks 1.0 describes, and the libraries of that " +
  "standard verify it: `webhook-id` (the same over retries and replays), `webhook-timestamp` (Unix seconds) and " +
  "`webhook-signature`, which is `v1,` and the base64 HMAC-SHA256 of id, timestamp and raw body, joined by dots, under the " +
  "key that the secret holds. Besides, `x-slipway-signature` is `sha256=` and the hex HMAC-SHA-256, under the secret's " +
  "text, of `x-slipway-timestamp`, a dot and the raw body. Respond with 2xx within 10 s; redirects are not followed. A " +
  "failed delivery is retried five times, n x 15 s apart, and then after 5 and 30 minutes and 2, 5, 10, 14, 20 and 24 " +
  `hours, each up to a tenth longer: ${MAX_ATTEMPTS} attempts in about three days. \`Retry-After\` makes a wait longer, by ` +
  `${MAX_RETRY_AFTER_MS / HOUR_MS} hours at most. After 429, 502, 504 and any answer with \`Retry-After\`, nothing at all is ` +
  `sent to the webhook for that time, ${MAX_PAUSE_MS / HOUR_MS} hour at most, or without \`Retry-After\` for a minute. 410 ` +
  "ends the delivery and disables the webhook, as does a time of " +
  `${FAILING_MS / DAY_MS} days from the first failure after the last success. While its last ${MAX_FAILURES_IN_A_ROW} ` +
  `deliveries failed, one at a time is tried, each for ${TURN_MS / HOUR_MS} hour at most; the others wait, and are sent at ` +
  "once when one succeeds. No deliveries are made for a disabled webhook, and pending ones wait up to " +
  `${HELD_MS / DAY_MS} days until it is enabled again.`;

/** What rotating a secret does. */
export const ROTATING =
  "Replaces the secret by the given or, without one, a generated secret, which is shown only in this response. For " +
  `${(GRACE_MS * 24) / DAY_MS} hours, \`webhook-signature\` has two signatures, by the new secret first and by the old one; ` +
  "`x-slipway-signature` is by the new one at once. Rotating again within that time drops the older of the old secrets.";

/** What replaying does. */
export const REPLAYING =
  "It begins anew, with all retries, and keeps its id (`webhook-id`), by which the receiver can tell a repetition. While " +
  "the webhook is disabled this is refused with 422: enable it first.";
