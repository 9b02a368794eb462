// The statements that store a template and its translations, and return their ids; and who may attach it later.
import { and, eq, sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { templates, templateTranslations } from "../../db/schema/index.ts";
import type { AccountCtx, Principal } from "../context.ts";
import type { GivenTemplate, Translation } from "./template-input.ts";

/** A translation as it is named in answers. */
export interface NamedTranslation {
  id: number;
  language: string;
}

/**
 * The condition on `templates` that holds for those that the principal may attach: all of the account's or, for a key
 * that is limited to certain apps, those that belong to one of these.
 */
export function visibleTemplates({ accountId, appIds }: Principal) {
  const ofAccount = eq(templates.accountId, accountId);
  if (!appIds) return ofAccount;
  // json_each(NULL) has no rows, so that what a key of the whole account made is not among them.
  return and(
    ofAccount,
    sql`EXISTS (SELECT 1 FROM json_each(${templates.appIds}) WHERE value IN
      (SELECT value FROM json_each(${JSON.stringify(appIds)})))`,
  );
}

/**
 * Stores a template if `condition` holds, under the name `uuid`, by which `insertTranslations` finds it in the same batch.
 * It belongs to the apps that the key is limited to.
 */
export function insertTemplate(
  ctx: AccountCtx,
  uuid: string,
  template: GivenTemplate,
  condition: SQL,
) {
  const { accountId, appIds } = ctx.principal;
  const row = {
    uuid,
    accountId,
    appIds: appIds && [...appIds],
    defaultLanguage: template.default_lang,
    createdAt: ctx.now(),
  };
  return insertFrom(ctx.db, templates, row, sql`WHERE ${condition}`).returning({
    id: templates.id,
  });
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
