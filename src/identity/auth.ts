// better-auth as it is set up here: its tables are ours (src/db/schema/people.ts), passwords are hashed in an object,
// and mail goes by a port. Verbs of this room call its endpoints; none is reachable by a request of its own, so that
// CSRF, rate limits and where people are led are ours to decide, and the same on every page. Passkeys are ours alone
// (passkeys.ts).
import { APIError } from "better-auth/api";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { twoFactor } from "better-auth/plugins/two-factor";
import { eq } from "drizzle-orm";
import { logins, sessions, twoFactors, users, verifications } from "../db/schema/index.ts";
import type { Ctx, SignIn } from "../domain/context.ts";
import { MAX_BROWSER } from "./begin-session.ts";
import { cookies, SESSION_S } from "./cookie.ts";
import { confirmedThere } from "./confirmed-there.ts";
import { MAX_PASSWORD, MIN_PASSWORD } from "./input.ts";
import { LINK_S, mailsOf } from "./mails.ts";
import { hasEnded } from "./provider-logins.ts";
import { provedByMail } from "./proved-by-mail.ts";

/** Where its own paths would be. One of them is reachable, through finishProvider: where GitHub and Google lead back to. */
export const AUTH_PATH = "/dashboard/auth";
/** Where it leads who could not be signed in by a provider, with `?error=`: finishProvider reads that. */
export const PROVIDER_FAILED = "/dashboard/sign-in";

/** Our tables, by the names that better-auth and its plugin know them by. */
const TABLES = {
  user: users,
  session: sessions,
  account: logins,
  verification: verifications,
  twoFactor: twoFactors,
};
/** What a provider gave us to ask it with. We asked for who somebody is, and keep none of it. */
const NO_TOKENS = { accessToken: null, refreshToken: null, idToken: null, scope: null };

/** better-auth for one request, at this origin. */
export function createAuth(ctx: Ctx, origin: string) {
  const { signIn, passwords } = ctx;
  const cookie = cookies(origin);
  const mails = mailsOf(ctx, origin);
  return betterAuth({
    appName: "Slipway",
    baseURL: origin,
    basePath: AUTH_PATH,
    secret: signIn.secret,
    trustedOrigins: [origin],
    // Without this it prints the query of a failed request with what was bound to it, such as an address.
    onAPIError: { throw: true, errorURL: origin + PROVIDER_FAILED },
    database: drizzleAdapter(ctx.db, {
      provider: "sqlite",
      transaction: false,
      schema: TABLES,
    }),
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      autoSignIn: false,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: MAX_PASSWORD,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: LINK_S,
      password: {
        hash: async (password) => passwords().hash(password),
        verify: async ({ hash, password }) => passwords().verify(hash, password),
      },
      sendResetPassword: mails.reset,
      onExistingUserSignUp: mails.known,
      onPasswordReset: async ({ user }) => {
        await provedByMail(ctx, user.id);
        ctx.defer(mails.changed(user, "Your password was reset."));
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: LINK_S,
      sendVerificationEmail: mails.confirm,
    },
    socialProviders: providersOf(signIn),
    databaseHooks: writesOf(ctx),
    verification: { storeIdentifier: "hashed" },
    session: { expiresIn: SESSION_S, updateAge: SESSION_S, cookieCache: { enabled: false } },
    // The RateLimiter object counts, before these verbs are called (limits.ts).
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: cookie.prefix,
      defaultCookieAttributes: cookie.attributes,
      // Both are off by default where NODE_ENV is "test".
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      // Whether an address is known must not show in how long the answer takes.
      backgroundTasks: { handler: ctx.defer },
    },
    logger: { disabled: true },
    plugins: [twoFactor({ issuer: "Slipway", allowPasswordless: true })],
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** What is kept of users, sessions and logins, and which logins are made. */
function writesOf(ctx: Ctx) {
  return {
    user: {
      create: {
        // A picture elsewhere would tell the provider who looks at it.
        before: async (user: Record<string, unknown>) => ({ data: { ...user, image: null } }),
      },
    },
    session: {
      create: {
        before: async (
          session: Record<string, unknown> & { userAgent?: string | null | undefined },
        ) => ({
          data: { ...session, userAgent: session.userAgent?.slice(0, MAX_BROWSER) ?? null },
        }),
      },
    },
    account: {
      create: {
        before: async (login: Record<string, unknown>) => {
          const provider = String(login["providerId"]);
          if (provider !== "credential") await requireTie(ctx, String(login["userId"]), provider);
          return { data: { ...login, ...NO_TOKENS } };
        },
      },
      update: {
        before: async (login: Record<string, unknown>) => ({ data: { ...login, ...NO_TOKENS } }),
      },
    },
  };
}

/**
 * Refuses a login for a user whose address nobody proved by mail: whoever made the user may be another than who has the
 * address, and would share what the latter does here. Refuses one that the user has ended.
 */
async function requireTie(ctx: Ctx, userId: string, provider: string): Promise<void> {
  const [user] = await ctx.db
    .select({ isVouched: users.isVouched })
    .from(users)
    .where(eq(users.id, userId));
  if (user?.isVouched || (await hasEnded(ctx, userId, provider)))
    throw new APIError("FORBIDDEN", { code: "account_not_linked" });
}

/** The providers that are set up. Nobody new comes in by one where only who is invited may. */
function providersOf({ providers, signUp }: SignIn) {
  const disableSignUp = signUp !== "open";
  return Object.fromEntries(
    (["github", "google"] as const).flatMap((name) => {
      const secrets = providers[name];
      if (!secrets) return [];
      return [[name, { ...secrets, disableSignUp, getUserInfo: confirmedThere(name, secrets) }]];
    }),
  );
}
