// Tells an app's webhooks who came and who went.
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { emitEach } from "../webhooks/emit.ts";
import type { Subscriber } from "./visible.ts";

/** Tells of all of an app's `subscribers` at once, after the answer; how they are reached is left out. */
export function tellOf(
  ctx: Ctx,
  appId: number,
  event: "subscriber.created" | "subscriber.unsubscribed",
  subscribers: readonly Subscriber[],
): void {
  if (subscribers.length > 0) ctx.defer(emitEach(ctx, appId, event, subscribers.map(shown)));
}

function shown(subscriber: Subscriber): object {
  return {
    id: subscriber.uuid,
    platform: subscriber.platform,
    user_id: subscriber.userId,
    tags: subscriber.tags,
    language: subscriber.language,
    country: subscriber.country,
    timezone: subscriber.timezone,
    status: subscriber.status,
    created_at: wholeSeconds(subscriber.createdAt),
  };
}
