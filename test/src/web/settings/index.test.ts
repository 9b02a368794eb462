// The page of an account's settings, as members' browsers ask for it.
import { expect, test } from "vitest";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

const nameOf = async ({ account }: TestPerson) =>
  (await rows("SELECT name FROM accounts WHERE id = ?", account.id))[0]?.name ?? null;

function errorsIn(html: string): string[] {
  return [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
}

test("the page says what plan the account is on, and what it may use", async () => {
  const owner = await signedIn();
  const { status, html } = await owner.get(`${owner.base}/settings`);
  expect(status).toBe(200);
  const [plan] = await rows(
    "SELECT plans.name FROM plans JOIN accounts ON accounts.plan_id = plans.id WHERE accounts.id = ?",
    owner.account.id,
  );
  for (const part of [plan.name, "Build credits", "for each key", "Delete the account"]) {
    expect(html).toContain(part);
  }
});

test("an owner renames the account; a refused name stays in its field, with what is wrong", async () => {
  const owner = await signedIn();
  const path = `${owner.base}/settings/name`;
  const before = await nameOf(owner);
  for (const [name, says] of [
    ["", "Fill this in: nothing is there yet."],
    ["x".repeat(201), "Must not be greater than 200 characters."],
  ] as const) {
    const refused = await owner.post(path, { name });
    expect([refused.status, errorsIn(refused.html)]).toEqual([422, [says]]);
    expect(refused.html).toContain(`value="${name}"`);
  }
  expect(await nameOf(owner)).toBe(before);
  const done = await owner.post(path, { name: "Marrowby Traders" });
  expect([done.status, done.to]).toEqual([303, `${owner.base}/settings`]);
  expect((await owner.get(done.to ?? "")).html).toContain("Marrowby Traders");
});

test("an owner changes the contact address, which the audit log notes without it", async () => {
  const owner = await signedIn();
  const path = `${owner.base}/settings/contact`;
  const refused = await owner.post(path, { email: "books" });
  expect([refused.status, errorsIn(refused.html)]).toEqual([422, ["Must be an e-mail address."]]);
  expect(refused.html).toContain('value="books"');
  const done = await owner.post(path, { email: " books@example.com " });
  expect([done.status, done.to]).toEqual([303, `${owner.base}/settings`]);
  const [row] = await rows("SELECT email FROM accounts WHERE id = ?", owner.account.id);
  expect(row.email).toBe("books@example.com");
  const [entry] = await rows(
    "SELECT did, facts FROM audit_entries WHERE account_id = ? ORDER BY id DESC",
    owner.account.id,
  );
  expect(entry).toEqual({ did: "account.update", facts: '{"fields":["email"]}' });
});

test("an account is deleted by who types its name, and what goes is said before", async () => {
  const owner = await signedIn();
  await newApp(owner.account.key);
  const path = `${owner.base}/settings/delete`;
  const name = await nameOf(owner);
  const { html } = await owner.get(`${owner.base}/settings`);
  for (const part of [
    "its app, with design",
    "keystores",
    "subscribers",
    "API keys",
    "audit log",
  ]) {
    expect(html).toContain(part);
  }
  const refused = await owner.post(path, { name: "another" });
  expect([refused.status, errorsIn(refused.html)]).toEqual([422, [`Must be ${name}.`]]);
  expect(refused.html).toMatch(/<dialog [^>]*id="delete-account"[^>]* open/);
  expect((await owner.get(owner.base)).status).toBe(200);
  const done = await owner.post(path, { name });
  expect([done.status, done.to]).toEqual([303, "/dashboard"]);
  expect((await owner.get(owner.base)).status).toBe(404);
  expect((await api("GET", "/api/v1/apps", { token: owner.account.key })).status).toBe(401);
});

test("a member leaves, and the last owner is told why not", async () => {
  const owner = await signedIn();
  const viewer = await signedIn("viewer", owner.account);
  const left = await viewer.post(`${viewer.base}/settings/leave`);
  expect([left.status, left.to]).toEqual([303, "/dashboard"]);
  expect((await viewer.get(viewer.base)).status).toBe(404);
  const refused = await owner.post(`${owner.base}/settings/leave`);
  expect(refused.status).toBe(422);
  expect(refused.html).toContain("You are the last owner");
});

test("others than owners see the plan and the way to leave alone; their posts are refused", async () => {
  const owner = await signedIn();
  const name = await nameOf(owner);
  for (const role of ["developer", "marketer", "viewer"] as const) {
    const member = await signedIn(role, owner.account);
    const { status, html } = await member.get(`${member.base}/settings`);
    expect(status).toBe(200);
    const ways = [...html.matchAll(/<form method="post" action="([^"]*)"/g)].map(([, to]) => to);
    expect(ways.filter((to) => to?.startsWith(member.base))).toEqual([
      `${member.base}/settings/leave`,
    ]);
    for (const path of ["name", "contact", "delete"]) {
      const refused = await member.post(`${member.base}/settings/${path}`, { name });
      expect(refused.status, `${role} ${path}`).toBe(403);
    }
  }
  expect(await nameOf(owner)).toBe(name);
});

test("another account's settings are not there", async () => {
  const owner = await signedIn();
  const name = await nameOf(owner);
  const other = await signedIn();
  expect((await other.get(`${owner.base}/settings`)).status).toBe(404);
  for (const path of ["name", "delete", "leave"]) {
    expect((await other.post(`${owner.base}/settings/${path}`, { name })).status, path).toBe(404);
  }
  expect((await browser().get(`${owner.base}/settings`)).status).toBe(303);
  expect(await nameOf(owner)).toBe(name);
});
