// The demo page: that a deployment has none of it, and what of it needs no browser to be tried. test/browsers/demo.test.ts
// has the rest.
import { createExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../../../src/api/app.ts";
import { connect } from "../../../../src/runtime.ts";
import { newAccount, newPushApp } from "../../../support/scenario.ts";
import { webSubscriber } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { bindings, eventually, newAddress, ORIGIN, rows, send } from "../../../support/worker.ts";

const PUSH_ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";

const REQUESTS = [
  ["GET", "/demo"],
  ["GET", "/demo/"],
  ["GET", "/demo/demo.js"],
  ["GET", "/demo/sw.js"],
  ["GET", "/demo/manifest.json"],
  ["POST", "/demo"],
  ["POST", "/demo/pushes"],
  ["GET", `/demo/pushes/${PUSH_ID}`],
  ["DELETE", "/demo/pushes"],
] as const;

test.each(REQUESTS)("a deployment has no %s %s", async (method, path) => {
  expect(bindings).toMatchObject({ DEMO_APP: "" });
  const [answer, unknown] = [await send(method, path), await send(method, "/nope")];
  expect(answer.status).toBe(404);
  expect(await answer.text()).toBe(await unknown.text());
  expect(answer.headers.get("content-type")).toBe(unknown.headers.get("content-type"));
});

test("DEMO_APP alone, set by mistake, opens no page of whichever customer's app has that name", async () => {
  const { key } = await newAccount();
  await newPushApp(key, { name: "Set by mistake" });
  const vars = { ...bindings, DEMO_APP: "Set by mistake", ALLOW_PRIVATE_TARGETS: "" };
  const connection = connect(vars, createExecutionContext());
  const answer = await createApp()(new Request(`${ORIGIN}/demo`), connection);
  expect(answer.status).toBe(404);
  await answer.text();
});

describe("on the local stack", () => {
  const internet = useInternet();
  const answerTo = createApp();
  /** Where npm start says that the page is. */
  const PUBLIC_URL = "http://127.0.0.1:8787";
  /** The name of the app that the page shows: another in each test. */
  let DEMO_APP: string;
  beforeEach(() => {
    DEMO_APP = `Demo ${crypto.randomUUID()}`;
  });

  /** Asks the Worker as the local stack configures it. */
  async function ask(
    method: string,
    path: string,
    token?: string,
    json?: unknown,
    { at = ORIGIN, origin }: { at?: string; origin?: string } = {},
  ) {
    const connection = connect(
      { ...bindings, DEMO_APP, ALLOW_PRIVATE_TARGETS: "1", PUBLIC_URL } as never,
      createExecutionContext(),
    );
    const headers = new Headers({ "cf-connecting-ip": newAddress() });
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (origin !== undefined) headers.set("origin", origin);
    const body = json === undefined ? null : JSON.stringify(json);
    return answerTo(new Request(at + path, { method, headers, body }), connection);
  }

  /** Makes an app with a browser that registered itself. */
  async function newBrowser(name = DEMO_APP) {
    const { key } = await newAccount();
    const app = await newPushApp(key, { name });
    return { app, key, ...(await registered(app)) };
  }

  /** Registers a browser of the app. */
  async function registered(app: { id: string; public_key: string }) {
    const json = await webSubscriber();
    const headers = { "x-app-key": app.public_key };
    const path = `/public/apps/${app.id}/subscribers`;
    const answer = await send("POST", path, { headers, json });
    const { data } = (await answer.json()) as { data: { id: string; token: string } };
    return { token: data.token, subscriber: data.id, endpoint: json.endpoint };
  }

  test("there is no page before the stack has made its app", async () => {
    const answer = await ask("GET", "/demo");
    expect(answer.status).toBe(404);
    await answer.text();
  });

  test("the page names the first app of that name, and holds no key but the public one", async () => {
    const { app } = await newBrowser();
    await newBrowser();
    const answer = await ask("GET", "/demo");
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain(`data-app="${app.id}" data-key="${app.public_key}"`);
    expect(html).not.toMatch(/sw_[a-z]+_/);
  });

  test.each(["nope", "constructor", "__proto__", "toString", "demo.js%00", "..%2Fdemo.js"])(
    "there is no file %s",
    async (file) => {
      const answer = await ask("GET", `/demo/${file}`);
      expect(answer.status).toBe(404);
      await answer.text();
    },
  );

  test("its policy allows the page's own files alone, and nothing inline but the style sheet by its hash", async () => {
    await newBrowser();
    const answer = await ask("GET", "/demo");
    const html = await answer.text();
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).not.toContain("unsafe");
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^style-src 'sha256-[\w+/]{43}='$/),
      "img-src 'self'",
      "script-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    const [, css = ""] = /<style>([\s\S]*)<\/style>/.exec(html) ?? [];
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(css));
    expect(policy).toContain(`'sha256-${Buffer.from(digest).toString("base64")}'`);
    expect(html).not.toMatch(/<script(?![^>]* src=)|\son\w+=|\sstyle=/);
    for (const [, path = ""] of html.matchAll(/(?:src|href)="(\/[^"]*)"/g)) {
      const file = await ask("GET", path);
      expect(file.status, path).toBe(200);
      await file.text();
    }
  });

  test.each<[string, unknown, number]>([
    ["no title", {}, 422],
    ["a title of 51 characters", { title: "x".repeat(51) }, 422],
    ["an audience", { title: "Hello", targeting: { type: "all" } }, 422],
    ["no JSON", "{", 422],
  ])("a push to oneself with %s is refused", async (_, body, status) => {
    const { token } = await newBrowser();
    const answer = await ask("POST", "/demo/pushes", token, body);
    expect(answer.status).toBe(status);
    await answer.text();
  });

  test("without a token, or with that of a browser of another app, nothing is sent and nothing shown", async () => {
    await newBrowser();
    const stranger = await newBrowser("Another app");
    for (const [token, status] of [
      [undefined, 401],
      [stranger.key, 401],
      [stranger.token, 404],
    ] as const) {
      const sent = await ask("POST", "/demo/pushes", token, { title: "Hello" });
      expect(sent.status).toBe(status);
      await sent.text();
      const seen = await ask("GET", `/demo/pushes/${PUSH_ID}`, token);
      expect(seen.status).toBe(status);
      await seen.text();
    }
  });

  test("a click leads back to the page where it was opened, at whichever of its addresses, and nowhere else", async () => {
    internet.answer = () => new Response(null, { status: 201 });
    const { token } = await newBrowser();
    const at = "http://localhost:8787";
    for (const [origin, url] of [
      [at, `${at}/demo`],
      ["https://localhost:8787", "https://localhost:8787/demo"],
      ["https://evil.example", "http://127.0.0.1:8787/demo"],
      ["null", "http://127.0.0.1:8787/demo"],
    ] as const) {
      const sent = await ask("POST", "/demo/pushes", token, { title: "Hello" }, { at, origin });
      const { id } = await sent.json<{ id: string }>();
      const [row] = await rows(
        "SELECT content ->> '$.url' AS url FROM notifications WHERE uuid = ?",
        id,
      );
      expect([origin, row.url]).toEqual([origin, url]);
    }
    await eventually(async () => internet.received.length === 4);
    expect(await (await ask("GET", "/demo", undefined, undefined, { at })).text()).toContain(
      "<small>localhost:8787</small>",
    );
  });

  test("a browser that nothing is sent to is told so, instead of being left to wait", async () => {
    const { token, subscriber } = await newBrowser();
    await (await send("DELETE", `/public/subscribers/${subscriber}`, { token })).text();
    const sent = await ask("POST", "/demo/pushes", token, { title: "Hello" });
    expect(sent.status).toBe(403);
    expect(await sent.json()).toMatchObject({
      message: expect.stringMatching(/^Slipway does not reach/),
    });
  });

  test("a push to oneself reaches nobody else, and what became of it is shown to nobody else", async () => {
    internet.answer = () => new Response(null, { status: 201 });
    const { app, token, endpoint } = await newBrowser();
    const other = await registered(app);
    const sent = await ask("POST", "/demo/pushes", token, { title: "Hello" });
    expect(sent.status).toBe(201);
    const { id } = (await sent.json()) as { id: string };
    await eventually(async () => {
      const seen = await ask("GET", `/demo/pushes/${id}`, token);
      return (await seen.json<{ sent: number | null }>()).sent !== null;
    });
    expect(internet.received.map(({ url }) => url)).toEqual([endpoint]);
    const unseen = await ask("GET", `/demo/pushes/${id}`, other.token);
    expect(unseen.status).toBe(404);
    await unseen.text();
  });
});
