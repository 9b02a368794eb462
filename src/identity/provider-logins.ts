// Ends a person's login at GitHub or Google, and allows it again. Who comes in by a provider with a user's address is tied to
// that user, so a login that was ended stays as a row under another name: while it is there, none takes its place.
import { and, eq, like, not, or, sql } from "drizzle-orm";
import { logins, passkeys } from "../db/schema/index.ts";
import type { Ctx, PersonCtx } from "../domain/context.ts";
import { invalidField, refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { mailsOf } from "./mails.ts";
import type { Provider } from "./providers.ts";

const ENDED = "ended:";
const NAMES: Readonly<Record<Provider, string>> = { github: "GitHub", google: "Google" };

/** The condition for logins that let their user in. */
export const isLive = () => not(like(logins.providerId, `${ENDED}%`));

/** Whether the user ended their login at the provider. */
export async function hasEnded(ctx: Ctx, userId: string, provider: string): Promise<boolean> {
  const found = await ctx.db.select({ id: logins.id }).from(logins).where(ended(userId, provider));
  return found.length > 0;
}

/**
 * Ends the person's login at the provider: it lets them in no more until they allow it again. They are told by mail. Refuses
 * `not_found` where there is none, `invalid` while nothing else lets them in.
 */
export async function endLogin(ctx: PersonCtx, at: At, provider: Provider): Promise<void> {
  const { id } = ctx.person;
  const isIt = and(eq(logins.userId, id), eq(logins.providerId, provider));
  const other = sql`EXISTS (SELECT 1 FROM ${logins} AS other WHERE other.user_id = ${id}
    AND other.provider_id <> ${provider} AND other.provider_id NOT LIKE ${`${ENDED}%`})`;
  const passkey = sql`EXISTS (SELECT 1 FROM ${passkeys} WHERE ${eq(passkeys.userId, id)})`;
  const done = await ctx.db
    .update(logins)
    .set({ providerId: ENDED + provider, updatedAt: new Date(ctx.now()) })
    .where(and(isIt, or(other, passkey)))
    .returning({ id: logins.id });
  if (done.length > 0) {
    const what = `${NAMES[provider]} was disconnected and lets you in no more.`;
    ctx.defer(mailsOf(ctx, at.origin).changed(ctx.person, what));
    return;
  }
  const [login] = await ctx.db.select({ id: logins.id }).from(logins).where(isIt);
  if (login === undefined) refuse({ code: "not_found", what: "login" });
  refuse(invalidField(["provider"], "must stay: nothing else lets you in. Set a password first"));
}

/** Lets the provider tie a login to the person again, the next time that they come in by it. */
export async function allowLogin(ctx: PersonCtx, provider: Provider): Promise<void> {
  await ctx.db.delete(logins).where(ended(ctx.person.id, provider));
}

const ended = (userId: string, provider: string) =>
  and(eq(logins.userId, userId), eq(logins.providerId, ENDED + provider));
