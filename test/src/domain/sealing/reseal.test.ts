// A sealing key is replaced while the installation goes on: everything that is sealed moves to the newest key, part by part,
// and works without the old one; what is changed meanwhile, and what can't be opened, stays.
import { getTableColumns, is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test, vi } from "vitest";
import { createApp } from "../../../../src/api/app.ts";
import * as schema from "../../../../src/db/schema/index.ts";
import { SEALED_TABLES } from "../../../../src/domain/sealing/sealed-tables.ts";
import { connect } from "../../../../src/runtime.ts";
import { channelApi, channelWorld } from "../../../support/channels.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";
import { isVerified } from "../../../support/standard-webhooks.ts";
import { newSecret, signToken } from "../../../support/user-token.ts";
import { PUSH, webSubscriber } from "../../../support/push.ts";
import { api, bindings, eventually, ORIGIN, rows, send } from "../../../support/worker.ts";

const internet = useInternet();

const app = createApp();
const OTHER = `k0:${Buffer.alloc(32, 7).toString("base64")}`;
/** The Worker's own key, which all that tests make is sealed by. */
const OWN = (bindings as unknown as { SEALING_KEYS: string }).SEALING_KEYS;
/** The variables of Workers whose newest key is another one. */
const TO_OTHER = { ...bindings, SEALING_KEYS: `${OTHER},${OWN}` };
const BACK = { ...bindings, SEALING_KEYS: `${OWN},${OTHER}` };

type Vars = typeof TO_OTHER;

/** Asks a Worker with these variables for one part. */
async function part(vars: Vars, body: object = {}) {
  const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
  const answer = await app(
    new Request(`${ORIGIN}/api/v1/admin/sealing-keys/reseal`, {
      method: "POST",
      headers: { authorization: `Bearer ${bindings.ADMIN_TOKEN}` },
      body: JSON.stringify(body),
    }),
    connect(vars, execution),
  );
  return { status: answer.status, body: (await answer.json()) as any };
}

/** Walks from a cursor to the end; what all parts did together. */
async function walk(vars: Vars, cursor: string | null = null) {
  const sums = { parts: 0, resealed: 0, changed: 0, unreadable: [] as any[], keys: {} as any };
  for (let next = cursor, isFirst = true; isFirst || next !== null; isFirst = false) {
    const { status, body } = await part(vars, { cursor: next });
    expect(status, JSON.stringify(body)).toBe(200);
    const { data } = body;
    sums.parts += 1;
    sums.resealed += data.resealed;
    sums.changed += data.changed_meanwhile;
    sums.unreadable.push(...data.unreadable);
    for (const { key_id: key, values } of data.sealed_by) {
      sums.keys[key] = (sums.keys[key] ?? 0) + values;
    }
    next = data.next_cursor;
  }
  return sums;
}

/** Every sealed value of the database, by table and column. */
async function values(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { name, sealed } of SEALED_TABLES) {
    for (const column of sealed) {
      const read = await rows(
        `SELECT ${column.name} AS value FROM ${name} WHERE ${column.name} IS NOT NULL`,
      );
      found[`${name}.${column.name}`] = read.map(({ value }) => value);
    }
  }
  return found;
}

async function expectSealedBy(key: string): Promise<void> {
  for (const [where, all] of Object.entries(await values())) {
    expect(all.length, where).toBeGreaterThan(0);
    expect(all.map((value) => value.split(".")[1]).filter((by) => by !== key)).toEqual([]);
  }
}

const made = async (method: string, path: string, token: string, json: object = {}) => {
  const answer = await api(method, path, { token, json });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body.data;
};

/** An app with a channel and a code of it, both identity secrets, both secrets of a webhook, and a keystore. */
async function everythingSealed() {
  const world = await channelWorld({ callback_url: "https://hooks.example.com/callback" });
  const { account, app: pushApp } = world;
  const { key } = account;
  const keystore = await made("POST", "/api/v1/keystores", key, { name: "k", algorithm: "ec" });
  const former = await newSecret(key, pushApp.id);
  const secret = await newSecret(key, pushApp.id);
  const hook = await made("POST", "/api/v1/webhooks", key, {
    url: "https://hooks.example.com/",
    events: ["build.failed"],
  });
  const rotated = await made("POST", `/api/v1/webhooks/${hook.id}/rotate-secret`, key);
  const code = async () =>
    (await channelApi(world, "GET", "/subscriptions/person/code")).body.code as string;
  return {
    account,
    app: pushApp,
    keystore,
    identity: [former, secret],
    hook: { id: hook.id, secrets: [hook.secret, rotated.secret] },
    code,
  };
}

