// Stores what sending a batch found out about credentials and tokens.
import type { BatchItem } from "drizzle-orm/batch";
import type { Provider } from "../../../kit/push/credentials.ts";
import type { Ctx } from "../../context.ts";
import type { Addressed, Finding, Outcome, PresentCredential } from "../../ports/notifications.ts";
import { flagCredential, isNewTaker, noteAccepted } from "../../subscribers/credential-reports.ts";
import { retireDoubted, retireGone, type Acceptance } from "../retire-tokens.ts";

/** What sending to recipients of a batch found out. */
export interface Found {
  /** Those whom a provider was asked for. */
  recipients: readonly Addressed[];
  /** The credentials that were used. */
  credentials: ReadonlyMap<Provider, PresentCredential>;
  outcomes: readonly Outcome[];
  findings: readonly Finding[];
  /** Complaints about credentials that the providers themselves make, for the owner to read. */
  flags: ReadonlyMap<Provider, string>;
  /** Recipients whose token is dead, since somebody refused it who takes others', by provider. */
  doubted: readonly { ids: number[]; acceptance: Acceptance }[];
}

/**
 * The statements that flag the app's credentials that providers complained about, note which were accepted for the first
 * time, and retire all dead tokens. None where nothing is new, as in most batches.
 */
export function keepFindings(
  ctx: Ctx,
  appId: number,
  { recipients, credentials, outcomes, findings, flags, doubted }: Found,
): BatchItem<"sqlite">[] {
  const kept: BatchItem<"sqlite">[] = [];
  for (const { provider, version, takenBy } of findings) {
    const used = { provider, version };
    const flag = flags.get(provider);
    if (flag !== undefined) kept.push(flagCredential(ctx, appId, used, flag));
    const known = credentials.get(provider)?.acceptedBy ?? [];
    for (const taker of takenBy) {
      if (isNewTaker(taker, known)) kept.push(noteAccepted(ctx, appId, used, taker));
    }
  }
  const isDoubted = new Set(doubted.flatMap(({ ids }) => ids));
  const gone = outcomes.flatMap(({ id, status }) =>
    status === "gone" && !isDoubted.has(id) ? [id] : [],
  );
  // The dead tokens are those of `recipients`: a token that was stored since then must stay.
  const since = (ids: readonly number[]) =>
    recipients.reduce(
      (latest, { id, since: at }) => (ids.includes(id) ? Math.max(latest, at) : latest),
      0,
    );
  if (gone.length > 0) kept.push(retireGone(ctx, gone, since(gone)));
  for (const { ids, acceptance } of doubted) {
    kept.push(retireDoubted(ctx, ids, since(ids), acceptance));
  }
  return kept;
}

/** Does so in a call of its own, if there is anything to store. */
export async function saveFindings(ctx: Ctx, appId: number, found: Found): Promise<void> {
  const [first, ...rest] = keepFindings(ctx, appId, found);
  if (first) await ctx.db.batch([first, ...rest]);
}
