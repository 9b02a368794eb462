// How many an audience has, right now: what the builder's foot shows, and the answer to its script.
import type { Child } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import { z } from "zod";
import type { App } from "../../domain/apps/find-app.ts";
import type { AudienceSize } from "../../domain/audiences/audience.ts";
import { estimateInTurn } from "../../domain/audiences/estimate-in-turn.ts";
import { Targeting, type Audience } from "../../domain/audiences/targeting.ts";
import { appFigures } from "../../domain/overviews/app-figures.ts";
import { parse } from "../../kit/parse.ts";
import { RefusalError, type Refusal } from "../../kit/refusal.ts";
import { NO_FIELDS, type Fields } from "../dashboard/fields.ts";
import { refused } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Key } from "../parts/day-plot.tsx";
import { clip } from "../parts/clip.ts";
import { PLATFORMS } from "../parts/subscriber-words.ts";
import { figure } from "../parts/words.ts";
import { sentenceOf } from "./sentence.ts";
import { pressed, step } from "./steps.ts";
import { built, placedIssues, type Built, type Placed } from "./targeting-of.ts";
import { aimOf, aimOfFields } from "./tree.ts";
import type { SegmentName } from "./values.ts";

/** An audience's size, and whose it is. */
export interface CountedSize extends AudienceSize {
  /** All that the app reaches. */
  all: number;
  sentence: string;
}

const Sized = z.strictObject({ targeting: Targeting });

/** Counts an audience when it is the account's turn. Refuses `rate_limited`. */
export async function countedSize(
  ctx: MemberCtx,
  app: App,
  audience: Audience,
  segments: readonly SegmentName[],
): Promise<CountedSize> {
  const [size, { active }] = await Promise.all([
    estimateInTurn(ctx, app, audience),
    appFigures(ctx, app),
  ]);
  const all = active.android + active.ios + active.web;
  return { ...size, all, sentence: sentenceOf(audience, segments) };
}

/**
 * The size for a page whose form came back because somebody without a script pressed "Count them"; null for another button,
 * for what can't be counted, and where it is not the account's turn.
 */
export async function askedSize(
  ctx: MemberCtx,
  app: App,
  fields: Fields,
  { name = "targeting", segments }: { name?: string; segments: readonly SegmentName[] },
): Promise<CountedSize | null> {
  const aim = aimOfFields(fields, name);
  if (aim === null || pressed(fields, name)?.what !== "size") return null;
  const { success, data } = Targeting.safeParse(built(aim, segments).targeting);
  if (!success) return null;
  return countedSize(ctx, app, data, segments).catch((error: unknown) => {
    if (error instanceof RefusalError) return null;
    throw error;
  });
}

/** The answer to the builder's script: the size, the audience in words, and how much was used; or what keeps it from counting. */
export async function sizeAnswer(
  ctx: MemberCtx,
  app: App,
  fields: Fields,
  { name = "targeting", segments }: { name?: string; segments: readonly SegmentName[] },
): Promise<Response> {
  const aim = aimOfFields(fields, name) ?? aimOf(null);
  const known = built(aim, segments);
  try {
    const { targeting } = parse(Sized, { targeting: known.targeting });
    const size = await countedSize(ctx, app, targeting, segments);
    return answer(
      200,
      <>
        <Estimate size={size} />
        <Sentence text={targeting.type === "all" ? "" : size.sentence} />
        <Used known={known} />
      </>,
    );
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const { status, headers } = refused("", fields, error.refusal);
    const { issues, problem } = wrongWith(error.refusal, name);
    const placed = placedIssues(issues, { aim, built: known }, name);
    const body = <Uncounted known={known} placed={placed} problem={problem} />;
    // What somebody has not typed to its end yet is no fault of the page, of which browsers keep a list.
    return answer(error.refusal.code === "invalid" ? 200 : status, body, headers);
  }
}

/** Answers with a fragment of a page. Its texts are bounded, so that it is within 2 KB. */
function answer(status: number, body: Child, headers: Record<string, string> = {}): Response {
  // No component waits for anything, so that this is text at once.
  const html = (<>{body}</>) as HtmlEscapedString;
  return new Response(String(html), {
    status,
    headers: {
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // Whoever opens it as a page sees its words.
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-robots-tag": "noindex",
    },
  });
}

