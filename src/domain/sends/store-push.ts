// The statements that keep a push and its translations; they answer the ids.
import { sql } from "drizzle-orm";
import { sendPushes, sendTranslations } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import type { GivenPush } from "./push-input.ts";

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
  return ctx.db.all<NamedTranslation>(
    sql`INSERT INTO ${sendTranslations} (push_id, language, title, body, image, icon, url)
        SELECT push.id, given.value ->> 'language', given.value ->> 'title', given.value ->> 'text',
          given.value ->> 'image', given.value ->> 'icon', given.value ->> 'link'
        FROM json_each(${JSON.stringify(translations)}) AS given
        JOIN ${sendPushes} AS push ON push.uuid = ${uuid}
        ORDER BY given.key RETURNING id, language`,
  );
}
