// The channels API against its contract (docs/contracts.md, Channels 1 to 5): a test for each thing it says, by its
// sections; every operation at both of its addresses.
import { beforeAll, describe, expect, test } from "vitest";
import {
  channelWorld,
  newDevice,
  subscribe,
  type ChannelWorld,
  type Device,
} from "../support/channels.ts";
import { readQr } from "../support/qr.ts";
import { useInternet } from "../support/receiver.ts";
import { api, beginMinute, bindings, ORIGIN, type Call, type Reply } from "../support/worker.ts";
import { newAccount } from "../support/scenario.ts";

// pushes go nowhere
useInternet();

const HEX_ID = /^[0-9a-f]{24}$/;
const NO_CHANNEL = "0".repeat(24);
const MADE_UP_KEY = `sw_chn_${"A".repeat(43)}`;
const GOOD = { title: "Notification Title", text: "This is notification text!" };
const PER_MINUTE = { code: 200, list: 200, details: 200, send: 600 };

const OPERATIONS = [
  ["Subscriptions code", "code", "GET", "/subscriptions/ann/code"],
  ["Subscriptions list", "list", "GET", "/subscriptions"],
  ["Subscriptions details", "details", "GET", "/subscriptions/ann"],
  ["Send notification", "send", "POST", "/notifications/ann"],
] as const;

