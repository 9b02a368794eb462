// Changes the given fields of a channel and leaves the others.
import { and, eq, sql } from "drizzle-orm";
import { channels, webhooks } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry, fieldsOf } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { disabled, ENABLED } from "../webhooks/enabling.ts";
import { release } from "../webhooks/hold.ts";
import { requireTarget } from "../webhooks/webhook-input.ts";
import { UpdateChannel } from "./channel-input.ts";
import { findChannel, viewOf, visibleChannel, type ChannelView } from "./find-channel.ts";

/**
 * Changes the name and the callback URL, and returns the channel. A given URL, even an unchanged one, enables a
 * callback that was disabled after failures. Refuses `not_found`, `invalid`.
 */
export async function updateChannel(
  ctx: AccountCtx,
  id: string,
  input: unknown,
): Promise<ChannelView> {
  const present = await findChannel(ctx, id);
  const wanted = parse(UpdateChannel, input);
  const { name, callback_url: url } = wanted;
  if (typeof url === "string") await requireTarget(ctx, url, "callback_url");
  const now = ctx.now();
  const given =
    url === undefined ? {} : { url: url ?? "", ...(url === null ? disabled(now, null) : ENABLED) };
  // What was found out about the receiver does not hold for another.
  const isOther = url !== undefined && url !== present.callback?.url;
  const [[channel], , [webhook]] = await ctx.db.batch([
    ctx.db
      .update(channels)
      .set({ ...(name === undefined ? {} : { name }), updatedAt: now })
      .where(visibleChannel(ctx.principal, id))
      .returning(),
    auditEntry(ctx, {
      did: "channel.update",
      id,
      name: name ?? present.channel.name,
      facts: { app: present.channel.appId, ...fieldsOf(wanted) },
    }),
    ctx.db
      .update(webhooks)
      .set({ ...given, ...(isOther ? { slowUntil: null } : {}), updatedAt: now })
      .where(
        and(
          eq(webhooks.id, present.channel.callbackId),
          sql`EXISTS (SELECT 1 FROM ${channels} WHERE ${visibleChannel(ctx.principal, id)})`,
        ),
      )
      .returning(),
  ]);
  if (!channel || !webhook) return refuse({ code: "not_found", what: "channel" });
  if (typeof url === "string" && webhook.holds) await release(ctx, webhook);
  return viewOf({ ...webhook, channel });
}
