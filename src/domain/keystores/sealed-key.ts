// How a keystore's key and certificates are stored: as JSON, sealed, and bound to its row and account (kit/seal.ts).
import { z } from "zod";
import type { OpenKeystore } from "../../kit/keystore/keystore.ts";
import { open, seal } from "../../kit/seal.ts";
import type { SigningKey } from "../../protocol/builder.ts";
import type { keystores } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Keystore } from "./find-keystore.ts";

const Contents = z.object({
  privateKey: z.base64(),
  certificates: z.array(z.base64()).min(1),
});

/**
 * The columns that hold `opened`, ready to insert. `sealedFor` is a random name of the row, to which the text is
 * bound.
 */
export async function sealedColumns(
  ctx: Ctx,
  accountId: number,
  opened: OpenKeystore,
): Promise<Omit<typeof keystores.$inferInsert, "id" | "name" | "kind">> {
  const sealedFor = crypto.randomUUID();
  const contents: z.infer<typeof Contents> = {
    privateKey: base64(opened.privateKey),
    certificates: opened.certificates.map(base64),
  };
  const plaintext = new TextEncoder().encode(JSON.stringify(contents));
  return {
    accountId,
    algorithm: opened.algorithm,
    alias: opened.alias,
    certificateSha256: opened.certificateSha256,
    certificateSha1: opened.certificateSha1,
    expiresAt: opened.expiresAt,
    sealed: await seal(ctx.sealingKeys, plaintext, boundTo({ accountId, sealedFor })),
    sealedFor,
    createdAt: ctx.now(),
  };
}

/** Returns the key in the form in which a builder signs with it. Throws SealError when the row was tampered with. */
export async function openSigningKey(ctx: Ctx, keystore: Keystore): Promise<SigningKey> {
  const plaintext = await open(ctx.sealingKeys, keystore.sealed, boundTo(keystore));
  const contents = Contents.parse(JSON.parse(new TextDecoder().decode(plaintext)));
  return {
    algorithm: keystore.algorithm,
    private_key: contents.privateKey,
    certificates: contents.certificates,
  };
}

/** The account comes from the row and not from the sealed text, so that a text moved to another row does not open. */
export function boundTo({
  accountId,
  sealedFor,
}: Pick<Keystore, "accountId" | "sealedFor">): string {
  return `keystore:${accountId}:${sealedFor}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
