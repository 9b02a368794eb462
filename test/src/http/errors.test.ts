// Every answer to a refusal, on every surface, byte for byte: errors.answers.txt has one a line. Clients rely on all
// of them, so a change there is a change of an API. After a wanted one, or a new code, run this file with `-u`.
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { channels as channelsSurface } from "../../../src/api/channels/index.ts";
import { instant as instantSurface } from "../../../src/api/instant/index.ts";
import { publicSurface as documentedPublic } from "../../../src/api/public/index.ts";
import { push as pushSurface } from "../../../src/api/push/index.ts";
import { v1 as v1Surface } from "../../../src/api/v1/index.ts";
import * as builder from "../../../src/api/builder/errors.ts";
import * as channels from "../../../src/api/channels/errors.ts";
import * as instant from "../../../src/api/instant/errors.ts";
import * as publicSurface from "../../../src/api/public/errors.ts";
import * as push from "../../../src/api/push/errors.ts";
import * as v1 from "../../../src/api/v1/errors.ts";
import * as pages from "../../../src/web/qrcode/errors.ts";
import { json } from "../../../src/http/answer.ts";
import type { Surface } from "../../../src/http/surface.ts";
import { invalidField, type Refusal, type Thing } from "../../../src/kit/refusal.ts";

const NOW = 1_800_000_000_000;
const REQUEST_ID = "5e0c7a52";
const SURFACES = { v1, push, channels, instant, public: publicSurface, builder, pages };

const Address = z.strictObject({ street: z.string().min(1), zip: z.string().min(5) });
const Person = z.strictObject({
  name: z.string().min(1).max(5),
  full_name: z.string().min(3),
  nick: z.string().regex(/^[a-z]+$/, { message: "must be lower-case letters" }),
  age: z.int().min(1).max(99),
  limit: z.number().max(5, { message: "must not exceed the plan" }),
  email: z.email(),
  born: z.iso.datetime(),
  site: z.url(),
  kind: z.enum(["a", "b"]),
  level: z.enum(["low", "high"]),
  tags: z.array(z.string()).min(1).max(2),
  more: z.array(z.string()).min(1),
  list: z.array(z.string()),
  flag: z.boolean(),
  count: z.number(),
  lone: z.string({ error: "must be a word" }),
  address: Address,
  home: Address,
  either: z.union([z.string(), z.number()]),
  exact: z.number().multipleOf(5),
});

/** What zod finds wrong with `input`. */
function issuesOf(schema: z.ZodType, input: unknown) {
  return schema.safeParse(input, { reportInput: true }).error?.issues ?? [];
}

const WRONG = {
  name: "far too long",
  full_name: "x",
  nick: "ABC",
  age: 0,
  limit: 6,
  email: "nobody",
  born: "today",
  site: "nowhere",
  kind: "c",
  tags: ["1", "2", "3"],
  more: [],
  list: "none",
  flag: "yes",
  count: "one",
  lone: 5,
  address: "here",
  home: { street: "", zip: 5, 7: "unknown", door: "unknown" },
  either: true,
  exact: 7,
  shoe_size: 44,
  5: "sorts first",
};

const THINGS: Record<Thing, true> = {
  account: true,
  api_key: true,
  app: true,
  build: true,
  builder: true,
  channel: true,
  code: true,
  delivery: true,
  draft: true,
  import: true,
  installation: true,
  invitation: true,
  member: true,
  keystore: true,
  login: true,
  lifecycle_event: true,
  notification: true,
  passkey: true,
  plan: true,
  template: true,
  identity_secret: true,
  push_credential: true,
  campaign: true,
  segment: true,
  session: true,
  subscriber: true,
  subscription: true,
  webhook: true,
  route: true,
};

type Samples = { [Code in Refusal["code"]]: Omit<Extract<Refusal, { code: Code }>, "code">[] };

const NO_FACTS = [{}];

