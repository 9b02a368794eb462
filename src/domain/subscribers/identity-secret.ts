// The identity secret of an app: with it the owner's server signs user tokens (user-token.ts). We verify with the same
// key, so it is sealed, not hashed. It is always one of ours, since whoever holds a token could guess a weak one at home.
// One that was replaced goes on verifying for a while, so that no token that is on its way fails.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { apps } from "../../db/schema/index.ts";
import { integer } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { open, seal } from "../../kit/seal.ts";
import { mintSecret } from "../../kit/secret.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { visibleApp, type App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";

/** How long the secret before the last replacement verifies if nobody says, s: as long as a token can live. */
const DEFAULT_GRACE_S = DAY_MS / SECOND_MS;
/** Longest such time, s: 30 days, as for the keys of channels. */
const MAX_GRACE_S = 30 * DEFAULT_GRACE_S;

export const ReplaceIdentitySecret = z.strictObject({
  grace_seconds: integer(0, MAX_GRACE_S).default(DEFAULT_GRACE_S).meta({
    description:
      "How long the secret before it goes on verifying tokens, in seconds: at most 30 days. 0 ends one that leaked.",
    example: 86_400,
  }),
});

/** What is shown of an identity secret. Times are ms; `previousEndsAt` is null unless the one before it still verifies. */
export interface IdentitySecret {
  createdAt: number;
  previousEndsAt: number | null;
}

/** Returns what is shown of the app's identity secret. Refuses `not_found`. */
export function identitySecretOf(ctx: Pick<Ctx, "now">, app: App): IdentitySecret {
  const { identitySecretAt: createdAt, previousIdentitySecretEndsAt: endsAt } = app;
  if (createdAt === null) return refuse({ code: "not_found", what: "identity_secret" });
  return { createdAt, previousEndsAt: endsAt !== null && endsAt > ctx.now() ? endsAt : null };
}

/**
 * Gives the app a new identity secret, and returns it in the clear, this once. The one before it, if there is one, goes on
 * verifying for the given time, and any earlier one ends. Refuses `invalid`, and `not_found` when the app was deleted
 * meanwhile.
 */
export async function replaceIdentitySecret(
  ctx: AccountCtx,
  app: App,
  input: unknown,
): Promise<IdentitySecret & { secret: string }> {
  const { grace_seconds: grace } = parse(ReplaceIdentitySecret, input);
  const secret = mintSecret("sw_idn_");
  const now = ctx.now();
  const replacing = ctx.db
    .update(apps)
    .set({
      identitySecretSealed: await seal(
        ctx.sealingKeys,
        new TextEncoder().encode(secret),
        boundTo(app),
      ),
      identitySecretAt: now,
      // The columns as they were before this statement, so that of two replacements at once neither loses the other's.
      previousIdentitySecretSealed: sql`${apps.identitySecretSealed}`,
      previousIdentitySecretEndsAt: sql`iif(${apps.identitySecretSealed} IS NULL, NULL, ${now + grace * SECOND_MS})`,
      updatedAt: now,
    })
    .where(visibleApp(ctx.principal, app.id))
    .returning();
  const [changed] = await audited(ctx, replacing, {
    did: "identity_secret.set",
    id: app.id,
    name: app.name,
    facts: { grace_seconds: grace },
  });
  if (!changed) return refuse({ code: "not_found", what: "app" });
  return { secret, ...identitySecretOf(ctx, changed) };
}

/** Ends the app's identity secret and the one before it at once: no user token is taken any more. Refuses `not_found`. */
export async function deleteIdentitySecret(ctx: AccountCtx, app: App): Promise<void> {
  identitySecretOf(ctx, app);
  const ending = ctx.db
    .update(apps)
    .set({
      identitySecretSealed: null,
      identitySecretAt: null,
      previousIdentitySecretSealed: null,
      previousIdentitySecretEndsAt: null,
      updatedAt: ctx.now(),
    })
    .where(visibleApp(ctx.principal, app.id));
  await audited(ctx, ending, { did: "identity_secret.delete", id: app.id, name: app.name });
}

/** Returns the secrets of the app that verify now, in the clear, the present one first; none if it has none. */
export async function openIdentitySecrets(ctx: Ctx, app: App): Promise<string[]> {
  const { identitySecretSealed: present, previousIdentitySecretSealed: former } = app;
  if (present === null) return [];
  const isFormerGood = identitySecretOf(ctx, app).previousEndsAt !== null;
  const sealed = former !== null && isFormerGood ? [present, former] : [present];
  const opened = sealed.map((text) => open(ctx.sealingKeys, text, boundTo(app)));
  return (await Promise.all(opened)).map((bytes) => new TextDecoder().decode(bytes));
}

/** What both identity secrets of an app are sealed for. */
export function boundTo({ uuid }: Pick<App, "uuid">): string {
  return `identity-secret:${uuid}`;
}
