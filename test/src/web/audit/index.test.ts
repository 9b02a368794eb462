// The page of the audit log: it has words for every deed, leads to what it names, and is owners' alone.
import { expect, test } from "vitest";
import { DEEDS, KINDS } from "../../../../src/domain/audit/deeds.ts";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { rows } from "../../../support/worker.ts";

interface Row {
  did: string;
  who?: string;
  whoName?: string;
  thingId?: string;
  thingName?: string;
  facts?: Record<string, unknown>;
}

/** Puts an entry into the account's log, as the verbs write them. */
async function noted({ account, id }: TestPerson, row: Row): Promise<void> {
  await rows(
    `INSERT INTO audit_entries (account_id, who, who_name, did, kind, thing_id, thing_name, facts, address, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, '203.0.113.7', ?)`,
    account.id,
    row.who ?? `person:${id}`,
    row.whoName ?? "Mira Finch",
    row.did,
    row.did.split(".")[0],
    row.thingId ?? null,
    row.thingName ?? null,
    JSON.stringify(row.facts ?? {}),
    Date.now(),
  );
}

/** The entries that a page shows: their words, without tags, and where their thing leads. */
function entriesIn(html: string): { words: string; to: string | null }[] {
  const body = html.slice(html.indexOf("<tbody>"), html.indexOf("</tbody>"));
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) => {
    const [head = ""] = row.split("</th>");
    const words = head
      .replaceAll(/<svg.*?<\/svg>/gs, "")
      .replaceAll("<small>", " | ")
      .replaceAll(/<[^>]*>/g, "");
    return {
      words: words.replaceAll(/\s+/g, " ").trim(),
      to: /href="([^"]*)"/.exec(head)?.[1] ?? null,
    };
  });
}

async function without({ account }: TestPerson): Promise<void> {
  await rows("DELETE FROM audit_entries WHERE account_id = ?", account.id);
}

test("every deed that is noted has words, and says who did it to which thing", async () => {
  const owner = await signedIn();
  await without(owner);
  for (const did of DEEDS)
    await noted(owner, { did, thingId: "7", thingName: `the thing of ${did}` });
  const { html } = await owner.get(`${owner.base}/audit`);
  const older = /href="([^"]*before=\d+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  const entries = entriesIn(html);
  if (older) entries.push(...entriesIn((await owner.get(older)).html));
  expect(entries).toHaveLength(DEEDS.length);
  for (const [at, did] of DEEDS.toReversed().entries()) {
    expect(entries[at]?.words, did).toMatch(
      new RegExp(`^Mira Finch \\w[a-z :,A-Z]+ the thing of ${did}( \\| provider: 7)?$`),
    );
    expect(entries[at]?.words).not.toMatch(/undefined/);
  }
});

test("an entry leads to what it names, unless that is gone, and says what else is known and from where", async () => {
  const owner = await signedIn();
  await without(owner);
  await noted(owner, { did: "app.create", thingId: "7", thingName: "<Market>" });
  await noted(owner, { did: "build.trigger", thingId: "9", facts: { app: 7, type: "release" } });
  await noted(owner, {
    did: "channel.create",
    thingId: "63c7e1a49b02d1f59423bb38",
    thingName: "Orders",
    facts: { app: 7 },
  });
  await noted(owner, {
    did: "credential.set",
    thingId: "fcm",
    thingName: "Market",
    facts: { app: 7, apps: [], note: null },
  });
  await noted(owner, {
    did: "member.change",
    thingId: "x",
    thingName: "Jonas",
    facts: { from: "viewer", to: "developer" },
    who: "key:3",
    whoName: "CRM",
  });
  await noted(owner, {
    did: "key.delete",
    thingId: "3",
    thingName: "CRM",
    who: "operator",
    whoName: "Operator",
  });
  const { html } = await owner.get(`${owner.base}/audit`);
  expect(entriesIn(html)).toEqual([
    { words: "Operator ended the API key CRM", to: null },
    {
      words: "Key “CRM” gave another role to Jonas | from: viewer; to: developer",
      to: `${owner.base}/team`,
    },
    {
      words: "Mira Finch set a push credential of Market | provider: fcm",
      to: `${owner.base}/apps/7/providers`,
    },
    {
      words: "Mira Finch made the channel Orders",
      to: `${owner.base}/apps/7/channels/63c7e1a49b02d1f59423bb38`,
    },
    {
      words: "Mira Finch triggered the build 9 | type: release",
      to: `${owner.base}/apps/7/builds/9`,
    },
    { words: "Mira Finch made the app &lt;Market&gt;", to: `${owner.base}/apps/7` },
  ]);
  for (const part of ["203.0.113.7", "Dashboard", "API", "Installation", "6 entries"]) {
    expect(html).toContain(part);
  }
});

