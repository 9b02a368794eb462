// The key that signs an account's debug builds. It is made for the first build that needs it.
import { and, eq } from "drizzle-orm";
import { keystores } from "../../db/schema/index.ts";
import { generateKeystore } from "../../kit/keystore/generate.ts";
import type { AccountCtx } from "../context.ts";
import { sealedColumns } from "./sealed-key.ts";

/**
 * Makes the account's debug keystore unless there is one. Two requests that do so at once end up with the same
 * keystore.
 */
export async function ensureDebugKeystore(ctx: AccountCtx): Promise<void> {
  const { accountId } = ctx.principal;
  const debug = and(eq(keystores.accountId, accountId), eq(keystores.kind, "debug"));
  const existing = await ctx.db.select({ id: keystores.id }).from(keystores).where(debug);
  if (existing.length > 0) return;
  // EC, since generating a P-256 key takes a thousandth of the time of an RSA key.
  const opened = await generateKeystore({ algorithm: "ec", commonName: "Debug", now: ctx.now() });
  await ctx.db
    .insert(keystores)
    .values({ ...(await sealedColumns(ctx, accountId, opened)), kind: "debug", name: "Debug" })
    .onConflictDoNothing();
}
