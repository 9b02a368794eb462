// The key an account's debug builds are signed with, made when the first one needs it.
import { and, eq } from "drizzle-orm";
import { keystores } from "../../db/schema/index.ts";
import { generateKeystore } from "../../kit/keystore/generate.ts";
import type { AccountCtx } from "../context.ts";
import { sealedColumns } from "./sealed-key.ts";

/** The id of the account's debug keystore. Two requests that make it at once agree on one. */
export async function debugKeystore(ctx: AccountCtx): Promise<number> {
  const { accountId } = ctx.principal;
  const debug = and(eq(keystores.accountId, accountId), eq(keystores.kind, "debug"));
  const find = () => ctx.db.select({ id: keystores.id }).from(keystores).where(debug);
  const [existing] = await find();
  if (existing) return existing.id;
  // EC, since a P-256 key takes a thousandth of the time an RSA one does
  const opened = await generateKeystore({ algorithm: "ec", commonName: "Debug", now: ctx.now() });
  await ctx.db
    .insert(keystores)
    .values({ ...(await sealedColumns(ctx, accountId, opened)), kind: "debug", name: "Debug" })
    .onConflictDoNothing();
  const [made] = await find();
  if (!made) throw new Error("a debug keystore was neither found nor made");
  return made.id;
}
