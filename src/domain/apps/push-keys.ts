// The keys by which browsers and devices of an app register for pushes. Neither is secret.
import { and, eq } from "drizzle-orm";
import { apps, pushCredentials } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";

export interface PushKeys {
  appId: number;
  uuid: string;
  /** `pk_...`, which registers subscribers; null of an app that takes none. */
  publicKey: string | null;
  /** The public half of the VAPID pair, in base64url; null where Web Push is not set up. */
  vapidPublicKey: string | null;
}

/** Returns the keys of the app with the UUID `uuid`, by one read. Refuses `not_found`. */
export async function pushKeys(ctx: Ctx, uuid: string): Promise<PushKeys> {
  const [found] = await selectKeys(ctx).where(eq(apps.uuid, uuid));
  return found ? keysOf(found) : refuse({ code: "not_found", what: "app" });
}

/** Returns the keys of the app with this id; null when it was deleted. */
export async function pushKeysById(ctx: Ctx, appId: number): Promise<PushKeys | null> {
  const [found] = await selectKeys(ctx).where(eq(apps.id, appId));
  return found ? keysOf(found) : null;
}

function selectKeys(ctx: Ctx) {
  const { id: appId, uuid, publicKey } = apps;
  return ctx.db
    .select({ appId, uuid, publicKey, webPush: pushCredentials.shown })
    .from(apps)
    .leftJoin(
      pushCredentials,
      and(eq(pushCredentials.appId, apps.id), eq(pushCredentials.provider, "webpush")),
    );
}

function keysOf({ webPush, ...app }: Awaited<ReturnType<typeof selectKeys>>[number]): PushKeys {
  const vapid = webPush?.["public_key"];
  return { ...app, vapidPublicKey: typeof vapid === "string" ? vapid : null };
}
