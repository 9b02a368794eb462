// Signing in and out, and confirming an address.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "../db/schema/index.ts";
import { openOwnAccount } from "../domain/accounts/operate-accounts.ts";
import type { Ctx } from "../domain/context.ts";
import { parse } from "../kit/parse.ts";
import { called } from "./called.ts";
import { sessionToken } from "./cookie.ts";

const SignIn = z.strictObject({ email: z.email().max(254), password: z.string().min(1).max(128) });
const Confirm = z.strictObject({ token: z.string().min(1).max(2000) });

/** Begins a session. Returns its cookies. Refuses `invalid` for a wrong password and an unknown address alike. */
export async function signIn(ctx: Ctx, origin: string, request: Request, input: unknown) {
  const body = parse(SignIn, input);
  const { headers } = await called(ctx, origin, async (auth) =>
    auth.api.signInEmail({ body, headers: request.headers, returnHeaders: true }),
  );
  return headers.getSetCookie();
}

/** Ends the session of a request. Returns the cookies that end it in the browser. */
export async function signOut(ctx: Ctx, origin: string, request: Request) {
  const { headers } = await called(ctx, origin, async (auth) =>
    auth.api.signOut({ headers: request.headers, returnHeaders: true }),
  );
  return headers.getSetCookie();
}

/** Confirms the address that the link was sent to, and opens an account for who has none. Refuses `invalid`. */
export async function confirmAddress(ctx: Ctx, origin: string, input: unknown): Promise<void> {
  const query = parse(Confirm, input);
  await called(ctx, origin, async (auth) => auth.api.verifyEmail({ query }));
  // better-auth has verified it, so that its claims can be read.
  const claims = JSON.parse(
    Buffer.from(query.token.split(".")[1] ?? "", "base64url").toString(),
  ) as {
    email: string;
  };
  const [user] = await ctx.db.select().from(users).where(eq(users.email, claims.email));
  if (user && ctx.signIn.signUp === "open") await openOwnAccount(ctx, user);
}

/** The token of the session that a request has; null for none. */
export async function sessionOf(ctx: Ctx, origin: string, request: Request) {
  return sessionToken(request.headers.get("cookie"), origin, ctx.signIn.secret);
}
