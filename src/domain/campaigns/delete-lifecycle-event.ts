// Deletes a lifecycle event, since anybody can report one under any name. Whoever reported it counts as never having done
// so, also when the event is reported again later.
import { and, eq, sql } from "drizzle-orm";
import { apps, lifecycleEvents } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApps } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";

/** Deletes the event with that name in all apps that the API key has access to. Refuses `not_found`. */
export async function deleteLifecycleEvent(ctx: AccountCtx, name: string): Promise<void> {
  const visible = ctx.db.select({ id: apps.id }).from(apps).where(visibleApps(ctx.principal));
  const deletion = ctx.db
    .delete(lifecycleEvents)
    .where(and(eq(lifecycleEvents.name, name), sql`${lifecycleEvents.appId} IN ${visible}`))
    .returning({ id: lifecycleEvents.id });
  const gone = await audited(ctx, deletion, { did: "lifecycle_event.delete", name });
  if (gone.length === 0) refuse({ code: "not_found", what: "lifecycle_event" });
}
