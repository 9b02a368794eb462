// The statements that store a template and its translations, and return their ids.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { templates, templateTranslations } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import type { GivenTemplate, Translation } from "./template-input.ts";

/** A translation as it is named in answers. */
export interface NamedTranslation {
  id: number;
  language: string;
}

/** Stores a template under the name `uuid`, by which `insertTranslations` finds it in the same batch. */
export function insertTemplate(ctx: AccountCtx, uuid: string, template: GivenTemplate) {
  return ctx.db
    .insert(templates)
    .values({
      uuid,
      accountId: ctx.principal.accountId,
      defaultLanguage: template.default_lang,
      createdAt: ctx.now(),
    })
    .returning({ id: templates.id });
}

/** Stores the translations of the template named `uuid`, in the order in which they were given. */
export function insertTranslations(ctx: AccountCtx, uuid: string, { translations }: GivenTemplate) {
  const field = (name: keyof Translation) => sql`given.value ->> ${name}`;
  return insertFrom(
    ctx.db,
    templateTranslations,
    {
      templateId: sql`template.id`,
      language: field("language"),
      title: field("title"),
      body: field("text"),
      image: field("image"),
      icon: field("icon"),
      url: field("link"),
    },
    sql`FROM json_each(${JSON.stringify(translations)}) AS given
      JOIN ${templates} AS template ON template.uuid = ${uuid} ORDER BY given.key`,
  ).returning({ id: templateTranslations.id, language: templateTranslations.language });
}
