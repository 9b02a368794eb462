// Changes which apps a keystore is for.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { keystores } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { requireApps } from "../accounts/own-apps.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import { auditEntry, MAX_FACTS } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { findKeystore, selectKeystores, viewOf, type KeystoreView } from "./find-keystore.ts";
import { AppIds, giveForApps, takeFromApps, visibleKeystores } from "./keystore-apps.ts";

export const UpdateKeystore = z.strictObject({
  app_ids: AppIds.meta({
    description: "The apps that it is for from now on; empty: none.",
    example: [7],
  }),
});

/**
 * Gives the keystore for the apps that the input names, in place of those that it was for, and returns it. Refuses
 * `forbidden` to a key that is limited to certain apps, which must neither take a keystore from other apps nor give it
 * to them; `not_found`; `invalid`.
 */
export async function updateKeystore(
  ctx: AccountCtx,
  id: number,
  input: unknown,
): Promise<KeystoreView> {
  const { principal } = ctx;
  requireWholeAccount(principal);
  await findKeystore(ctx, id);
  const { app_ids: appIds } = parse(UpdateKeystore, input);
  await requireApps(ctx, principal, appIds);
  const isIt = sql`${keystores.id} = ${id} AND ${visibleKeystores(principal)}`;
  const [, , [row]] = await ctx.db.batch([
    takeFromApps(ctx, id),
    giveForApps(ctx, isIt, appIds),
    selectKeystores(ctx).where(and(eq(keystores.id, id), visibleKeystores(principal))),
    auditEntry(
      ctx,
      {
        did: "keystore.update",
        id,
        name: sql`${keystores.name}`,
        facts: { fields: ["app_ids"], apps: appIds.slice(0, MAX_FACTS) },
      },
      sql`FROM ${keystores} WHERE ${isIt}`,
    ),
  ]);
  // It may have been deleted meanwhile.
  return row ? viewOf(principal, row) : refuse({ code: "not_found", what: "keystore" });
}
