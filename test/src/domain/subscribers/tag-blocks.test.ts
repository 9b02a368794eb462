// tag_blocks: the index of who has a tag is right whoever writes a subscriber, costs what docs/storage.md says, and goes
// with the subscribers.
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { BLOCK_IDS } from "../../../../src/domain/subscribers/tag-blocks.ts";
import { addSubscribers } from "../../../support/notifications.ts";
import { androidSubscriber, importAll, PUSH, register } from "../../../support/push.ts";
import { newAccount, newPushApp, type TestAccount } from "../../../support/scenario.ts";
import { countRowsWritten } from "../../../support/trips.ts";
import { api, eventually, newAddress, rows } from "../../../support/worker.ts";

const AT_ONCE = 1000;
/** Characters of a block, with five ids in each. */
const CHARACTERS = BLOCK_IDS / 5;

let account: TestAccount;
beforeAll(async () => {
  account = await newAccount({ plan: "Unlimited" });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Rows that were written, for bench/audience.ts. */
const written: Record<string, number> = {};
afterAll(() => console.log(`rows-written ${JSON.stringify(written)}`));

/** Who has which tag, as pairs, by the index. */
async function indexed(appId: number): Promise<string[]> {
  const blocks = await rows("SELECT * FROM tag_blocks WHERE app_id = ?", appId);
  const pairs = blocks.flatMap(({ tag, block, members }): string[] => {
    expect(members).toHaveLength(CHARACTERS);
    expect(members).not.toMatch(/^0*$/);
    return Array.from({ length: BLOCK_IDS }, (_, at) => at)
      .filter((at) => ((members.charCodeAt(Math.floor(at / 5)) - 48) >> (at % 5)) & 1)
      .map((at) => `${block * BLOCK_IDS + at} ${tag}`);
  });
  return pairs.toSorted();
}

/** The same by the subscribers themselves. */
async function had(appId: number): Promise<string[]> {
  const pairs: { pair: string }[] = await rows(
    `SELECT DISTINCT s.id || ' ' || had.value AS pair FROM subscribers AS s, json_each(s.tags) AS had
     WHERE s.app_id = ?`,
    appId,
  );
  return pairs.map(({ pair }) => pair).toSorted();
}

async function expectIndexed(appId: number, pairs: number): Promise<void> {
  const present = await indexed(appId);
  expect(present).toEqual(await had(appId));
  expect(present).toHaveLength(pairs);
}

test("tags are indexed when a subscriber is registered, imported, changed and deleted, by owner and device", async () => {
  const app = await newPushApp(account.key);
  const [one, two] = [
    androidSubscriber({ tags: ["a", "b"] }),
    androidSubscriber({ tags: ["b", 'ü"'] }),
  ];
  const registered = await register(account, app.id, one);
  expect(registered.status).toBe(201);
  await importAll(account, app.id, [two, androidSubscriber({ tags: ["b"] }), androidSubscriber()]);
  await expectIndexed(app.v1_id, 5);

  // again, as it was and then with others
  await importAll(account, app.id, [two]);
  await expectIndexed(app.v1_id, 5);
  await importAll(account, app.id, [{ ...two, tags: ["c", "b", "d"] }]);
  await expectIndexed(app.v1_id, 6);

  const path = `${PUSH}/apps/${app.id}/subscribers/${registered.body.data.id}`;
  await api("PATCH", path, { token: account.key, json: { tags: ["b", "e"] } });
  await expectIndexed(app.v1_id, 6);
  await api("PATCH", path, { token: account.key, json: { tags: null } });
  await expectIndexed(app.v1_id, 4);

  const devices = { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() };
  const device = await api("POST", `/public/apps/${app.id}/subscribers`, {
    json: androidSubscriber({ tags: ["own", "b"] }),
    headers: devices,
  });
  await expectIndexed(app.v1_id, 6);
  const changed = await api("PATCH", `/public/subscribers/${device.body.data.id}`, {
    token: device.body.data.token,
    json: { tags: ["own"] },
  });
  expect(changed.status).toBe(200);
  await expectIndexed(app.v1_id, 5);
  await rows("DELETE FROM subscribers WHERE app_id = ?", app.v1_id);
  await expectIndexed(app.v1_id, 0);
});

test("a tag's blocks begin and end where the subscribers do, wherever their ids lie in a block", async () => {
  const app = await newPushApp(account.key);
  const ids = await addSubscribers(
    { id: app.v1_id, accountId: account.id },
    Array.from({ length: BLOCK_IDS * 2 + 1 }, () => ({ tags: ["all"] })),
  );
  expect(await indexed(app.v1_id)).toEqual(ids.map((id) => `${id} all`).toSorted());
  await rows("DELETE FROM subscribers WHERE app_id = ? AND id % 3 > 0", app.v1_id);
  await expectIndexed(app.v1_id, ids.filter((id) => id % 3 === 0).length);
});

test("the index goes with the app", async () => {
  const app = await newPushApp(account.key);
  await importAll(account, app.id, [androidSubscriber({ tags: ["a"] })]);
  const gone = await api("DELETE", `${PUSH}/apps/${app.id}`, { token: account.key });
  expect(gone.status).toBeLessThan(300);
  await eventually(async () => {
    const left = await rows("SELECT 1 FROM tag_blocks WHERE app_id = ?", app.v1_id);
    return left.length === 0;
  });
});

test.each([0, 5, 50])(
  "a registration with %i tags writes a row more for each, and none for those it had",
  async (count) => {
    const app = await newPushApp(account.key);
    const tags = Array.from({ length: count }, (_, at) => `t${at}`);
    // the first of a block makes the rows of its tags
    await importAll(account, app.id, [androidSubscriber({ tags })]);
    const cost = async (subscriber: unknown): Promise<number> => {
      const rowsWritten = countRowsWritten();
      await importAll(account, app.id, [subscriber]);
      vi.restoreAllMocks();
      return rowsWritten();
    };
    const bare = await cost(androidSubscriber());
    const subscriber = androidSubscriber({ tags });
    written[`new, ${count} tags`] = await cost(subscriber);
    const again = (written[`again, ${count} tags`] = await cost(subscriber));
    expect(written[`new, ${count} tags`]).toBe(bare + count);
    const others = [...tags.slice(1), ...(count > 0 ? ["other"] : [])];
    written[`again, one of ${count} other`] = await cost({ ...subscriber, tags: others });
    // one taken out, and one of its own block
    expect(written[`again, one of ${count} other`]).toBe(again + (count > 0 ? 3 : 0));
  },
);

test("an import of a thousand writes no more rows for its tags than it has tags, and one for each of a block", async () => {
  const app = await newPushApp(account.key);
  const tags = Array.from({ length: 50 }, (_, at) => `t${at}`);
  const rowsWritten = countRowsWritten();
  await importAll(
    account,
    app.id,
    Array.from({ length: AT_ONCE }, () => androidSubscriber({ tags })),
  );
  written["import of 1,000, 50 tags"] = rowsWritten();
  const blocks = await rows("SELECT 1 FROM tag_blocks WHERE app_id = ?", app.v1_id);
  expect(blocks.length).toBeLessThanOrEqual(4 * tags.length);
  expect(rowsWritten()).toBeLessThan(AT_ONCE * (tags.length + 12) + blocks.length);
});
