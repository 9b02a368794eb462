// Registers an installation of an app, or finds it again by the name that it gave itself. It gets no message before it
// has reported an address (update-installation.ts).
import { and, eq, isNull, lt } from "drizzle-orm";
import { deletePart } from "../../../db/delete-in-parts.ts";
import { apps, installations } from "../../../db/schema/index.ts";
import { parse } from "../../../kit/parse.ts";
import { refuse } from "../../../kit/refusal.ts";
import { DAY_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";
import { settingsOf } from "../../subscribers/push-settings.ts";
import { RegisterInstallation } from "./installation-input.ts";

/** After how long an installation that never reported an address is deleted, ms. */
const UNREACHABLE_MS = 30 * DAY_MS;
/** How many of those each registration deletes: more than it adds, so that they can't accumulate. */
const EXPIRED_AT_ONCE = 10;

/**
 * Registers an installation, and returns its UUID and whether it is new. `ext_id` is stored as a claim of the device. It
 * never becomes the subscriber's `user_id`: these calls have no key, so anybody could claim to be a user and get what is
 * sent to that user. `origin` is the Origin header that a browser sends for the page. Refuses `not_found` if the app does
 * not exist, `forbidden` if the app does not allow the page's origin, and `invalid`.
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
  if (!installation) throw new Error("registering an installation returned no row");
  return { id: installation.uuid, created: installation.uuid === uuid };
}

/** The statement that deletes old installations without an address: anybody can register, so they need an end. */
function expireUnreachable(ctx: Ctx) {
  const where = and(
    isNull(installations.subscriberId),
    lt(installations.createdAt, ctx.now() - UNREACHABLE_MS),
  );
  return deletePart(ctx.db, installations, { key: installations.id, where }, EXPIRED_AT_ONCE);
}
