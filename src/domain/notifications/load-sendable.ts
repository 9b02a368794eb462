// Reads the content of a notification, for the consumer of its batches.
import { eq } from "drizzle-orm";
import { apps, notifications } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { PROVIDERS_OF_APP, readProviders } from "./app-providers.ts";
import type { ContentDefaults } from "./content.ts";
import type { NotificationContent } from "./content-fields.ts";
import { fittingDefaults } from "./sendable.ts";

/** A notification as its batches need it. */
export interface Sendable {
  id: number;
  uuid: string;
  accountId: number;
  appId: number;
  content: NotificationContent;
  defaults: ContentDefaults;
}

/** Returns what the batches of notification `id` send. Throws when it was deleted with its app. */
export async function loadSendable(ctx: Ctx, id: number): Promise<Sendable> {
  const [row] = await ctx.db
    .select({
      uuid: notifications.uuid,
      accountId: notifications.accountId,
      appId: notifications.appId,
      content: notifications.content,
      app: { uuid: apps.uuid, url: apps.url, pushSettings: apps.pushSettings },
      providers: PROVIDERS_OF_APP,
    })
    .from(notifications)
    .innerJoin(apps, eq(apps.id, notifications.appId))
    .where(eq(notifications.id, id));
  if (!row) throw new Error(`notification ${id} is gone`);
  const content = row.content as NotificationContent;
  const providers = readProviders(row.providers);
  const defaults = fittingDefaults(ctx, row.app, content, providers);
  const { uuid, accountId, appId } = row;
  return { id, uuid, accountId, appId, content, defaults };
}
