// Idempotency-Key: lets a client repeat a POST without creating anything twice. The key is reserved before the verb
// runs, and the answer is kept for 24 hours or until the account has many newer ones, without the secrets that it showed. Refusals are not kept. A request
// that died midway leaves its key reserved, since a 409 is better than a second creation. All this costs two more
// round trips to the database.
//
// A replayed answer does not pass through the verb, which would refuse access to a foreign app. Therefore it is
// replayed only to API keys that reach the same apps as the first request's key.
import type { Ctx, Principal } from "../domain/context.ts";
import { completeKey, releaseKey, reserveKey } from "../domain/accounts/idempotency.ts";
import { sha256Hex } from "../kit/crypto.ts";
import { invalidField, refuse, RefusalError } from "../kit/refusal.ts";
import { json } from "./answer.ts";

/** Longest Idempotency-Key, characters. */
export const MAX_KEY = 255;

/** Runs `answer` once for each Idempotency-Key, and replays what it returned; without a key it runs every time. */
export async function withIdempotency(
  ctx: Ctx & { principal?: Principal },
  request: Request,
  accountId: number,
  body: Uint8Array,
  secrets: readonly string[],
  answer: () => Promise<Response>,
): Promise<Response> {
  const key = request.headers.get("idempotency-key");
  if (key === null) return answer();
  if (key.length === 0 || key.length > MAX_KEY) {
    refuse(invalidField(["Idempotency-Key"], `must be 1 to ${MAX_KEY} characters`));
  }
  const path = new URL(request.url).pathname;
  const reach = ctx.principal?.appIds?.toSorted((a, b) => a - b) ?? null;
  const id = await sha256Hex(JSON.stringify([accountId, reach, request.method, path, key]));
  const bodyHash = await sha256Hex(body);

  const kept = await reserveKey(ctx, accountId, id, bodyHash);
  if (kept !== "reserved") {
    if (kept.bodyHash !== bodyHash) refuse({ code: "idempotency_conflict", running: false });
    if (kept.answer === null) refuse({ code: "idempotency_conflict", running: true });
    return json({
      status: kept.answer.status,
      body: JSON.parse(kept.answer.body),
      headers: { "idempotency-replayed": "true" },
    });
  }
  const response = await answer().catch(async (error: unknown) => {
    // A fault may have happened after the creation, so only a refusal frees the key.
    if (error instanceof RefusalError) await releaseKey(ctx, id);
    throw error;
  });
  const stored = await withoutSecrets(response.clone(), secrets);
  await completeKey(ctx, accountId, id, { status: response.status, body: stored });
  return response;
}

async function withoutSecrets(response: Response, secrets: readonly string[]): Promise<string> {
  const body: { data?: Record<string, unknown> } = await response.json();
  for (const secret of secrets) delete body.data?.[secret];
  return JSON.stringify(body);
}
