// What owners say of subscribers, and how they find them by it: one form is stored and compared everywhere.
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { locale } from "../../../support/facts.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { androidSubscriber, importAll, PUSH, register } from "../../../support/push.ts";
import {
  newAccount,
  newNotifier,
  newPushApp,
  type TestAccount,
} from "../../../support/scenario.ts";
import { tokenOf } from "../../../support/tracked.ts";
import { api, rows, send } from "../../../support/worker.ts";

let account: TestAccount;
let appId: string;
beforeEach(async () => {
  account = await newAccount();
  appId = (await newPushApp(account.key)).id;
});

const LANGUAGE = "must be a BCP 47 tag such as de or pt-BR";
const COUNTRY = "must be an ISO 3166 code of two letters such as DE";
const ZONE = "must be an IANA time zone such as Europe/Berlin";

/** Imports one row; returns its result. */
async function imported(facts: object) {
  const json = { subscribers: [androidSubscriber({ ...facts })] };
  const path = `${PUSH}/apps/${appId}/subscribers/bulk`;
  return (await api("POST", path, { token: account.key, json })).body.data[0];
}

async function shown(id: string) {
  const path = `${PUSH}/apps/${appId}/subscribers/${id}`;
  return (await api("GET", path, { token: account.key })).body.data;
}

test.each([
  [{ language: "C" }, { language: [LANGUAGE] }],
  [{ language: "*" }, { language: [LANGUAGE] }],
  [{ language: "x-private" }, { language: [LANGUAGE] }],
  [{ language: "german" }, { language: [LANGUAGE] }],
  [{ language: "a".repeat(300) }, { language: [LANGUAGE] }],
  [{ language: "xx" }, { language: [LANGUAGE] }],
  [{ language: "zz-DE" }, { language: [LANGUAGE] }],
  [{ language: "mul" }, { language: [LANGUAGE] }],
  [{ language: "zxx" }, { language: [LANGUAGE] }],
  [{ language: 5 }, { language: ["must be a string"] }],
  [{ country: "Germany" }, { country: [COUNTRY] }],
  [{ country: "DEU" }, { country: [COUNTRY] }],
  [{ country: "QQ" }, { country: [COUNTRY] }],
  [{ timezone: "Mars/Olympus" }, { timezone: [ZONE] }],
  [{ timezone: "GMT+25" }, { timezone: [ZONE] }],
  [{ timezone: "AST" }, { timezone: [ZONE] }],
  [{ timezone: "BST" }, { timezone: [ZONE] }],
  [{ user_id: "a\u0000" }, { user_id: ["must not hold control characters"] }],
  [{ tags: ["x".repeat(65)] }, { "tags.0": ["must not be greater than 64 characters"] }],
])("an import row with %j is refused, and a request with it too", async (facts, details) => {
  expect(await imported(facts)).toEqual({ index: 0, error: "Validation failed", details });
  const refused = await register(account, appId, androidSubscriber({ ...facts }));
  expect(refused.status).toBe(422);
  expect(refused.body.details).toEqual(details);
});

test.each([
  [{ language: "und", country: "", timezone: "Etc/Unknown", user_id: "" }],
  [{ language: "", country: "ZZ", timezone: "", user_id: " " }],
  [{ language: " UND ", country: " ", timezone: " etc/unknown ", user_id: "\t\n" }],
  [{ language: null, country: null, timezone: null, user_id: null }],
])("%j says that nothing is known, by every way in", async (facts) => {
  const nothing = { language: null, country: null, timezone: null, user_id: null };
  const known = { language: "de", country: "DE", timezone: "Europe/Berlin", user_id: "und" };
  const row = await imported(facts);
  expect(await shown(row.id)).toMatchObject(nothing);
  const made = await register(account, appId, androidSubscriber({ ...facts }));
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(await shown(made.body.data.id)).toMatchObject(nothing);
  const path = `${PUSH}/apps/${appId}/subscribers/${row.id}`;
  for (const [json, expected] of [
    [known, known],
    [facts, nothing],
  ]) {
    const changed = await api("PATCH", path, { token: account.key, json });
    expect(changed.body.data).toMatchObject(expected!);
  }
});

