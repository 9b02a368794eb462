// An operator looks at an account as a viewer: what they see, that they can change nothing, who learns of it, and how it ends.
import { expect, test } from "vitest";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import { browser, operatorSignedIn, sessionCookie, signedIn } from "../../../support/person.ts";
import { newAccount, newOneOfEach, suspend } from "../../../support/scenario.ts";
import { newAddress, rows, send } from "../../../support/worker.ts";

const REASON = "Question 4711: no build is signed";
const visitOf = (id: number) => `/dashboard/admin/accounts/${id}/visit`;

/** An account that an operator looks at. */
async function visiting() {
  const account = await newOneOfEach();
  const operator = await operatorSignedIn();
  const begun = await operator.post(visitOf(account.id), { reason: REASON });
  expect([begun.status, begun.to]).toEqual([303, `/dashboard/${account.id}`]);
  return { account, operator, path: `/dashboard/${account.id}` };
}

test("an operator who is no member sees nothing without a visit, and in one what a viewer sees", async () => {
  const account = await newOneOfEach();
  const operator = await operatorSignedIn();
  const path = `/dashboard/${account.id}`;
  expect((await operator.get(path)).status).toBe(404);
  for (const reason of ["", "   ", "x".repeat(501)]) {
    const refused = await operator.post(visitOf(account.id), { reason });
    expect(refused.status).toBe(422);
    expect(refused.html).toMatch(/<dialog [^>]*id="visit"[^>]* open/);
  }
  expect((await operator.get(path)).status).toBe(404);
  expect((await operator.post(visitOf(account.id), { reason: REASON })).to).toBe(path);
  const { status, html, headers } = await operator.get(path);
  expect(status).toBe(200);
  expect(html).toContain("as an operator</strong>, in the role of a viewer, until");
  expect(html).toContain(`action="${visitOf(account.id)}/end"`);
  // The browser does not come back here by itself.
  expect(headers.get("set-cookie") ?? "").not.toContain("slipway_account");
  expect((await operator.get(`${path}/apps/${account.ids.app}/audience`)).status).toBe(200);
  for (const notViewers of ["/api-keys", "/audit"]) {
    expect((await operator.get(path + notViewers)).status, notViewers).toBe(403);
  }
});

test("the account's owners read in their audit log who looked, and why", async () => {
  const { account, operator } = await visiting();
  const owner = await signedIn("owner", account);
  const { html } = await owner.get(`${owner.base}/audit?who=operator&kind=account`);
  const log = html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  expect(log).toContain(`${operator.name} began to look, as a viewer, at the account`);
  expect(log).toContain(`reason: ${REASON}; minutes: 30`);
  const noted = await rows(
    "SELECT who FROM audit_entries WHERE account_id = ? AND did = 'account.visit'",
    account.id,
  );
  expect(noted).toEqual([{ who: "operator" }]);
});

test("no form is taken in a visit, whatever viewers may send, and none changes anything", async () => {
  const { account, operator } = await visiting();
  const ids = new Map(Object.entries({ ...account.ids, account: account.id }));
  const forms = dashboard.operations.filter(
    (operation) => "may" in operation && operation.docs.method === "post",
  );
  expect(forms.length).toBeGreaterThan(40);
  const before = await rows(
    "SELECT count(*) AS n FROM audit_entries WHERE account_id = ?",
    account.id,
  );
  for (const { docs } of forms) {
    const path = docs.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      String(ids.get(name) ?? 1),
    );
    const from = { "cf-connecting-ip": newAddress() };
    const { status, html } = await operator.post(`/dashboard${path}`, {}, from);
    expect(status, docs.operationId).toBe(403);
    expect(html, docs.operationId).toContain("can change nothing in it");
  }
  expect(
    await rows("SELECT count(*) AS n FROM audit_entries WHERE account_id = ?", account.id),
  ).toEqual(before);
  // What is the operator's own, they still do.
  const theme = await operator.post("/dashboard/theme", { theme: "dark" });
  expect(theme.status).toBe(303);
});

test("a visit ends by its form", async () => {
  const { account, operator, path } = await visiting();
  const ended = await operator.post(`${visitOf(account.id)}/end`);
  expect([ended.status, ended.to]).toEqual([303, `/dashboard/admin/accounts/${account.id}`]);
  expect((await operator.get(path)).status).toBe(404);
  // Ended again, it is ended.
  expect((await operator.post(`${visitOf(account.id)}/end`)).status).toBe(303);
});

