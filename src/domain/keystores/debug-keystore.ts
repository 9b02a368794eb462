// The key an account's debug builds are signed with, made when the first one needs it.
import { and, eq } from "drizzle-orm";
import { keystores } from "../../db/schema/index.ts";
import { generateKeystore } from "../../kit/keystore/generate.ts";
import type { AccountCtx } from "../context.ts";
import { sealedColumns } from "./sealed-key.ts";

/** Makes the account's debug keystore where it has none. Two requests that make it at once agree on one. */
export async function ensureDebugKeystore(ctx: AccountCtx): Promise<void> {
  const { accountId } = ctx.principal;
  const debug = and(eq(keystores.accountId, accountId), eq(keystores.kind, "debug"));
  const existing = await ctx.db.select({ id: keystores.id }).from(keystores).where(debug);
  if (existing.length > 0) return;
  // EC, since a P-256 key takes a thousandth of the time an RSA one does
  const opened = await generateKeystore({ algorithm: "ec", commonName: "Debug", now: ctx.now() });
  await ctx.db
    .insert(keystores)
    .values({ ...(await sealedColumns(ctx, accountId, opened)), kind: "debug", name: "Debug" })
    .onConflictDoNothing();
}
