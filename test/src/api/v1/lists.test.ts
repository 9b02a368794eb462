// The lists of apps, API keys and keystores: their order, their pages, and query parameters that are refused.
import { describe, expect, test } from "vitest";
import { api } from "../../../support/worker.ts";
import { newAccount, newApp, newKey, type TestAccount } from "../../../support/scenario.ts";

/** The path of each list, and what makes a row of it. */
const LISTS: Record<string, (account: TestAccount) => Promise<unknown>> = {
  "/api/v1/apps": async ({ key }) => newApp(key),
  "/api/v1/api-keys": async ({ id }) => newKey(id),
  "/api/v1/keystores": async ({ key }) =>
    api("POST", "/api/v1/keystores", { token: key, json: { name: "k", algorithm: "ec" } }),
};

describe.each(Object.entries(LISTS))("%s", (path, make) => {
  test("has pages of ten rows by default, newest first, and empty ones after the last", async () => {
    const account = await newAccount();
    const page = async (query: string) => {
      const answer = await api("GET", path + query, { token: account.key });
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.body)).toEqual(["data", "meta"]);
      return answer.body;
    };
    const before: number = (await page("")).meta.total;
    for (let made = before; made < 12; made += 1) await make(account);

    const first = await page("");
    expect(first.meta).toEqual({ current_page: 1, total: 12 });
    expect(first.data).toHaveLength(10);
    const second = await page("?page=2");
    expect(second.meta).toEqual({ current_page: 2, total: 12 });
    const ids = [...first.data, ...second.data].map((row: { id: number }) => row.id);
    expect(new Set(ids).size).toBe(12);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));

    expect((await page("?per_page=5&page=3")).data.map((row: any) => row.id)).toEqual(
      ids.slice(10),
    );
    expect((await page("?per_page=1")).data).toHaveLength(1);
    expect((await page("?per_page=100")).data).toHaveLength(12);
    expect(await page("?page=3")).toEqual({ data: [], meta: { current_page: 3, total: 12 } });
    expect((await page("?page=1000000")).data).toEqual([]);
  });

  test.each([
    ["per_page=0", "per_page", "The per page field must be at least 1."],
    ["per_page=101", "per_page", "The per page field must not be greater than 100."],
    ["page=0", "page", "The page field must be at least 1."],
    ["page=1000001", "page", "The page field must not be greater than 1000000."],
    ["page=-1", "page", "The page field must be at least 1."],
    ["page=1.5", "page", "The page field must be an integer."],
    ["page=1e1", "page", "The page field must be an integer."],
    ["page=", "page", "The page field must be an integer."],
    ["per_page=ten", "per_page", "The per page field must be an integer."],
    [
      "per_page=99999999999999999999",
      "per_page",
      "The per page field must not be greater than 100.",
    ],
    ["per_page=%00", "per_page", "The per page field must be an integer."],
    ["page=1&page=2", "page", "The page field must be given once."],
    [
      "limit=5",
      "limit",
      "The limit field is not a known setting. The known ones are per_page, page.",
    ],
  ])("answers 422 for ?%s", async (query, field, sentence) => {
    const { key } = await newAccount();
    const refused = await api("GET", `${path}?${query}`, { token: key });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
  });

  test("names both parameters when both are out of range", async () => {
    const { key } = await newAccount();
    const refused = await api("GET", `${path}?per_page=0&page=0`, { token: key });
    expect(refused.body.message).toBe("The per page field must be at least 1. (and 1 more error)");
    expect(Object.keys(refused.body.errors)).toEqual(["per_page", "page"]);
  });
});

test("a key limited to certain apps lists only those and finds no other", async () => {
  const { id, key } = await newAccount();
  const [first, second, third] = [await newApp(key), await newApp(key), await newApp(key)];
  const limited = await newKey(id, { app_ids: [first.id, third.id] });
  const list = await api("GET", "/api/v1/apps", { token: limited });
  expect(list.body.data.map((app: any) => app.id)).toEqual([third.id, first.id]);
  expect(list.body.meta.total).toBe(2);
  const hidden = await api("GET", `/api/v1/apps/${second.id}`, { token: limited });
  expect(hidden.status).toBe(404);
  expect(hidden.body).toEqual({ message: "App not found." });
});
