// Which apps a keystore is for: given when it is made, given later, and added by builds. A key that is limited to some
// apps sees and uses only the keystores of these, and exports and deletes only what is for no other app.
import { describe, expect, test } from "vitest";
import { statuses, trigger, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { newAccount, newApp, newKey, type TestAccount } from "../../../support/scenario.ts";
import { api, rows, send, type Reply } from "../../../support/worker.ts";
import { fixtures } from "../../kit/keystore/fixtures/keystores.ts";

useTestClock();

const FOREIGN_APPS = "The app ids field must hold ids of the account's own apps.";
const SHARED = {
  message: "This keystore is also for apps that this API key has no access to.",
};
const MISSING = { message: "Keystore not found." };
const LIMITED = { message: "This API key is limited to certain apps." };

async function make(token: string, wanted: Record<string, unknown> = {}): Promise<Reply> {
  const how = "file" in wanted ? {} : { algorithm: "ec" };
  const json = { name: "Release", ...how, ...wanted };
  return api("POST", "/api/v1/keystores", { token, json });
}

/** Makes a keystore for these apps; its id. */
async function newKeystore({ key }: TestAccount, appIds: number[] | null = null): Promise<number> {
  const made = await make(key, { app_ids: appIds });
  expect(made.status).toBe(201);
  return made.body.data.id;
}

async function give(token: string, id: number, json: unknown): Promise<Reply> {
  return api("PUT", `/api/v1/keystores/${id}`, { token, json });
}

/** The ids and apps of the keystores that a key lists. */
async function listed(token: string): Promise<[number, number[]][]> {
  const { body } = await api("GET", "/api/v1/keystores", { token });
  expect(body.meta.total).toBe(body.data.length);
  return body.data.map((one: { id: number; app_ids: number[] }) => [one.id, one.app_ids]);
}

async function exportWith(token: string, id: number) {
  const json = { password: "secret-pass" };
  const response = await send("POST", `/api/v1/keystores/${id}/export`, { token, json });
  const isFile = response.headers.get("content-type") === "application/x-pkcs12";
  return [response.status, isFile ? await response.arrayBuffer() : await response.json()] as const;
}

async function deleteWith(token: string, id: number) {
  const { status, body } = await api("DELETE", `/api/v1/keystores/${id}`, { token });
  return [status, body] as const;
}

/** An account with three apps, and a key for the first. */
async function newThreeApps() {
  const account = await newAccount({ build_credits: 5 });
  const apps = [await newApp(account.key), await newApp(account.key), await newApp(account.key)];
  const [a, b, c] = apps.map(({ id }) => Number(id)) as [number, number, number];
  return { account, a, b, c, keyOfA: await newKey(account.id, { app_ids: [a] }) };
}

describe("a new keystore", () => {
  test("is for the apps that the request names, each once and in order, made or uploaded", async () => {
    const { account, a, b } = await newThreeApps();
    const made = await make(account.key, { app_ids: [b, a, b] });
    expect([made.status, made.body.data.app_ids]).toEqual([201, [a, b]]);
    const upload = { file: fixtures.pkcs12Ec, store_password: "store-pass", app_ids: [b] };
    const uploaded = await make(account.key, upload);
    expect([uploaded.status, uploaded.body.data.app_ids]).toEqual([201, [b]]);
  });

  test("without app_ids is for all apps of a limited key, and for none of a key of the account's", async () => {
    const { account, a, b } = await newThreeApps();
    const limited = await newKey(account.id, { app_ids: [b, a] });
    const made = await make(limited);
    expect(made.body.data.app_ids).toEqual([a, b]);
    expect(await listed(limited)).toEqual([[made.body.data.id, [a, b]]]);
    expect((await make(account.key, { app_ids: null })).body.data.app_ids).toEqual([]);
    expect(await listed(limited)).toHaveLength(1);
  });

  test.each<[unknown, string, string]>([
    [[], "app_ids", "The app ids field must have at least 1 items."],
    [7, "app_ids", "The app ids field must be an array."],
    [["1"], "app_ids.0", "The app ids.0 field must be an integer."],
    [[0], "app_ids.0", "The app ids.0 field must be at least 1."],
    [[999_999_999], "app_ids", FOREIGN_APPS],
  ])("is refused with app_ids %j, and nothing is kept", async (appIds, field, sentence) => {
    const account = await newAccount();
    const refused = await make(account.key, { app_ids: appIds });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
    expect(await listed(account.key)).toEqual([]);
  });

  test("is refused for more than 1,000 apps", async () => {
    const account = await newAccount();
    const refused = await make(account.key, { app_ids: Array.from({ length: 1001 }, () => 1) });
    const sentence = "The app ids field must not have more than 1000 items.";
    expect([refused.status, refused.body.message]).toEqual([422, sentence]);
  });

  test("is refused for another account's app, and for an app that the key is not meant for", async () => {
    const [one, other] = [await newThreeApps(), await newThreeApps()];
    const upload = { file: fixtures.pkcs12Ec, store_password: "store-pass" };
    for (const [token, appIds] of [
      [one.account.key, [one.a, other.a]],
      [one.keyOfA, [one.a, one.b]],
    ] as const) {
      for (const wanted of [{}, upload]) {
        const refused = await make(token, { ...wanted, app_ids: appIds });
        expect([refused.status, refused.body.errors]).toEqual([422, { app_ids: [FOREIGN_APPS] }]);
      }
    }
    expect(await listed(one.account.key)).toEqual([]);
  });
});

describe("a key limited to an app", () => {
  test("lists the app's keystores alone, and of their apps only its own", async () => {
    const { account, a, b, c, keyOfA } = await newThreeApps();
    await newKeystore(account);
    const shared = await newKeystore(account, [a, b]);
    await newKeystore(account, [b, c]);
    const own = await newKeystore(account, [a]);
    expect(await listed(keyOfA)).toEqual([
      [own, [a]],
      [shared, [a]],
    ]);
    const both = await newKey(account.id, { app_ids: [c, a] });
    expect((await listed(both)).map(([, appIds]) => appIds)).toEqual([[a], [c], [a]]);
    expect(await listed(account.key)).toHaveLength(4);
  });

  test("signs with the app's keystores, and with another app's as little as with one that does not exist", async () => {
    const builder = await FakeBuilder.start();
    const { account, a, b, keyOfA } = await newThreeApps();
    const [own, foreign, unused] = [
      await newKeystore(account, [a]),
      await newKeystore(account, [b]),
      await newKeystore(account),
    ];
    const limited = { account: { ...account, key: keyOfA }, app: { id: a, uuid: "" } };
    const unknown = await trigger(limited, { keystore_id: 999_999_999 });
    for (const keystore_id of [foreign, unused]) {
      for (const build_type of ["debug", "release"]) {
        const refused = await trigger(limited, { keystore_id, build_type });
        expect([refused.status, refused.body]).toEqual([422, unknown.body]);
      }
    }
    expect(await statuses(limited)).toEqual({});
    expect(await listed(account.key)).toEqual([
      [unused, []],
      [foreign, [b]],
      [own, [a]],
    ]);
    await triggered(limited, { keystore_id: own, build_type: "release" });
    expect((await builder.take()).job.build_type).toBe("release");
  });

  test("neither finds a keystore of other apps to export or delete, nor takes it away", async () => {
    const { account, b, keyOfA } = await newThreeApps();
    for (const id of [await newKeystore(account, [b]), await newKeystore(account)]) {
      expect(await exportWith(keyOfA, id)).toEqual([404, MISSING]);
      expect(await deleteWith(keyOfA, id)).toEqual([404, MISSING]);
    }
    expect(await listed(account.key)).toHaveLength(2);
  });

  test("may not export or delete a keystore that is for other apps too", async () => {
    const { account, a, b, keyOfA } = await newThreeApps();
    const id = await newKeystore(account, [a, b]);
    expect(await exportWith(keyOfA, id)).toEqual([403, SHARED]);
    expect(await deleteWith(keyOfA, id)).toEqual([403, SHARED]);
    // The export's password is looked at last.
    const path = `/api/v1/keystores/${id}/export`;
    expect((await api("POST", path, { token: keyOfA, json: {} })).status).toBe(403);
    const both = await newKey(account.id, { app_ids: [a, b] });
    expect((await exportWith(both, id))[0]).toBe(200);
  });

  test("may not export a shared keystore once the other app is deleted: what it signed is still installed", async () => {
    const { account, a, b, keyOfA } = await newThreeApps();
    const id = await newKeystore(account, [a, b]);
    await api("DELETE", `/api/v1/apps/${b}`, { token: account.key });
    expect(await listed(account.key)).toEqual([[id, [a]]]);
    expect(await exportWith(keyOfA, id)).toEqual([403, SHARED]);
    expect(await deleteWith(keyOfA, id)).toEqual([403, SHARED]);
    // the account's own key may say that it is for the app alone
    await give(account.key, id, { app_ids: [a] });
    expect((await exportWith(keyOfA, id))[0]).toBe(200);
  });

  test("makes no keystore that is shared with others one of another app", async () => {
    const { account, a, b, c } = await newThreeApps();
    const keyOfAB = await newKey(account.id, { app_ids: [a, b] });
    const shared = await newKeystore(account, [a, c]);
    const own = await newKeystore(account, [a]);
    const build = async (keystore_id: number) =>
      (await api("POST", `/api/v1/apps/${b}/builds`, { token: keyOfAB, json: { keystore_id } }))
        .status;
    expect(await build(shared)).toBe(422);
    // where nothing stands against it, all that is missing is a builder
    expect(await build(own)).toBe(503);
    const [given] = await rows(
      "SELECT count(*) AS n FROM keystore_apps WHERE keystore_id = ?",
      shared,
    );
    expect(given).toEqual({ n: 2 });
  });

  test("exports and deletes a keystore that is for its apps alone", async () => {
    const { account, a, keyOfA } = await newThreeApps();
    const id = await newKeystore(account, [a]);
    expect((await exportWith(keyOfA, id))[0]).toBe(200);
    expect(await deleteWith(keyOfA, id)).toEqual([
      200,
      { message: "Keystore deleted successfully." },
    ]);
    expect(await rows("SELECT * FROM keystore_apps WHERE keystore_id = ?", id)).toEqual([]);
  });

  test("of another account finds no keystore at all", async () => {
    const [mine, theirs] = [await newThreeApps(), await newThreeApps()];
    const id = await newKeystore(mine.account, [mine.a]);
    expect(await exportWith(theirs.keyOfA, id)).toEqual([404, MISSING]);
    expect(await deleteWith(theirs.keyOfA, id)).toEqual([404, MISSING]);
    expect(await listed(theirs.keyOfA)).toEqual([]);
  });
});

describe("a build that names a keystore", () => {
  test.each(["debug", "release"])("of type %s makes it the app's", async (build_type) => {
    await FakeBuilder.start();
    const { account, a, b, keyOfA } = await newThreeApps();
    const id = await newKeystore(account, [b]);
    await triggered({ account, app: { id: a, uuid: "" } }, { keystore_id: id, build_type });
    expect(await listed(account.key)).toEqual([[id, [a, b]]]);
    expect(await listed(keyOfA)).toEqual([[id, [a]]]);
  });

  test("changes nothing if it is refused, or if the keystore is the app's already", async () => {
    const { account, a } = await newThreeApps();
    const id = await newKeystore(account);
    const owner = { account, app: { id: a, uuid: "" } };
    expect((await trigger(owner, { keystore_id: id })).status).toBe(503);
    expect(await listed(account.key)).toEqual([[id, []]]);
    const builder = await FakeBuilder.start();
    for (const _ of [1, 2]) {
      await triggered(owner, { keystore_id: id });
      await builder.fail((await builder.take()).lease, false);
      expect(await listed(account.key)).toEqual([[id, [a]]]);
    }
  });
});

describe("giving a keystore for apps", () => {
  test("replaces the apps that it was for, and an empty list leaves it with none", async () => {
    const { account, a, b, c, keyOfA } = await newThreeApps();
    const id = await newKeystore(account, [a, b]);
    const other = await newKeystore(account, [a]);
    const given = await give(account.key, id, { app_ids: [c, b, b] });
    expect(given.status).toBe(200);
    expect(given.body).toEqual({ data: expect.objectContaining({ id, app_ids: [b, c] }) });
    expect(await listed(keyOfA)).toEqual([[other, [a]]]);
    expect((await give(account.key, id, { app_ids: [] })).body.data.app_ids).toEqual([]);
    expect(await listed(account.key)).toEqual([
      [other, [a]],
      [id, []],
    ]);
  });

  test.each<[unknown, string, string]>([
    [{}, "app_ids", "The app ids field is required."],
    [{ app_ids: null }, "app_ids", "The app ids field is required."],
    [{ app_ids: [999_999_999] }, "app_ids", FOREIGN_APPS],
    [
      { app_ids: [], name: "B" },
      "name",
      "The name field is not a known setting. The known ones are app_ids.",
    ],
  ])("is refused with %j, and nothing changes", async (json, field, sentence) => {
    const { account, a } = await newThreeApps();
    const id = await newKeystore(account, [a]);
    const refused = await give(account.key, id, json);
    expect([refused.status, Object.keys(refused.body.errors)]).toEqual([422, [field]]);
    expect(refused.body.message).toBe(sentence);
    expect(await listed(account.key)).toEqual([[id, [a]]]);
  });

  test("is forbidden to a key limited to apps, even to all that it is for", async () => {
    const { account, a, b, keyOfA } = await newThreeApps();
    const [own, foreign] = [await newKeystore(account, [a]), await newKeystore(account, [b])];
    for (const id of [own, foreign, 999_999_999]) {
      const refused = await give(keyOfA, id, { app_ids: [a] });
      expect([refused.status, refused.body]).toEqual([403, LIMITED]);
    }
    expect(await listed(account.key)).toEqual([
      [foreign, [b]],
      [own, [a]],
    ]);
  });

  test("finds no keystore and no app of another account", async () => {
    const [mine, theirs] = [await newThreeApps(), await newThreeApps()];
    const id = await newKeystore(mine.account, [mine.a]);
    for (const json of [{ app_ids: [theirs.a] }, {}]) {
      const refused = await give(theirs.account.key, id, json);
      expect([refused.status, refused.body]).toEqual([404, MISSING]);
    }
    const refused = await give(mine.account.key, id, { app_ids: [theirs.a] });
    expect([refused.status, refused.body.errors]).toEqual([422, { app_ids: [FOREIGN_APPS] }]);
    expect(await listed(mine.account.key)).toEqual([[id, [mine.a]]]);
  });
});

test("a deleted app is taken from the keystores that were for it, and they stay", async () => {
  const { account, a, b } = await newThreeApps();
  const id = await newKeystore(account, [a, b]);
  expect((await api("DELETE", `/api/v1/apps/${a}`, { token: account.key })).status).toBe(200);
  expect(await listed(account.key)).toEqual([[id, [b]]]);
});
