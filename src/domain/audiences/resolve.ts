// What an audience is with its app's saved segments in the place of their names, as these are now. A segment names no other,
// so there is one level of them and nothing to recurse on.
import { and, eq, sql } from "drizzle-orm";
import { segments } from "../../db/schema/index.ts";
import { refuse, type RefusalOf } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import {
  conditionsIn,
  MAX_CONDITIONS,
  segmentsIn,
  type Audience,
  type Resolved,
} from "./targeting.ts";

/** What an audience is, or why it can't be said. */
type Attempt =
  | { isResolved: true; audience: Resolved }
  | { isResolved: false; issues: RefusalOf<"invalid">["issues"] };

/** Returns the audience with its segments resolved. Refuses `invalid`, with the path of each segment that is not the app's. */
export async function resolve(ctx: Ctx, appId: number, audience: Audience): Promise<Resolved> {
  const attempt = await tryResolve(ctx, appId, audience);
  return attempt.isResolved
    ? attempt.audience
    : refuse({ code: "invalid", issues: attempt.issues });
}

/** Does the same, without a refusal. Asks the database only where a segment is named. */
export async function tryResolve(ctx: Ctx, appId: number, audience: Audience): Promise<Attempt> {
  const known = await targetingsOf(ctx, appId, segmentsIn(audience));
  const missing: PropertyKey[][] = [];
  const resolved = replaced(audience, known, ["targeting"], missing);
  if (missing.length > 0) {
    const message = "must be the id of a saved segment of the app";
    return { isResolved: false, issues: missing.map((path) => issueAt(path, message)) };
  }
  if (conditionsIn(resolved) > MAX_CONDITIONS) {
    const message = `must not have more than ${MAX_CONDITIONS} conditions with those of its segments`;
    return { isResolved: false, issues: [issueAt(["targeting"], message)] };
  }
  return { isResolved: true, audience: resolved };
}

function issueAt(path: PropertyKey[], message: string) {
  return { code: "custom" as const, path, message, input: undefined };
}

/** What the app's segments with these ids stand for. */
async function targetingsOf(
  ctx: Ctx,
  appId: number,
  ids: readonly string[],
): Promise<Map<string, Resolved>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({ id: segments.uuid, targeting: segments.targeting })
    .from(segments)
    .where(
      and(
        eq(segments.appId, appId),
        sql`${segments.uuid} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    );
  return new Map(rows.map(({ id, targeting }) => [id, targeting as Resolved]));
}

/** `audience`, found at `path`, with what is known in place of its segments; the paths of others are noted as missing. */
function replaced(
  audience: Audience,
  known: ReadonlyMap<string, Resolved>,
  path: PropertyKey[],
  missing: PropertyKey[][],
): Resolved {
  if ("of" in audience) {
    const of = audience.of.map((inner, place) =>
      replaced(inner, known, [...path, "of", place], missing),
    );
    return { type: audience.type, of };
  }
  if (audience.type !== "segment") return audience;
  const targeting = known.get(audience.id);
  if (targeting) return targeting;
  missing.push([...path, "id"]);
  return { type: "subscribers", ids: [] };
}
