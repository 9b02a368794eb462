// A device proves its user by a token that the owner's server signed with the app's identity secret.
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { propertyRuns } from "../../../support/property-runs.ts";
import { androidSubscriber, PUSH, register, webSubscriber } from "../../../support/push.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";
import { inSeconds, newSecret, signToken } from "../../../support/user-token.ts";
import { api, beginMinute, newAddress, rows, type Reply } from "../../../support/worker.ts";
import { counted, guessALot } from "../../../support/wrong-credentials.ts";

const DAY_S = 86_400;
const UNSIGNED = "must be a JWT that is signed by HS256 with the app's identity secret";
const LIFE = "must have an exp, in seconds since 1970, that is at most 86400 seconds ahead";
const SUBJECT =
  "must have the user's id as its sub: a string of 1 to 255 characters, one of them visible and none a control character";

interface World {
  account: { id: number; key: string };
  app: { id: string; v1_id: number; public_key: string };
  secret: string;
  /** The address from which requests come. */
  from: string;
}

async function world(): Promise<World> {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  return { account, app, secret: await newSecret(account.key, app.id), from: newAddress() };
}

function join({ app, from }: World, json: object, token?: string): Promise<Reply> {
  return api("POST", `/public/apps/${app.id}/subscribers`, {
    json,
    headers: { "x-app-key": app.public_key, "cf-connecting-ip": from },
    ...(token === undefined ? {} : { token }),
  });
}

interface Device {
  id: string;
  token: string;
}

function patch({ from }: World, { id, token }: Device, json: object): Promise<Reply> {
  const headers = { "cf-connecting-ip": from };
  return api("PATCH", `/public/subscribers/${id}`, { token, json, headers });
}

/** A device that is registered with these fields. */
async function device(at: World, fields: object = {}): Promise<Device> {
  const made = await join(at, { ...androidSubscriber(), ...fields });
  expect(made.status).toBe(201);
  return made.body.data;
}

async function userOf({ account, app }: World, { id }: { id: string }): Promise<string | null> {
  const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
  return (await api("GET", path, { token: account.key })).body.data.user_id;
}

const refusal = (...says: string[]) => ({
  status: 422,
  body: {
    message: "Some fields are not valid.",
    error: "invalid",
    details: { user_token: says },
  },
});
const told = ({ status, body }: Reply) => ({ status, body });