const SAMPLES: Samples = {
  unauthenticated: [{}, { expiredAt: NOW - 1 }],
  forbidden: [
    { message: "This API key lacks the scope apps:write.", scope: "apps:write" },
    { message: "This API key can't give access to apps it lacks." },
  ],
  account_suspended: [{ since: NOW - 1000, reason: "Its apps imitate a bank" }],
  rate_limited: [{ retryAfterS: 31 }, { retryAfterS: 1 }],
  not_found: Object.keys(THINGS).map((what) => ({ what: what as Thing })),
  malformed: [{ message: "The request body is not valid JSON." }],
  too_large: [{ limit: 1_048_576 }],
  method_not_allowed: [{ allow: ["GET", "POST", "HEAD"] }],
  invalid: [
    { issues: issuesOf(Person, WRONG) },
    { issues: issuesOf(Person, {}) },
    { issues: issuesOf(Person, []) },
    { issues: issuesOf(z.strictObject({ name: z.string() }), { name: "a", other: 1 }) },
    { issues: issuesOf(z.object({ name: z.string() }), { name: null }) },
    {
      issues: issuesOf(
        z.array(z.string()),
        Array.from({ length: 102 }, (_, index) => index),
      ),
    },
    invalidField(["url"], "must be reachable"),
    invalidField([], "must name a field"),
    invalidField(["__proto__"], "must not be there"),
    { issues: [] },
  ],
  active_build: NO_FACTS,
  active_builds: NO_FACTS,
  keystore_in_use: [{}, { packages: ["com.example.app"] }, { packages: [] }],
  signing_key_changed: [{ expected: "a".repeat(64), given: "b".repeat(64), keystoreId: 4 }],
  package_changed: [{ expected: "com.example.app", given: "com.example.other" }],
  version_code_used: [{ highest: 7, given: 5, format: "aab" }],
  insufficient_credits: [{ required: 2, available: 1 }],
  no_builders: [{}, { lacking: "aab" }],
  build_not_completed: [{ status: "pending" }, { status: "failed" }, { status: "cancelled" }],
  artifact_not_found: NO_FACTS,
  not_installable: [
    { reason: "aab", status: "completed" },
    { reason: "deleted", status: "completed" },
    ...["pending", "building", "failed", "cancelled"].map((status) => ({
      reason: "unfinished" as const,
      status,
    })),
  ],
  not_cancellable: [{ status: "completed" }],
  link_invalid: [{ expired: true }, { expired: false }],
  invitation_ended: NO_FACTS,
  notifications_not_configured: NO_FACTS,
  already_sent: [{ status: "sending" }, { status: "finalizing" }, { status: "cancelled" }],
  not_editable: [{ status: "sending" }, { status: "sent" }],
  segment_in_use: [
    { notifications: [{ id: "0b0e", title: "New in 2.0", status: "draft" }], total: 1 },
    {
      notifications: ["A", "B", "C", "D"].map((title) => ({ id: "0", title, status: "scheduled" })),
      total: 120,
    },
  ],
  delivery_pending: NO_FACTS,
  changed_meanwhile: NO_FACTS,
  draft_changed: [
    { draft: "00000000-0000-4000-8000-000000000000", version: 2, by: "Ben Ode", at: 1 },
    { draft: "00000000-0000-4000-8000-000000000000", version: 2, by: null, at: 1 },
  ],
  mail_not_configured: NO_FACTS,
  last_owner: [{ accounts: ["Example Inc."] }],
  idempotency_conflict: [{ running: true }, { running: false }],
};

/** The response as one line: status, headers of its own, body. */
async function line(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== "content-type");
  const shown = headers.map(([name, value]) => `${name}: ${value}`).join("; ");
  return `${response.status} [${shown}] ${await response.text()}`;
}

test("every surface answers every refusal, and a fault, as clients know it", async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  const lines: string[] = [];
  for (const [name, surface] of Object.entries(SURFACES)) {
    for (const [code, samples] of Object.entries(SAMPLES)) {
      for (const facts of samples) {
        const refusal = { ...facts, code } as Refusal;
        const answer = json(surface.refusalAnswer(refusal, REQUEST_ID));
        const what = "what" in facts ? ` ${facts.what}` : "";
        lines.push(`${name} ${code}${what}: ${await line(answer)}`);
      }
    }
    lines.push(`${name} fault: ${await line(json(surface.faultAnswer(REQUEST_ID)))}`);
  }
  vi.useRealTimers();
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("errors.answers.txt");
});

test("every answer to a refusal, and to a fault, has the fields that the document describes and no others", () => {
  const documented: [Surface, (typeof SURFACES)[keyof typeof SURFACES]][] = [
    [v1Surface, v1],
    [pushSurface, push],
    [channelsSurface, channels],
    [instantSurface, instant],
    [documentedPublic, publicSurface],
  ];
  const undescribed = documented.flatMap(([{ prefix, errors }, surface]) => {
    const refusals = Object.entries(SAMPLES).flatMap(([code, samples]) =>
      samples.map((facts) => surface.refusalAnswer({ ...facts, code } as Refusal, REQUEST_ID)),
    );
    return [...refusals, surface.faultAnswer(REQUEST_ID)].flatMap(({ status, body }) => {
      const form = (status === 422 ? errors?.invalid : null) ?? errors?.error;
      if (!(form instanceof z.ZodObject)) throw new Error(`${prefix} describes no errors`);
      const { error } = form.strict().safeParse(JSON.parse(JSON.stringify(body)));
      return error ? [`${prefix} ${status}: ${error.message}`] : [];
    });
  });
  expect(undescribed).toEqual([]);
});
