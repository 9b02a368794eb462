// Chooses the registered subscribers by whom a push credential is verified. Anybody can register one with the app's
// public key, so what strangers registered must neither speak for the credential nor crowd out who can.
import { and, desc, eq } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import { isTrustedTaker, takerOf } from "../../kit/push/services.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import { isAddressed, type Addressed } from "../ports/notifications.ts";
import { RECIPIENT, recipientOf } from "../audiences/recipients.ts";

/**
 * The newest active subscribers among whom those of a provider are sought. Reading ends with the first that are found; only
 * where there are fewer is all of this read, some tenths of a second of the database, by an owner's own call.
 */
export const SOUGHT_AMONG = 100_000;
/** Most subscribers of FCM or APNs that are tried: dead tokens, which anybody can register, say nothing. */
const MOST_TRIED = 10;
/** Most browsers among which push services are sought, of those that the owner named and of the others. */
const MOST_BROWSERS = 500;
/** Most push services that are asked. */
const MOST_SERVICES = 3;
/** Most browsers of one push service that are tried until one is not gone. */
const MOST_OF_SERVICE = 4;

/** Returns registered recipients of `provider`, in the order in which they are to be tried. */
export async function verifyCandidates(
  ctx: Ctx,
  app: App,
  provider: Provider,
): Promise<Addressed[]> {
  if (provider !== "webpush")
    return (await newest(ctx, app, provider, MOST_TRIED)).slice(0, MOST_TRIED);
  const browsers = await newest(ctx, app, provider, MOST_BROWSERS);
  const byService = Map.groupBy(browsers, ({ token }) => takerOf(provider, token));
  const known = [...byService].filter(([service]) => isTrustedTaker(service));
  // A stranger's service takes whatever it likes, so it is asked only where there is no other.
  const asked = known.length > 0 ? known : [...byService];
  return asked.slice(0, MOST_SERVICES).flatMap(([, these]) => these.slice(0, MOST_OF_SERVICE));
}

/** Whether the app has more active subscribers than those among whom `verifyCandidates` seeks. */
export async function hasOlder(ctx: Ctx, app: App): Promise<boolean> {
  const found = await ctx.db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(and(eq(subscribers.appId, app.id), eq(subscribers.status, "active")))
    .orderBy(desc(subscribers.id))
    .limit(1)
    .offset(SOUGHT_AMONG);
  return found.length > 0;
}

/** Returns those that the owner has named, newest first, and then the others: at most `limit` of each. */
async function newest(ctx: Ctx, app: App, provider: Provider, limit: number): Promise<Addressed[]> {
  const [vouched, others] = await ctx.db.batch([
    newestBy(ctx, app, provider, true, limit),
    newestBy(ctx, app, provider, false, limit),
  ]);
  return [...vouched, ...others].map(recipientOf).filter(isAddressed);
}

function newestBy(ctx: Ctx, app: App, provider: Provider, isVouched: boolean, limit: number) {
  const sought = ctx.db
    .select({ ...RECIPIENT, token: RECIPIENT.token.as("token"), vouched: subscribers.vouched })
    .from(subscribers)
    .where(and(eq(subscribers.appId, app.id), eq(subscribers.status, "active")))
    .orderBy(desc(subscribers.id))
    .limit(SOUGHT_AMONG)
    .as("sought");
  const { id, platform, token, p256dh, auth, since, registeredAt, language } = sought;
  return ctx.db
    .select({
      id,
      platform,
      provider: sought.provider,
      token,
      p256dh,
      auth,
      since,
      registeredAt,
      language,
    })
    .from(sought)
    .where(and(eq(sought.provider, provider), eq(sought.vouched, isVouched)))
    .orderBy(desc(sought.id))
    .limit(limit);
}
