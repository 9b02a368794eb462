// The operators' page of plans.
import { expect, test } from "vitest";
import { operatorSignedIn } from "../../../support/person.ts";
import { newAccount } from "../../../support/scenario.ts";
import { admin, api, rows } from "../../../support/worker.ts";

const PLANS = "/dashboard/admin/plans";
const FIELDS = { price: "12.50", monthly_credits: "20", rate_limit: "700", features: "" };

const errorsIn = (html: string) =>
  [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
const planOf = async (name: string) =>
  (await rows("SELECT * FROM plans WHERE name = ?", name))[0] ?? null;
const newName = () => `Plan ${crypto.randomUUID().slice(0, 8)}`;

test("a plan is added, and accounts can be put on it", async () => {
  const operator = await operatorSignedIn();
  const name = newName();
  const fields = { ...FIELDS, name, features: " Two apps \n\nA team\n" };
  const added = await operator.post(PLANS, fields);
  expect([added.status, added.to]).toEqual([303, PLANS]);
  expect(await planOf(name)).toMatchObject({
    price: 12.5,
    monthly_credits: 20,
    rate_limit: 700,
    push_rate_limit: 100,
    registration_rate_limit: 30,
    max_subscribers: 10_000,
    features: '["Two apps","A team"]',
  });
  const { id } = await newAccount({ plan: name });
  expect((await admin("GET", `/accounts/${id}`)).body.data.plan.name).toBe(name);
  const again = await operator.post(PLANS, fields);
  expect([again.status, errorsIn(again.html)]).toEqual([
    422,
    ["Must be a name that no other plan has."],
  ]);
});

test("a plan is changed, but for its name; what is empty costs nothing or stays", async () => {
  const operator = await operatorSignedIn();
  const name = newName();
  await operator.post(PLANS, { ...FIELDS, name, push_rate_limit: "150" });
  const { id } = await planOf(name);
  const changed = await operator.post(`${PLANS}/${id}`, {
    ...FIELDS,
    name: "Another",
    monthly_credits: "",
    rate_limit: "800",
  });
  expect(changed.status).toBe(303);
  expect(await planOf(name)).toMatchObject({
    monthly_credits: null,
    rate_limit: 800,
    push_rate_limit: 150,
  });
  // At once, for the accounts that are on it.
  const account = await newAccount({ plan: name });
  const own = await api("GET", "/api/v1/account", { token: account.key });
  expect(own.headers.get("x-ratelimit-limit")).toBe("800");
  expect((await operator.post(`${PLANS}/999999999`, FIELDS)).status).toBe(404);
});

test.each([
  ["price", "-1", "Must be at least 0."],
  ["price", "much", "Must be a number."],
  ["monthly_credits", "1000001", "Must be from 0 to 1000000."],
  ["rate_limit", "0", "Must be from 1 to 1000000."],
  ["rate_limit", "", "Fill this in: nothing is there yet."],
  ["max_subscribers", "1.5", "Must be an integer."],
  ["name", "", "Fill this in: nothing is there yet."],
])("%s is not %j", async (field, value, says) => {
  const operator = await operatorSignedIn();
  const refused = await operator.post(PLANS, { ...FIELDS, name: newName(), [field]: value });
  expect([refused.status, errorsIn(refused.html)]).toEqual([422, [says]]);
  expect(refused.html).toMatch(/<dialog [^>]*id="new-plan"[^>]* open/);
  expect(refused.html).toContain(`value="${value}"`);
});

test("how many accounts a plan has is said, whatever becomes of them", async () => {
  const operator = await operatorSignedIn();
  const [one, other] = [newName(), newName()];
  for (const name of [one, other]) await operator.post(PLANS, { ...FIELDS, name });
  const counts = async () => [(await planOf(one)).accounts, (await planOf(other)).accounts];
  const first = await newAccount({ plan: one });
  await newAccount({ plan: one });
  expect(await counts()).toEqual([2, 0]);
  await admin("PATCH", `/accounts/${first.id}`, { plan: other });
  expect(await counts()).toEqual([1, 1]);
  const { html } = await operator.get(PLANS);
  expect(html).toMatch(new RegExp(`plan=${one.replace(" ", "\\+")}">\\s*1 account<`));
  await rows("UPDATE accounts SET deleted_at = 1, name = '', email = '' WHERE id = ?", first.id);
  expect(await counts()).toEqual([1, 0]);
  await rows("UPDATE accounts SET deleted_at = 2, emptied_at = 3 WHERE id = ?", first.id);
  expect(await counts()).toEqual([1, 0]);
});
