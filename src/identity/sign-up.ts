// Signing up: by an open door, or as the first person of a deployment, with a set-up token.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { requireSetupToken, spendSetupToken } from "../domain/people/setup-tokens.ts";
import { label } from "../kit/fields.ts";
import { parse } from "../kit/parse.ts";
import { invalidField, refuse } from "../kit/refusal.ts";
import { called } from "./called.ts";

const SignUp = z.strictObject({
  name: label(100),
  email: z.email().max(254),
  password: z.string().min(10).max(128),
});
const SetUp = SignUp.extend({ token: z.string().max(100) });

/**
 * Signs somebody up, who then confirms the address by a link in a mail. What it does for an address that has a user
 * already looks the same; the mail is another. Refuses `forbidden` where only who is invited may, `invalid`.
 */
export async function signUp(ctx: Ctx, origin: string, input: unknown): Promise<void> {
  if (ctx.signIn.signUp !== "open") {
    refuse({ code: "forbidden", message: "Only who is invited can sign up here." });
  }
  const body = parse(SignUp, input);
  await called(ctx, origin, async (auth) => auth.api.signUpEmail({ body }));
}

/** Makes the holder of a set-up token a user and operator. The token stands for the mail. Refuses `invalid`. */
export async function setUp(ctx: Ctx, origin: string, input: unknown): Promise<void> {
  const { token, ...body } = parse(SetUp, input);
  await requireSetupToken(ctx, token);
  const made = await called(ctx, origin, async (auth) => auth.api.signUpEmail({ body }));
  // For an address that has a user it answers an id that nobody has: whoever signed up by it before, with a password of
  // their own, must not become operator.
  const [user] = await ctx.db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.id, made.user.id));
  if (!user) return refuse(invalidField(["email"], "must be one that nobody signed up by yet"));
  await spendSetupToken(ctx, token, user.id);
  await ctx.db.update(users).set({ emailVerified: true }).where(eq(users.id, user.id));
}
