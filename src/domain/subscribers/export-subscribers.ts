// An app's subscribers that match, to be taken along as a file: what is known about people, never their addresses and keys.
import { parse } from "../../kit/parse.ts";
import type { App } from "../apps/find-app.ts";
import { note } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { walkSubscribers, type ListedSubscriber } from "./page-subscribers.ts";
import { SubscriberFilters, type Place } from "./walk.ts";

/** Subscribers that are read at once: their rows are at most some 4 MB. */
const READ_AT_ONCE = 1000;
/** Most reads for one file: a request may ask the database a thousand times in all. */
const MOST_READS = 500;
/** Most subscribers in a file. */
export const MAX_EXPORTED = READ_AT_ONCE * MOST_READS;

/**
 * Notes the export in the audit log, then returns those who match a part at a time, newest first; each part is read when it
 * is asked for. Refuses `invalid`.
 */
export async function exportSubscribers(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<AsyncIterable<ListedSubscriber[]>> {
  const filters = parse(SubscriberFilters, query);
  const { find, tag = null, platform = null, status = null } = filters;
  await note(ctx, {
    did: "subscriber.export",
    id: app.id,
    name: app.name,
    // Whom somebody looked for is nobody else's to read.
    facts: { app: app.id, tag, platform, status, by: find === undefined ? null : "user id" },
  });
  return parts(ctx, app.id, filters);
}

async function* parts(
  ctx: AccountCtx,
  appId: number,
  filters: SubscriberFilters,
): AsyncGenerator<ListedSubscriber[]> {
  let after: Place | null = null;
  for (let read = 0; read < MOST_READS; read += 1) {
    const { rows, next }: { rows: ListedSubscriber[]; next: Place | null } = await walkSubscribers(
      ctx,
      appId,
      filters,
      after,
      READ_AT_ONCE,
    );
    yield rows;
    if (next === null) return;
    after = next;
  }
}
