// Calls better-auth: its code is loaded by the first call of an isolate, and what it refuses becomes a refusal of ours.
import type { Ctx } from "../domain/context.ts";
import { invalidField, refuse, type Refusal } from "../kit/refusal.ts";
import type { Auth } from "./auth.ts";

/** What its refusals are here, by their codes. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  // Who knows the password learns that the address is not confirmed, nobody else.
  EMAIL_NOT_VERIFIED: invalidField(
    ["email"],
    "must be confirmed first, by the link that was sent to it",
  ),
  INVALID_EMAIL_OR_PASSWORD: {
    ...invalidField(["password"], "must be the one that belongs to this address"),
    isGuess: true,
  },
  INVALID_TOKEN: {
    ...invalidField(["token"], "must be one that was sent, and not used yet"),
    isGuess: true,
  },
  TOKEN_EXPIRED: invalidField(["token"], "must be one of the last hour"),
  UNAUTHORIZED: { code: "unauthenticated" },
};

/** Calls an endpoint of better-auth at this origin; refuses what it refuses. Other errors are faults of ours. */
export async function called<T>(
  ctx: Ctx,
  origin: string,
  call: (auth: Auth) => Promise<T>,
): Promise<T> {
  const { createAuth } = await import("./auth.ts");
  try {
    return await call(createAuth(ctx, origin));
  } catch (error) {
    const { name, body } = error as { name?: string; body?: { code?: string } };
    const refusal = name === "APIError" ? REFUSALS[body?.code ?? ""] : undefined;
    if (!refusal) throw error;
    return refuse(refusal);
  }
}
