// Registers an installation of an app, or finds the one there is by its own token. It gets no push before it
// has told where it can be reached (update-installation.ts).
import { and, eq, isNull, lt } from "drizzle-orm";
import { deletePart } from "../../../db/delete-in-parts.ts";
import { apps, installations } from "../../../db/schema/index.ts";
import { parse } from "../../../kit/parse.ts";
import { refuse } from "../../../kit/refusal.ts";
import { DAY_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";
import { settingsOf } from "../../subscribers/push-settings.ts";
import { RegisterInstallation } from "./installation-input.ts";

/** An installation that never told where it can be reached is forgotten after this long, ms. */
const UNREACHABLE_MS = 30 * DAY_MS;
/** Of those, so many at each registration: more than come. */
const FORGOTTEN_AT_ONCE = 10;

/**
 * `ext_id` is kept as the device's own word. It never becomes the subscriber's `user_id`: these calls have no
 * key, and whoever claimed to be somebody would get what is sent to them. `origin` is what a browser says of the page that asks. Refuses `not_found` for an app that is not there,
 * `forbidden` to pages of other origins than the app's, `invalid`.
 */
export async function registerInstallation(
  ctx: Ctx,
  appId: number,
  origin: string | null,
  input: unknown,
): Promise<{ id: string; created: boolean }> {
  const [app] = await ctx.db
    .select({ pushSettings: apps.pushSettings })
    .from(apps)
    .where(eq(apps.id, appId));
  if (!app) return refuse({ code: "not_found", what: "app" });
  const { allowed_origins: allowed } = settingsOf(app);
  if (origin !== null && allowed.length > 0 && !allowed.includes(origin)) {
    refuse({ code: "forbidden", message: "pages of this origin may not register instances" });
  }
  const { ic_token: icToken, ext_id: extId } = parse(RegisterInstallation, input);
  const now = ctx.now();
  const uuid = crypto.randomUUID();
  const [[installation]] = await ctx.db.batch([
    ctx.db
      .insert(installations)
      .values({
        uuid,
        appId,
        icToken,
        extId: extId ?? null,
        facts: {},
        events: [],
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoUpdate({
        target: [installations.appId, installations.icToken],
        set: { updatedAt: now, ...(extId === undefined ? {} : { extId }) },
      })
      .returning({ uuid: installations.uuid }),
    expireUnreachable(ctx),
  ]);
  if (!installation) throw new Error("a registered installation answered no row");
  return { id: installation.uuid, created: installation.uuid === uuid };
}

/** Anybody can register: what comes of it has to go again. */
function expireUnreachable(ctx: Ctx) {
  const where = and(
    isNull(installations.subscriberId),
    lt(installations.createdAt, ctx.now() - UNREACHABLE_MS),
  );
  return deletePart(ctx.db, installations, { key: installations.id, where }, FORGOTTEN_AT_ONCE);
}
