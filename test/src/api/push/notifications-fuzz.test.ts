// Whatever JSON is sent, the push API makes or refuses the notification and never fails.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ESTIMATE_RATE } from "../../../../src/api/push/operation.ts";
import { CreateNotification } from "../../../../src/domain/notifications/create-notification.ts";
import { api, rows } from "../../../support/worker.ts";
import { hasAllRuns, propertyRuns } from "../../../support/property-runs.ts";
import { newAccount } from "../../../support/scenario.ts";

/** Of which one in sixteen is accepted: so many that chance does not leave ten. */
const RUNS = 500;

async function newPushApp() {
  const { key } = await newAccount();
  const made = await api("POST", "/api/v1/push/apps", { token: key, json: { name: "Fuzzed" } });
  return { key, path: `/api/v1/push/apps/${made.body.data.id}/notifications` };
}

const type = fc.constantFrom("all", "user_ids", "tags", "platform", "languages", "countries");
const list = fc.array(fc.oneof(fc.string(), fc.constantFrom("de", "web", "beta", "DE")), {
  maxLength: 3,
});
const { targeting } = fc.letrec((tie) => ({
  targeting: fc.oneof(
    { maxDepth: 4 },
    fc.constant({ type: "all" }),
    type.chain((kind) => {
      const key = kind === "user_ids" ? "ids" : kind === "platform" ? "platforms" : kind;
      return fc.record({ type: fc.constant(kind), [key]: list }, { requiredKeys: ["type"] });
    }),
    fc.record({
      type: fc.constantFrom("all_of", "any_of", "not"),
      of: fc.array(tie("targeting"), { maxLength: 3 }),
    }),
    fc.jsonValue(),
  ),
}));
const anything = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()),
);
const fields = Object.keys(CreateNotification.shape).filter((name) => name !== "dry_run");
const bodies = fc.oneof(
  fc.jsonValue(),
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...fields), anything, { maxKeys: 4 }),
      fc.record({ title: fc.string({ minLength: 1 }), body: fc.string({ minLength: 1 }) }),
      fc.oneof(fc.constant({}), fc.record({ targeting })),
    )
    .map(([wild, words, audience]) => Object.assign({}, words, wild, audience)),
);

test.each([
  ["POST", "", [201, 422, 400]],
  ["POST", "/estimate", [200, 422]],
  ["PATCH", "/:id", [200, 422, 400]],
])("%s notifications%s answers any JSON with one of %j", async (method, suffix, statuses) => {
  let app = await newPushApp();
  let left = 0;
  let path = "";
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      if (left === 0) {
        app = await newPushApp();
        const draft = await api("POST", app.path, {
          token: app.key,
          json: { title: "a", body: "b" },
        });
        path = app.path + suffix.replace(":id", draft.body.data.id);
        // Estimates are the narrowest limit of an account.
        left = ESTIMATE_RATE.limit - 2;
      }
      left -= 1;
      const json =
        suffix === "/estimate" ? { targeting: (body as { targeting?: unknown })?.targeting } : body;
      const answer = await api(method, path, { token: app.key, json });
      expect(statuses).toContain(answer.status);
      seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    }),
    { numRuns: propertyRuns(RUNS) },
  );
  // some of it was accepted, so the test does not only meet refusals
  if (hasAllRuns()) expect(seen.get(statuses[0] ?? 0)).toBeGreaterThan(10);
  await rows("DELETE FROM notifications WHERE status = 'draft'");
});
