// Deletes a keystore, or exports it for its owner.
import { and, eq, inArray, notExists } from "drizzle-orm";
import { z } from "zod";
import { builds, keystores } from "../../db/schema/index.ts";
import { exportPkcs12 } from "../../kit/keystore/export.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import type { AccountCtx } from "../context.ts";
import { keystoreById, visibleKeystores, type Keystore } from "./find-keystore.ts";
import { openSigningKey } from "./sealed-key.ts";

/** Shortest password of an exported file, characters: Java's keytool requires as many. */
const MIN_EXPORT_PASSWORD = 6;

export const ExportKeystore = z.object({ password: z.string().min(MIN_EXPORT_PASSWORD).max(1000) });

/**
 * Deletes the keystore. Refuses `forbidden` to a key that is limited to certain apps, since the keystore may sign
 * others too; `not_found`; `keystore_in_use` while an active build needs it.
 */
export async function deleteKeystore(ctx: AccountCtx, id: number): Promise<void> {
  requireWholeAccount(ctx.principal);
  if (!(await keystoreById(ctx, id))) refuse({ code: "not_found", what: "keystore" });
  const running = ctx.db
    .select({ id: builds.keystoreId })
    .from(builds)
    .where(and(eq(builds.keystoreId, id), inArray(builds.status, ["pending", "building"])));
  const gone = await ctx.db
    .delete(keystores)
    .where(and(eq(keystores.id, id), visibleKeystores(ctx.principal), notExists(running)))
    .returning({ id: keystores.id });
  if (gone.length === 0) refuse({ code: "keystore_in_use" });
}

/**
 * Returns the keystore as a PKCS #12 file encrypted with the input's password. Refuses `forbidden` as
 * `deleteKeystore` does, `not_found`, `invalid`.
 */
export async function exportKeystore(
  ctx: AccountCtx,
  id: number,
  input: unknown,
): Promise<{ keystore: Keystore; file: Uint8Array }> {
  requireWholeAccount(ctx.principal);
  const keystore = (await keystoreById(ctx, id)) ?? refuse({ code: "not_found", what: "keystore" });
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

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}
