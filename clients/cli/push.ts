// `slipway push`: a push to an audience that is counted first, followed to its report.
import { randomUUID } from "node:crypto";
import { Api, pause } from "./api.ts";
import { pushAppOf } from "./apps.ts";
import { usage } from "./args.ts";
import { askYes, canAsk } from "./ask.ts";
import { targetingOf, type Targeting } from "./audience.ts";
import { isSet, textOf, textsOf, type Call, type Command } from "./command.ts";
import { Failure, Interrupted } from "./failure.ts";
import { printable } from "./output.ts";
import { accessOf } from "./settings.ts";

interface DryRun {
  total_count: number;
  by_platform: Record<string, number>;
  payload_sizes: { provider: string; bytes: number; limit: number }[];
}

interface Notification {
  id: string;
  status: string;
  scheduled_at: string | null;
  failure_reason: string | null;
  stats: { total_count: number; sent_count: number; failed_count: number };
}

interface Results {
  total_count: number;
  sent_count: number;
  failed_count: number;
  reasons: Record<string, number>;
}

/** How often a send is looked at, ms, at first and later: an account has 200 requests a minute. */
const LOOK_MS = [250, 500, 1000, 2000];
/** What a send ends as. */
const ENDED = new Set(["sent", "failed", "cancelled"]);
/** A time with a zone, roughly: the API reads it exactly. */
const ZONED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/i;

export const push: Command = {
  name: "push",
  summary: "send a push to an app's subscribers, and report on it",
  words: { shown: "<push-app>", least: 1, most: 1 },
  options: {
    title: { type: "string", value: "TEXT", help: "the title" },
    body: { type: "string", value: "TEXT", help: "the text" },
    url: { type: "string", value: "URL", help: "what a click opens" },
    to: {
      type: "string",
      multiple: true,
      value: "WHO",
      help: "all, tag:<tag> or user:<user id>; several are any of these; all where not said",
    },
    at: { type: "string", value: "TIME", help: "send it then: 2026-12-24T18:00+01:00" },
    "dry-run": { type: "boolean", help: "only count the audience and the message's bytes" },
    yes: { type: "boolean", help: "send to everyone without asking" },
    "no-wait": { type: "boolean", help: "do not wait for the report" },
  },
  more:
    "<push-app> is the app's id in the push API (a UUID) or in API v1 (a number).\n" +
    "The audience is counted first. Before a push to everyone it asks, and without a terminal it takes --yes.",
  examples: [
    ['slipway push 7 --title "Hello" --body "World" --dry-run', "counts the audience"],
    ['slipway push 7 --title "Hello" --body "World" --to tag:beta --to user:42', "sends to some"],
    [
      'slipway push 7 --title "Hello" --body "World" --yes --json',
      "sends to everyone, from a program",
    ],
  ],
  run,
};

async function run(call: Call): Promise<void> {
  const { out, signal } = call;
  const content = contentOf(call);
  const at = textOf(call, "at");
  const targeting = targetingOf(textsOf(call, "to"));
  if (at !== null && !ZONED.test(at)) {
    throw usage("--at must be a time with its zone, such as 2026-12-24T18:00+01:00.", push);
  }
  const api = new Api(accessOf(call.env));
  const app = await pushAppOf(api, call.words[0] ?? "", signal);
  const path = `/api/v1/push/apps/${encodeURIComponent(app)}/notifications`;
  const when = at === null ? {} : { scheduled_at: at };
  const asked = { ...content, targeting, ...when };
  const sent = { body: { ...asked, dry_run: true }, idempotencyKey: randomUUID(), signal };
  const { data: size } = await api.call<{ data: DryRun }>("POST", path, sent);
  if (isSet(call, "dry-run")) {
    out.result(size, `${sizeOf(size)} ${bytesOf(size)} Nothing was sent.`);
    return;
  }
  out.say(sizeOf(size));
  if (size.total_count === 0 && at === null) {
    throw new Failure("failed", "Nobody is in this audience: nothing was sent.", {
      total_count: 0,
    });
  }
  await allow(targeting, size, call);
  // Ctrl-C does not end it halfway: whether it was made has to be known.
  const made = {
    body: { ...asked, ...(at === null && { send: true }) },
    idempotencyKey: randomUUID(),
  };
  const { data: notification } = await out.uninterrupted(
    "Whether the push was made is unknown.",
    () => api.call<{ data: Notification }>("POST", path, made),
  );
  if (at !== null || isSet(call, "no-wait")) {
    const then = notification.scheduled_at;
    const text = then === null ? "is being sent" : `is to be sent at ${then}`;
    out.result(
      { notification_id: notification.id, status: notification.status, scheduled_at: then },
      `Notification ${notification.id} ${text}.`,
    );
    return;
  }
  await report(api, `${path}/${notification.id}`, notification, size.total_count, call);
}

