// GET /healthz says that the Worker runs. With `?deep=1` it asks the parts that the Worker needs, and says of each whether it
// answers: words alone, since anybody may ask. An answer serves for some seconds and asks nothing, not even who counts
// requests, so that strangers cost next to nothing.
import { z } from "@hono/zod-openapi";
import type { Context, Handler } from "hono";
import { checkDeep, type Checks } from "../domain/health/check-deep.ts";
import { json, type Answer } from "../http/answer.ts";
import type { HttpEnv } from "../http/env.ts";
import { countByAddress } from "../http/operation.ts";
import { readQuery } from "../http/query.ts";
import { parse } from "../kit/parse.ts";
import { RefusalError } from "../kit/refusal.ts";
import { SECOND_MS } from "../kit/time.ts";
import { refusalAnswer } from "./v1/errors.ts";

export const HEALTH_PATH = "/healthz";

/** How long an isolate repeats its last answer, ms. */
const KEPT_MS = 5 * SECOND_MS;
/** How old it may be while a check goes on, ms: a part that does not answer is not asked again by each who comes. */
const MEANWHILE_MS = 10 * SECOND_MS;
/** Checks a minute that one network address may cause, in all isolates: one each second. */
const RATE = { name: "healthz", limit: 60 };

const Query = z.strictObject({ deep: z.literal("1").optional() });

/** Whatever is asked is asked in the name of nobody: the answer is the same for all. `at`: when it was asked for, ms. */
let kept: { at: number; checks: Checks } | null = null;
/** When the last check began, ms. */
let askedAt = 0;

export const health: Handler<HttpEnv> = async (c) => {
  try {
    const { deep } = parse(Query, readQuery(c.req.raw.url));
    if (deep === undefined) return json({ status: 200, body: { status: "ok" } });
    return json(answerOf(await checksOf(c)));
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return json(refusalAnswer(error.refusal, c.var.requestId));
  }
};

async function checksOf(c: Context<HttpEnv>): Promise<Checks> {
  const now = Date.now();
  const isGoingOn = now >= askedAt && now < askedAt + KEPT_MS;
  const keptMs = isGoingOn ? MEANWHILE_MS : KEPT_MS;
  if (kept && now >= kept.at && now < kept.at + keptMs) return kept.checks;
  await countByAddress(c, RATE);
  askedAt = now;
  const checks = await checkDeep(c.env.connection.open("primary"));
  kept = { at: now, checks };
  return checks;
}

function answerOf(checks: Checks): Answer {
  const isOk = Object.values(checks).every((each) => each === "ok");
  return { status: isOk ? 200 : 503, body: { status: isOk ? "ok" : "failing", checks } };
}
