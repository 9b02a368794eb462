// The statements that keep a push and its translations; they answer the ids.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { sendPushes, sendTranslations } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import type { GivenPush, Translation } from "./push-input.ts";

/** A translation as answers name it. */
export interface NamedTranslation {
  id: number;
  language: string;
}

/** Keeps the push named `uuid`. */
export function insertPush(ctx: AccountCtx, uuid: string, push: GivenPush) {
  return ctx.db
    .insert(sendPushes)
    .values({
      uuid,
      accountId: ctx.principal.accountId,
      defaultLanguage: push.default_lang,
      createdAt: ctx.now(),
    })
    .returning({ id: sendPushes.id });
}

/** Keeps the translations of the push named `uuid`, in the order given. */
export function insertTranslations(ctx: AccountCtx, uuid: string, { translations }: GivenPush) {
  const field = (name: keyof Translation) => sql`given.value ->> ${name}`;
  return insertFrom(
    ctx.db,
    sendTranslations,
    {
      pushId: sql`push.id`,
      language: field("language"),
      title: field("title"),
      body: field("text"),
      image: field("image"),
      icon: field("icon"),
      url: field("link"),
    },
    sql`FROM json_each(${JSON.stringify(translations)}) AS given
      JOIN ${sendPushes} AS push ON push.uuid = ${uuid} ORDER BY given.key`,
  ).returning({ id: sendTranslations.id, language: sendTranslations.language });
}