test("what is done on a page stands in the log", async () => {
  const owner = await signedIn();
  await without(owner);
  await owner.post(`${owner.base}/team/invite`, { email: "hana@example.com", role: "viewer" });
  const { html } = await owner.get(`${owner.base}/audit`);
  expect(entriesIn(html)).toEqual([
    { words: "Mira Finch invited hana@example.com | role: viewer", to: `${owner.base}/team` },
  ]);
});

test("the log is filtered by who and by what, and says where nothing matches", async () => {
  const owner = await signedIn();
  await without(owner);
  const empty = await owner.get(`${owner.base}/audit`);
  expect(empty.html).toContain("Nothing yet");
  await noted(owner, { did: "app.create", thingName: "Market" });
  await noted(owner, { did: "build.trigger", thingId: "9", who: "key:3", whoName: "CRM" });
  const shown = async (query: string) =>
    entriesIn((await owner.get(`${owner.base}/audit?${query}`)).html).map(({ words }) => words);
  expect(await shown("who=keys&kind=")).toEqual(["Key “CRM” triggered the build 9"]);
  expect(await shown(`who=person%3A${owner.id}`)).toEqual(["Mira Finch made the app Market"]);
  expect(await shown("kind=app&who=")).toEqual(["Mira Finch made the app Market"]);
  expect(await shown("kind=nonsense&who=%00&before=-4")).toHaveLength(2);
  const none = await owner.get(`${owner.base}/audit?who=operator&kind=app`);
  expect(none.html).toContain("Nothing matches");
  expect(none.html).toMatch(/value="operator" selected/);
  for (const kind of KINDS) expect(none.html).toContain(`<option value="${kind}"`);
});

test("a long log goes on, with the same filter", async () => {
  const owner = await signedIn();
  await without(owner);
  for (let at = 0; at < 52; at += 1)
    await noted(owner, { did: "app.update", thingName: `app ${at}` });
  await noted(owner, { did: "build.cancel", thingId: "1" });
  const first = await owner.get(`${owner.base}/audit?kind=app`);
  expect(entriesIn(first.html)).toHaveLength(50);
  expect(first.html).toContain("52 entries");
  const [, older = ""] = /href="([^"]*before=\d+)"/.exec(first.html) ?? [];
  expect(older).toContain("kind=app");
  const second = await owner.get(older.replaceAll("&amp;", "&"));
  expect(entriesIn(second.html).map(({ words }) => words)).toEqual([
    "Mira Finch changed the app app 1",
    "Mira Finch changed the app app 0",
  ]);
  expect(second.html).toContain(`href="${owner.base}/audit?kind=app"`);
});

test("only owners read the log, and their own account's alone", async () => {
  const owner = await signedIn();
  for (const role of ["developer", "marketer", "viewer"] as const) {
    const member = await signedIn(role, owner.account);
    const { status, html } = await member.get(`${member.base}/audit`);
    expect(status, role).toBe(403);
    expect(html).toContain("This takes the role owner.");
  }
  const other = await signedIn();
  expect((await other.get(`${owner.base}/audit`)).status).toBe(404);
  await noted(owner, { did: "app.create", thingName: "Secret thing" });
  expect((await other.get(`${other.base}/audit`)).html).not.toContain("Secret thing");
  expect((await browser().get(`${owner.base}/audit`)).status).toBe(303);
});

test("owners take the log with them as a file, in which no cell is a formula", async () => {
  const owner = await signedIn();
  await without(owner);
  const name = '=HYPERLINK("https://evil.example"), "x"';
  await noted(owner, { did: "app.create", thingId: "7", thingName: name });
  await noted(owner, { did: "build.trigger", thingId: "8", thingName: "Shop 1.0" });
  const page = await owner.get(`${owner.base}/audit?kind=app`);
  expect(page.html).toContain(`href="${owner.base}/audit/export?kind=app"`);
  const file = await owner.get(`${owner.base}/audit/export`);
  expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(file.headers.get("content-disposition")).toContain("attachment");
  const [head, build, app, ...rest] = file.html.split("\r\n");
  expect(head).toContain("at,who,who_name,did,thing_id,thing_name,facts");
  expect(build).toContain(
    `,person:${owner.id},Mira Finch,build.trigger,8,Shop 1.0,,Dashboard,203.0.113.7,`,
  );
  expect(app).toContain(`,app.create,7,"'=HYPERLINK(""https://evil.example""), ""x""",`);
  expect(rest).toEqual([""]);
  const some = await owner.get(`${owner.base}/audit/export?kind=app`);
  expect(some.html).not.toContain("Shop 1.0");
  const other = await signedIn("developer", owner.account);
  expect((await other.get(`${owner.base}/audit/export`)).status).toBe(403);
});
