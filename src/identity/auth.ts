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
import type { Ctx } from "../domain/context.ts";
import { SESSION_S, sessionCookie } from "./cookie.ts";

/** Shortest and longest password, UTF-16 code units. */
const MIN_PASSWORD = 10;
const MAX_PASSWORD = 128;
/** How long a link in a mail works, s. */
const LINK_S = 3600;
/** A session in use is extended when this has passed, s. */
const EXTEND_AFTER_S = 24 * 3600;

/** better-auth for one request, at this origin. */
export function createAuth(ctx: Ctx, origin: string) {
  const { signIn, passwords } = ctx;
  return betterAuth({
    appName: "Slipway",
    baseURL: origin,
    basePath: "/auth",
    secret: signIn.secret,
    trustedOrigins: [origin],
    database: drizzleAdapter(ctx.db, {
      provider: "sqlite",
      transaction: false,
      schema: {
        user: users,
        session: sessions,
        account: logins,
        verification: verifications,
        twoFactor: twoFactors,
        passkey: passkeys,
      },
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
      sendResetPassword: async ({ user, token }) =>
        ctx.mail({
          to: user.email,
          subject: "Reset your password",
          text: `${origin}/reset-password?token=${token}`,
        }),
      onExistingUserSignUp: async ({ user }) =>
        ctx.mail({
          to: user.email,
          subject: "You have an account already",
          text: `${origin}/sign-in`,
        }),
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: LINK_S,
      sendVerificationEmail: async ({ user, token }) =>
        ctx.mail({
          to: user.email,
          subject: "Confirm your e-mail address",
          text: `${origin}/verify-email?token=${token}`,
        }),
    },
    socialProviders: signIn.providers,
    account: { encryptOAuthTokens: true },
    verification: { storeIdentifier: "hashed" },
    session: { expiresIn: SESSION_S, updateAge: EXTEND_AFTER_S, cookieCache: { enabled: false } },
    // The RateLimiter object counts, before these verbs are called.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      useSecureCookies: false,
      cookies: { session_token: sessionCookie(origin) },
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
      passkey({ rpID: new URL(origin).hostname, rpName: "Slipway", origin }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;