function contentOf(call: Call): Record<string, string> {
  const title = textOf(call, "title");
  const body = textOf(call, "body");
  const url = textOf(call, "url");
  if (title === null || body === null) throw usage("A push needs --title and --body.", push);
  return { title, body, ...(url !== null && { url }) };
}

/** Asks before everyone gets it. */
async function allow(targeting: Targeting, size: DryRun, call: Call): Promise<void> {
  if (targeting.type !== "all" || isSet(call, "yes")) return;
  if (!canAsk()) {
    throw usage("This goes to everyone. Say --yes, since there is no terminal to ask at.", push);
  }
  if (await askYes(`Send it to all ${size.total_count}?`, call.signal)) return;
  throw new Failure("failed", "Nothing was sent.");
}

/** Waits until the send has ended, and prints its report. */
async function report(
  api: Api,
  path: string,
  first: Notification,
  expected: number,
  call: Call,
): Promise<void> {
  const { out, signal } = call;
  const notification = await ended(api, path, first, expected, call);
  const { data: results } = await api.call<{ data: Results }>("GET", `${path}/results`, { signal });
  const reasons = Object.entries(results.reasons).filter(([, count]) => count > 0);
  const value = {
    notification_id: notification.id,
    status: notification.status,
    total: results.total_count,
    sent: results.sent_count,
    failed: results.failed_count,
    reasons: Object.fromEntries(reasons),
    failure_reason: notification.failure_reason,
  };
  const why = notification.failure_reason;
  if (notification.status !== "sent") {
    const because = why === null ? "" : `: ${printable(why)}`;
    throw new Failure("failed", `The push is ${notification.status}${because}`, value);
  }
  const lines = reasons.map(([reason, count]) => `  ${reason}: ${count}`);
  const counts = `Sent to ${value.sent} of ${value.total}, failed: ${value.failed}.`;
  out.result(value, [counts, ...lines].join("\n"), "green");
}

/** Waits for the end. Of `expected` recipients the audience was when it was counted; a small send tells its own only then. */
async function ended(
  api: Api,
  path: string,
  first: Notification,
  expected: number,
  { out, signal }: Pick<Call, "out" | "signal">,
): Promise<Notification> {
  let notification = first;
  try {
    for (let look = 0; !ENDED.has(notification.status); look++) {
      const { status, stats } = notification;
      const total = stats.total_count || expected;
      out.progress(`${status}: ${stats.sent_count + stats.failed_count} of ${total}`);
      await pause(LOOK_MS[Math.min(look, LOOK_MS.length - 1)] ?? 0, signal);
      notification = (await api.call<{ data: Notification }>("GET", path, { signal })).data;
    }
    return notification;
  } catch (error) {
    const facts = { notification_id: first.id };
    const goesOn = `Notification ${first.id} is being sent all the same.`;
    if (error instanceof Interrupted) throw new Interrupted(goesOn, facts);
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.kind, `${error.message} ${goesOn}`, { ...error.facts, ...facts });
  }
}

function sizeOf({ total_count: total, by_platform: platforms }: DryRun): string {
  const each = Object.entries(platforms)
    .filter(([, count]) => count > 0)
    .map(([platform, count]) => `${platform} ${count}`);
  const split = each.length === 0 ? "" : ` (${each.join(", ")})`;
  return `The audience: ${total}${split}.`;
}

function bytesOf({ payload_sizes: sizes }: DryRun): string {
  return sizes
    .map(({ provider, bytes, limit }) => `${provider}: ${bytes} of ${limit} bytes.`)
    .join(" ");
}
