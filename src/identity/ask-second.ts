// Has a sign-in wait for its second factor, as better-auth does after a password: confirmSecond goes on from here.
import { randomBytes } from "node:crypto";
import type { Ctx } from "../domain/context.ts";
import type { At } from "./at.ts";
import { createAuth } from "./auth.ts";
import { signedCookie } from "./cookie.ts";

/** How long the sign-in waits, s. */
const WAIT_S = 600;

/** Returns the cookie by which the browser goes on; with it nobody is signed in yet. */
export async function askSecond(ctx: Ctx, at: At, userId: string): Promise<string> {
  const { internalAdapter } = await createAuth(ctx, at.origin).$context;
  const identifier = `2fa-${randomBytes(16).toString("hex")}`;
  const expiresAt = new Date(Date.now() + WAIT_S * 1000);
  await internalAdapter.createVerificationValue({ identifier, value: userId, expiresAt });
  await internalAdapter.createVerificationValue({
    identifier: `2fa-attempts-${identifier}`,
    value: "0",
    expiresAt,
  });
  return signedCookie(at.origin, ctx.signIn.secret, "two_factor", identifier, WAIT_S);
}
