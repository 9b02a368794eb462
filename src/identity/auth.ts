// better-auth as it is set up here: its tables are ours (src/db/schema/people.ts), passwords are hashed in an object,
// and mail goes by a port. Verbs of this room call its endpoints; none is reachable by a request of its own, so that
// CSRF, rate limits and where people are led are ours to decide, and the same on every page.
import { passkey } from "@better-auth/passkey";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { twoFactor } from "better-auth/plugins/two-factor";
import {
  logins,
  passkeys,
  sessions,
  twoFactors,
  users,
  verifications,
} from "../db/schema/index.ts";
import type { Ctx, SignIn } from "../domain/context.ts";
import { cookies, SESSION_S } from "./cookie.ts";
import { mailsOf } from "./mails.ts";

/** Shortest and longest password, UTF-16 code units. */
const MIN_PASSWORD = 10;
const MAX_PASSWORD = 128;
/** How long a link in a mail works, s. */
const LINK_S = 3600;
/** A session in use is extended when this has passed, s. */
const EXTEND_AFTER_S = 24 * 3600;

/** Our tables, by the names that better-auth and its plugins know them by. */
const TABLES = {
  user: users,
  session: sessions,
  account: logins,
  verification: verifications,
  twoFactor: twoFactors,
  passkey: passkeys,
};

/** better-auth for one request, at this origin. */
export function createAuth(ctx: Ctx, origin: string) {
  const { signIn, passwords } = ctx;
  const cookie = cookies(origin);
  const mails = mailsOf(ctx, origin);
  return betterAuth({
    appName: "Slipway",
    baseURL: origin,
    basePath: "/auth",
    secret: signIn.secret,
    trustedOrigins: [origin],
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
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: LINK_S,
      sendVerificationEmail: mails.confirm,
    },
    socialProviders: providersOf(signIn),
    account: { encryptOAuthTokens: true },
    verification: { storeIdentifier: "hashed" },
    session: { expiresIn: SESSION_S, updateAge: EXTEND_AFTER_S, cookieCache: { enabled: false } },
    // The RateLimiter object counts, before these verbs are called.
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
    plugins: [
      twoFactor({ issuer: "Slipway" }),
      passkey({
        rpID: new URL(origin).hostname,
        rpName: "Slipway",
        origin,
        advanced: { webAuthnChallengeCookie: "passkey" },
      }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** The providers that are set up. Nobody new comes in by one where only who is invited may. */
function providersOf({ providers, signUp }: SignIn) {
  const disableSignUp = signUp !== "open";
  return Object.fromEntries(
    Object.entries(providers).map(([name, secrets]) => [name, { ...secrets, disableSignUp }]),
  );
}
