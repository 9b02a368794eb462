// A user id in drafts of the composer, where they say whom they are for: in the audience, and in what was typed into its
// fields, as lists of values and as JSON.
import { and, eq, sql } from "drizzle-orm";
import { drafts } from "../../db/schema/index.ts";
import { DraftFields } from "../composing/draft-fields.ts";
import { textOf, valuesIn } from "../composing/typed-values.ts";
import type { Ctx } from "../context.ts";
import type { Person } from "./known-person.ts";
import { inJson, isForAlone, namesUser, withAlias } from "./named-in-audience.ts";

/** The parts of a draft that say whom it is for. */
type Aim = Pick<DraftFields, "targeting" | "audience">;

/** The statement that finds the drafts which may name the person: all that do, and few others. */
export function draftsThatMayName(ctx: Ctx, { appId, userId }: Person) {
  const { fields } = drafts;
  const inQuotes = userId.replaceAll('"', '""');
  // What was typed is looked at as it stands, in quotes, and in JSON.
  const typed = sql`EXISTS (SELECT 1 FROM json_each(${fields}, '$.audience') AS field
    WHERE instr(field.value ->> 1, ${userId}) > 0 OR instr(field.value ->> 1, ${inQuotes}) > 0
      OR instr(field.value ->> 1, ${inJson(userId)}) > 0)`;
  return ctx.db
    .select({
      id: drafts.id,
      uuid: drafts.uuid,
      version: drafts.version,
      title: sql<string>`${fields} ->> '$.title'`,
      aim: sql<string>`json_object('targeting', ${fields} -> '$.targeting', 'audience', ${fields} -> '$.audience')`,
    })
    .from(drafts)
    .where(
      and(
        eq(drafts.appId, appId),
        sql`(${namesUser(sql`${fields}`, userId, "$.targeting")} OR ${typed})`,
      ),
    );
}

/** Reads `aim` of a draft that was found. */
export function aimIn(text: string): Aim {
  const { targeting, audience } = DraftFields.parse(JSON.parse(text));
  return { targeting, audience };
}

/** Whether a draft is for the person alone. */
export function isToAlone({ targeting }: Aim, userId: string): boolean {
  return isForAlone(targeting, userId);
}

/** Returns the same with `alias` in place of the user id. */
export function aimWithAlias({ targeting, audience }: Aim, userId: string, alias: string): Aim {
  const chosen = new Map(audience);
  const typed = audience.map(([name, text]): [string, string] => {
    if (name.endsWith(".json")) return [name, jsonWithAlias(text, userId, alias)];
    const of = name.endsWith(".values") ? chosen.get(name.replace(/values$/, "field")) : undefined;
    if (of !== "user_ids") return [name, text];
    const values = valuesIn(text);
    if (!values.includes(userId)) return [name, text];
    return [name, textOf(values.map((value) => (value === userId ? alias : value)))];
  });
  return { targeting: withAlias(targeting, userId, alias), audience: typed };
}

/** Whether a draft names the person. */
export function isNamed(aim: Aim, userId: string): boolean {
  // A name that is no user id, since it is not trimmed.
  return JSON.stringify(aimWithAlias(aim, userId, " ")) !== JSON.stringify(aim);
}

function jsonWithAlias(text: string, userId: string, alias: string): string {
  try {
    const aimed: unknown = JSON.parse(text);
    const other = withAlias(aimed, userId, alias);
    return JSON.stringify(other) === JSON.stringify(aimed) ? text : JSON.stringify(other, null, 2);
  } catch {
    // It is no JSON yet.
    return text.replaceAll(JSON.stringify(userId), () => JSON.stringify(alias));
  }
}
