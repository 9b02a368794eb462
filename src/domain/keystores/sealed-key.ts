// How a keystore's key and certificates are kept: JSON, sealed, bound to its row (kit/seal.ts).
import { z } from "zod";
import type { Keystore as OpenKeystore } from "../../kit/keystore/keystore.ts";
import { open, seal } from "../../kit/seal.ts";
import type { SigningKey } from "../../protocol/builder.ts";
import type { keystores } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Keystore } from "./find-keystore.ts";

const Contents = z.object({
  privateKey: z.base64(),
  certificates: z.array(z.base64()).min(1),
});

/** The columns of `opened`, ready to insert; the row's binding is a random name of its own. */
export async function sealedColumns(
  ctx: Ctx,
  accountId: number,
  opened: OpenKeystore,
): Promise<Omit<typeof keystores.$inferInsert, "id" | "name" | "kind">> {
  const sealedFor = `keystore:${accountId}:${crypto.randomUUID()}`;
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
    expiresAt: opened.expiresAt,
    sealed: await seal(ctx.sealingKeys, plaintext, sealedFor),
    sealedFor,
    createdAt: ctx.now(),
  };
}

/** The key as a builder signs with it. */
export async function openSigningKey(ctx: Ctx, keystore: Keystore): Promise<SigningKey> {
  const plaintext = await open(ctx.sealingKeys, keystore.sealed, keystore.sealedFor);
  const contents = Contents.parse(JSON.parse(new TextDecoder().decode(plaintext)));
  return {
    algorithm: keystore.algorithm,
    private_key: contents.privateKey,
    certificates: contents.certificates,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
