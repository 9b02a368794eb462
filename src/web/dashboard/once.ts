// A form of an account, or of the installation, does its work once, however often it is posted: by a double click, or by a reload of what came of it.
// Every form that a page shows has an id of its own in a hidden field; what the first post led to is kept for a day beside
// the answers to requests with an Idempotency-Key, and the same fields posted again lead there again.
//
// Fields that were changed are another form: somebody went back and makes a second thing.
import { completeKey, releaseKey, reserveKey } from "../../domain/accounts/idempotency.ts";
import type { Ctx, Person, Principal } from "../../domain/context.ts";
import { sha256Hex } from "../../kit/crypto.ts";
import { refuse, RefusalError } from "../../kit/refusal.ts";
import { ONCE, type Fields } from "./fields.ts";
import type { Outcome } from "./page.ts";

/** Longest id, characters: ours are UUIDs. */
const MAX_ONCE = 64;
/** How often the second post looks whether the first is done, and how many times: no verb takes three seconds. */
const LOOK_MS = 200;
const LOOKS = 15;

/** The opening tag of a form that posts. Text and values in a page have no `<` and `>` of their own. */
const POSTING = /<form\b[^>]*\bmethod="post"[^>]*>/g;

/** Returns the HTML of a page with an id in each of its forms. */
export const withOnce = (html: string): string =>
  html.replaceAll(
    POSTING,
    (tag) => `${tag}<input type="hidden" name="${ONCE}" value="${crypto.randomUUID()}"/>`,
  );

/** What is kept of what a form did. */
interface Kept {
  to: string;
  says?: string;
}

/**
 * Runs a form, unless it ran already: then it returns what it led to. Only what forms of an account and of operators did is
 * kept, since what strangers may store has to be bounded. `page` is the path of the page that has the form.
 */
export async function runOnce(
  ctx: Ctx & { principal?: Principal; person?: Person },
  { request, page }: { request: Request; page: string },
  fields: Fields,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  const keeper = keeperOf(ctx);
  const { once } = fields;
  if (once === "" || once.length > MAX_ONCE || !keeper) return run();
  const { accountId } = keeper;
  const { pathname } = new URL(request.url);
  const id = await sha256Hex(
    JSON.stringify(["form", accountId, keeper.by, pathname, fields.print()]),
  );
  for (let look = 0; ; look++) {
    const kept = await reserveKey(ctx, accountId, id, "");
    if (kept === "reserved") break;
    if (kept.answer !== null) return JSON.parse(kept.answer.body) as Kept;
    if (look === LOOKS) refuse({ code: "idempotency_conflict", running: true });
    await scheduler.wait(LOOK_MS);
  }
  const outcome = await run().catch(async (error: unknown) => {
    // A fault may have happened after the thing was made, so only a refusal frees the id.
    if (error instanceof RefusalError) await releaseKey(ctx, id);
    throw error;
  });
  // A form whose answer is a file makes nothing, nor does one that goes on being filled in: both may be sent again.
  if (outcome instanceof Response || "again" in outcome) {
    await releaseKey(ctx, id);
    return outcome;
  }
  const body = JSON.stringify(keptOf(outcome, page));
  await completeKey(ctx, accountId, id, { status: 303, body });
  return outcome;
}

/** The account among whose answers it is kept, 0 for operators, and who posted; null where nothing is kept. */
function keeperOf({ principal, person }: { principal?: Principal; person?: Person }) {
  if (principal) {
    const { accountId, by } = principal;
    return { accountId, by: by.kind === "person" ? by.person.id : by.keyId };
  }
  return person?.isOperator ? { accountId: 0, by: person.id } : null;
}

/** What a second post leads to. What is shown once is not kept. */
function keptOf(outcome: Exclude<Outcome, Response | { again: Fields }>, page: string): Kept {
  if ("made" in outcome) {
    return { to: page, says: "It was made already, and what is shown once was shown" };
  }
  const { to, says } = outcome;
  return says === undefined ? { to } : { to, says };
}