test("the list of sealed columns is that of the schema", () => {
  const named = Object.values<unknown>(schema)
    .filter((each): each is SQLiteTable => is(each, SQLiteTable))
    .flatMap((table) =>
      Object.values(getTableColumns(table))
        .filter(({ name }) => /(?:^|_)sealed$/.test(name))
        .map(({ name }) => `${getTableConfig(table).name}.${name}`),
    );
  const listed = SEALED_TABLES.flatMap(({ name, sealed }) =>
    sealed.map((c) => `${name}.${c.name}`),
  );
  expect(listed.toSorted()).toEqual(named.toSorted());
});

test("everything moves to the newest key, and works without the old one", async () => {
  const world = await everythingSealed();
  const { key } = world.account;
  const code = await world.code();
  const exported = async () => {
    const path = `/api/v1/keystores/${world.keystore.id}/export`;
    const answer = await send("POST", path, { token: key, json: { password: "password" } });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  };
  await exported();
  expect((await walk(TO_OTHER)).keys).toEqual({ k0: Object.values(await values()).flat().length });
  await expectSealedBy("k0");
  const before = await values();

  const { resealed, changed, unreadable, keys } = await walk(BACK);
  expect({ resealed, changed, unreadable }).toEqual({
    resealed: Object.values(before).flat().length,
    changed: 0,
    unreadable: [],
  });
  expect(keys).toEqual({ k1: resealed });
  await expectSealedBy("k1");

  // From here on the Worker has its own key alone.
  await exported();
  expect(await world.code()).toBe(code);
  for (const secret of world.identity) {
    const json = { ...(await webSubscriber()), user_token: signToken(secret, { sub: "ann" }) };
    const registered = await api("POST", `/public/apps/${world.app.id}/subscribers`, {
      headers: { "x-app-key": world.app.public_key },
      json,
    });
    expect(registered.status, JSON.stringify(registered.body)).toBe(201);
  }
  internet.received = [];
  await made("POST", `/api/v1/webhooks/${world.hook.id}/test`, key);
  await eventually(async () => internet.received.length > 0);
  for (const secret of world.hook.secrets) {
    expect(isVerified(secret, internet.received[0]!)).toBe(true);
  }
  internet.received = [];
  const push = `${PUSH}/apps/${world.app.id}/notifications`;
  await made("POST", push, key, { title: "Hello", body: "World", send: true });
  await eventually(async () => internet.received.length >= 2);
});

test("a walk that was ended goes on, and another one finds nothing to do", async () => {
  const { key } = await newAccount();
  const token = { token: key };
  for (let count = 0; count < 12; count += 1) {
    await api("POST", "/api/v1/keystores", { ...token, json: { name: "k", algorithm: "ec" } });
  }
  const all = Object.values(await values()).flat().length;
  const first = (await part(TO_OTHER)).body.data;
  expect(first.resealed).toBe(10);
  expect(first.key_ids).toEqual(["k0", "k1"]);
  expect(first.next_cursor).toMatch(/^keystores:\d+$/);
  // Nobody asks for the next part, and the walk begins again.
  expect(await walk(TO_OTHER)).toMatchObject({ resealed: all - 10, keys: { k0: all } });
  expect(await walk(TO_OTHER)).toMatchObject({ resealed: 0, keys: { k0: all }, unreadable: [] });
  expect(await walk(BACK)).toMatchObject({ resealed: all });
});

