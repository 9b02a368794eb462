// What browsers and devices can do without a secret of the owner's: register with the app's public key, and identify
// themselves by the token that they got then.
import { eq } from "drizzle-orm";
import { apps, subscribers } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { hashSecret, mintSecret } from "../../kit/secret.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import { settingsOf } from "./push-settings.ts";
import { register } from "./register-subscriber.ts";
import { RegisterDevice } from "./subscriber-input.ts";
import type { Subscriber } from "./find-subscriber.ts";

/** Whether `text` has the form of an app's public key. */
export function isPublicKey(text: string): boolean {
  return /^pk_[0-9a-f]{32}$/.test(text);
}

/**
 * Returns the app with this public key, null when there is none; `device` is its subscriber whose token has the SHA-256
 * `deviceHash`, null when there is none or no hash is given.
 */
export async function appByPublicKey(
  ctx: Ctx,
  publicKey: string,
  deviceHash: string | null,
): Promise<{ app: App; device: Subscriber | null } | null> {
  const [found] = await ctx.db
    .select({ app: apps, device: subscribers })
    .from(apps)
    // Joined by the hash alone, so that no index but its own comes into question.
    .leftJoin(subscribers, eq(subscribers.secretHash, deviceHash ?? ""))
    .where(eq(apps.publicKey, publicKey));
  if (!found) return null;
  const { app, device } = found;
  return { app, device: device?.appId === app.id ? device : null };
}

/** Returns the subscriber whose device holds the token with this SHA-256; null when there is none. */
export async function authenticateDevice(ctx: Ctx, hash: string): Promise<Subscriber | null> {
  const [row] = await ctx.db.select().from(subscribers).where(eq(subscribers.secretHash, hash));
  return row ?? null;
}

/**
 * Registers a device and mints a token for its own later calls, which replaces its previous token. `origin` is the
 * Origin header of the request, null when there is none. Refuses `forbidden` for an origin that the app's settings do
 * not allow, `invalid`.
 */
export async function registerDevice(
  ctx: Ctx,
  app: App,
  origin: string | null,
  input: unknown,
): Promise<{ id: string; token: string; created: boolean }> {
  const { allowed_origins: allowed } = settingsOf(app);
  if (origin !== null && allowed.length > 0 && !allowed.includes(origin)) {
    refuse({ code: "forbidden", message: "Pages of this origin may not register subscribers." });
  }
  const wanted = parse(RegisterDevice, input);
  const token = mintSecret("sw_sub_");
  const { subscriber, created } = await register(ctx, app, wanted, await hashSecret(token));
  return { id: subscriber.uuid, token, created };
}
