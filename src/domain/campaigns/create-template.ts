// Makes a push, to be bound to sendings.
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { GivenTemplate } from "./template-input.ts";
import { insertTemplate, insertTranslations, type NamedTranslation } from "./store-template.ts";

/** Refuses `invalid`. */
export async function createTemplate(
  ctx: AccountCtx,
  input: unknown,
): Promise<{ id: number; translations: NamedTranslation[] }> {
  const push = parse(GivenTemplate, input);
  const uuid = crypto.randomUUID();
  const [[made], translations] = await ctx.db.batch([
    insertTemplate(ctx, uuid, push),
    insertTranslations(ctx, uuid, push),
  ]);
  if (!made) throw new Error("an inserted push answered no row");
  return { id: made.id, translations };
}
