// What devices report about themselves: it never locks them out, and they are found by it.
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { reported } from "../../../support/facts.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { androidSubscriber, PUSH } from "../../../support/push.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";
import { api, newAddress } from "../../../support/worker.ts";

let app: { id: string; v1_id: number; public_key: string };
let key: string;
beforeEach(async () => {
  ({ key } = await newAccount());
  app = await newPushApp(key);
});

/** Registers a device that reports `facts`. */
async function join(facts: object) {
  return api("POST", `/public/apps/${app.id}/subscribers`, {
    json: androidSubscriber({ ...facts }),
    headers: { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() },
  });
}

/** What the owner is shown of a device. */
async function shown(id: string) {
  const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
  return (await api("GET", path, { token: key })).body.data;
}

/** Registers a device, and returns what the owner is shown of it. */
async function joined(facts: object) {
  const made = await join(facts);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return shown(made.body.data.id);
}

async function estimate(targeting: object): Promise<number> {
  const path = `${PUSH}/apps/${app.id}/notifications/estimate`;
  const counted = await api("POST", path, { token: key, json: { targeting } });
  expect(counted.status, JSON.stringify(counted.body)).toBe(200);
  return counted.body.data.total_count;
}

test.each([
  [{ language: "en-US-u-mu-celsius" }, { language: "en-US" }],
  [{ language: "pt_BR" }, { language: "pt-BR" }],
  [{ language: "en-US-x-private" }, { language: "en-US" }],
  [{ language: "de-AT,de;q=0.9,en;q=0.8" }, { language: "de-AT" }],
  [{ language: "und" }, { language: null }],
  [{ language: "C" }, { language: null }],
  [{ language: "" }, { language: null }],
  [{ language: "*" }, { language: null }],
  [{ language: 5 }, { language: null }],
  [{ language: "xx" }, { language: null }],
  [{ language: "mul" }, { language: null }],
  [{ language: "en_US:en" }, { language: "en-US" }],
  [{ language: "en-US-x-..." }, { language: "en-US" }],
  [{ language: "en-US\u0000" }, { language: "en-US" }],
  [{ language: ["de"] }, { language: null }],
  [{ language: "iw-IL" }, { language: "he-IL" }],
  [{ language: "x".repeat(100_000) }, { language: null }],
  [{ country: "Germany" }, { country: null }],
  [{ country: "UK" }, { country: "GB" }],
  [{ country: "" }, { country: null }],
  [{ country: {} }, { country: null }],
  [{ timezone: "Etc/Unknown" }, { timezone: null }],
  [{ timezone: "" }, { timezone: null }],
  [{ timezone: "GMT+03:00" }, { timezone: "Etc/GMT-3" }],
  [{ timezone: "US/Pacific" }, { timezone: "America/Los_Angeles" }],
  [{ timezone: "Asia/Calcutta" }, { timezone: "Asia/Kolkata" }],
  [{ timezone: "Mars/Olympus" }, { timezone: null }],
  [{ timezone: "AST" }, { timezone: null }],
  [{ timezone: true }, { timezone: null }],
  [{ tags: [" VIP ", "VIP", 5, "", "a\u0000", "x".repeat(65), "ok"] }, { tags: ["VIP", "ok"] }],
  [{ tags: Array.from({ length: 60 }, (_, at) => `t${at}`) }, { tags: { length: 50 } }],
  [{ tags: "vip" }, { tags: [] }],
  [
    { tags: null, language: null },
    { tags: [], language: null },
  ],
])("registers a device that reports %j", async (facts, known) => {
  expect(await joined(facts)).toMatchObject(known);
});

test("whatever a device reports, it is registered", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom("language", "country", "timezone", "tags"), reported),
      async (facts) => {
        const made = await join(facts);
        expect(made.status, JSON.stringify(made.body)).toBe(201);
      },
    ),
    { numRuns: propertyRuns(300) },
  );
});

test("what an owner is shown of a device is what the owner can give back, and find it by", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ language: reported, country: reported, timezone: reported }),
      async (facts) => {
        const { id, language, country, timezone } = await joined(facts);
        const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
        const json = { language, country, timezone };
        const again = await api("PATCH", path, { token: key, json });
        expect(again.status).toBe(200);
        expect(again.body.data).toMatchObject(json);
        if (language)
          expect(await estimate({ type: "languages", languages: [language] })).not.toBe(0);
        if (country)
          expect(await estimate({ type: "countries", countries: [country] })).not.toBe(0);
      },
    ),
    { numRuns: propertyRuns(20) },
  );
});

describe("a registered device", () => {
  test("is refused for nothing that it reports later, and clears a fact with null", async () => {
    const known = { language: "de", country: "DE", timezone: "Europe/Berlin", tags: ["a"] };
    const { id, token } = (await join(known)).body.data;
    const patch = async (json: object) => {
      const changed = await api("PATCH", `/public/subscribers/${id}`, { token, json });
      expect(changed.status, JSON.stringify(changed.body)).toBe(200);
      return changed.body.data;
    };
    expect(await patch({})).toMatchObject(known);
    expect(await patch({ tags: 7 })).toMatchObject(known);
    expect(
      await patch({ language: "C", country: "nowhere", timezone: "Etc/Unknown" }),
    ).toMatchObject({ language: null, country: null, timezone: null, tags: ["a"] });
    expect(await patch({ language: "tl_PH", tags: [" b ", {}] })).toMatchObject({
      language: "fil-PH",
      tags: ["b"],
    });
    expect(await patch({ language: null, tags: null })).toMatchObject({ language: null, tags: [] });
  });

  test.each(["ann", "und", 5, {}])("is still refused the user id %j", async (user_id) => {
    const says = {
      user_id: [
        "can only be set with an API key: a device sends a user_token, which the owner's server signs",
      ],
    };
    const refused = await join({ user_id });
    expect(refused.status).toBe(422);
    expect(refused.body.details).toEqual(says);
    const { id, token } = (await join({})).body.data;
    const changed = await api("PATCH", `/public/subscribers/${id}`, { token, json: { user_id } });
    expect(changed.status).toBe(422);
    expect(changed.body.details).toEqual(says);
  });

  test.each([null, "", "  "])("claims nobody with the user id %j", async (user_id) => {
    const made = await join({ user_id });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const { id, token } = made.body.data;
    expect((await shown(id)).user_id).toBeNull();
    // nor does it take away what the owner said
    const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
    await api("PATCH", path, { token: key, json: { user_id: "ann" } });
    const changed = await api("PATCH", `/public/subscribers/${id}`, { token, json: { user_id } });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect((await shown(id)).user_id).toBe("ann");
  });
});