test.each([
  [{ language: "pt_BR.UTF-8" }, { language: "pt-BR" }],
  [{ country: "uk" }, { country: "GB" }],
  [{ timezone: "GMT+10:30" }, { timezone: "+10:30" }],
  [{ timezone: "us/pacific" }, { timezone: "America/Los_Angeles" }],
  [
    { tags: [" VIP ", "VIP"], user_id: " ann " },
    { tags: ["VIP"], user_id: "ann" },
  ],
  [{ tags: null }, { tags: [] }],
  [{ registered_at: null }, { status: "active" }],
])("an import row with %j is stored as %j", async (facts, stored) => {
  expect(await shown((await imported(facts)).id)).toMatchObject(stored);
});

describe("a subscriber", () => {
  let count: (targeting: object) => Promise<number>;
  let list: (query: Record<string, string>) => Promise<number>;
  beforeAll(async () => {
    const world = await newNotifier();
    const people = [
      { language: "iw-IL", country: "UK", tags: [" VIP "], user_id: " ann " },
      { language: "in", country: "ID" },
      { language: "ji" },
      { language: "tl-PH" },
      { language: "zh-TW" },
      { language: "zh-HK" },
      { language: "zh-Hant" },
      { language: "zh-CN" },
      { language: "zh" },
      { language: "nb-NO" },
      { language: "nn" },
      { language: "no", tags: ["😀".repeat(64)], user_id: "😀".repeat(255) },
    ];
    await importAll(
      world.account,
      world.app.id,
      people.map((facts) => androidSubscriber({ ...facts })),
    );
    count = async (targeting) =>
      (await world.call("POST", "/estimate", { targeting })).body.data.total_count;
    list = async (query) => {
      const path = `${PUSH}/apps/${world.app.id}/subscribers?${new URLSearchParams(query).toString()}`;
      return (await api("GET", path, { token: world.account.key })).body.data.length;
    };
  });

  test.each([
    [["he"], 1],
    [["iw"], 1],
    [["IW_il"], 1],
    [["id"], 1],
    [["in"], 1],
    [["yi"], 1],
    [["ji"], 1],
    [["fil"], 1],
    [["tl"], 1],
    [["zh"], 5],
    [["zh-Hant"], 3],
    [["zh-Hans"], 2],
    [["zh-Hant-TW"], 1],
    [["zh-TW", "zh-HK"], 2],
    [["zh-CN-u-nu-latn"], 1],
    [["no"], 3],
    [["no-NO"], 1],
    [["nb"], 2],
    [["nn"], 1],
    [["en"], 0],
  ])("is in the languages %j with as many as %i", async (languages, total) => {
    expect(await count({ type: "languages", languages })).toBe(total);
    expect(await count({ type: "not", of: [{ type: "languages", languages }] })).toBe(12 - total);
  });

  test("is found by its country, tags and user id, however they are written", async () => {
    for (const countries of [["GB"], ["uk"], [" UK "]]) {
      expect(await count({ type: "countries", countries })).toBe(1);
    }
    for (const text of ["VIP", " VIP ", "\tVIP\n"]) {
      expect(await count({ type: "tags", tags: [text] })).toBe(1);
      expect(await count({ type: "tags", tags: [text, "VIP"], match: "all" })).toBe(1);
      expect(await list({ tag: text })).toBe(1);
    }
    for (const text of ["ann", " ann "]) {
      expect(await count({ type: "user_ids", ids: [text] })).toBe(1);
      expect(await list({ user_id: text })).toBe(1);
    }
    // of other than letters, which are two units of UTF-16 each
    expect(await count({ type: "user_ids", ids: ["😀".repeat(255)] })).toBe(1);
    expect(await list({ user_id: "😀".repeat(255) })).toBe(1);
    expect(await count({ type: "tags", tags: ["😀".repeat(64)] })).toBe(1);
  });

  test.each([
    [{ type: "languages", languages: ["und"] }, "languages.0"],
    [{ type: "languages", languages: [""] }, "languages.0"],
    [{ type: "languages", languages: ["C"] }, "languages.0"],
    [{ type: "countries", countries: ["Germany"] }, "countries.0"],
    [{ type: "countries", countries: [""] }, "countries.0"],
    [{ type: "tags", tags: [" "] }, "tags.0"],
    [{ type: "user_ids", ids: [""] }, "ids.0"],
    [{ type: "user_ids", ids: ["😀".repeat(256)] }, "ids.0"],
    [{ type: "languages", languages: ["xx"] }, "languages.0"],
  ])("is not looked for by %j", async (targeting, field) => {
    const path = `${PUSH}/apps/${appId}/notifications/estimate`;
    const refused = await api("POST", path, { token: account.key, json: { targeting } });
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.details)).toEqual([`targeting.${field}`]);
  });
});

