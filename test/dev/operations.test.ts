// What docs/operations.md has operators run: the loop of `npm run reseal` against a Worker that is played, the order of a
// restored export, and what is done after a restore.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import type { Api } from "../../dev/api.ts";
import { sealedBy } from "../../dev/provision/sealed.ts";
import { writeNote } from "../../dev/state.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKEN = "an-admin-token";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "slipway-operations-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** What a Worker answers to one call, over an answer in which nothing is left to be done. */
const part = (over: object) => ({
  key_ids: ["k2", "k1"],
  resealed: 0,
  changed_meanwhile: 0,
  sealed_by: [{ table: "keystores", key_id: "k2", values: 3 }],
  unreadable: [],
  next_cursor: null,
  ...over,
});

/** Runs `npm run reseal` against a Worker with these answers, the last one for ever; what it printed, and what was asked. */
async function reseal(
  answers: (object | number)[],
  env: Record<string, string> = {},
  args: string[] = [],
) {
  const asked: unknown[] = [];
  const answerTo = async (request: IncomingMessage): Promise<object | number> => {
    const { method, headers } = request;
    if (method !== "POST" || headers.authorization !== `Bearer ${TOKEN}`) return 401;
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? 500;
    asked.push(await json(request));
    return answer;
  };
  const server = createServer((request, response) => {
    void answerTo(request).then((answer) => {
      response.statusCode = typeof answer === "number" ? answer : 200;
      response.end(JSON.stringify({ data: answer }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stateDir = folder();
  const ids = { pids: { worker: null, builder: null, providers: null } };
  const none = { api_token: "", builder_token: "", providers_url: "", dashboard_url: "", ...ids };
  writeNote(stateDir, { url, admin_token: TOKEN, ...none });
  const child = spawn(process.execPath, [join(ROOT, "dev/reseal.ts"), ...args], {
    env: { PUBLIC_URL: url, ADMIN_TOKEN: TOKEN, NO_COLOR: "1", STATE_DIR: stateDir, ...env },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => (printed += String(data)));
  }
  const [status] = (await once(child, "close")) as [number];
  return { status, printed, asked };
}

test("reseal asks for all parts, walks again until nothing is left, and says which key is unused", async () => {
  const { status, printed, asked } = await reseal([
    part({ resealed: 10, next_cursor: "keystores:10" }),
    part({ resealed: 2, changed_meanwhile: 1 }),
    part({ resealed: 1 }),
    part({}),
  ]);
  expect(asked).toEqual([null, "keystores:10", null, null].map((cursor) => ({ cursor })));
  expect(printed).toContain("12 sealed again, 1 changed meanwhile");
  expect(printed).toMatch(/Key k1 +seals 0/);
  expect(printed).toMatch(
    /Unused +k1; an hour after k2 came first: npm run rotate-key -- --drop k1/,
  );
  expect(status).toBe(0);
});

test("reseal names what can't be opened, and does not call its key unused", async () => {
  const value = { table: "keystores", column: "sealed", row: "7", key_id: "k1" };
  const { status, printed } = await reseal([
    part({ unreadable: [value, { ...value, row: "8", key_id: null }] }),
  ]);
  expect(printed).toContain("keystores, row 7: sealed can't be opened (key k1)");
  expect(printed).toContain("keystores, row 8: sealed is no sealed value");
  expect(printed).not.toContain("Unused");
  expect(status).toBe(1);
});

test("reseal gives up where another Worker goes on sealing by the old key, and where it is refused", async () => {
  const endless = await reseal([part({ resealed: 1 })]);
  expect(endless.asked).toHaveLength(5);
  expect(endless.printed).toContain("does a Worker with the old SEALING_KEYS still run?");
  expect(endless.status).toBe(1);
  const broken = await reseal([part({ resealed: 1, next_cursor: "apps:1" }), 503]);
  expect(broken.printed).toContain("Run this again: it goes on.");
  expect(broken.status).toBe(1);
  const nowhere = await reseal([], { PUBLIC_URL: "" });
  expect(nowhere.printed).toContain("Nothing says which Worker");
  expect(nowhere.status).toBe(1);
});

test("a key is unused only when a walk finds nothing to do, not when it has just moved what there was", async () => {
  const asked = [part({ resealed: 2 }), part({ changed_meanwhile: 1 }), part({})];
  const api = { post: async () => ({ data: asked.shift() }) } as unknown as Api;
  for (const values of [2, 1, 0]) expect(await sealedBy(api, "k1")).toBe(values);
});

test("reseal takes the local stack only when told to: an operator's may be up beside the deployment", async () => {
  const deployed = { PUBLIC_URL: "http://127.0.0.1:9", ADMIN_TOKEN: TOKEN };
  expect((await reseal([part({})], deployed)).asked).toEqual([]);
  const local = await reseal([part({})], deployed, ["--local"]);
  expect(local.asked).toEqual([{ cursor: null }]);
  expect(local.status).toBe(0);
});

test("an export whose rows come before the tables that they refer to can be read in when it is restorable", () => {
  const made = folder();
  const [from, to] = [join(made, "backup.sql"), join(made, "restore.sql")];
  const dump = `PRAGMA defer_foreign_keys=TRUE;
CREATE TABLE \`balances\` (\`account_id\` integer REFERENCES \`accounts\`(\`id\`), \`note\` text);
INSERT INTO "balances" VALUES(1,'a; CREATE TABLE b;');
CREATE TABLE \`accounts\` (\`id\` integer PRIMARY KEY);
INSERT INTO "accounts" VALUES(1);
CREATE TRIGGER \`counts\` AFTER INSERT ON \`accounts\` BEGIN DELETE FROM \`balances\`; SELECT 1; END;
`;
  writeFileSync(from, dump);
  const read = (path: string) => {
    const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: true });
    database.exec(`BEGIN; ${readFileSync(path, "utf8")} COMMIT;`);
    return database.prepare("SELECT * FROM balances JOIN accounts ON id = account_id").all();
  };
  expect(() => read(from)).toThrow("no such table");
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "dev/restorable.ts"), from, to],
    {
      encoding: "utf8",
    },
  );
  expect(status, stderr).toBe(0);
  expect(read(to)).toEqual([{ account_id: 1, note: "a; CREATE TABLE b;", id: 1 }]);
});

test("after a restore nothing is sent again, what is to come stays, and new rows have ids of their own", () => {
  const database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  for (const name of readdirSync(join(ROOT, "migrations"))
    .filter((each) => each.endsWith(".sql"))
    .toSorted()) {
    database.exec(readFileSync(join(ROOT, "migrations", name), "utf8"));
  }
  const later = Date.now() + 3_600_000;
  database.exec(`INSERT INTO accounts (id, name, email, plan_id, renewal_anchor, renewal_at, created_at)
      VALUES (7, 'A', 'a@example.com', 1, 1, 1, 1)`);
  for (const [status, at] of [
    ["sending", null],
    ["finalizing", null],
    ["scheduled", 1],
    ["scheduled", later],
    ["sent", null],
    ["draft", null],
  ] as const) {
    database
      .prepare(`INSERT INTO notifications (uuid, account_id, app_id, status, scheduled_at, content, created_at, updated_at)
        VALUES (?, 7, 3, ?, ?, '{}', 1, 1)`)
      .run(crypto.randomUUID(), status, at);
  }
  database.exec(readFileSync(join(ROOT, "docs/after-restore.sql"), "utf8"));
  const statuses = database.prepare("SELECT status FROM notifications ORDER BY id").all();
  expect(statuses.map(({ status }) => status)).toEqual([
    "cancelled",
    "cancelled",
    "cancelled",
    "scheduled",
    "sent",
    "draft",
  ]);
  database.exec(`INSERT INTO accounts (name, email, plan_id, renewal_anchor, renewal_at, created_at)
    VALUES ('B', 'b@example.com', 1, 1, 1, 1)`);
  expect(database.prepare("SELECT max(id) AS id FROM accounts").get()).toEqual({ id: 1_000_008 });
});

const docs = readFileSync(join(ROOT, "docs/operations.md"), "utf8");

test("docs/operations.md has each variable of the Worker and of the builder in its tables", () => {
  for (const file of ["src/config.ts", "builder/config.ts"]) {
    const names = [...readFileSync(join(ROOT, file), "utf8").matchAll(/^ {2}([A-Z][A-Z_]+): /gm)];
    expect(names.length).toBeGreaterThan(5);
    const rows = docs.split("\n").filter((line) => line.startsWith("| `"));
    const told = rows.map((line) => line.split(" | ")[0] ?? "").join("");
    expect(names.map(([, name]) => name).filter((name) => !told.includes(`\`${name}\``))).toEqual(
      [],
    );
  }
});

test("docs/operations.md says nothing twice, and its links within it lead somewhere", () => {
  const headings = [...docs.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9 ]/g, "")
      .replaceAll(" ", "-"),
  );
  const links = [...docs.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter((anchor) => !headings.includes(anchor ?? ""))).toEqual([]);
  const sentences = docs
    .replaceAll(/\s+/g, " ")
    .split(/[.:|] /)
    .filter((sentence) => sentence.length > 40);
  const twice = [...headings, ...sentences].filter((each, at, all) => all.indexOf(each) !== at);
  expect(twice).toEqual([]);
});