test("a visit ends by time, and beginning one ends the one before", async () => {
  const { operator, path } = await visiting();
  const other = await newAccount();
  expect((await operator.post(visitOf(other.id), { reason: "Another" })).status).toBe(303);
  expect((await operator.get(path)).status).toBe(404);
  expect((await operator.get(`/dashboard/${other.id}`)).status).toBe(200);
  const [visit] = await rows("SELECT ends_at FROM operator_visits WHERE account_id = ?", other.id);
  expect(visit.ends_at - Date.now()).toBeGreaterThan(29 * 60_000);
  expect(visit.ends_at - Date.now()).toBeLessThanOrEqual(30 * 60_000);
  await rows("UPDATE operator_visits SET ends_at = ? WHERE account_id = ?", Date.now(), other.id);
  expect((await operator.get(`/dashboard/${other.id}`)).status).toBe(404);
  const { html } = await operator.get(`/dashboard/admin/accounts/${other.id}`);
  expect(html).not.toContain("End the visit");
  expect(html).toContain("Look as a viewer");
});

test("a second tab, of the account before, does not end the visit that goes on", async () => {
  const { account, operator } = await visiting();
  const other = await newAccount();
  expect((await operator.post(visitOf(other.id), { reason: "Another" })).status).toBe(303);
  expect((await operator.post(`${visitOf(account.id)}/end`)).status).toBe(303);
  expect((await operator.get(`/dashboard/${other.id}`)).status).toBe(200);
});

test("a HEAD is a look too, and one's own pages stay one's own", async () => {
  const { account, operator, path } = await visiting();
  expect((await send("HEAD", path, { headers: { cookie: operator.cookie } })).status).toBe(200);
  // Kept by the browser from when they were a member.
  const cookie = `${operator.cookie}; slipway_account=${account.id}`;
  const { html } = await operator.get("/dashboard/security", { cookie });
  expect(html).toContain(`href="${operator.base}"`);
  expect(html).not.toContain(`href="${path}"`);
});

test("a visit is its session's alone, and ends with it", async () => {
  const { operator, path } = await visiting();
  const token = crypto.randomUUID().replaceAll("-", "");
  await rows(
    "INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, 1, ?)",
    `other-${operator.id}`,
    operator.id,
    token,
    Date.now() + 86_400_000,
    Date.now(),
  );
  expect((await browser(sessionCookie(token)).get(path)).status).toBe(404);
  expect((await operator.post("/dashboard/sign-out")).status).toBe(303);
  expect(await rows("SELECT * FROM operator_visits WHERE user_id = ?", operator.id)).toEqual([]);
});

test("a visit ends with the rights of an operator", async () => {
  const { operator, path } = await visiting();
  await rows("DELETE FROM operators WHERE user_id = ?", operator.id);
  expect((await operator.get(path)).status).toBe(404);
  expect(await rows("SELECT * FROM operator_visits WHERE user_id = ?", operator.id)).toEqual([]);
});

test("who is a member keeps their role, and needs no visit", async () => {
  const operator = await operatorSignedIn();
  const refused = await operator.post(visitOf(operator.account.id), { reason: REASON });
  expect(refused.status).toBe(403);
  expect(refused.html).toContain("You are a member of this account");
  const { html } = await operator.get(`/dashboard/admin/accounts/${operator.account.id}`);
  expect(html).toContain("You are a member of this account, with the role owner.");
  expect(html).not.toContain('id="visit"');
  // Who becomes one in a visit is that, and no viewer.
  const { account, operator: other, path } = await visiting();
  await rows(
    "INSERT INTO memberships (account_id, user_id, role, created_at) VALUES (?, ?, 'owner', 1)",
    account.id,
    other.id,
  );
  const page = await other.get(`${path}/api-keys`);
  expect(page.status).toBe(200);
  expect(page.html).not.toContain("as an operator</strong>");
});

test("nobody else can begin one, and there is none of what is not there", async () => {
  const account = await newAccount();
  const person = await signedIn();
  expect((await person.post(visitOf(account.id), { reason: REASON })).status).toBe(404);
  const operator = await operatorSignedIn();
  expect((await operator.post(visitOf(999_999_999), { reason: REASON })).status).toBe(404);
  expect(
    await rows("SELECT * FROM operator_visits WHERE user_id IN (?, ?)", person.id, operator.id),
  ).toEqual([]);
});

test("a suspended account is looked at too, and a deleted one is gone", async () => {
  const { account, operator, path } = await visiting();
  await suspend(account.id);
  expect((await operator.get(path)).status).toBe(200);
  const owner = await signedIn("owner", account);
  expect((await owner.get(path)).status).toBe(403);
  await rows("UPDATE accounts SET deleted_at = 1, name = '', email = '' WHERE id = ?", account.id);
  expect((await operator.get(path)).status).toBe(404);
  expect((await operator.get(`/dashboard/admin/accounts/${account.id}`)).status).toBe(404);
});
