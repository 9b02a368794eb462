// Codes of channels: each works once and for a day, and stays the same while pending; who may redeem them; their pages.
import { describe, expect, test } from "vitest";
import { redeemCode } from "../../../../src/domain/channels/bind.ts";
import { appOfCode, pendingCode, expireCodes } from "../../../../src/domain/channels/codes.ts";
import { authenticateDevice } from "../../../../src/domain/subscribers/devices.ts";
import { RefusalError } from "../../../../src/kit/refusal.ts";
import { hashSecret } from "../../../../src/kit/secret.ts";
import {
  channelApi,
  channelWorld,
  newDevice,
  redeem,
  subscribe,
  type ChannelWorld,
  type Device,
  withoutLink,
} from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { api, rows, send } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;

const codeFor = async (world: ChannelWorld, iuid: string): Promise<string> =>
  (await channelApi(world, "GET", `/subscriptions/${encodeURIComponent(iuid)}/code`)).body.code;

const isBound = async (world: ChannelWorld, iuid: string) =>
  (await channelApi(world, "GET", `/subscriptions/${iuid}`)).status === 200;

test("asking again answers the pending code, and another person or channel gets another code", async () => {
  const world = await channelWorld();
  const other = await channelWorld({}, world.account);
  const code = await codeFor(world, "ann");
  expect(await codeFor(world, "ann")).toBe(code);
  expect(await codeFor(world, "bob")).not.toBe(code);
  expect(await codeFor(other, "ann")).not.toBe(code);
});

test("ten requests at once get the same code", async () => {
  const world = await channelWorld();
  const codes = await Promise.all(Array.from({ length: 10 }, async () => codeFor(world, "ann")));
  expect(new Set(codes).size).toBe(1);
});

test("the database does not hold the code in clear", async () => {
  const world = await channelWorld();
  const code = await codeFor(world, "ann");
  const kept = await rows("SELECT * FROM channel_codes WHERE channel_id = ?", world.channel.id);
  expect(kept).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toContain(code);
});

test("a code works once, even if two devices redeem it at the same time", async () => {
  const world = await channelWorld();
  const [one, two] = [await newDevice(world), await newDevice(world)];
  const code = await codeFor(world, "ann");
  const answers = await Promise.all([redeem(one, code), redeem(two, code)]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 404]));
  expect((await redeem(one, code)).status).toBe(404);
  const next = await codeFor(world, "ann");
  expect(next).not.toBe(code);
});

test("redeeming a code answers 201 with the subscription", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const redeemed = await redeem(device, await codeFor(world, "ann"));
  expect(redeemed.status).toBe(201);
  expect(withoutLink(redeemed.body.data)).toEqual({
    ...(await channelApi(world, "GET", "/subscriptions/ann")).body,
    name: "News",
  });
  expect(redeemed.body.data.subscriber).toBe(device.id.replaceAll("-", "").slice(0, 24));
});

describe("redeeming a code", () => {
  test.each([
    ["another account's subscriber", async () => newDevice(await channelWorld())],
    [
      "a subscriber of another app of the account",
      async (world: ChannelWorld) => newDevice(await channelWorld({}, world.account)),
    ],
  ])(
    "answers 404 to %s like for an unknown code, and leaves the code unused",
    async (_who, stranger) => {
      const world = await channelWorld();
      const code = await codeFor(world, "ann");
      const device = await stranger(world);
      const refused = await redeem(device, code);
      expect(refused.status).toBe(404);
      expect(refused.body).toEqual((await redeem(device, "A".repeat(22))).body);
      expect(await isBound(world, "ann")).toBe(false);
      expect(await codeFor(world, "ann")).toBe(code);
      expect((await redeem(await newDevice(world), code)).status).toBe(201);
    },
  );

  test.each([undefined, "", "nonsense", `sw_sub_${"A".repeat(43)}`])(
    "answers 401 to the token %j and leaves the code unused",
    async (token) => {
      const world = await channelWorld();
      const code = await codeFor(world, "ann");
      const path = `/public/codes/${code}/redeem`;
      const refused = await api("POST", path, token === undefined ? {} : { token });
      expect(refused.status).toBe(401);
      const byKey = await api("POST", path, { token: world.account.key });
      expect(byKey.status).toBe(401);
      expect(await codeFor(world, "ann")).toBe(code);
    },
  );
});

