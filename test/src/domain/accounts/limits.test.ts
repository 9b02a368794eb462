// How much an account can have: what would exceed a limit is refused, in each API's own form.
import { expect, test } from "vitest";
import { admin, api, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey, type TestAccount } from "../../../support/scenario.ts";

/** Repeats the account's newest row of `table` until it has `count`; `own` are columns that are a row's alone. */
async function fill(table: string, { id }: TestAccount, count: number, own: string[]) {
  const columns = (await rows(`SELECT name FROM pragma_table_info('${table}')`))
    .map(({ name }) => String(name))
    .filter((name) => name !== "id");
  const values = columns.map((name) => (own.includes(name) ? `'${id}-' || n` : name));
  await rows(
    `WITH RECURSIVE numbers (n) AS (
       SELECT count(*) + 1 FROM ${table} WHERE account_id = ?1 UNION ALL
       SELECT n + 1 FROM numbers WHERE n < ?2)
     INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")}
       FROM (SELECT * FROM ${table} WHERE account_id = ?1 ORDER BY id DESC LIMIT 1), numbers`,
    id,
    count,
  );
}

async function held(table: string, { id }: TestAccount): Promise<number> {
  return (await rows(`SELECT count(*) AS n FROM ${table} WHERE account_id = ?`, id))[0].n;
}

test("an account can have 1,000 apps, whichever API makes them, and deleting one makes room", async () => {
  const account = await newAccount();
  const token = account.key;
  const app = await newApp(token);
  await fill("apps", account, 999, ["uuid", "public_key"]);
  expect((await api("POST", "/api/v1/push/apps", { token, json: { name: "A" } })).status).toBe(201);
  const credentials = await held("push_credentials", account);

  const json = { name: "A", url: "https://example.com" };
  const refused = await api("POST", "/api/v1/apps", { token, json });
  const sentence = "The apps field must not be more than 1000.";
  expect(refused.status).toBe(422);
  expect(refused.body).toEqual({ message: sentence, errors: { apps: [sentence] } });
  const pushed = await api("POST", "/api/v1/push/apps", { token, json: { name: "A" } });
  expect(pushed.status).toBe(422);
  expect(pushed.body).toEqual({
    error: "Validation failed",
    details: { apps: ["must not be more than 1000"] },
  });
  expect(await held("apps", account)).toBe(1000);
  expect(await held("push_credentials", account)).toBe(credentials);

  await api("DELETE", `/api/v1/apps/${app.id}`, { token });
  const [one, two] = await Promise.all([
    api("POST", "/api/v1/apps", { token, json }),
    api("POST", "/api/v1/apps", { token, json }),
  ]);
  expect([one.status, two.status].toSorted((a, b) => a - b)).toEqual([201, 422]);
});

test("an account can have 100 keystores, those that a limited key can't see included", async () => {
  const account = await newAccount();
  const token = account.key;
  const limited = await newKey(account.id, { app_ids: [(await newApp(token)).id] });
  const make = async (key: string) =>
    api("POST", "/api/v1/keystores", { token: key, json: { name: "R", algorithm: "ec" } });
  await make(token);
  await fill("keystores", account, 99, []);
  expect((await make(token)).status).toBe(201);
  for (const key of [token, limited]) {
    const refused = await make(key);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toBe("The keystores field must not be more than 100.");
  }
  expect(await held("keystores", account)).toBe(100);
  // Nothing is opened for an account that is full: the file is not even looked at.
  const json = { name: "R", file: "AAAA", store_password: "x" };
  const unopened = await api("POST", "/api/v1/keystores", { token, json });
  expect(unopened.body.message).toBe("The keystores field must not be more than 100.");
});

test("an account can have 500 API keys, whoever mints them", async () => {
  const account = await newAccount();
  const json = { name: "CI" };
  await fill("api_keys", account, 499, ["key_hash"]);
  const mine = () => api("POST", "/api/v1/api-keys", { token: account.key, json });
  expect((await mine()).status).toBe(201);
  for (const refused of [
    await mine(),
    await admin("POST", `/accounts/${account.id}/api-keys`, json),
  ]) {
    expect(refused.status).toBe(422);
    expect(refused.body.message).toBe("The api keys field must not be more than 500.");
  }
});
