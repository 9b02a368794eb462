// Verifies a push credential with its provider, by the recipients that a send would have.
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { subscribers } from "../../db/schema/index.ts";
import type { CredentialVerification, Provider } from "../../kit/push/credentials.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Addressed } from "../ports/notifications.ts";
import { noteAccepted } from "../subscribers/credential-reports.ts";
import { findCredential } from "../subscribers/credentials.ts";
import { ADDRESS_RULES, addressText, MAX_TOKEN } from "../subscribers/subscriber-input.ts";
import { RECIPIENT, recipientOf } from "../audiences/recipients.ts";
import { hasOlder, SOUGHT_AMONG, verifyCandidates } from "./verify-candidates.ts";

const NOBODY =
  "Nobody is registered for this provider, so no message could be tried: only the credential itself was.";
const NOBODY_NEWER =
  `Nobody was found for this provider among the app's ${SOUGHT_AMONG.toLocaleString("en")} newest active subscribers, so ` +
  "no message could be tried: only the credential itself was. Name a subscriber or a token to try it.";

export const VerifyCredential = z.strictObject({
  /** A token of FCM or APNs, or an endpoint of Web Push, registered or not. */
  token: z.string().min(1).max(MAX_TOKEN).optional().meta({
    description: "A token of FCM or APNs, or an endpoint of Web Push, registered or not.",
  }),
  /** An active subscriber of the app. */
  subscriber_id: z.uuid().optional().meta({ description: "An active subscriber of the app." }),
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
    token !== undefined
      ? [unregistered(ctx, provider, token)]
      : uuid !== undefined
        ? [await named(ctx, app, provider, uuid)]
        : await verifyCandidates(ctx, app, provider);
  const verified = await ctx.verifyCredential(credential, recipients);
  if (!verified.ok) return verified;
  if (recipients.length === 0) {
    return { ok: true, detail: (await hasOlder(ctx, app)) ? NOBODY_NEWER : NOBODY };
  }
  // Push services speak only for themselves, and a send finds out which of them take its messages.
  // Of a token that nobody registered, FCM may find nothing wrong without looking it up.
  if (provider !== "webpush" && token === undefined)
    await noteAccepted(ctx, app.id, credential, provider);
  return verified;
}

/** Returns the subscriber that the caller names. Refuses `invalid`. */
async function named(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
  uuid: string,
): Promise<Addressed> {
  const [found] = await ctx.db
    .select(RECIPIENT)
    .from(subscribers)
    .where(
      and(
        eq(subscribers.uuid, uuid.toLowerCase()),
        eq(subscribers.appId, app.id),
        eq(subscribers.provider, provider),
        // Nobody else is sent anything.
        eq(subscribers.status, "active"),
      ),
    );
  if (found) return { ...recipientOf(found), provider };
  const message = `must be an active subscriber of the app through ${provider}`;
  return refuse(invalidField(["subscriber_id"], message));
}

/** A recipient with an address that need not be registered. Refuses `invalid`. */
function unregistered(ctx: AccountCtx, provider: Provider, given: string): Addressed {
  const token = addressText(provider, given, ctx.allowPrivateTargets);
  if (token === null) return refuse(invalidField(["token"], ADDRESS_RULES[provider]));
  const unknown = { id: 0, p256dh: null, auth: null, since: 0, language: null };
  return { ...unknown, platform: "web", provider, token };
}
