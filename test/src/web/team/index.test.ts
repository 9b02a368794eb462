// The page of an account's people, as members' browsers ask for it.
import { expect, test } from "vitest";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { served } from "../../../support/pages.ts";
import { bindings, rows } from "../../../support/worker.ts";
import { teamPage } from "../../../../src/web/team/index.tsx";

const INVITED = { email: "Hana@example.com", role: "viewer" };

function errorsIn(html: string): string[] {
  return [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
}

const roleOf = async ({ account }: TestPerson, id: string) =>
  (
    await rows("SELECT role FROM memberships WHERE account_id = ? AND user_id = ?", account.id, id)
  )[0]?.role ?? null;

const openOf = async ({ account }: TestPerson) =>
  rows("SELECT * FROM invitations WHERE account_id = ? AND ended_at IS NULL", account.id);

test("owners see members with their roles, invitations, and what each role may do", async () => {
  const owner = await signedIn();
  const viewer = await signedIn("viewer", owner.account);
  await owner.post(`${owner.base}/team/invite`, INVITED);
  const { status, html } = await owner.get(`${owner.base}/team`);
  expect(status).toBe(200);
  for (const part of [
    "2 people and one invitation.",
    "(you)",
    viewer.email.replace("@", "<wbr/>@"),
    "hana<wbr/>@example.com",
    "What roles may do",
    `id="member-${viewer.id}"`,
  ]) {
    expect(html).toContain(part);
  }
});

test("owners see how members sign in and when they were last here, and nobody else does", async () => {
  const owner = await signedIn();
  const viewer = await signedIn("viewer", owner.account);
  const insert = async (sql: string, ...values: unknown[]) =>
    bindings.DB.prepare(sql)
      .bind(...values)
      .run();
  for (const provider of ["credential", "github"]) {
    await insert(
      "INSERT INTO logins (id, user_id, provider_id, login_id, created_at, updated_at) VALUES (?, ?, ?, 'x', 0, 0)",
      `${provider}${viewer.id}`,
      viewer.id,
      provider,
    );
  }
  await insert("UPDATE users SET two_factor_enabled = 1 WHERE id = ?", viewer.id);
  const seen = Date.UTC(2026, 2, 3);
  await insert("UPDATE sessions SET updated_at = ? WHERE user_id = ?", seen, viewer.id);
  const rowOf = (html: string) => {
    // What precedes the first row names who looks, too.
    const [, ...all] = html.split("<tr>");
    return all.find((row) => row.includes(viewer.email.slice(0, 8))) ?? "";
  };
  const shown = rowOf((await owner.get(`${owner.base}/team`)).html);
  expect(shown).toContain("Password, GitHub, code");
  expect(shown).toContain('<time datetime="2026-03-03');
  const own = rowOf((await viewer.get(`${viewer.base}/team`)).html);
  expect(own).toContain("Viewer");
  expect(own).not.toContain("GitHub");
  expect(own).not.toContain("2026-03-03");
  await insert("DELETE FROM sessions WHERE user_id = ?", viewer.id);
  expect(rowOf((await owner.get(`${owner.base}/team`)).html)).toContain("Not lately");
});

test("an invitation's link is shown once, and leads to this account in the role that was chosen", async () => {
  const owner = await signedIn();
  const made = await owner.post(`${owner.base}/team/invite`, INVITED);
  expect(made.status).toBe(200);
  const [link = ""] = /https?:\/\/[^"<]*\/dashboard\/invite\/sw_inv_[\w-]+/.exec(made.html) ?? [];
  expect(made.html).toContain(`data-copy="${link}"`);
  expect(made.html).toContain("The link is shown once, here.");
  const [invitation] = await openOf(owner);
  expect(invitation).toMatchObject({ email: "hana@example.com", role: "viewer" });
  expect((await owner.get(`${owner.base}/team`)).html).not.toContain("sw_inv_");
});

test.each([
  [{}, "You get a link, shown once", "pass the link on yourself"],
  [{ ALLOW_PRIVATE_TARGETS: "1" }, "They get a link by mail", "It was mailed too."],
])(
  "whoever invites is told whether the link is mailed: with %o",
  async (settings, before, after) => {
    const owner = await signedIn();
    const ask = served(teamPage, owner, settings);
    expect(await (await ask(`${owner.base}/team`)).text()).toContain(before);
    const made = await ask(`${owner.base}/team/invite`, new URLSearchParams(INVITED));
    expect(made.status).toBe(200);
    expect((await made.text()).includes(after)).toBe(true);
  },
);

test("a refused invitation says what is wrong at its field, and keeps what was typed", async () => {
  const owner = await signedIn();
  const path = `${owner.base}/team/invite`;
  const cases: [Record<string, string>, string][] = [
    [{ email: "hana", role: "viewer" }, "Must be an e-mail address."],
    [{ email: "", role: "viewer" }, "Must be an e-mail address."],
    [
      { email: owner.email, role: "viewer" },
      "Must be the address of somebody who is no member yet.",
    ],
    [
      { email: "hana@example.com", role: "boss" },
      "Must be one of owner, developer, marketer, viewer.",
    ],
    [{ email: "hana@example.com" }, "Must be one of owner, developer, marketer, viewer."],
  ];
  for (const [fields, says] of cases) {
    const refused = await owner.post(path, fields);
    expect([refused.status, errorsIn(refused.html)]).toEqual([422, [says]]);
    expect(refused.html).toMatch(/<dialog [^>]*id="invite"[^>]* open/);
  }
  const { html } = await owner.post(path, { email: "<hana", role: "developer" });
  expect(html).toContain('value="&lt;hana"');
  expect(html).toMatch(/name="role" value="developer" checked/);
  expect(await openOf(owner)).toEqual([]);
});

test("an invitation can be withdrawn", async () => {
  const owner = await signedIn();
  await owner.post(`${owner.base}/team/invite`, INVITED);
  const [{ id }] = await openOf(owner);
  const done = await owner.post(`${owner.base}/team/invitations/${id}/end`);
  expect([done.status, done.to]).toEqual([303, `${owner.base}/team`]);
  expect(await openOf(owner)).toEqual([]);
  expect((await owner.post(`${owner.base}/team/invitations/${id}/end`)).status).toBe(404);
});

test("a member gets another role, and is removed", async () => {
  const owner = await signedIn();
  const member = await signedIn("viewer", owner.account);
  const path = `${owner.base}/team/${member.id}`;
  const changed = await owner.post(`${path}/role`, { role: "developer" });
  expect([changed.status, changed.to]).toEqual([303, `${owner.base}/team`]);
  expect(await roleOf(owner, member.id)).toBe("developer");
  const refused = await owner.post(`${path}/role`, { role: "boss" });
  expect(refused.status).toBe(422);
  expect(refused.html).toMatch(new RegExp(`<dialog [^>]*id="member-${member.id}"[^>]* open`));
  const removed = await owner.post(`${path}/remove`);
  expect([removed.status, removed.to]).toEqual([303, `${owner.base}/team`]);
  expect((await member.get(member.base)).status).toBe(404);
  expect((await owner.post(`${path}/remove`)).status).toBe(404);
});

test("the last owner can neither leave nor become something else, and is told what to do", async () => {
  const owner = await signedIn();
  const left = await owner.post(`${owner.base}/team/leave`);
  expect(left.status).toBe(422);
  expect(left.html).toContain("You are the last owner");
  expect(left.html).toMatch(/<dialog [^>]*id="leave"[^>]* open/);
  const changed = await owner.post(`${owner.base}/team/${owner.id}/role`, { role: "viewer" });
  expect([changed.status, errorsIn(changed.html)]).toEqual([
    422,
    ["Must stay owner, since there is no other owner."],
  ]);
  expect(await roleOf(owner, owner.id)).toBe("owner");
});

test("whoever leaves gets in no more", async () => {
  const owner = await signedIn();
  const viewer = await signedIn("viewer", owner.account);
  const left = await viewer.post(`${viewer.base}/team/leave`);
  expect([left.status, left.to]).toEqual([303, "/dashboard"]);
  expect((await viewer.get(`${viewer.base}/team`)).status).toBe(404);
});

test("others than owners see who is there and no controls but that to leave; their posts are refused", async () => {
  const owner = await signedIn();
  await owner.post(`${owner.base}/team/invite`, INVITED);
  const [{ id }] = await openOf(owner);
  for (const role of ["developer", "marketer", "viewer"] as const) {
    const member = await signedIn(role, owner.account);
    const { status, html } = await member.get(`${member.base}/team`);
    expect(status).toBe(200);
    expect(html).toContain(owner.email.replace("@", "<wbr/>@"));
    expect(html).not.toContain("hana");
    const ways = [...html.matchAll(/<form method="post" action="([^"]*)"/g)].map(([, to]) => to);
    expect(ways.filter((to) => to?.startsWith(member.base))).toEqual([`${member.base}/team/leave`]);
    for (const path of [
      "invite",
      `invitations/${id}/end`,
      `${owner.id}/role`,
      `${owner.id}/remove`,
    ]) {
      const refused = await member.post(`${member.base}/team/${path}`, { ...INVITED });
      expect(refused.status, path).toBe(403);
    }
  }
  expect(await roleOf(owner, owner.id)).toBe("owner");
  expect(await openOf(owner)).toHaveLength(1);
});

test("another account's people are not there", async () => {
  const owner = await signedIn();
  const member = await signedIn("viewer", owner.account);
  await owner.post(`${owner.base}/team/invite`, INVITED);
  const [{ id }] = await openOf(owner);
  const other = await signedIn();
  expect((await other.get(`${owner.base}/team`)).status).toBe(404);
  for (const base of [owner.base, other.base]) {
    for (const path of [`invitations/${id}/end`, `${member.id}/role`, `${member.id}/remove`]) {
      const refused = await other.post(`${base}/team/${path}`, { role: "owner" });
      expect(refused.status, path).toBe(404);
    }
  }
  expect((await browser().get(`${owner.base}/team`)).status).toBe(303);
  expect(await roleOf(owner, member.id)).toBe("viewer");
});
