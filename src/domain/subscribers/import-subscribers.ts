// Registers up to a thousand subscribers at once. An invalid row does not keep the others from being registered.
import { z } from "zod";
import { examine, parseBySchema } from "../../kit/parse.ts";
import { invalidField, type Refusal } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { ALWAYS, auditEntry } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { Subscriber } from "./find-subscriber.ts";
import { addressOf, inFuture, RegisterSubscriber } from "./subscriber-input.ts";
import { upsertSubscribers, type Registration } from "./upsert.ts";

/** Most subscribers in one request. */
export const MAX_IMPORT = 1000;

export const ImportSubscribers = z.strictObject({
  subscribers: z.array(z.unknown()).min(1).max(MAX_IMPORT),
});

type Issues = (Refusal & { code: "invalid" })["issues"];

/** The result of one row. */
export type Imported =
  | { id: string; created: boolean; status: Subscriber["status"] }
  | { issues: Issues };

/**
 * Registers every valid row, in one statement. Returns their results in the order of the rows. Of rows with the same
 * address, later rows change what the first one made. Refuses `invalid` when there are no rows, or too many, and when
 * the app has no room for all that are new: then none is registered.
 */
export async function importSubscribers(
  ctx: AccountCtx,
  app: App,
  input: unknown,
): Promise<Imported[]> {
  const { subscribers } = parseBySchema(ImportSubscribers, input);
  const checked = subscribers.map((row) => checkRow(ctx, row));
  const distinct = distinctOf(checked);
  const entry = auditEntry(
    ctx,
    {
      did: "subscriber.import",
      name: app.name,
      facts: { app: app.id, rows: subscribers.length, addresses: distinct.size },
    },
    ALWAYS,
  );
  const rows =
    distinct.size === 0
      ? new Map()
      : await upsertSubscribers(ctx, app, [...distinct.values()], "list", () => [entry]);
  const seen = new Set<string>();
  return checked.map((row) => {
    if ("issues" in row) return row;
    const { token } = row.address;
    const written = rows.get(token);
    if (!written) throw new Error("an imported subscriber returned no row");
    const isFirst = !seen.has(token);
    seen.add(token);
    const { uuid: id, status } = written.subscriber;
    return { id, created: written.created && isFirst, status };
  });
}

/** What a row registers, or what is wrong with it. */
export type CheckedRow = Registration | { issues: Issues };

/** Checks one row of a list. */
export function checkRow(ctx: Pick<Ctx, "now" | "allowPrivateTargets">, row: unknown): CheckedRow {
  const result = examine(RegisterSubscriber, row);
  if (!result.isFit) return { issues: result.issues };
  const early = inFuture(ctx, result.value);
  if (early) return early;
  const address = addressOf(result.value, ctx.allowPrivateTargets);
  return "field" in address
    ? invalidField([address.field], address.message)
    : { wanted: result.value, address };
}

/** The registrations among rows, by their addresses. Of rows with the same address, later ones change what the first one made. */
export function distinctOf(checked: readonly CheckedRow[]): Map<string, Registration> {
  const distinct = new Map<string, Registration>();
  for (const row of checked) if ("address" in row) add(distinct, row);
  return distinct;
}

/** Adds a row; a row with the same address as an earlier one overwrites the fields that it gives, but for an older `registered_at`. */
function add(distinct: Map<string, Registration>, row: Registration): void {
  const { token } = row.address;
  const before = distinct.get(token)?.wanted;
  const given = Object.entries(row.wanted).filter(([, value]) => value !== undefined);
  const wanted = before ? { ...before, ...Object.fromEntries(given) } : row.wanted;
  const registered = Math.max(before?.registered_at ?? 0, row.wanted.registered_at ?? 0);
  const latest = registered > 0 ? { registered_at: registered } : {};
  distinct.set(token, { ...row, wanted: { ...wanted, ...latest } });
}
