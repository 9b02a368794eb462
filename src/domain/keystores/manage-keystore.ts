// Deletes a keystore, or exports it for its owner.
import { and, eq, inArray, isNull, notExists } from "drizzle-orm";
import { z } from "zod";
import { builds, keystores, releases } from "../../db/schema/index.ts";
import { exportPkcs12 } from "../../kit/keystore/export.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry, note } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { findKeystore, type Keystore, type KeystoreView } from "./find-keystore.ts";
import { managedKeystores } from "./keystore-apps.ts";
import { openSigningKey } from "./sealed-key.ts";

/** Shortest password of an exported file, characters: Java's keytool requires as many. */
const MIN_EXPORT_PASSWORD = 6;
/** Longest, characters: OpenSSL's commands read 1,024. */
const MAX_EXPORT_PASSWORD = 1000;
/** Tried with other characters: keytool and apksigner say that the password of such a file is wrong. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Most package names told of a keystore that signed releases: enough to see what is at stake. */
const MAX_TOLD = 10;

export const ExportKeystore = z.strictObject({
  password: z
    .string()
    .min(MIN_EXPORT_PASSWORD)
    .max(MAX_EXPORT_PASSWORD)
    .regex(
      PRINTABLE_ASCII,
      "must hold printable ASCII characters only: keytool and apksigner can't open a file with others",
    )
    .meta({
      description:
        "The password with which the file is encrypted, in printable ASCII: with any other, keytool and apksigner can't " +
        "open it.",
      example: "correct horse battery",
    }),
});

export const DeleteKeystore = z.strictObject({
  force: z.enum(["true", "false"]).default("false").meta({
    description:
      "Whether to delete it even if it signed releases. Their apps can't be updated without a copy of the key.",
    example: "true",
  }),
});

/**
 * Deletes the keystore. Refuses `not_found`; `forbidden` to a key that is limited to certain apps if the keystore is for
 * others too; `invalid`; `keystore_in_use` while an active build needs it and, unless the query forces it, if its key
 * signed a release.
 */
export async function deleteKeystore(ctx: AccountCtx, id: number, query: unknown): Promise<void> {
  const found = await findKeystore(ctx, id);
  requireAllItsApps(found);
  const isForced = parse(DeleteKeystore, query).force === "true";
  const { principal } = ctx;
  const { accountId, certificateSha256 } = found.keystore;
  const isIt = and(eq(keystores.id, id), managedKeystores(principal));
  const running = ctx.db
    .select({ id: builds.id })
    .from(builds)
    .where(and(eq(builds.keystoreId, id), inArray(builds.status, ["pending", "building"])))
    .limit(1);
  // The same key uploaded twice is the same identity, whichever of the two keystores signed the release.
  const isItsKey = and(
    eq(releases.accountId, accountId),
    eq(releases.certificateSha256, certificateSha256),
  );
  const released = ctx.db.select({ id: releases.appId }).from(releases).where(isItsKey);
  const isUnused = and(isNull(keystores.releasedAt), notExists(released));
  const [present, active, packages, gone] = await ctx.db.batch([
    ctx.db.select({ id: keystores.id }).from(keystores).where(isIt),
    running,
    ctx.db
      .selectDistinct({ name: releases.packageName })
      .from(releases)
      .where(
        and(
          isItsKey,
          principal.appIds ? inArray(releases.appId, [...principal.appIds]) : undefined,
        ),
      )
      .orderBy(releases.packageName)
      .limit(MAX_TOLD),
    ctx.db
      .delete(keystores)
      .where(and(isIt, notExists(running), isForced ? undefined : isUnused))
      .returning({ id: keystores.id }),
    auditEntry(ctx, { did: "keystore.delete", id, name: found.keystore.name }),
  ]);
  if (gone.length > 0) return;
  // It was deleted meanwhile, or given for other apps.
  if (present.length === 0) refuse({ code: "not_found", what: "keystore" });
  if (active.length > 0) refuse({ code: "keystore_in_use" });
  refuse({ code: "keystore_in_use", packages: packages.map(({ name }) => name) });
}

/**
 * Returns the keystore as a PKCS #12 file encrypted with the input's password. Refuses `not_found`,
 * `forbidden` as `deleteKeystore` does, `invalid`.
 */
export async function exportKeystore(
  ctx: AccountCtx,
  id: number,
  input: unknown,
): Promise<{ keystore: Keystore; file: Uint8Array }> {
  const found = await findKeystore(ctx, id);
  requireAllItsApps(found);
  const { keystore } = found;
  const { password } = parse(ExportKeystore, input);
  const key = await openSigningKey(ctx, keystore);
  const file = exportPkcs12(
    {
      algorithm: keystore.algorithm,
      privateKey: bytes(key.private_key),
      certificates: key.certificates.map(bytes),
      alias: keystore.alias,
      certificateSha256: keystore.certificateSha256,
      certificateSha1: keystore.certificateSha1,
      expiresAt: keystore.expiresAt,
    },
    password,
  );
  await note(ctx, { did: "keystore.export", id, name: keystore.name });
  return { keystore, file };
}

/** Refuses `forbidden` if the keystore is also for apps that the principal can't see. */
function requireAllItsApps({ hasOtherApps }: KeystoreView): void {
  if (!hasOtherApps) return;
  const message = "This keystore is also for apps that this API key has no access to.";
  refuse({ code: "forbidden", message });
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}
