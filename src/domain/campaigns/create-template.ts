// Creates a template, which can then be attached to campaigns.
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry, INSERTED_ID } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { hasRoom, makeRoomForTemplate, tooManyTemplates } from "./room.ts";
import { GivenTemplate } from "./template-input.ts";
import { insertTemplate, insertTranslations, type NamedTranslation } from "./store-template.ts";

/** Creates a template of `input`; returns its id and those of its translations. Refuses `invalid`. */
export async function createTemplate(
  ctx: AccountCtx,
  input: unknown,
): Promise<{ id: number; translations: NamedTranslation[] }> {
  const template = parse(GivenTemplate, input);
  const uuid = crypto.randomUUID();
  const [, [made], , translations] = await ctx.db.batch([
    makeRoomForTemplate(ctx),
    insertTemplate(ctx, uuid, template, hasRoom(ctx, { template: true })),
    auditEntry(ctx, {
      did: "template.create",
      id: INSERTED_ID,
      name: template.translations[0]?.title ?? null,
    }),
    insertTranslations(ctx, uuid, template),
  ]);
  if (!made) return refuse(tooManyTemplates());
  return { id: made.id, translations };
}
