// Sets the credential by which an app reaches a provider. It is checked before it is stored: it must parse, its key
// must be of the right kind, and signing with the key must work.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { pushCredentials } from "../../db/schema/index.ts";
import {
  ApnsCredential,
  ServiceAccount,
  VapidSubject,
  type Provider,
} from "../../kit/push/credentials.ts";
import { isSigningKey, MAX_RSA_BITS, MIN_RSA_BITS } from "../../kit/push/signing-key.ts";
import { checkVapidKeys, generateVapidKeys, type VapidKeys } from "../../kit/push/vapid-keys.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { audited, type Entry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import {
  credentialsOf,
  openedOrNull,
  sealedColumns,
  type Credential,
  type OpenCredential,
} from "./credentials.ts";
import { reviveDoubted } from "./revive-doubted.ts";
import { subscribedByWebPush, type WebPushSubscribers } from "./web-push-counts.ts";

/**
 * Longest key in base64url, characters: longer than any key, so that a wrong key is refused for what is wrong with
 * it.
 */
const MAX_VAPID_KEY = 100;

export const VapidKey = z.string().trim().min(1).max(MAX_VAPID_KEY);

export const SetFcm = z.strictObject({
  service_account: ServiceAccount.meta({
    description: "The key file of a Google service account, as it was downloaded.",
  }),
});
export const SetApns = ApnsCredential;
export const SetWebPush = z.strictObject({
  subject: VapidSubject.meta({
    description:
      "The contact that push services are given: a `mailto:` or `https:` address that others can reach (RFC " +
      "8292).",
    example: "mailto:push@example.com",
  }),
  public_key: VapidKey.optional().meta({
    description: "The public half of a VAPID pair of your own, in base64url. Both halves or none.",
  }),
  private_key: VapidKey.optional().meta({
    description: "The private half of that pair, in base64url.",
  }),
});

/**
 * Sets or replaces the app's credential for `provider`. Its flag is cleared. If it is another one than before, its version
 * grows, what was known of that is forgotten, and subscribers are revived that were retired because of an answer that may
 * have meant it. One that can't be opened any more is another one. Returns it without its secrets, and whom another VAPID
 * pair silences; null if it is the pair that they subscribed with. Refuses `invalid`.
 */
export async function setCredential(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
  input: unknown,
): Promise<{ credential: Credential; registerAgain: WebPushSubscribers | null }> {
  const before = (await credentialsOf(ctx, app.id)).find((known) => known.provider === provider);
  const credential = await checked(ctx, app, provider, input);
  const row = (await putAgain(ctx, app, credential)) ?? (await replace(ctx, app, credential));
  if (row.isReviving) await reviveDoubted(ctx, row);
  if (provider !== "webpush") return { credential: row, registerAgain: null };
  return { credential: row, registerAgain: await silencedBy(ctx, app, { before, row, input }) };
}

/** Returns whom the credential that was just set by `input` silences; null where it has the pair that was there before. */
async function silencedBy(
  ctx: AccountCtx,
  app: App,
  { before, row, input }: { before: Credential | undefined; row: Credential; input: unknown },
): Promise<WebPushSubscribers | null> {
  if (before?.shown["public_key"] === row.shown["public_key"]) return null;
  if (before) return subscribedByWebPush(ctx, app);
  // A pair of the owner's own may be one that was deleted before; one that was just made is nobody's.
  if (SetWebPush.safeParse(input).data?.public_key !== undefined) return null;
  const counted = await subscribedByWebPush(ctx, app);
  return counted.browsers + counted.apps > 0 ? counted : null;
}

/** Stores a credential that is another one than the app's, or the first. */
async function replace(ctx: AccountCtx, app: App, credential: OpenCredential): Promise<Credential> {
  const columns = await sealedColumns(ctx, ctx.principal.accountId, credential);
  const now = ctx.now();
  const forgotten = { acceptedBy: [], isReviving: true };
  const insert = ctx.db
    .insert(pushCredentials)
    .values({
      ...columns,
      ...forgotten,
      appId: app.id,
      version: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: [pushCredentials.appId, pushCredentials.provider],
      set: {
        ...columns,
        ...forgotten,
        version: sql`max(${pushCredentials.version} + 1, ${now})`,
        flag: null,
        updatedAt: now,
      },
    })
    .returning();
  const [row] = await audited(ctx, insert, entryOf(app, credential.provider));
  if (!row) throw new Error("a set credential returned no row");
  return row;
}

