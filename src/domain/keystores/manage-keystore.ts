// Deletes a keystore, or exports it for its owner.
import { and, eq, inArray, notExists } from "drizzle-orm";
import { z } from "zod";
import { builds, keystores } from "../../db/schema/index.ts";
import { exportPkcs12 } from "../../kit/keystore/export.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
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

/**
 * Deletes the keystore. Refuses `not_found`; `forbidden` to a key that is limited to certain apps if the keystore is for
 * others too; `keystore_in_use` while an active build needs it.
 */
export async function deleteKeystore(ctx: AccountCtx, id: number): Promise<void> {
  requireAllItsApps(await findKeystore(ctx, id));
  const running = ctx.db
    .select({ id: builds.keystoreId })
    .from(builds)
    .where(and(eq(builds.keystoreId, id), inArray(builds.status, ["pending", "building"])));
  const gone = await ctx.db
    .delete(keystores)
    .where(and(eq(keystores.id, id), managedKeystores(ctx.principal), notExists(running)))
    .returning({ id: keystores.id });
  if (gone.length === 0) refuse({ code: "keystore_in_use" });
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
      expiresAt: keystore.expiresAt,
    },
    password,
  );
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
