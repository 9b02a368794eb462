// What browsers and devices do for themselves: they register with the app's public key, then change and end their
// own subscription with the token they got.
import { describe, expect, test } from "vitest";
import { androidSubscriber, PUSH, register, webSubscriber } from "../../../support/push.ts";
import { api, beginMinute, rows, send, type Call } from "../../../support/worker.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";

const TOKEN = /^sw_sub_[A-Za-z0-9_-]{43}$/;

interface App {
  id: string;
  v1_id: number;
  public_key: string;
}

function join(app: App, json: unknown, headers: Record<string, string> = {}, call: Call = {}) {
  return api("POST", `/public/apps/${app.id}/subscribers`, {
    json,
    headers: { "x-app-key": app.public_key, ...headers },
    ...call,
  });
}

async function pushApp(settings: object = {}): Promise<App & { key: string }> {
  const { key } = await newAccount();
  return { ...(await newPushApp(key, { settings })), key };
}

async function subscriberOf(app: App & { key: string }, id: string): Promise<any> {
  const path = `${PUSH}/apps/${app.id}/subscribers/${id}`;
  return (await api("GET", path, { token: app.key })).body.data;
}

describe("registering", () => {
  test("answers an id and a token, of which only the hash is kept", async () => {
    const app = await pushApp();
    const given = await webSubscriber({
      tags: ["news"],
      language: "de",
      timezone: "Europe/Berlin",
    });
    const made = await join(app, given, { origin: "https://anywhere.example.com" });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: { id: expect.any(String), token: expect.stringMatching(TOKEN) },
    });
    expect(made.headers.get("access-control-allow-origin")).toBe("*");
    expect(made.headers.get("x-ratelimit-limit")).toBe("200");
    const { id, token } = made.body.data;
    expect(await subscriberOf(app, id)).toMatchObject({
      endpoint: given.endpoint,
      tags: ["news"],
      language: "de",
      status: "active",
    });
    const [row] = await rows("SELECT * FROM subscribers WHERE uuid = ?", id);
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row.secret_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("keeps the device's token when the app's owner registers the same device", async () => {
    const { id: accountId, key } = await newAccount();
    const app: App = await newPushApp(key);
    const given = androidSubscriber();
    const { id, token } = (await join(app, given)).body.data;
    const owners = await register({ id: accountId, key }, app.id, { ...given, user_id: "u" });
    expect(owners.body.data).toMatchObject({ id, user_id: "u" });
    const path = `/public/subscribers/${id}`;
    const patched = await api("PATCH", path, { token, json: { tags: ["a"] } });
    expect(patched.status).toBe(200);
    const again = await join(app, given, {}, { token });
    expect(again.status).toBe(200);
    const [row] = await rows("SELECT user_id FROM subscribers WHERE uuid = ?", id);
    expect(row.user_id).toBe("u");
  });

  test("needs the public key of the app", async () => {
    const [app, other] = [await pushApp(), await pushApp()];
    for (const key of ["", "pk_", `pk_${"0".repeat(32)}`, `${app.public_key}0`, app.key]) {
      const refused = await join(app, androidSubscriber(), { "x-app-key": key });
      expect(refused.status, key).toBe(401);
      expect(refused.body.error).toBe("unauthenticated");
    }
    const path = `/public/apps/${app.id}/subscribers`;
    expect((await api("POST", path, { json: androidSubscriber() })).status).toBe(401);
    const foreign = await join(app, androidSubscriber(), { "x-app-key": other.public_key });
    expect(foreign.status).toBe(404);
    expect(foreign.body).toEqual({ message: "Not found.", error: "not_found" });
    for (const id of ["x", "1", crypto.randomUUID()]) {
      expect((await join({ ...app, id }, androidSubscriber())).status).toBe(404);
    }
    expect(await rows("SELECT id FROM subscribers WHERE app_id = ?", app.v1_id)).toEqual([]);
  });

  test("is allowed only from the app's origins, and without an Origin", async () => {
    const app = await pushApp({ allowed_origins: ["https://example.com", "https://b.example"] });
    for (const origin of ["https://evil.example", "https://example.com:8443", "null"]) {
      const refused = await join(app, androidSubscriber(), { origin });
      expect(refused.status, origin).toBe(403);
      expect(refused.body.error).toBe("forbidden");
    }
    for (const origin of ["https://example.com", "https://b.example"]) {
      expect((await join(app, androidSubscriber(), { origin })).status).toBe(201);
    }
    expect((await join(app, androidSubscriber())).status).toBe(201);
  });

  test("refuses a user_id, which only an API key may set", async () => {
    const app = await pushApp();
    const refused = await join(app, androidSubscriber({ user_id: "admin" }));
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({
      message: "Some fields are not valid.",
      error: "invalid",
      details: {
        user_id: [
          "can only be set with an API key: a device sends a user_token, which the owner's server signs",
        ],
      },
    });
  });

  test("refuses a body that is invalid, not JSON or too large", async () => {
    const app = await pushApp();
    expect((await join(app, { platform: "web" })).body.details).toEqual({
      token: ["is required, or an endpoint with keys"],
    });
    const path = `/public/apps/${app.id}/subscribers`;
    const headers = { "x-app-key": app.public_key };
    expect((await api("POST", path, { headers, body: "{" })).status).toBe(400);
    const large = `{"x":"${"y".repeat(1024 * 1024)}"}`;
    expect((await api("POST", path, { headers, body: large })).status).toBe(413);
  });

  test("answers the CORS preflight for the key's header", async () => {
    const app = await pushApp();
    const preflight = await send("OPTIONS", `/public/apps/${app.id}/subscribers`, {
      headers: {
        origin: "https://example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, x-app-key",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("x-app-key");
  });
});

describe("a registered device", () => {
  async function device() {
    const app = await pushApp();
    const given = await webSubscriber({ tags: ["a"] });
    const { id, token } = (await join(app, given)).body.data;
    const call = (method: string, json?: unknown, as = token) =>
      api(method, `/public/subscribers/${id}`, {
        token: as,
        ...(json === undefined ? {} : { json }),
      });
    return { app, id, token, given, call };
  }

  test("can change its tags, language, country and time zone, which counts as activity", async () => {
    const { app, id, call } = await device();
    await rows("UPDATE subscribers SET last_active_at = 1 WHERE uuid = ?", id);
    const known = { tags: ["b"], language: "fr-CA", country: "CA", timezone: "America/Toronto" };
    const patched = await call("PATCH", known);
    expect(patched.status).toBe(200);
    expect(patched.body).toEqual({ data: { id, status: "active", ...known } });
    const seen = await subscriberOf(app, id);
    expect(seen).toMatchObject(known);
    expect(seen.last_active_at).toMatch(/^20[2-9]/);
  });

  test("becomes active again with a new endpoint, and can't set a private one or a user_id", async () => {
    const { app, id, call } = await device();
    await rows("UPDATE subscribers SET status = 'inactive' WHERE uuid = ?", id);
    const { endpoint, keys } = await webSubscriber();
    const patched = await call("PATCH", { endpoint, keys });
    expect(patched.body.data.status).toBe("active");
    expect((await subscriberOf(app, id)).endpoint).toBe(endpoint);
    expect((await call("PATCH", { endpoint: "https://10.0.0.1/", keys })).status).toBe(422);
    expect((await call("PATCH", { user_id: "admin" })).status).toBe(422);
  });

  test("can unsubscribe repeatedly and register again", async () => {
    const { app, id, token, given, call } = await device();
    for (let times = 0; times < 2; times += 1) {
      const gone = await call("DELETE");
      expect(gone.status).toBe(200);
      expect(gone.body.data).toMatchObject({ id, status: "unsubscribed" });
    }
    expect((await subscriberOf(app, id)).status).toBe("unsubscribed");
    expect((await join(app, given, {}, { token })).status).toBe(200);
    expect((await subscriberOf(app, id)).status).toBe("active");
  });

  test("can change only itself, and only with its own token", async () => {
    const [a, b] = [await device(), await device()];
    for (const method of ["PATCH", "DELETE"]) {
      const json = method === "PATCH" ? {} : undefined;
      expect((await a.call(method, json, b.token)).status).toBe(404);
      for (const wrong of ["", `sw_sub_${"A".repeat(43)}`, `${a.token}x`, a.app.key]) {
        const refused = await a.call(method, json, wrong);
        expect(refused.status, wrong).toBe(401);
      }
    }
    expect((await subscriberOf(a.app, a.id)).status).toBe("active");
    await rows("DELETE FROM subscribers WHERE uuid = ?", a.id);
    expect((await a.call("PATCH", {})).status).toBe(401);
  });
});

test("one address may send 200 requests a minute", async () => {
  const app = await pushApp();
  beginMinute();
  const from = (address: string) => join(app, {}, { "cf-connecting-ip": address });
  const answers = await Promise.all(Array.from({ length: 200 }, () => from("198.51.100.7")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([422]));
  const refused = await from("198.51.100.7");
  expect(refused.status).toBe(429);
  expect(refused.body.error).toBe("rate_limited");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect((await from("198.51.100.8")).status).toBe(422);
});

test("IPv6 addresses of one network count as one address", async () => {
  const app = await pushApp();
  beginMinute();
  const left = async (address: string) =>
    (await join(app, {}, { "cf-connecting-ip": address })).headers.get("x-ratelimit-remaining");
  expect(await left("2001:db8:7:7::1")).toBe("199");
  expect(await left("2001:db8:7:7:ffff::2")).toBe("198");
  expect(await left("2001:db8:7:8::1")).toBe("199");
});