test("a secret that is rotated meanwhile stays as it was rotated, and the next walk finds the old one", async () => {
  await walk(BACK);
  const { key } = await newAccount();
  const { id } = await newPushApp(key);
  const path = `${PUSH}/apps/${id}/webhooks`;
  const given = { url: "https://hooks.example.com/", events: ["notification.sent"] };
  const hook = await made("POST", path, key, given);
  let rotated: any;
  const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, "encrypt").mockImplementationOnce(async (...args) => {
    rotated = await made("POST", `${path}/${hook.id}/rotate-secret`, key);
    return encrypt(...args);
  });
  const [{ id: row }] = await rows("SELECT id FROM webhooks WHERE uuid = ?", hook.id);
  const { body } = await part(TO_OTHER, { cursor: `webhooks:${row - 1}` });
  expect(body.data).toMatchObject({ changed_meanwhile: 1 });
  const [kept] = await rows("SELECT * FROM webhooks WHERE id = ?", row);
  expect(kept.secret_sealed).toMatch(/^v1\.k1\./);
  await walk(TO_OTHER);
  expect(await walk(BACK)).toMatchObject({ changed: 0, unreadable: [] });
  internet.received = [];
  await made("POST", `${path}/${hook.id}/test`, key);
  await eventually(async () => internet.received.length > 0);
  for (const secret of [hook.secret, rotated.secret]) {
    expect(isVerified(secret, internet.received[0]!)).toBe(true);
  }
});

test("what can't be opened is told by table and row, stays, and keeps nothing else back", async () => {
  await walk(BACK);
  const { key } = await newAccount();
  const ids: number[] = [];
  for (const name of ["gone", "altered", "nonsense", "good"]) {
    ids.push((await made("POST", "/api/v1/keystores", key, { name, algorithm: "ec" })).id);
  }
  const [gone, altered, nonsense, good] = ids;
  await rows(
    "UPDATE keystores SET sealed = replace(sealed, 'v1.k1.', 'v1.k9.') WHERE id = ?",
    gone,
  );
  await rows("UPDATE keystores SET sealed_for = 'another' WHERE id = ?", altered);
  await rows("UPDATE keystores SET sealed = 'nonsense' WHERE id = ?", nonsense);
  const before = await rows(
    "SELECT sealed FROM keystores WHERE id IN (?, ?, ?)",
    gone,
    altered,
    nonsense,
  );
  const { unreadable, keys } = await walk(TO_OTHER);
  const where = { table: "keystores", column: "sealed" };
  expect(unreadable).toEqual([
    { ...where, row: String(gone), key_id: "k9" },
    { ...where, row: String(altered), key_id: "k1" },
    { ...where, row: String(nonsense), key_id: null },
  ]);
  expect(keys).toMatchObject({ k9: 1, k1: 1 });
  const after = "SELECT sealed FROM keystores WHERE id IN (?, ?, ?)";
  expect(await rows(after, gone, altered, nonsense)).toEqual(before);
  const [{ sealed }] = await rows("SELECT sealed FROM keystores WHERE id = ?", good);
  expect(sealed).toMatch(/^v1\.k0\./);
  await rows("DELETE FROM keystores WHERE id IN (?, ?, ?)", gone, altered, nonsense);
  await walk(BACK);
});

test("only cursors that answers give are taken", async () => {
  for (const cursor of ["webhooks:1", "channel_codes:", `channel_codes:${"0".repeat(64)}`]) {
    expect((await part(BACK, { cursor })).status, cursor).toBe(200);
  }
  const wrong = [
    "",
    "webhooks",
    "plans:1",
    "webhooks:x",
    "webhooks:1:2",
    "channel_codes:1",
    "webhooks:-1",
    7,
  ];
  for (const cursor of [...wrong, `webhooks:${"1".repeat(30)}`, "x".repeat(300)]) {
    const { status, body } = await part(BACK, { cursor });
    expect(status, String(cursor)).toBe(422);
    expect(Object.keys(body.errors)).toEqual(["cursor"]);
  }
  expect((await part(BACK, { key: "k1" })).status).toBe(422);
});

test("a value is found by the row's key, not by a walk of its table", async () => {
  for (const { name, key } of SEALED_TABLES) {
    const plan = await rows(
      `EXPLAIN QUERY PLAN UPDATE ${name} SET ${key.name} = ${name}.${key.name} FROM json_each('[]') AS change
       WHERE ${name}.${key.name} = change.value ->> 'key'`,
    );
    const details = plan.map(({ detail }) => detail).join("\n");
    expect(details).toMatch(new RegExp(`SEARCH ${name} USING`));
  }
});
