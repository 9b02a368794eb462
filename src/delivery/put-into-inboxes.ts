// Puts a notification into the inboxes of a batch's recipients that no provider serves. Their devices ask for it.
import type { Ctx } from "../domain/context.ts";
import { fillInboxes } from "../domain/inbox/fill-inboxes.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { isAddressed, type BatchMessage, type Outcome } from "../domain/ports/notifications.ts";

const EXPIRED = { status: "failed", error: "expired", reason: "expired" } as const;
const LEFT = { status: "gone", error: "unsubscribed", reason: "unsubscribed" } as const;
const FAULT = {
  status: "retry",
  error: "internal error",
  reason: "internal",
  afterMs: null,
} as const;

/**
 * Returns the outcome of each recipient in `message` that has an inbox: sent where the notification stands in it. One that
 * is only for devices that are online at the moment (a TTL of 0) stands in none. Never throws.
 */
export async function putIntoInboxes(
  ctx: Ctx,
  sendable: Sendable,
  { recipients, expiresAt }: BatchMessage,
): Promise<Outcome[]> {
  const ids = recipients.filter((one) => !isAddressed(one)).map(({ id }) => id);
  if (ids.length === 0) return [];
  if (sendable.content.ttl === 0 || expiresAt <= ctx.now())
    return ids.map((id) => ({ id, ...EXPIRED }));
  try {
    const filled = await fillInboxes(ctx, sendable, ids);
    return ids.map((id) => (filled.has(id) ? { id, status: "sent" } : { id, ...LEFT }));
  } catch (error) {
    ctx.log.error("inboxes_not_filled", error, { notification: sendable.id });
    return ids.map((id) => ({ id, ...FAULT }));
  }
}
