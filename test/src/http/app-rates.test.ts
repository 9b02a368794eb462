// The limits of calls without an API key: each kind of call has one for each app and network address, and is counted
// only once the app is known.
import { createExecutionContext } from "cloudflare:test";
import { OpenAPIHono, z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { faultAnswer, refusalAnswer } from "../../../src/api/public/errors.ts";
import type { HttpEnv } from "../../../src/http/env.ts";
import { frame } from "../../../src/http/frame.ts";
import { publicAppOperation } from "../../../src/http/operation.ts";
import { mount } from "../../../src/http/surface.ts";
import { refuse } from "../../../src/kit/refusal.ts";
import { connect } from "../../../src/runtime.ts";
import { androidSubscriber } from "../../support/push.ts";
import { sentNotification, tokenOf } from "../../support/tracked.ts";
import { countTrips } from "../../support/trips.ts";
import { notingCounters } from "../../support/wrong-credentials.ts";
import { api, beginMinute, bindings, newAddress, ORIGIN, rows } from "../../support/worker.ts";
import { newAccount, newPushApp } from "../../support/scenario.ts";
import { newDevice } from "../../support/channels.ts";

const { key } = await newAccount();

async function appWithDevice() {
  const app = await newPushApp(key);
  return { app, device: await newDevice({ app }) };
}

const join = async (app: any, address: string, headers: Record<string, string> = {}) =>
  api("POST", `/public/apps/${app.id}/subscribers`, {
    headers: { "x-app-key": app.public_key, "cf-connecting-ip": address, ...headers },
    json: androidSubscriber(),
  });

const left = ({ headers }: { headers: Headers }) => headers.get("x-ratelimit-remaining");

test("registrations, devices and receipts of one address are counted apart", async () => {
  const { app, device } = await appWithDevice();
  const [{ id }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
  const token = tokenOf(await sentNotification({ id: app.v1_id }), id);
  const address = newAddress();
  const headers = { "cf-connecting-ip": address };
  beginMinute();
  for (const expected of ["199", "198"]) {
    expect(left(await join(app, address))).toBe(expected);
    const path = `/public/subscribers/${device.id}`;
    expect(left(await api("PATCH", path, { token: device.token, headers, json: {} }))).toBe(
      expected,
    );
    expect(left(await api("POST", `/public/t/${token}/delivered`, { headers }))).toBe(expected);
  }
});

test("lists of devices without a push service have a count of their own, for the thousands behind a carrier's address", async () => {
  const { app, device } = await appWithDevice();
  const headers = { "cf-connecting-ip": newAddress() };
  const ask = async () =>
    api("GET", "/public/subscribers/me/notifications", { token: device.token, headers });
  beginMinute();
  const all = await Promise.all(Array.from({ length: 250 }, ask));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  const next = await ask();
  expect([next.headers.get("ratelimit-policy"), left(next)]).toEqual([
    '"inbox-reads";q=1000;w=60',
    "749",
  ]);
  const path = `/public/subscribers/${device.id}`;
  const patched = await api("PATCH", path, { token: device.token, headers, json: {} });
  expect(left(patched), "what it does besides").toBe("199");
  expect((await join(app, headers["cf-connecting-ip"])).status).toBe(201);
});

test("registrations and devices are counted apart for each app", async () => {
  const [one, other] = [await appWithDevice(), await appWithDevice()];
  const address = newAddress();
  beginMinute();
  const all = await Promise.all(Array.from({ length: 200 }, async () => join(one.app, address)));
  expect([...new Set(all.map(({ status }) => status))]).toEqual([201]);
  expect((await join(one.app, address)).status).toBe(429);
  const accepted = await join(other.app, address);
  expect([accepted.status, left(accepted)]).toEqual([201, "199"]);
  const touch = async ({ id, token }: { id: string; token: string }) =>
    api("PATCH", `/public/subscribers/${id}`, {
      token,
      headers: { "cf-connecting-ip": address },
      json: {},
    });
  expect(left(await touch(one.device))).toBe("199");
  expect(left(await touch(one.device))).toBe("198");
  expect(left(await touch(other.device))).toBe("199");
});

test("a registration may bring the token of a device of the same app, but no other", async () => {
  const { app, device } = await appWithDevice();
  const elsewhere = await appWithDevice();
  const address = newAddress();
  const joinAs = async (authorization: string) => join(app, address, { authorization });
  expect((await joinAs(`Bearer ${device.token}`)).status).toBe(200);
  for (const wrong of [
    `Bearer ${elsewhere.device.token}`,
    `Bearer ${device.token}x`,
    `Bearer sw_sub_${"A".repeat(43)}`,
    `Bearer ${key}`,
    `Basic ${device.token}`,
  ]) {
    const refused = await joinAs(wrong);
    expect([refused.status, refused.body.error], wrong).toEqual([401, "unauthenticated"]);
  }
  const wrongApp = { ...app, public_key: `pk_${"0".repeat(32)}` };
  const refused = await join(wrongApp, address, { authorization: `Bearer ${device.token}` });
  expect(refused.status).toBe(401);
});

test("the app's key and the device's token are found in one query", async () => {
  const { app, device } = await appWithDevice();
  const trips = countTrips();
  const call = {
    headers: { "x-app-key": app.public_key, authorization: `Bearer ${device.token}` },
    json: {},
  };
  expect((await api("POST", `/public/apps/${app.id}/subscribers`, call)).status).toBe(422);
  expect(trips()).toBe(1);
});

test("no object is made for an app that does not exist", async () => {
  const address = newAddress();
  const { ask, names } = notingCounters();
  for (let n = 0; n < 5; n += 1) {
    const headers = {
      "x-app-key": `pk_${crypto.randomUUID().replaceAll("-", "")}`,
      "cf-connecting-ip": address,
    };
    const path = `/public/apps/${crypto.randomUUID()}/subscribers`;
    expect((await ask("POST", path, { headers, json: androidSubscriber() })).status).toBe(401);
  }
  expect(names()).toEqual([`wrong-credentials:${address}`]);
});

test("an operation without a key can name the app that its path leads to", async () => {
  const app = new OpenAPIHono<HttpEnv>();
  app.use(frame);
  const greet = publicAppOperation({
    method: "get",
    path: "/greetings/{name}",
    operationId: "greet",
    summary: "Greet",
    tag: "Devices",
    rate: { name: "greetings", limit: 1 },
    params: { schema: z.object({ name: z.string().regex(/^[a-z]+$/) }), thing: "subscriber" },
    success: { status: 200, description: "A greeting.", schema: z.object({ text: z.string() }) },
    find: async (_ctx, { name }) =>
      name === "ann" || name === "bob"
        ? { appId: name === "ann" ? 1 : 2, surname: "Smith" }
        : refuse({ code: "not_found", what: "subscriber" }),
    run: async ({ surname, appId }, { params }) => ({
      text: `Hello ${params.name} ${surname} of ${appId}`,
    }),
  });
  mount(app, { prefix: "/x", operations: [greet], refusal: refusalAnswer, fault: faultAnswer });
  const address = newAddress();
  const get = async (name: string) => {
    const headers = { "cf-connecting-ip": address };
    const connection = connect(bindings, createExecutionContext());
    const request = new Request(`${ORIGIN}/x/greetings/${name}`, { headers });
    const answer = await app.fetch(request, { connection });
    const { text, error } = await answer.json<{ text?: string; error?: string }>();
    return [answer.status, text ?? error, left(answer)];
  };
  beginMinute();
  const missing = await Promise.all(Array.from({ length: 100 }, async (_, n) => get(`${n}`)));
  expect(missing).toEqual(missing.map(() => [404, "not_found", null]));
  expect(await get("eve")).toEqual([429, "rate_limited", "0"]);
  expect(await get("ann")).toEqual([200, "Hello ann Smith of 1", "0"]);
  expect(await get("ann")).toEqual([429, "rate_limited", "0"]);
  expect(await get("bob")).toEqual([200, "Hello bob Smith of 2", "0"]);
});