test("what is stored is found by what was given", async () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(locale, text, text, async (language, tag, user) => {
      const row = await imported({ language, tags: [tag], user_id: user });
      if (row.error) return;
      const total = async (targeting: object) => {
        const path = `${PUSH}/apps/${appId}/notifications/estimate`;
        const call = { token: account.key, json: { targeting } };
        return (await api("POST", path, call)).body.data?.total_count ?? 0;
      };
      expect(await total({ type: "tags", tags: [tag] })).toBeGreaterThan(0);
      expect(await total({ type: "user_ids", ids: [user] })).toBeGreaterThan(0);
      const stored = (await shown(row.id)).language;
      if (stored === null) return;
      expect(await total({ type: "languages", languages: [language] })).toBeGreaterThan(0);
      expect(await total({ type: "languages", languages: [stored] })).toBeGreaterThan(0);
    }),
    { numRuns: propertyRuns(12) },
  );
});

describe("a translation", () => {
  const words = (url: string) => ({ title: "t", body: "b", url: `https://example.com/${url}` });

  /** Where a click of each of `languages` leads, where `translations` are given. */
  async function read(languages: string[], translations: string[]): Promise<string[]> {
    const world = await newNotifier();
    await importAll(
      world.account,
      world.app.id,
      languages.map((language) => androidSubscriber({ language })),
    );
    const { v1_id: id } = await world.make({
      ...words("original"),
      translations: Object.fromEntries(translations.map((name) => [name, words(name)])),
    });
    const people = await rows(
      "SELECT id, app_id FROM subscribers WHERE app_id = ? ORDER BY id",
      world.app.v1_id,
    );
    return Promise.all(
      people.map(async (person) => {
        const clicked = await send(
          "GET",
          `/public/c/${tokenOf({ id, app_id: person.app_id }, person.id)}`,
        );
        return new URL(clicked.headers.get("location") ?? "").pathname.slice(1);
      }),
    );
  }

  test.each([
    [["iw-IL", "he"], ["he"], "he"],
    [["iw-IL", "he"], ["iw"], "iw"],
    [["in-ID", "id"], ["in"], "in"],
    [["in-ID", "id"], ["id"], "id"],
    [["ji", "yi"], ["yi"], "yi"],
    [["ji", "yi"], ["ji"], "ji"],
    [["tl-PH", "fil"], ["tl"], "tl"],
    [["tl-PH", "fil"], ["fil"], "fil"],
    [["pt_BR"], ["pt", "pt_BR"], "pt_BR"],
    [["zh-TW", "zh-HK"], ["zh", "zh-Hant"], "zh-Hant"],
    [["zh-TW", "zh-HK"], ["zh", "zh-Hans"], "zh"],
    [["zh-CN", "zh-SG", "zh"], ["zh-Hant", "zh"], "zh"],
    [["zh-CN", "zh-SG", "zh"], ["zh-Hant", "zh-Hans"], "zh-Hans"],
    [["zh-TW", "zh-Hant-TW"], ["zh", "zh-TW", "zh-Hant"], "zh-TW"],
    [["sr-ME"], ["sr", "sr-Latn"], "sr-Latn"],
    [["nb-NO", "nb"], ["no", "nb"], "nb"],
    [["nb-NO", "nn-NO", "no"], ["no", "sv"], "no"],
    [["no-NO", "no"], ["nb", "nn"], "nb"],
    [["de-AT"], ["fr"], "original"],
  ])("for %j among %j is %j", async (languages, translations, expected) => {
    expect(await read(languages, translations)).toEqual(languages.map(() => expected));
  });

  test("is given once for a language, whatever code it has, and only for a language", async () => {
    const { call } = await newNotifier();
    for (const [names, says] of [
      [["iw", "he"], "must not name a language twice"],
      [["pt_BR", "pt-br"], "must not name a language twice"],
      [["und"], "must have languages such as de or pt-BR as keys"],
      [["mul"], "must have languages such as de or pt-BR as keys"],
      [["german"], "must have languages such as de or pt-BR as keys"],
    ] as const) {
      const translations = Object.fromEntries(names.map((name) => [name, words(name)]));
      const refused = await call("POST", "", { ...words("original"), translations });
      expect(refused.status).toBe(422);
      expect(refused.body.details).toEqual({ translations: [says] });
    }
  });
});