/** Issues that an answer has, and how long each is, characters. */
const MAX_ISSUES = 3;
const MAX_ISSUE = 120;

const Uncounted = ({
  known,
  placed,
  problem,
}: {
  known: Built;
  placed: readonly Placed[];
  problem: string | null;
}) => (
  <>
    <p data-uncounted>{problem ?? whyUncounted(placed)}</p>
    <Used known={known} />
    {placed
      .filter(({ isBlank }) => !isBlank)
      .slice(0, MAX_ISSUES)
      .map(({ at, says }) => (
        <p class="error" data-at={at ?? "start"}>
          {clip(says, MAX_ISSUE)}
        </p>
      ))}
  </>
);

/** Why an audience of which this is wrong was not counted. */
export function whyUncounted(placed: readonly Placed[]): string {
  const isBlank = placed.every((each) => each.isBlank);
  return isBlank
    ? "Not counted: a condition has no value yet."
    : "Not counted: something is not right yet.";
}

/** What is wrong with a refused targeting, by the names that the form's own verb gives to its fields. */
function wrongWith(refusal: Refusal, name: string) {
  const { issues, problem } = refused("", NO_FIELDS, refusal).form;
  const named = [...issues].map(
    ([path, says]) => [path.replace(/^targeting/, name), says] as const,
  );
  return { issues: new Map(named), problem };
}

/** What is wrong with a targeting that is to be counted; nothing where it can be. */
export function issuesIn({ targeting }: Built, name: string): ReadonlyMap<string, string> {
  try {
    parse(Sized, { targeting });
    return new Map();
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return wrongWith(error.refusal, name).issues;
  }
}

/** How much of what the API takes a tree uses. */
export const Used = ({ known: { parts, levels } }: { known: Built }) => (
  <span data-parts>
    {parts} of 40 parts, {levels} of 4 levels
  </span>
);

/** The audience in words. */
export const Sentence = ({ text }: { text: string }) => (
  <p class="soft small" data-sentence hidden={text === ""}>
    {text}
  </p>
);

/** The size by platform, and its share of all. */
export const Estimate = ({ size: { total, all, byPlatform } }: { size: CountedSize }) => {
  const shown = PLATFORMS.filter(({ key }) => byPlatform[key] > 0);
  return (
    <div class="estimate" data-total>
      <p class="row row--between">
        <span>
          <b class="big">{figure(total)}</b> {total === 1 ? "person" : "people"} right now
        </span>
        <span class="muted">{shareOf(total, all)}</span>
      </p>
      {total > 0 && (
        <>
          <Split
            shown={shown.map((each) => ({ ...each, count: byPlatform[each.key] }))}
            of={total}
          />
          <div class="key-list">
            {shown.map(({ key, label, fill }) => (
              <Key fill={fill} label={label}>
                {figure(byPlatform[key])}
              </Key>
            ))}
          </div>
        </>
      )}
    </div>
  );
};

/** A share in words: nobody is "0% of all" who is there. */
export function shareOf(total: number, all: number): string {
  if (total === 0) return "nobody";
  if (total >= all) return "all of them";
  const percent = Math.round((total / all) * 100);
  if (percent === 0) return "less than 1% of all";
  return percent === 100 ? "almost all" : `${percent}% of all`;
}

const Split = ({
  shown,
  of,
}: {
  shown: readonly { label: string; fill: string; count: number }[];
  of: number;
}) => {
  let from = 0;
  const bars = shown.map(({ fill, count }) => {
    const width = (count / of) * 100;
    const bar = (
      <rect class={fill} x={`${from.toFixed(2)}%`} width={`${width.toFixed(2)}%`} height="100%" />
    );
    from += width;
    return bar;
  });
  const words = shown.map(({ label, count }) => `${figure(count)} on ${label}`).join(", ");
  return (
    <svg class="split" role="img" aria-label={words}>
      {bars}
    </svg>
  );
};

/** The foot of the builder: the size, or that nobody counted, and what counts without a script. */
export const SizeFoot = ({
  name,
  size,
  why,
}: {
  name: string;
  size: CountedSize | null;
  why: string;
}) => (
  <footer>
    <div class="estimate" aria-live="polite" data-counted>
      {size === null ? <p>{why}</p> : <Estimate size={size} />}
    </div>
    <button class="btn btn--s" name="do" value={step(name, "size")} data-count>
      Count them
    </button>
  </footer>
);