/** Clears the flag of the app's credential if it is this very one, and returns it then; else null. */
async function putAgain(
  ctx: AccountCtx,
  app: App,
  { provider, secret }: OpenCredential,
): Promise<Credential | null> {
  const known = await present(ctx, app, provider);
  if (known === null) return null;
  if (JSON.stringify(sorted(known.opened.secret)) !== JSON.stringify(sorted(secret))) return null;
  const { id, version } = known.row;
  const update = ctx.db
    .update(pushCredentials)
    .set({ flag: null })
    // Unless it was changed meanwhile.
    .where(and(eq(pushCredentials.id, id), eq(pushCredentials.version, version)))
    .returning();
  const [row] = await audited(ctx, update, entryOf(app, provider));
  return row ?? null;
}

function entryOf(app: App, provider: Provider): Entry {
  return { did: "credential.set", id: provider, name: app.name, facts: { app: app.id } };
}

/** Returns the app's credential for the provider; null if there is none, or none that can be opened. */
async function present(ctx: AccountCtx, app: App, provider: Provider) {
  const row = (await credentialsOf(ctx, app.id)).find((known) => known.provider === provider);
  const opened = row && (await openedOrNull(ctx, row));
  return row && opened ? { row, opened } : null;
}

function sorted(secret: object): [string, unknown][] {
  return Object.entries(secret).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function checked(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
  input: unknown,
): Promise<OpenCredential> {
  switch (provider) {
    case "fcm": {
      const { service_account: secret } = parse(SetFcm, input);
      await requireSigningKey(secret.private_key, "RS256", ["service_account", "private_key"]);
      return { provider, secret };
    }
    case "apns": {
      const secret = parse(SetApns, input);
      await requireSigningKey(secret.private_key, "ES256", ["private_key"]);
      return { provider, secret };
    }
    case "webpush": {
      const { subject, public_key: publicKey, private_key: privateKey } = parse(SetWebPush, input);
      const given = await ownVapidKeys(publicKey, privateKey, ["public_key", "private_key"]);
      const keys = given ?? (await presentKeys(ctx, app)) ?? (await generateVapidKeys());
      return { provider, secret: { subject, ...keys } };
    }
  }
}

async function requireSigningKey(
  pem: string,
  algorithm: "RS256" | "ES256",
  path: string[],
): Promise<void> {
  if (await isSigningKey(pem, algorithm)) return;
  const rsa = `an RSA key of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`;
  const kind = algorithm === "RS256" ? rsa : "a P-256 key";
  refuse(invalidField(path, `must be ${kind} in PKCS #8 form (PEM)`));
}

/**
 * Returns the VAPID pair that the owner gave, or null when none was given. Refuses `invalid` for half a pair and for
 * halves that do not match, naming the fields `[publicField, privateField]`.
 */
export async function ownVapidKeys(
  publicKey: string | undefined,
  privateKey: string | undefined,
  [publicField, privateField]: readonly [string, string],
): Promise<VapidKeys | null> {
  if (publicKey === undefined && privateKey === undefined) return null;
  if (publicKey === undefined) {
    return refuse(invalidField([publicField], `is needed beside ${privateField}`));
  }
  if (privateKey === undefined) {
    return refuse(invalidField([privateField], `is needed beside ${publicField}`));
  }
  return (
    (await checkVapidKeys({ publicKey, privateKey })) ??
    refuse(invalidField([privateField], `must make a P-256 pair with ${publicField}`))
  );
}

/** Returns the pair that the app has. Browsers subscribed with it, so it is kept when only the subject changes. */
async function presentKeys(ctx: AccountCtx, app: App): Promise<VapidKeys | null> {
  const known = await present(ctx, app, "webpush");
  if (known?.opened.provider !== "webpush") return null;
  const { publicKey, privateKey } = known.opened.secret;
  return { publicKey, privateKey };
}
