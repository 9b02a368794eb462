// Registers an installation of an app, or finds it again by the name that it gave itself. It gets no message before it
// has reported an address (update-installation.ts). Anybody can register, so an app keeps only so many without one;
// expire-installations.ts deletes the old ones.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../../db/insert-from.ts";
import { appCounts, installations } from "../../../db/schema/index.ts";
import { parseBySchema } from "../../../kit/parse.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { App } from "../../apps/find-app.ts";
import type { Ctx } from "../../context.ts";
import { settingsOf } from "../../subscribers/push-settings.ts";
import { RegisterInstallation } from "./installation-input.ts";

/**
 * Most installations of an app that have not reported an address. A real one reports it within seconds, so when there
 * are more, somebody makes them up, and the oldest go.
 */
export const MAX_UNREACHABLE = 10_000;

/**
 * Registers an installation, and returns its UUID and whether it is new. `ext_id` is stored as a claim of the device. It
 * never becomes the subscriber's `user_id`: these calls have no key, so anybody could claim to be a user and get what is
 * sent to that user. `origin` is the Origin header that a browser sends for the page. Refuses `forbidden` if the app does
 * not allow the page's origin, `invalid`, and `not_found` if the app was deleted meanwhile.
 */
export async function registerInstallation(
  ctx: Ctx,
  app: App,
  origin: string | null,
  input: unknown,
): Promise<{ id: string; created: boolean }> {
  const { allowed_origins: allowed } = settingsOf(app);
  if (origin !== null && allowed.length > 0 && !allowed.includes(origin)) {
    refuse({ code: "forbidden", message: "pages of this origin may not register instances" });
  }
  const { ic_token: icToken, ext_id: extId } = parseBySchema(RegisterInstallation, input);
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const isThere = sql`WHERE EXISTS (SELECT 1 FROM ${appCounts} WHERE ${appCounts.appId} = ${app.id})`;
  const [[installation]] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      installations,
      {
        uuid,
        appId: app.id,
        icToken,
        extId: extId ?? null,
        facts: {},
        events: [],
        createdAt: now,
        updatedAt: now,
      },
      isThere,
    )
      .onConflictDoUpdate({
        target: [installations.appId, installations.icToken],
        set: { updatedAt: now, ...(extId === undefined ? {} : { extId }) },
      })
      .returning({ uuid: installations.uuid }),
    boundUnreachable(ctx, app.id),
  ]);
  if (!installation) return refuse({ code: "not_found", what: "app" });
  return { id: installation.uuid, created: installation.uuid === uuid };
}

/** The statement that deletes the app's oldest installations without an address, if there are too many. */
function boundUnreachable(ctx: Ctx, appId: number) {
  return ctx.db.delete(installations).where(
    sql`${installations.id} IN (SELECT spare.id FROM ${installations} AS spare
      WHERE spare.app_id = ${appId} AND spare.subscriber_id IS NULL ORDER BY spare.id
      LIMIT (SELECT max(0, counts.unreachable - ${MAX_UNREACHABLE}) FROM ${appCounts} AS counts
        WHERE counts.app_id = ${appId}))`,
  );
}
