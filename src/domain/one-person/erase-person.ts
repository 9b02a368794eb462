// Deletes all that is kept about one person of an app, whom the owner's own user id names.
import { sql } from "drizzle-orm";
import { countedUpToMost } from "../../db/count.ts";
import { MAX_COUNTED } from "../../kit/pagination.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { eraseFurther, erasePart, type Erasure } from "./erase-part.ts";
import { goOn } from "./go-on-erasing.ts";
import { devicesOf } from "./known-person.ts";

/** Parts of one request: 5,000 devices. The cron takes the rest, which no person has. */
const PARTS_AT_ONCE = 10;

/**
 * Deletes all about the user of `app`, and notes that somebody was deleted, without saying whom. Refuses `not_found` for a user
 * id that nothing is kept about. What is being sent to the devices goes to them no more, unless a provider has it.
 */
export async function erasePerson(ctx: AccountCtx, app: App, userId: string): Promise<void> {
  const person = { appId: app.id, userId };
  const alias = `erased-${crypto.randomUUID()}`;
  const devices = countedUpToMost(devicesOf(person, MAX_COUNTED + 1));
  const entry = auditEntry(ctx, {
    did: "subscriber.erase",
    id: app.id,
    name: app.name,
    facts: sql`json_object('app', CAST(${app.id} AS INTEGER), 'devices', ${devices})`,
  });
  const first = await erasePart(ctx, { ...person, alias, lastSubscriber: null }, entry);
  if (!first) return refuse({ code: "not_found", what: "subscriber" });
  const parts = [first, ...(await eraseFurther(ctx, first, PARTS_AT_ONCE - 1))];
  ctx.defer(inTurn(ctx, parts));
}

async function inTurn(ctx: Ctx, parts: readonly Erasure[]): Promise<void> {
  for (const part of parts) await goOn(ctx, part);
}
