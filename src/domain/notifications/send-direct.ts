// Notifications to devices that the caller knows by name: made as sending from the first moment.
import { z } from "zod";
import { notifications } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { ContentFields } from "./content.ts";
import type { Audience } from "./targeting.ts";

const Defaults = z.object(ContentFields).omit({ title: true, body: true });

/**
 * The statement that makes a notification of `app` to exactly `subscriberIds`, of whom those who are active get
 * it. It answers the row: `syncRun` it once the statement has run.
 */
export function insertDirect(
  ctx: Ctx,
  app: { accountId: number; appId: number },
  { title, body, data }: { title: string; body: string; data: Record<string, unknown> },
  subscriberIds: readonly number[],
) {
  const now = ctx.now();
  const targeting: Audience = { type: "subscribers", ids: [...subscriberIds] };
  return ctx.db
    .insert(notifications)
    .values({
      uuid: crypto.randomUUID(),
      accountId: app.accountId,
      appId: app.appId,
      status: "sending",
      content: { title, body, ...Defaults.parse({ data }) },
      targeting,
      startedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
}
