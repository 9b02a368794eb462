// Idempotency-Key: a POST that makes something can be sent again without making it again. The key is
// reserved before the verb runs and its answer kept 24 hours, without the secrets it showed. Refusals are
// not kept. A request that died midway keeps its key reserved: better a 409 than a thing made twice. It costs
// two round trips to the database besides the request's own.
// The verb, which would refuse what the asker may not touch, is not asked again: so an answer is kept for
// API keys that reach the same apps as the one it was given to.
import type { Ctx, Principal } from "../domain/context.ts";
import { completeKey, releaseKey, reserveKey } from "../domain/accounts/idempotency.ts";
import { sha256Hex } from "../kit/crypto.ts";
import { invalidField, refuse, RefusalError } from "../kit/refusal.ts";
import { json } from "./answer.ts";

/** Longest key, characters. */
const MAX_KEY = 255;

/** Answers `request` once per key; runs `answer` directly where there is no key. */
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

  const kept = await reserveKey(ctx, id, bodyHash);
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
    // a fault may have come after the thing was made: only a refusal frees the key
    if (error instanceof RefusalError) await releaseKey(ctx, id);
    throw error;
  });
  await completeKey(ctx, id, response.status, await withoutSecrets(response.clone(), secrets));
  return response;
}

async function withoutSecrets(response: Response, secrets: readonly string[]): Promise<string> {
  const body: { data?: Record<string, unknown> } = await response.json();
  for (const secret of secrets) delete body.data?.[secret];
  return JSON.stringify(body);
}
