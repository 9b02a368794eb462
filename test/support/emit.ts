// Emits made-up events, for tests of what webhooks get of them.
import { sql } from "drizzle-orm";
import type { Ctx } from "../../src/domain/context.ts";
import { insertDeliveries, enqueueDeliveries } from "../../src/domain/webhooks/emit.ts";
import type { WebhookEvent } from "../../src/domain/webhooks/events.ts";

/** Emits an event for each of `items` to the app's webhooks. */
export async function emit(ctx: Ctx, appId: number, event: WebhookEvent, ...items: object[]) {
  const begun = await insertDeliveries(
    ctx,
    event,
    sql`SELECT ${appId} AS app_id, value AS data FROM json_each(${JSON.stringify(items)})`,
  );
  await enqueueDeliveries(ctx, begun);
}
