// A person's passkeys (W3C Web Authentication level 3): options for the browser, adding one, listing and removing them. A
// passkey is asked to verify its user, and stands for password and second factor both.
import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../db/insert-from.ts";
import { refusedWith } from "../db/refused-with.ts";
import { passkeys } from "../db/schema/index.ts";
import type { PersonCtx } from "../domain/context.ts";
import { label } from "../kit/fields.ts";
import { parse } from "../kit/parse.ts";
import { invalidField, refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { newId } from "./begin-session.ts";
import { makeChallenge, requireChallenge, spendChallenge, CHALLENGE_MS } from "./challenges.ts";
import { countOwnTry } from "./limits.ts";
import { mailsOf } from "./mails.ts";
import { requireFresh } from "./sessions.ts";
import { ALGORITHMS } from "./webauthn/cose.ts";
import { verifyRegistration } from "./webauthn/registration.ts";
import { CredentialText } from "./webauthn/input.ts";

/** Most passkeys of a user: one for each device, and to spare. */
const MAX_PASSKEYS = 20;

const Add = z.strictObject({ name: label(60), credential: CredentialText });

export interface PasskeyView {
  id: string;
  name: string;
  /** Whether it is kept beyond the device it was made on. */
  isBackedUp: boolean;
  /** ms */
  createdAt: number;
  usedAt: number | null;
}

/**
 * Returns what the browser makes a passkey by, as `PublicKeyCredential.parseCreationOptionsFromJSON` reads it. Refuses
 * `forbidden` for who signed in more than a day ago.
 */
export async function passkeyRegistrationOptions(ctx: PersonCtx, at: At) {
  await requireFresh(ctx);
  const { id, email, name } = ctx.person;
  const known = await ofPerson(ctx);
  return {
    rp: { id: new URL(at.origin).hostname, name: "Slipway" },
    user: { id: Buffer.from(id).toString("base64url"), name: email, displayName: name },
    challenge: makeChallenge(ctx, "register", id),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key" as const, alg })),
    timeout: CHALLENGE_MS,
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      type: "public-key" as const,
      id: credentialId,
      transports,
    })),
    authenticatorSelection: {
      residentKey: "required" as const,
      requireResidentKey: true,
      userVerification: "required" as const,
    },
    attestation: "none" as const,
  };
}

/**
 * Adds a passkey: `name`, and `credential`, what the browser made (RegistrationResponseJSON, or that as text). Refuses
 * `invalid`, `forbidden` for who signed in more than a day ago, `rate_limited`.
 */
export async function addPasskey(ctx: PersonCtx, at: At, input: unknown): Promise<PasskeyView> {
  const { name, credential } = parse(Add, input);
  await countOwnTry(ctx, at, ctx.person.id);
  await requireFresh(ctx);
  const made = verifyRegistration(credential, at.origin);
  if (!made) return refuse(invalidField(["credential"], "must be what your browser just made"));
  const { id: userId } = ctx.person;
  requireChallenge(ctx, made.challenge, "register", userId);
  await spendChallenge(ctx, made.challenge);
  const row = {
    id: newId(),
    userId,
    name,
    credentialId: made.credentialId,
    publicKey: made.publicKey,
    counter: made.counter,
    isBackedUp: made.isBackedUp,
    transports: made.transports,
    createdAt: ctx.now(),
    usedAt: null,
  };
  const inserted = await inserting(async () =>
    insertFrom(
      ctx.db,
      passkeys,
      row,
      sql`WHERE (SELECT count(*) FROM ${passkeys} WHERE ${passkeys.userId} = ${userId}) < ${MAX_PASSKEYS}`,
    ).returning({ id: passkeys.id }),
  );
  if (inserted.length === 0) {
    refuse(invalidField(["name"], `must not be the name of more than ${MAX_PASSKEYS} passkeys`));
  }
  ctx.defer(mailsOf(ctx, at.origin).changed(ctx.person, "A passkey was added."));
  return shown(row);
}

/** Returns the person's passkeys, the oldest first. There are at most 20. */
export async function listPasskeys(ctx: PersonCtx): Promise<PasskeyView[]> {
  return (await ofPerson(ctx)).map(shown);
}

/** Removes one passkey of the person, by its id. Refuses `not_found`. */
export async function removePasskey(ctx: PersonCtx, id: string): Promise<void> {
  const removed = await ctx.db
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, ctx.person.id)))
    .returning({ id: passkeys.id });
  if (removed.length === 0) refuse({ code: "not_found", what: "passkey" });
}

async function ofPerson(ctx: PersonCtx) {
  return ctx.db
    .select()
    .from(passkeys)
    .where(eq(passkeys.userId, ctx.person.id))
    .orderBy(asc(passkeys.createdAt));
}

const shown = ({ id, name, isBackedUp, createdAt, usedAt }: typeof passkeys.$inferSelect) => ({
  id,
  name,
  isBackedUp,
  createdAt,
  usedAt,
});

/** Runs the insertion; refuses `invalid` for a credential that somebody has already. */
async function inserting<T>(insert: () => Promise<T>): Promise<T> {
  try {
    return await insert();
  } catch (error) {
    if (!refusedWith(error, "passkeys.credential_id")) throw error;
    return refuse(invalidField(["credential"], "must be one that is not known yet"));
  }
}
