// Signing in by GitHub or Google (OAuth 2.0 with PKCE, by better-auth). Nothing of better-auth's is reachable but the one path
// that providers lead back to, through finishProvider.
import { DrizzleQueryError, eq } from "drizzle-orm";
import { sessions, users } from "../db/schema/index.ts";
import { openOwnAccount } from "../domain/accounts/open-own-account.ts";
import type { Ctx } from "../domain/context.ts";
import { refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { AUTH_PATH, PROVIDER_FAILED, type Auth } from "./auth.ts";
import { makeRoom } from "./begin-session.ts";
import { called } from "./called.ts";
import { UnconfirmedThere } from "./confirmed-there.ts";
import { cookiesOf, endedCookies, sessionToken, withoutSession } from "./cookie.ts";
import { countTry } from "./limits.ts";
import { isFactorLost } from "./lost-factor.ts";
import { askSecond } from "./ask-second.ts";

export type Provider = "github" | "google";

/** Where better-auth leads who came in, and who did so for the first time: nothing but marks for finishProvider. */
const CAME_IN = "/dashboard";
const CAME_IN_NEW = "/dashboard?new";

/**
 * How it ended: signed in; a second factor is still needed (confirmSecond); the address must be confirmed at the provider
 * first; only who is invited may sign up; a user has this address, and must sign in as before; their second factor can't be read any more; the provider did not say
 * who it is, or it took too long.
 */
export type ProviderEnd =
  | "signed_in"
  | "second"
  | "unconfirmed"
  | "not_invited"
  | "not_linked"
  | "factor_lost"
  | "failed";

/** Returns the providers that are set up. */
export function listProviders(ctx: Ctx): Provider[] {
  return (["github", "google"] as const).filter((name) => ctx.signIn.providers[name]);
}

/**
 * Begins to sign in by a provider. Returns cookies, and the address at the provider that the browser goes `to`. Refuses
 * `not_found` for one that is not set up, `rate_limited`.
 */
export async function startProvider(
  ctx: Ctx,
  at: At,
  provider: string,
): Promise<{ cookies: string[]; to: string }> {
  const known = listProviders(ctx).find((name) => name === provider);
  if (!known) return refuse({ code: "not_found", what: "route" });
  await countTry(ctx, at);
  const { headers, response } = await called(ctx, at, async (auth) =>
    auth.api.signInSocial({
      body: {
        provider: known,
        callbackURL: CAME_IN,
        newUserCallbackURL: CAME_IN_NEW,
        errorCallbackURL: PROVIDER_FAILED,
        disableRedirect: true,
      },
      headers: withoutSession(at),
      returnHeaders: true,
    }),
  );
  if (response.url === undefined) throw new Error("a provider without an address");
  return { cookies: headers.getSetCookie(), to: response.url };
}

/**
 * Ends a sign-in by a provider, which led the browser to /dashboard/auth/callback/{provider} with `code` and `state`. Returns
 * cookies and how it ended. The browser must be the one that began it. Refuses `not_found`, `rate_limited`.
 */
export async function finishProvider(
  ctx: Ctx,
  at: At,
  provider: string,
): Promise<{ cookies: string[]; end: ProviderEnd }> {
  const known = listProviders(ctx).find((name) => name === provider);
  if (!known) return refuse({ code: "not_found", what: "route" });
  await countTry(ctx, at);
  const { search } = new URL(at.request.url);
  const request = new Request(`${at.origin}${AUTH_PATH}/callback/${known}${search}`, {
    headers: withoutSession(at),
  });
  const answer = await called(ctx, at, async (auth) => answerOf(ctx, auth, request));
  if (!(answer instanceof Response)) return { cookies: [], end: answer };
  const to = answer.headers.get("location") ?? "";
  const cookies = cookiesOf(answer.headers, at.origin);
  const token = tokenIn(ctx, at, cookies);
  if (token === null) return { cookies, end: endOf(to) };
  return settle(ctx, at, { token, cookies, isNew: to.endsWith(CAME_IN_NEW) });
}

/** What better-auth answers; how it ended where the provider said what better-auth can't read, or of nobody for sure. */
async function answerOf(ctx: Ctx, auth: Auth, request: Request): Promise<Response | ProviderEnd> {
  try {
    return await auth.handler(request);
  } catch (error) {
    if (error instanceof DrizzleQueryError) throw error;
    if (error instanceof UnconfirmedThere) return "unconfirmed";
    ctx.log.error("provider_unreadable", error);
    return "failed";
  }
}

/** What a session that a provider's word began still needs: a confirmed address, and the second factor of who has one. */
async function settle(
  ctx: Ctx,
  at: At,
  { token, cookies, isNew }: { token: string; cookies: string[]; isNew: boolean },
): Promise<{ cookies: string[]; end: ProviderEnd }> {
  const [user] = await ctx.db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      isConfirmed: users.emailVerified,
      hasSecond: users.twoFactorEnabled,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.token, token));
  if (!user) return { cookies: endedCookies(at.origin), end: "failed" };
  if (!user.isConfirmed || user.hasSecond) {
    await ctx.db.delete(sessions).where(eq(sessions.token, token));
    const ended = endedCookies(at.origin);
    if (!user.isConfirmed) return { cookies: ended, end: "unconfirmed" };
    if (await isFactorLost(ctx, user.id)) return { cookies: ended, end: "factor_lost" };
    return { cookies: [...ended, await askSecond(ctx, at, user.id)], end: "second" };
  }
  if (isNew) await openOwnAccount(ctx, user);
  await makeRoom(ctx, at, user.id, token);
  return { cookies, end: "signed_in" };
}

function endOf(to: string): ProviderEnd {
  const error = URL.parse(to, "https://own.invalid")?.searchParams.get("error");
  switch (error) {
    case "signup_disabled":
      return "not_invited";
    case "account_not_linked":
      return "not_linked";
    default:
      return "failed";
  }
}

/** The token of the session that these cookies begin; null if they begin none. */
function tokenIn(ctx: Ctx, { origin }: At, cookies: readonly string[]): string | null {
  const header = cookies.map((cookie) => cookie.split(";")[0] ?? "").join("; ");
  const request = new Request(origin, { headers: { cookie: header } });
  return sessionToken({ origin, request }, ctx.signIn.secret);
}
