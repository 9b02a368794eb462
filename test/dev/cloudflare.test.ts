// The stand-in of Cloudflare's API refuses what the real one refuses: what deploying is tried against must not be kinder.
import { expect, onTestFinished, test } from "vitest";
import { type Account, makeAccount, makeDatabase } from "../../dev/cloudflare/account.ts";
import { startCloudflare } from "../../dev/cloudflare/start.ts";

const ID = "a".repeat(32);

async function open(account: Account = makeAccount(ID, "Ada", "ada"), token = "token") {
  const cloudflare = await startCloudflare("token", [account]);
  onTestFinished(() => cloudflare.close());
  const ask = async (method: string, path: string, body?: FormData | object) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${cloudflare.url}/accounts/${ID}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
    });
    const { errors, result } = (await response.json()) as {
      errors: { code: number; message: string }[];
      result: unknown;
    };
    return { status: response.status, code: errors[0]?.code, error: errors[0]?.message, result };
  };
  return { cloudflare, account, ask };
}

function upload(changes: Record<string, unknown> = {}): FormData {
  const form = new FormData();
  const metadata = {
    main_module: "index.js",
    bindings: [],
    compatibility_date: "2026-01-01",
    compatibility_flags: [],
    ...changes,
  };
  form.set("metadata", JSON.stringify(metadata));
  form.set("index.js", new File(["export default {}"], "index.js"));
  return form;
}

test("another's token, another's account and an unknown path are refused, and the path noted", async () => {
  const foreign = await open(undefined, "wrong");
  expect(await foreign.ask("GET", "/queues")).toMatchObject({ status: 403, code: 10_000 });
  const { cloudflare, ask } = await open();
  expect(await ask("GET", "/../b/queues")).toMatchObject({ code: 10_000 });
  expect(await ask("GET", "/pages/projects")).toMatchObject({ status: 404, code: 7000 });
  expect(cloudflare.unknown).toEqual([`GET /accounts/${ID}/pages/projects`]);
});

test("names are taken once", async () => {
  const { ask } = await open();
  for (const [path, body, code] of [
    ["/d1/database", { name: "one" }, 7502],
    ["/r2/buckets", { name: "one" }, 10_004],
    ["/queues", { queue_name: "one" }, 11_009],
  ] as const) {
    expect(await ask("POST", path, body)).toMatchObject({ status: 200 });
    expect(await ask("POST", path, body)).toMatchObject({ code });
    expect(await ask("POST", path, { ...body, more: 1 })).toMatchObject({ status: 400 });
  }
});

test("SQL runs in SQLite: triggers whole, and all of a query or nothing", async () => {
  const account = makeAccount(ID, "Ada", null);
  account.databases.set("one", makeDatabase("one", "id"));
  const { ask } = await open(account);
  const query = (sql: string) => ask("POST", "/d1/database/one/query", { sql });
  const made = await query(`CREATE TABLE t (n INTEGER, s TEXT); -- ends here; or not
    CREATE TRIGGER twice AFTER INSERT ON t WHEN NEW.n < 2 BEGIN
      INSERT INTO t VALUES (NEW.n + 1, 'a;b'); DELETE FROM t WHERE n < 0;
    END;
    INSERT INTO t VALUES (1, 'x');`);
  expect(made.result).toHaveLength(3);
  expect(await query("INSERT INTO t VALUES (7, ''); SELECT * FROM none")).toMatchObject({
    status: 400,
    error: "no such table: none",
  });
  expect(await query("SELECT n, s FROM t")).toMatchObject({
    result: [
      {
        results: [
          { n: 1, s: "x" },
          { n: 2, s: "a;b" },
        ],
      },
    ],
  });
});

test("an upload must bind what is there, and its migrations must go on from the last", async () => {
  const { ask, account } = await open();
  const put = (changes: Record<string, unknown>) =>
    ask("PUT", "/workers/scripts/one", upload(changes));
  const d1 = { name: "DB", type: "d1", id: "00000000-0000-0000-0000-000000000000" };
  expect(await put({ bindings: [d1] })).toMatchObject({ code: 10_021 });
  expect(await put({ bindings: [{ name: "X", type: "inherit" }] })).toMatchObject({ code: 10_057 });
  const lock = { name: "LOCK", type: "durable_object_namespace", class_name: "Lock" };
  expect(await put({ bindings: [lock] })).toMatchObject({ code: 10_021 });
  expect(await put({ main_module: "other.js" })).toMatchObject({ code: 10_021 });
  expect(account.scripts.size).toBe(0);
  const first = { new_tag: "v1", steps: [{ new_sqlite_classes: ["Lock"] }] };
  expect(await put({ bindings: [lock], migrations: first })).toMatchObject({ status: 200 });
  expect(await put({ migrations: first })).toMatchObject({ code: 10_079 });
  const again = { old_tag: "v1", new_tag: "v2", steps: first.steps };
  expect(await put({ migrations: again })).toMatchObject({ code: 10_074 });
  expect(account.scripts.get("one")).toMatchObject({ migrationTag: "v1", deployments: 1 });
});

test("secrets are write-only, kept by uploads, and need a Worker", async () => {
  const { ask } = await open();
  const secret = { name: "KEY", text: "value", type: "secret_text" };
  const path = "/workers/scripts/one/secrets";
  expect(await ask("PUT", path, secret)).toMatchObject({ status: 404, code: 10_007 });
  expect(await ask("GET", path)).toMatchObject({ code: 10_007 });
  await ask("PUT", "/workers/scripts/one", upload({ bindings: [secret] }));
  await ask("PUT", "/workers/scripts/one", upload({ keep_bindings: ["secret_text"] }));
  expect((await ask("GET", path)).result).toEqual([{ name: "KEY", type: "secret_text" }]);
  const settings = await ask("GET", "/workers/scripts/one/settings");
  expect(settings.result).toMatchObject({ bindings: [{ name: "KEY", type: "secret_text" }] });
  // An upload that does not say so keeps none.
  await ask("PUT", "/workers/scripts/one", upload());
  expect((await ask("GET", path)).result).toEqual([]);
});

test("lists have pages of bounded size", async () => {
  const { cloudflare } = await open();
  const headers = { authorization: "Bearer token" };
  const accounts = (perPage: number) =>
    fetch(`${cloudflare.url}/accounts?per_page=${perPage}`, { headers });
  expect((await accounts(50)).status).toBe(200);
  expect((await accounts(51)).status).toBe(400);
});

test("a queue has one consumer, and its dead letters' queue is made for it", async () => {
  const { ask, account } = await open();
  await ask("PUT", "/workers/scripts/one", upload());
  await ask("POST", "/queues", { queue_name: "sends" });
  const path = `/queues/${account.queues.get("sends")?.queue_id}/consumers`;
  const consumer = {
    type: "worker",
    script_name: "one",
    dead_letter_queue: "dead",
    settings: { batch_size: 1 },
  };
  expect(await ask("POST", path, { ...consumer, script_name: "two" })).toMatchObject({
    code: 10_007,
  });
  expect(await ask("POST", path, consumer)).toMatchObject({ status: 200 });
  expect([...account.queues.keys()]).toEqual(["sends", "dead"]);
  expect(await ask("POST", path, consumer)).toMatchObject({ code: 11_004 });
});
