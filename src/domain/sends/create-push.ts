// Makes a push, to be bound to sendings.
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { GivenPush } from "./push-input.ts";
import { insertPush, insertTranslations, type NamedTranslation } from "./store-push.ts";

/** Refuses `invalid`. */
export async function createPush(
  ctx: AccountCtx,
  input: unknown,
): Promise<{ id: number; translations: NamedTranslation[] }> {
  const push = parse(GivenPush, input);
  const uuid = crypto.randomUUID();
  const [[made], translations] = await ctx.db.batch([
    insertPush(ctx, uuid, push),
    insertTranslations(ctx, uuid, push),
  ]);
  if (!made) throw new Error("an inserted push answered no row");
  return { id: made.id, translations };
}