describe("expiry", () => {
  async function timed() {
    let now = Date.now();
    const { ctx } = testContext(() => now);
    const world = await channelWorld();
    const device: Device = await newDevice(world);
    const [row] = await rows("SELECT * FROM channels WHERE id = ?", world.channel.id);
    const channel = { ...row, accountId: row.account_id, appId: row.app_id };
    const subscriber = await authenticateDevice(ctx, await hashSecret(device.token));
    if (!subscriber) throw new Error("the device's token was not accepted");
    return { ctx, channel, subscriber, pass: (ms: number) => void (now += ms) };
  }

  test("a code works for 24 hours and is then replaced by a new one", async () => {
    const { ctx, channel, subscriber, pass } = await timed();
    const code = await pendingCode(ctx, channel, "ann");
    pass(DAY_MS - 1);
    expect(await pendingCode(ctx, channel, "ann")).toBe(code);
    expect(await appOfCode(ctx, code)).not.toBeNull();
    pass(1);
    expect(await appOfCode(ctx, code)).toBeNull();
    await expect(redeemCode(ctx, subscriber, code)).rejects.toBeInstanceOf(RefusalError);
    const next = await pendingCode(ctx, channel, "ann");
    expect(next).not.toBe(code);
    expect((await redeemCode(ctx, subscriber, next)).iuid).toBe("ann");
  });

  test("the sweep deletes expired codes and keeps pending ones", async () => {
    const { ctx, channel, pass } = await timed();
    await pendingCode(ctx, channel, "old");
    pass(DAY_MS / 2);
    await pendingCode(ctx, channel, "young");
    pass(DAY_MS / 2);
    await expireCodes(ctx);
    const left = await rows("SELECT iuid FROM channel_codes WHERE channel_id = ?", channel.id);
    expect(left).toEqual([{ iuid: "young" }]);
  });
});

describe("public pages", () => {
  const visit = async (path: string, agent = "Desktop") =>
    send("GET", path, { headers: { "user-agent": agent } });

  test("the code's page is locked down, leaves the code valid, and is gone once the code is redeemed", async () => {
    const world = await channelWorld();
    await api("PUT", `/api/v1/apps/${world.appId}`, {
      token: world.account.key,
      json: { name: `<Ann's> "App"`, url: "https://example.com/?a=1&b=2" },
    });
    const code = await codeFor(world, "ann");
    const answer = await visit(`/qrcode/${code}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'; /,
    );
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("x-robots-tag")).toBe("noindex");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const html = await answer.text();
    expect(html).toContain(code);
    expect(html).toContain("<bdi>&lt;Ann&#39;s&gt; &quot;App&quot;</bdi>");
    expect(html).not.toMatch(/<script|\sstyle=/);
    expect(html).not.toContain("<Ann");
    expect(html).toContain('href="https://example.com/?a=1&amp;b=2"');
    expect((await redeem(await newDevice(world), code)).status).toBe(201);
    const used = await visit(`/qrcode/${code}`);
    expect(used.status).toBe(404);
    expect(used.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await used.text()).not.toContain("Ann");
  });

  test("the code's page links to the app on Android, with the website as fallback", async () => {
    const world = await channelWorld();
    await api("PUT", `/api/v1/apps/${world.appId}`, {
      token: world.account.key,
      json: { name: "W".repeat(50), url: "https://example.com/", package_name: "com.example.app" },
    });
    const code = await codeFor(world, "ann");
    const html = await (await visit(`/qrcode/${code}`, "Mozilla/5.0 (Linux; Android 16)")).text();
    expect(html).toContain(
      `intent://slipway.test/qrcode/${code}#Intent;scheme=https;package=com.example.app;` +
        "S.browser_fallback_url=https%3A%2F%2Fexample.com%2F;end",
    );
    // The button is a flex box, which drops blanks beside elements: the name in it is text.
    expect(html).toContain(`>Open \u2068${"W".repeat(50)}\u2069</a>`);
  });

  test.each([
    "/qrcode/nonsense",
    "/qrcode/%00",
    `/qrcode/${"A".repeat(22)}`,
    "/mobile/x",
    `/mobile/${"0".repeat(24)}`,
  ])("%s answers 404 as an HTML page", async (path) => {
    const answer = await visit(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    await answer.text();
  });

  test("the page at appUrl names the app and takes only GET and HEAD", async () => {
    const world = await channelWorld();
    const { appUrl } = (await channelApi(world, "GET", "/subscriptions/ann/code")).body;
    const answer = await visit(appUrl);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("Push App");
    const wrong = await api("POST", appUrl);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET, HEAD");
  });
});

test("an iuid that is too long or has control characters answers 400 in the contract's form", async () => {
  const world = await channelWorld();
  for (const iuid of ["x".repeat(256), "a%00b", "%0A"]) {
    const refused = await channelApi(world, "GET", `/subscriptions/${iuid}/code`);
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      statusCode: 400,
      message: [expect.stringMatching(/^iuid must not /)],
      error: "Bad Request",
    });
  }
  await subscribe(world, await newDevice(world), "💥".repeat(255));
});
