// Push credentials as they are stored: what may be shown as JSON, and all of it sealed and bound to its row and
// account.
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { pushCredentials } from "../../db/schema/index.ts";
import {
  ApnsCredential,
  ServiceAccount,
  WebPushCredential,
  type Provider,
} from "../../kit/push/credentials.ts";
import { refuse } from "../../kit/refusal.ts";
import { open, seal, SealError } from "../../kit/seal.ts";
import type { Ctx } from "../context.ts";
import type { PresentCredential, Refusals } from "../ports/notifications.ts";

/** A credential without its secrets. */
export type Credential = Omit<typeof pushCredentials.$inferSelect, "sealed" | "sealedFor">;
type SealedCredential = typeof pushCredentials.$inferSelect;

/** A credential in the clear; it never leaves the Worker. */
export type OpenCredential =
  | { provider: "fcm"; secret: ServiceAccount }
  | { provider: "apns"; secret: ApnsCredential }
  | { provider: "webpush"; secret: WebPushCredential };

/** Returns an app's credential for a provider. Refuses `not_found`. */
export async function findCredential(
  ctx: Ctx,
  appId: number,
  provider: Provider,
): Promise<SealedCredential> {
  const [row] = await ctx.db.select().from(pushCredentials).where(credentialOf(appId, provider));
  return row ?? refuse({ code: "not_found", what: "push_credential" });
}

/** Returns all credentials of an app, sealed. */
export async function credentialsOf(ctx: Ctx, appId: number): Promise<SealedCredential[]> {
  return ctx.db.select().from(pushCredentials).where(eq(pushCredentials.appId, appId));
}

/** The query for which credentials an app has, without what is sealed in them. */
export function presentCredentials(ctx: Ctx, appId: number) {
  const { id, provider, version, acceptedBy } = pushCredentials;
  return ctx.db
    .select({ id, provider, version, acceptedBy })
    .from(pushCredentials)
    .where(eq(pushCredentials.appId, appId));
}

/** Returns why credentials are refused, by provider, of those that an app has now: a changed one is another. */
export function standingRefusals(
  refusals: Refusals,
  present: readonly PresentCredential[],
): Map<Provider, string> {
  const versions = new Map(present.map(({ provider, version }) => [provider, version]));
  const refused = Object.entries(refusals) as [Provider, { version: number; reason: string }][];
  return new Map(
    refused
      .filter(([provider, { version }]) => version === (versions.get(provider) ?? 0))
      .map(([provider, { reason }]) => [provider, reason]),
  );
}

/** Returns the credential with this id, sealed; null when it was deleted. */
export async function credentialById(ctx: Ctx, id: number): Promise<SealedCredential | null> {
  const [row] = await ctx.db.select().from(pushCredentials).where(eq(pushCredentials.id, id));
  return row ?? null;
}

/** The condition that holds for an app's credential for a provider. */
export function credentialOf(appId: number, provider: Provider) {
  return and(eq(pushCredentials.appId, appId), eq(pushCredentials.provider, provider));
}

/**
 * The columns that hold an account's `credential`. `sealedFor` is a random name of the row, to which the text is
 * bound.
 */
export async function sealedColumns(ctx: Ctx, accountId: number, credential: OpenCredential) {
  const { provider } = credential;
  const sealedFor = crypto.randomUUID();
  const plaintext = new TextEncoder().encode(JSON.stringify(credential.secret));
  return {
    accountId,
    provider,
    shown: shownOf(credential),
    sealed: await seal(ctx.sealingKeys, plaintext, boundTo({ accountId, provider, sealedFor })),
    sealedFor,
  };
}

/** Opens what `sealedColumns` sealed. Throws SealError when the row was tampered with. */
export async function openCredential(ctx: Ctx, row: SealedCredential): Promise<OpenCredential> {
  const plaintext = await open(ctx.sealingKeys, row.sealed, boundTo(row));
  const secret: unknown = JSON.parse(new TextDecoder().decode(plaintext));
  switch (row.provider) {
    case "fcm":
      return { provider: row.provider, secret: ServiceAccount.parse(secret) };
    case "apns":
      return { provider: row.provider, secret: ApnsCredential.parse(secret) };
    case "webpush":
      return { provider: row.provider, secret: WebPushCredential.parse(secret) };
  }
}

/** Does the same, and returns null for what can't be opened, since it was damaged or its sealing key is gone. */
export async function openedOrNull(
  ctx: Ctx,
  row: SealedCredential,
): Promise<OpenCredential | null> {
  try {
    return await openCredential(ctx, row);
  } catch (error) {
    if (error instanceof SealError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/**
 * Account and provider come from the row and not from the sealed text, so that a text moved to another row does not
 * open.
 */
export function boundTo(
  row: Pick<SealedCredential, "accountId" | "provider" | "sealedFor">,
): string {
  return `push-credential:${row.accountId}:${row.provider}:${row.sealedFor}`;
}

function shownOf({ provider, secret }: OpenCredential): Record<string, string> {
  switch (provider) {
    case "fcm":
      return { project_id: secret.project_id, client_email: secret.client_email };
    case "apns":
      return {
        key_id: secret.key_id,
        team_id: secret.team_id,
        topic: secret.topic,
        environment: secret.environment,
      };
    case "webpush":
      return { subject: secret.subject, public_key: secret.publicKey };
  }
}