let world: ChannelWorld;
let device: Device;
let bound: any;
beforeAll(async () => {
  world = await channelWorld();
  device = await newDevice(world);
  bound = await subscribe(world, device, "ann");
});

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe.each(["/channels", "/api/channels"])("at %s", (mount) => {
  const call = async (method: string, path: string, given: Call & { id?: string } = {}) => {
    const { id = world.channel.id, ...rest } = given;
    const headers = { "x-channel-api-key": world.channel.api_key, ...rest.headers };
    const json = method === "POST" && rest.body === undefined ? { json: GOOD } : {};
    return api(method, `${mount}/${id}${path}`, { ...json, ...rest, headers });
  };

  describe("Channels 2. Subscriptions code", () => {
    test("answers 200 with the code, QR image, deep link and app URL for a person yet unknown", async () => {
      const answer = await call("GET", "/subscriptions/a-new-person/code");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      const { code, qrcode, deepLink, appUrl, ...more } = answer.body;
      expect(more).toEqual({});
      expect(code).toMatch(/^[A-Za-z0-9_-]{22,}$/);
      expect(deepLink).toBe(`${ORIGIN}/qrcode/${code}`);
      expect(appUrl).toMatch(/^https:\/\/slipway\.test\/mobile\//);
      expect(qrcode).toMatch(/^data:image\/gif;base64,R0/);
    });

    test("answers an image that is a readable QR code of the deep link", async () => {
      const { qrcode, deepLink } = (await call("GET", "/subscriptions/scanner/code")).body;
      const seen = readQr(qrcode);
      expect(seen.text).toBe(deepLink);
      expect(seen.width).toBeGreaterThanOrEqual(100);
      expect(seen.height).toBe(seen.width);
      expect(seen.quietModules).toBeGreaterThanOrEqual(4);
    });
  });

  describe("Channels 3. Subscriptions list", () => {
    test("answers 200 with an array of all subscriptions of the channel", async () => {
      const answer = await call("GET", "/subscriptions");
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual([
        {
          channel: world.channel.id,
          subscriber: expect.stringMatching(HEX_ID),
          iuid: "ann",
          mute: false,
          createdAt: expect.any(Number),
          updatedAt: expect.any(Number),
          id: expect.stringMatching(HEX_ID),
        },
      ]);
    });
  });

  describe("Channels 4. Subscriptions details", () => {
    test("answers 200 with the same object as in the list, times in Unix seconds", async () => {
      const answer = await call("GET", "/subscriptions/ann");
      expect(answer.status).toBe(200);
      const [listed] = (await call("GET", "/subscriptions")).body;
      expect(answer.body).toEqual(listed);
      expect(Object.keys(answer.body)).toEqual([
        "channel",
        "subscriber",
        "iuid",
        "mute",
        "createdAt",
        "updatedAt",
        "id",
      ]);
      expect(Math.abs(answer.body.createdAt - nowSeconds())).toBeLessThan(120);
    });
  });

  describe("Channels 5. Send notification", () => {
    test("answers 200, not 201, with the notification, which is unread", async () => {
      const answer = await call("POST", "/notifications/ann");
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        subscription: bound.id,
        ...GOOD,
        readedAt: 0,
        createdAt: expect.any(Number),
        id: expect.stringMatching(HEX_ID),
      });
      expect(Object.keys(answer.body)).toEqual([
        "subscription",
        "title",
        "text",
        "readedAt",
        "createdAt",
        "id",
      ]);
      expect(Math.abs(answer.body.createdAt - nowSeconds())).toBeLessThan(120);
    });

    const long = (length: number) => "💥".repeat(length);
    test.each([
      ["title", "xy", ["title must be longer than or equal to 3 characters"]],
      ["title", long(31), ["title must be shorter than or equal to 30 characters"]],
      ["text", "xy", ["text must be longer than or equal to 3 characters"]],
      ["text", long(201), ["text must be shorter than or equal to 200 characters"]],
      ...[undefined, null, 3, ["abc"], { a: 1 }, true].flatMap((value) => [
        [
          "title",
          value,
          [
            "title must be longer than or equal to 3 characters",
            "title must be shorter than or equal to 30 characters",
            "title must be a string",
          ],
        ] as const,
      ]),
    ] as const)("answers 400 for the %s %j", async (field, value, message) => {
      const json = { ...GOOD, [field]: value };
      const answer = await call("POST", "/notifications/ann", { json });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ statusCode: 400, message, error: "Bad Request" });
    });

    test.each(["[]", "null", '"text"', "3", "{}", ""])(
      "answers 400 for the body %j",
      async (body) => {
        const answer = await call("POST", "/notifications/ann", { body });
        expect(answer.status).toBe(400);
        expect(answer.body.message).toHaveLength(6);
      },
    );

    test.each([
      ["xyz", "xyz"],
      [long(30), long(200)],
    ])(
      "accepts a title and text of the least or greatest length, counted in characters: %s",
      async (title, text) => {
        const answer = await call("POST", "/notifications/ann", { json: { title, text } });
        expect(answer.status).toBe(200);
        expect(answer.body).toMatchObject({ title, text });
      },
    );

    test("answers 400 for a body that is not JSON", async () => {
      const answer = await call("POST", "/notifications/ann", { body: "{" });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        statusCode: 400,
        message: expect.any(String),
        error: "Bad Request",
      });
    });

    test("answers 413 in the API's own form for a body that is too large", async () => {
      const body = JSON.stringify({ ...GOOD, more: "x".repeat(1024 * 1024) });
      const answer = await call("POST", "/notifications/ann", { body });
      expect(answer.status).toBe(413);
      expect(answer.body).toEqual({
        statusCode: 413,
        message: expect.any(String),
        error: "Payload Too Large",
      });
    });

    test("answers 404 for a person who has not subscribed", async () => {
      const answer = await call("POST", "/notifications/nobody");
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({
        statusCode: 404,
        message: "Subscription not found",
        error: "Not Found",
      });
    });
  });

  describe.each(OPERATIONS)("Channels 1. Key and errors: %s", (_section, name, method, path) => {
    test.each(["x", "1", "0".repeat(23), "0".repeat(25), "g".repeat(24), "%00", "A".repeat(24)])(
      "answers 400 for the channel id %s, before it checks the key",
      async (id) => {
        const answer = await call(method, path, { id, headers: { "x-channel-api-key": "x" } });
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual({
          statusCode: 400,
          message: "Channel id not valid",
          error: "Bad Request",
        });
      },
    );

    test.each(["", "nonsense", MADE_UP_KEY, "sw_live_x"])(
      "answers 401 for the key %j, before it looks at channel and body",
      async (key) => {
        for (const id of [world.channel.id, NO_CHANNEL]) {
          const headers = { "x-channel-api-key": key };
          const answer = await call(method, path, {
            id,
            headers,
            ...(method === "POST" ? { body: "{" } : {}),
          });
          expect(answer.status).toBe(401);
          expect(answer.body).toEqual({
            statusCode: 401,
            message: "Channel api key is no valid.",
            error: "Unauthorized",
          });
        }
      },
    );

    test("answers 401 without the key's header", async () => {
      const answer = await api(method, `${mount}/${world.channel.id}${path}`);
      expect(answer.status).toBe(401);
    });

    test("answers 404 for a channel that is missing or not the key's own, before it reads the body", async () => {
      const stranger = await channelWorld();
      const sibling = await channelWorld({}, world.account);
      for (const id of [NO_CHANNEL, stranger.channel.id, sibling.channel.id]) {
        const answer = await call(method, path, {
          id,
          ...(method === "POST" ? { body: "{" } : {}),
        });
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual({
          statusCode: 404,
          message: "Channel not found",
          error: "Not Found",
        });
      }
    });

    test("answers 405 with Allow to another method, without asking for a key", async () => {
      const answer = await api("DELETE", `${mount}/x${path}`);
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe(method === "GET" ? "GET, HEAD" : "POST");
      expect(answer.body).toMatchObject({ statusCode: 405, error: "Method Not Allowed" });
    });

    test(`answers 429 after exactly ${PER_MINUTE[name]} requests a minute to a channel, over both addresses`, async () => {
      const own = await channelWorld();
      const limit = PER_MINUTE[name];
      const counter = bindings.RATE_LIMITER.get(
        bindings.RATE_LIMITER.idFromName(`channel-${name}:${own.channel.id}`),
      );
      beginMinute();
      const ask = async (at: string): Promise<Reply> =>
        api(method, `${at}/${own.channel.id}${path}`, {
          headers: { "x-channel-api-key": own.channel.api_key },
          ...(method === "POST" ? { json: GOOD } : {}),
        });
      expect((await ask(mount)).headers.get("x-ratelimit-remaining")).toBe(String(limit - 1));
      for (let count = 1; count < limit - 2; count += 1) await counter.hit();
      expect((await ask("/channels")).headers.get("x-ratelimit-remaining")).toBe("1");
      expect((await ask("/api/channels")).headers.get("x-ratelimit-remaining")).toBe("0");
      const refused = await ask(mount);
      expect(refused.status).toBe(429);
      expect(refused.body).toEqual({
        statusCode: 429,
        message: "ThrottlerException: Too Many Requests",
      });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      for (const [, , otherMethod, otherPath] of OPERATIONS.filter(([, other]) => other !== name)) {
        const other = await api(otherMethod, `${mount}/${own.channel.id}${otherPath}`, {
          headers: { "x-channel-api-key": own.channel.api_key },
          ...(otherMethod === "POST" ? { json: GOOD } : {}),
        });
        expect(other.status, "the other operations have limits of their own").not.toBe(429);
      }
    });
  });

  test("details of a person who has not subscribed answer 404 Subscription not found", async () => {
    await call("GET", "/subscriptions/pending/code");
    for (const iuid of ["nobody", "pending", "x".repeat(300), "%00", "a%0Ab"]) {
      const answer = await call("GET", `/subscriptions/${iuid}`);
      expect(answer.status, iuid).toBe(404);
      expect(answer.body).toEqual({
        statusCode: 404,
        message: "Subscription not found",
        error: "Not Found",
      });
    }
  });

  test("an unknown path answers 404 in the API's form", async () => {
    const answer = await call("GET", "/nothing");
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ statusCode: 404, message: "Not found", error: "Not Found" });
  });

  test("pages of any origin may call, without credentials", async () => {
    const answer = await call("GET", "/subscriptions", {
      headers: { origin: "https://a.example" },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

test("an API key is not accepted as a channel's key", async () => {
  const { key } = await newAccount();
  const answer = await api("GET", `/channels/${world.channel.id}/subscriptions`, {
    token: key,
    headers: { "x-channel-api-key": key },
  });
  expect(answer.status).toBe(401);
});
