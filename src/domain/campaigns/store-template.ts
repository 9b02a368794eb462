// The statements that keep a push and its translations; they answer the ids.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { templates, templateTranslations } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import type { GivenTemplate, Translation } from "./template-input.ts";

/** A translation as answers name it. */
export interface NamedTranslation {
  id: number;
  language: string;
}

/** Keeps the push named `uuid`. */
export function insertTemplate(ctx: AccountCtx, uuid: string, push: GivenTemplate) {
  return ctx.db
    .insert(templates)
    .values({
      uuid,
      accountId: ctx.principal.accountId,
      defaultLanguage: push.default_lang,
      createdAt: ctx.now(),
    })
    .returning({ id: templates.id });
}

/** Keeps the translations of the push named `uuid`, in the order given. */
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
