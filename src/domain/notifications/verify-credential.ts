// Verifies a push credential with its provider, by the recipients that a send would have.
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { subscribers } from "../../db/schema/index.ts";
import type { CredentialVerification, Provider } from "../../kit/push/credentials.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Recipient } from "../ports/notifications.ts";
import { noteAccepted } from "../subscribers/credential-reports.ts";
import { findCredential } from "../subscribers/credentials.ts";
import { addressText, MAX_TOKEN } from "../subscribers/subscriber-input.ts";
import { RECIPIENT, recipientOf } from "./recipients.ts";

/** Most registered recipients that are tried: one token may be dead without meaning anything for the credential. */
const MOST_TRIED = 3;
/** The newest subscribers among whom recipients are sought, so that the query stays short. */
const SOUGHT_AMONG = 10_000;

export const VerifyCredential = z.strictObject({
  /** A token of FCM or APNs, or an endpoint of Web Push, registered or not. */
  token: z.string().min(1).max(MAX_TOKEN).optional(),
  /** A subscriber of the app. */
  subscriber_id: z.uuid().optional(),
});

/**
 * Asks the provider whether it takes messages with the app's credential: for the token or the subscriber that the input
 * names, or for some that are registered. Refuses `not_found`, `invalid`.
 */
export async function verifyCredential(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
  input: unknown,
): Promise<CredentialVerification> {
  const credential = await findCredential(ctx, app.id, provider);
  const { token, subscriber_id: uuid } = parse(VerifyCredential, input);
  if (token !== undefined && uuid !== undefined) {
    refuse(invalidField(["subscriber_id"], "does not go with a token"));
  }
  const recipients =
    token === undefined
      ? await registered(ctx, app, provider, uuid)
      : [unregistered(ctx, provider, token)];
  const verified = await ctx.verifyCredential(credential, recipients);
  // With nobody to ask, the provider has taken nothing.
  if (verified.ok && recipients.length > 0 && provider !== "webpush") {
    await noteAccepted(ctx, app.id, credential, provider);
  }
  return verified;
}

async function registered(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
  uuid: string | undefined,
): Promise<Recipient[]> {
  const newest = sql`(SELECT newest.id FROM ${subscribers} AS newest
    WHERE newest.app_id = ${app.id} AND newest.status = 'active' ORDER BY newest.id DESC LIMIT ${SOUGHT_AMONG})`;
  const found = await ctx.db
    .select(RECIPIENT)
    .from(subscribers)
    .where(
      and(
        eq(subscribers.provider, provider),
        uuid === undefined
          ? sql`${subscribers.id} IN ${newest}`
          : and(
              eq(subscribers.uuid, uuid.toLowerCase()),
              eq(subscribers.appId, app.id),
              sql`${subscribers.token} IS NOT NULL`,
            ),
      ),
    )
    .orderBy(desc(subscribers.id))
    .limit(MOST_TRIED);
  if (uuid !== undefined && found.length === 0) {
    refuse(invalidField(["subscriber_id"], `must be a subscriber of the app through ${provider}`));
  }
  return found.map(recipientOf);
}

/** A recipient with an address that need not be registered. Refuses `invalid`. */
function unregistered(ctx: AccountCtx, provider: Provider, given: string): Recipient {
  const token = addressText(provider, given, ctx.allowPrivateTargets);
  if (token === null) return refuse(invalidField(["token"], `must be one of ${provider}`));
  const unknown = { id: 0, p256dh: null, auth: null, since: 0, language: null };
  return { ...unknown, platform: "web", provider, token };
}
