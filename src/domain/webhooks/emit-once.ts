// Emits an event whose cause may be repeated after a crash: each delivery's UUID is derived from the webhook, the
// event and a key of what happened, so that a repetition adds nothing.
import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { sha256Hex } from "../../kit/crypto.ts";
import type { Ctx } from "../context.ts";
import { BEGUN, enqueueDeliveries, newDelivery, wantsEvent } from "./emit.ts";
import { type AccountEvent, eventBody, type WebhookEvent } from "./events.ts";

/** The events that only the webhooks of an app get, and so can be emitted here. */
type AppEvent = Exclude<WebhookEvent, z.infer<typeof AccountEvent>>;

/** Emits `event` to the app's webhooks, once for all calls with the same `event` and `key`, the UUID of what the event is about. */
export async function emitOnce(
  ctx: Ctx,
  app: { id: number; uuid: string },
  event: AppEvent,
  key: string,
  data: object,
): Promise<void> {
  const listeners = await ctx.db
    .select({ id: webhooks.id, uuid: webhooks.uuid })
    .from(webhooks)
    .where(and(eq(webhooks.appId, app.id), eq(webhooks.enabled, true), wantsEvent(event)));
  if (listeners.length === 0) return;
  const now = ctx.now();
  const id = await derivedUuid(`${event} ${key}`);
  const body = JSON.stringify({ ...eventBody(event, data, now), id, app_id: app.uuid });
  const deliveries = await Promise.all(
    listeners.map(async (webhook) => ({
      id: webhook.id,
      uuid: await derivedUuid(`${webhook.uuid} ${id}`),
    })),
  );
  const added = await insertFrom(
    ctx.db,
    webhookDeliveries,
    {
      uuid: sql`listed.value ->> 'uuid'`,
      webhookId: sql`${webhooks.id}`,
      event,
      body,
      ...newDelivery(now),
    },
    sql`FROM json_each(${JSON.stringify(deliveries)}) AS listed
      CROSS JOIN ${webhooks} ON ${webhooks.id} = listed.value ->> 'id' WHERE true`,
  )
    .onConflictDoNothing({ target: webhookDeliveries.uuid })
    .returning(BEGUN);
  await enqueueDeliveries(ctx, added);
}

/** Derives a UUID from the SHA-256 of `text` (RFC 9562 version 8). */
async function derivedUuid(text: string): Promise<string> {
  const digest = await sha256Hex(text);
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map(([from, to]) => digest.slice(from, to));
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