describe("a token that the app's secret signed", () => {
  test("gives its user to a device that registers, and that registers again with its own token", async () => {
    const at = await world();
    const given = await webSubscriber({ user_token: signToken(at.secret, { sub: "anna" }) });
    const made = await join(at, given);
    expect(made.status).toBe(201);
    expect(await userOf(at, made.body.data)).toBe("anna");
    const { id, token } = made.body.data;
    const again = await join(
      at,
      { ...given, user_token: signToken(at.secret, { sub: "ben" }) },
      token,
    );
    expect([again.status, again.body.data.id]).toEqual([200, id]);
    expect(await userOf(at, { id })).toBe("ben");
    expect((await join(at, { ...given, user_token: undefined }, token)).status).toBe(200);
    expect(await userOf(at, { id })).toBe("ben");
  });

  test("gives its user to an app without an address, which then keeps its place before others", async () => {
    const at = await world();
    const user_token = signToken(at.secret, { sub: "anna" });
    const made = await join(at, { platform: "android", user_token });
    expect(made.status).toBe(201);
    const [row] = await rows(
      "SELECT provider, user_id, vouched, vouched_token FROM subscribers WHERE uuid = ?",
      made.body.data.id,
    );
    expect(row).toEqual({ provider: "inbox", user_id: "anna", vouched: 1, vouched_token: null });
  });

  test("changes the user of a device that is registered; null and an empty text take it away", async () => {
    const at = await world();
    const one = await device(at, { tags: ["a"] });
    for (const nobody of [null, ""]) {
      const changed = await patch(at, one, { user_token: signToken(at.secret, { sub: " anna " }) });
      expect(changed.status).toBe(200);
      expect(await userOf(at, one)).toBe("anna");
      expect((await patch(at, one, { language: "de" })).status).toBe(200);
      expect(await userOf(at, one)).toBe("anna");
      expect((await patch(at, one, { user_token: nobody })).status).toBe(200);
      expect(await userOf(at, one)).toBeNull();
    }
    const [row] = await rows("SELECT tags, language FROM subscribers WHERE uuid = ?", one.id);
    expect(row).toEqual({ tags: '["a"]', language: "de" });
  });

  test("has the user reached by the id, and tells webhooks of it", async () => {
    const at = await world();
    const { account, app } = at;
    const hook = { url: "https://hooks.example.com/", events: ["subscriber.created"] };
    await api("POST", `${PUSH}/apps/${app.id}/webhooks`, { token: account.key, json: hook });
    await device(at, { user_token: signToken(at.secret, { sub: "anna" }) });
    await device(at);
    const counted = await api("POST", `${PUSH}/apps/${app.id}/notifications/estimate`, {
      token: account.key,
      json: { targeting: { type: "user_ids", ids: ["anna"] } },
    });
    expect(JSON.stringify(counted.body)).toMatch(/"\w*count\w*":1\b/);
    const [event] = await rows(
      "SELECT body FROM webhook_deliveries WHERE webhook_id IN (SELECT id FROM webhooks WHERE app_id = ?) ORDER BY id",
      app.v1_id,
    );
    expect(JSON.parse(event.body).data.user_id).toBe("anna");
  });

  test("may name the app as its audience, alone or among others, and be signed with other claims", async () => {
    const at = await world();
    const one = await device(at);
    for (const [sub, more] of Object.entries({
      a: { aud: at.app.id },
      b: { aud: ["https://example.com", at.app.id] },
      c: { iss: "https://example.com", iat: inSeconds(-5), nbf: inSeconds(-5), jti: "1", role: 1 },
      d: { exp: inSeconds(600) + 0.5 },
    })) {
      const token = signToken(at.secret, { sub, ...more });
      expect((await patch(at, one, { user_token: token })).status, sub).toBe(200);
      expect(await userOf(at, one)).toBe(sub);
    }
  });

  test("takes every user id that an owner may give, in the same form", async () => {
    const at = await world();
    const one = await device(at);
    for (const sub of ["und", "0", "名前 ü", "😀".repeat(255), "a".repeat(255), "  x  "]) {
      // Python writes JSON in ASCII.
      const json = JSON.stringify({ sub, exp: inSeconds(60) }).replaceAll(
        /[^\x20-\x7e]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      expect((await patch(at, one, { user_token: signToken(at.secret, json) })).status).toBe(200);
      expect(await userOf(at, one)).toBe(sub.trim());
    }
  });

  test("is in no log, nor is the secret, whether it holds or not", async () => {
    const at = await world();
    const log = vi.spyOn(console, "log");
    const one = await device(at);
    const tokens = [signToken(at.secret, { sub: "anna" }), signToken("guessed", { sub: "anna" })];
    for (const user_token of tokens) await patch(at, one, { user_token });
    await newSecret(at.account.key, at.app.id);
    const logged = log.mock.calls.flat().join("\n");
    log.mockRestore();
    expect(logged).toContain("/public/subscribers/:id");
    expect(logged).not.toMatch(/eyJ|sw_idn_|anna/);
  });

  test("may be a minute early or late by our clock, and end a day ahead", async () => {
    const at = await world();
    const one = await device(at);
    const clock = vi.spyOn(Date, "now").mockReturnValue(Math.floor(Date.now() / 1000) * 1000);
    try {
      for (const [claims, status] of [
        [{ exp: inSeconds(-59) }, 200],
        [{ exp: inSeconds(-60) }, 422],
        [{ exp: inSeconds(DAY_S + 60) }, 200],
        [{ exp: inSeconds(DAY_S + 61) }, 422],
        [{ nbf: inSeconds(60) }, 200],
        [{ nbf: inSeconds(61) }, 422],
      ] as const) {
        const user_token = signToken(at.secret, { sub: "anna", ...claims });
        expect((await patch(at, one, { user_token })).status, JSON.stringify(claims)).toBe(status);
      }
    } finally {
      clock.mockRestore();
    }
  });
});

describe("a token that does not hold", () => {
  test("is refused, says why, and changes nothing", async () => {
    const at = await world();
    const other = await world();
    const one = await device(at, { user_token: signToken(at.secret, { sub: "anna" }) });
    const signed = (claims: object | string) => signToken(at.secret, claims as never);
    const good = signed({ sub: "eve" });
    const [head = "", payload = "", mac = ""] = good.split(".");
    const forged = Buffer.from(JSON.stringify({ sub: "eve", exp: inSeconds(60) })).toString(
      "base64url",
    );
    const before = await rows("SELECT * FROM subscribers WHERE app_id = ?", at.app.v1_id);
    const cases: [string, unknown, string | RegExp][] = [
      ["another app's secret", signToken(other.secret, { sub: "eve" }), UNSIGNED],
      ["another secret", signToken("sw_idn_", { sub: "eve" }), UNSIGNED],
      ["the public key", signToken(at.app.public_key, { sub: "eve" }), UNSIGNED],
      ["no signature", signToken("", { sub: "eve" }, { alg: "none" }), UNSIGNED],
      ["alg none with one", `${signToken("", { sub: "eve" }, { alg: "none" })}${mac}`, UNSIGNED],
      ["alg NONE", signToken(at.secret, { sub: "eve" }, { alg: "NONE" }), UNSIGNED],
      ["HS384", signToken(at.secret, { sub: "eve" }, { alg: "HS384" }), UNSIGNED],
      ["HS512", signToken(at.secret, { sub: "eve" }, { alg: "HS512" }), UNSIGNED],
      ["RS256", signToken(at.secret, { sub: "eve" }, { alg: "RS256" }), UNSIGNED],
      ["no alg", signToken(at.secret, { sub: "eve" }, { alg: undefined }), UNSIGNED],
      ["a crit", signToken(at.secret, { sub: "eve" }, { crit: ["x"], x: 1 }), UNSIGNED],
      ["b64 false", signToken(at.secret, { sub: "eve" }, { crit: ["b64"], b64: false }), UNSIGNED],
      ["an altered payload", `${head}.${forged}.${mac}`, UNSIGNED],
      ["a cut signature", good.slice(0, -2), UNSIGNED],
      ["two parts", `${head}.${payload}`, UNSIGNED],
      ["five parts", `${good}.a.b`, UNSIGNED],
      ["the user id", "eve", UNSIGNED],
      ["a space before", ` ${good}`, UNSIGNED],
      ["a lone surrogate", `${good}\ud800`, UNSIGNED],
      ["a payload that is no object", signed("[]"), UNSIGNED],
      ["a payload that is no JSON", signed("sub=eve"), UNSIGNED],
      ["too long", signed({ sub: "eve", x: "x".repeat(8192) }), "must be at most 8192 characters"],
      ["an object", { sub: "eve" }, "must be a string"],
      ["a number", 7, "must be a string"],
      ["false", false, "must be a string"],
      ["no exp", signed(JSON.stringify({ sub: "eve" })), LIFE],
      ["an exp that is null", signed({ sub: "eve", exp: null }), LIFE],
      ["an exp of text", signed({ sub: "eve", exp: String(inSeconds(60)) }), LIFE],
      ["an exp in milliseconds", signed({ sub: "eve", exp: Date.now() + 60_000 }), LIFE],
      ["an endless exp", signed(`{"sub":"eve","exp":1e999}`), LIFE],
      ["two days ahead", signed({ sub: "eve", exp: inSeconds(2 * DAY_S) }), LIFE],
      [
        "expired",
        signed({ sub: "eve", exp: 1_700_000_000 }),
        "must not have expired: it was good until 2023-11-14T22:13:20Z",
      ],
      ["expired for ever", signed({ sub: "eve", exp: -1e300 }), "must not have expired"],
      ["too early", signed({ sub: "eve", nbf: inSeconds(300) }), "must not be used before its nbf"],
      [
        "an nbf of text",
        signed({ sub: "eve", nbf: "x" }),
        "must have a number, of seconds since 1970, as its nbf",
      ],
      [
        "an iat of text",
        signed({ sub: "eve", iat: "x" }),
        "must have a number, of seconds since 1970, as its iat",
      ],
      [
        "another app",
        signed({ sub: "eve", aud: other.app.id }),
        "must have the app's id as its aud, or no aud",
      ],
      [
        "an aud of nothing",
        signed({ sub: "eve", aud: [] }),
        "must have the app's id as its aud, or no aud",
      ],
      [
        "an aud that is null",
        signed({ sub: "eve", aud: null }),
        "must have the app's id as its aud, or no aud",
      ],
      ["no sub", signed({}), SUBJECT],
      ["a sub of spaces", signed({ sub: "  " }), SUBJECT],
      ["a sub that is a number", signed({ sub: 7 }), SUBJECT],
      ["a sub that is null", signed({ sub: null }), SUBJECT],
      ["a sub that is too long", signed({ sub: "x".repeat(256) }), SUBJECT],
      ["a sub with a control character", signed({ sub: "a\u0000b" }), SUBJECT],
      ["a sub with a lone surrogate", signed({ sub: "a\ud800" }), SUBJECT],
    ];
    for (const [name, user_token, says] of cases) {
      // Each kind of request has a limit of its own, but all wrong credentials of an address share one.
      const there = { ...at, from: newAddress() };
      const changed = await patch(there, one, { user_token, tags: ["changed"] });
      expect([name, told(changed)]).toEqual([name, refusal(String(says))]);
      const joined = await join(there, { ...androidSubscriber(), user_token });
      expect([name, told(joined)]).toEqual([name, refusal(String(says))]);
    }
    expect(await rows("SELECT * FROM subscribers WHERE app_id = ?", at.app.v1_id)).toEqual(
      before.map((row) => ({ ...row, last_active_at: expect.any(Number) })),
    );
  });

  test("is refused whatever stands in it, and never a fault", async () => {
    const at = await world();
    const one = await device(at);
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
    );
    const claims = fc.record(
      { sub: fc.jsonValue(), exp: fc.jsonValue(), aud: fc.jsonValue(), nbf: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(
      fc.constantFrom("alg", "typ", "crit", "b64", "kid", "zip"),
      fc.jsonValue(),
    );
    const tokens = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(".")),
      fc.tuple(claims, header).map(([some, more]) => signToken(at.secret, some, more)),
    );
    await fc.assert(
      fc.asyncProperty(tokens, async (user_token) => {
        const there = { ...at, from: newAddress() };
        fc.pre(user_token !== "");
        const { status } = await patch(there, one, { user_token });
        expect([200, 422]).toContain(status);
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  test("a user_id alone is refused, and the answer says what to send", async () => {
    const at = await world();
    const one = await device(at);
    const says = [
      "can only be set with an API key: a device sends a user_token, which the owner's server signs",
    ];
    const proof = { user_token: signToken(at.secret, { sub: "anna" }) };
    for (const fields of [{ user_id: "anna" }, { user_id: "anna", ...proof }]) {
      const joined = await join(at, { ...androidSubscriber(), ...fields });
      expect([joined.status, joined.body.details]).toEqual([422, { user_id: says }]);
      const changed = await patch(at, one, fields);
      expect([changed.status, changed.body.details]).toEqual([422, { user_id: says }]);
    }
    expect(await userOf(at, one)).toBeNull();
  });

  test("counts as a wrong credential where no secret of the app signed it, and then is refused by that limit", async () => {
    const at = await world();
    const one = await device(at);
    beginMinute();
    const bad = { user_token: signToken("guessed", { sub: "eve" }) };
    expect((await patch(at, one, bad)).status).toBe(422);
    expect((await join(at, { ...androidSubscriber(), ...bad })).status).toBe(422);
    expect(await counted(at.from)).toBe(2);
    const old = { user_token: signToken(at.secret, { sub: "eve", exp: inSeconds(-600) }) };
    expect((await patch(at, one, old)).status).toBe(422);
    expect((await patch(at, one, { user_id: "eve" })).status).toBe(422);
    expect(await counted(at.from)).toBe(2);
    await guessALot(at.from);
    const refused = await patch(at, one, bad);
    expect(told(refused)).toEqual({
      status: 429,
      body: { message: "Too many requests.", error: "rate_limited" },
    });
    expect((await join(at, { ...androidSubscriber(), ...bad })).status).toBe(429);
    expect((await patch(at, one, old)).status).toBe(422);
    const good = { user_token: signToken(at.secret, { sub: "anna" }) };
    expect((await patch(at, one, good)).status).toBe(200);
    expect(await userOf(at, one)).toBe("anna");
  });

  test("is no fault where the app has no identity secret", async () => {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const at = { account, app, secret: "", from: newAddress() };
    const user_token = signToken("x", { sub: "eve" });
    const refused = await join(at, { ...androidSubscriber(), user_token });
    expect(told(refused)).toEqual(refusal("can't be verified: the app has no identity secret"));
    expect(await counted(at.from)).toBe(1);
  });
});

/** Gives the user eve so many devices that count as vouched for, straight into the database. */
async function fill({ account, app }: World, count: number): Promise<void> {
  await rows(
    `INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, user_id, tags, status, vouched,
       token_since, last_active_at, created_at, updated_at)
     SELECT 'u' || value || '-' || ?1, ?2, ?3, 'android', 'fcm', 't' || value, 'eve', '[]', 'active', 1, 1, 1, 1, 1
     FROM json_each(?4)`,
    app.id,
    account.id,
    app.v1_id,
    JSON.stringify(Array.from({ length: count }, (_, n) => n)),
  );
}

describe("a user that a token proved", () => {
  test("counts as one that the owner named: a stranger who takes the address gets nothing of it", async () => {
    const at = await world();
    const given = androidSubscriber();
    const one = await device(at, { ...given, user_token: signToken(at.secret, { sub: "anna" }) });
    // The stranger is a user of the same site, with a good token of its own.
    const stranger = await device(at, {
      ...given,
      user_token: signToken(at.secret, { sub: "eve" }),
    });
    expect(stranger.id).not.toBe(one.id);
    expect(await userOf(at, one)).toBe("anna");
    expect(await userOf(at, stranger)).toBe("eve");
    const listed = await register(at.account, at.app.id, { ...given, user_id: "anna" });
    expect(listed.body.data).toMatchObject({ id: one.id, user_id: "anna", status: "active" });
    const nobody = await register(at.account, at.app.id, { ...given, tags: ["private"] });
    expect(nobody.body.data.id).toBe(one.id);
    expect(await userOf(at, stranger)).toBe("eve");
  });

  test("has no part in whose an address is that the owner registers without a user", async () => {
    const at = await world();
    const given = androidSubscriber();
    const one = await device(at, { ...given, user_token: signToken(at.secret, { sub: "anna" }) });
    const stranger = await device(at, {
      ...given,
      user_token: signToken(at.secret, { sub: "eve" }),
    });
    const listed = await register(at.account, at.app.id, { ...given, tags: ["private"] });
    expect([one.id, stranger.id]).not.toContain(listed.body.data.id);
    expect(listed.body.data.user_id).toBeNull();
  });

  test("does not move with a token to a device of somebody else: each changes itself alone", async () => {
    const at = await world();
    const [one, two] = [await device(at), await device(at)];
    const user_token = signToken(at.secret, { sub: "anna" });
    await patch(at, one, { user_token });
    const foreign = await patch(at, { id: one.id, token: two.token }, { user_token: null });
    expect(foreign.status).toBe(404);
    expect(await userOf(at, one)).toBe("anna");
    await patch(at, two, { user_token });
    await patch(at, two, { user_token: null });
    expect(await userOf(at, one)).toBe("anna");
  });

  test("keeps its subscriber from making room, for a hundred devices of one user", async () => {
    const at = await world();
    const vouched = async (user: string) => {
      const [row] = await rows(
        "SELECT coalesce(sum(vouched), 0) AS sum, count(*) AS all_of_them FROM subscribers WHERE app_id = ? AND user_id = ?",
        at.app.v1_id,
        user,
      );
      return [row.sum, row.all_of_them];
    };
    await fill(at, 98);
    const user_token = signToken(at.secret, { sub: "eve" });
    const first = await device(at, { user_token });
    const second = await device(at);
    await patch(at, second, { user_token });
    expect(await vouched("eve")).toEqual([100, 100]);
    await device(at, { user_token });
    const fourth = await device(at);
    await patch(at, fourth, { user_token });
    expect(await vouched("eve")).toEqual([100, 102]);
    // Those that did before still do, and so does one that the owner named.
    await patch(at, first, { user_token });
    const path = `${PUSH}/apps/${at.app.id}/subscribers/${fourth.id}`;
    await api("PATCH", path, { token: at.account.key, json: { tags: ["named"] } });
    await patch(at, fourth, { user_token });
    expect(await vouched("eve")).toEqual([101, 102]);
  });

  test("is left with what it vouched for, so that one token, given up and used again, fills no app", async () => {
    const at = await world();
    const isVouched = async ({ id }: { id: string }) => {
      const [row] = await rows("SELECT vouched FROM subscribers WHERE uuid = ?", id);
      return row.vouched === 1;
    };
    const [eve, anna] = ["eve", "anna"].map((sub) => signToken(at.secret, { sub }));
    const one = await device(at, { user_token: eve });
    expect(await isVouched(one)).toBe(true);
    await patch(at, one, { user_token: null });
    expect(await isVouched(one)).toBe(false);
    await patch(at, one, { user_token: anna });
    expect(await isVouched(one)).toBe(true);
    // Registering again says the same.
    await join(at, { ...androidSubscriber(), user_token: "" }, one.token);
    expect(await isVouched(one)).toBe(false);
    // What the owner has named by its address, or before it had a user, stays.
    const path = `${PUSH}/apps/${at.app.id}/subscribers/${one.id}`;
    await api("PATCH", path, { token: at.account.key, json: { tags: ["named"] } });
    await patch(at, one, { user_token: null });
    expect(await isVouched(one)).toBe(true);
    await patch(at, one, { user_token: eve });
    await api("PATCH", path, { token: at.account.key, json: { token: `t-${one.id}` } });
    await patch(at, one, { user_token: null });
    expect(await isVouched(one)).toBe(true);
  });

  test("vouches for none of the devices of a full user that come from another", async () => {
    const at = await world();
    await fill(at, 100);
    const one = await device(at, { user_token: signToken(at.secret, { sub: "anna" }) });
    await patch(at, one, { user_token: signToken(at.secret, { sub: "eve" }) });
    const [row] = await rows("SELECT user_id, vouched FROM subscribers WHERE uuid = ?", one.id);
    expect(row).toEqual({ user_id: "eve", vouched: 0 });
  });
});
