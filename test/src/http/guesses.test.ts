// Ids, links and codes that are guessed where no key is needed count as wrong credentials of their address.
import { beforeAll, describe, expect, test } from "vitest";
import { hmac } from "../../../src/kit/crypto.ts";
import { channelApi, channelWorld, newDevice, type ChannelWorld } from "../../support/channels.ts";
import { DEVICES } from "../../support/instant.ts";
import { sentNotification, tokenOf } from "../../support/tracked.ts";
import { api, beginMinute, bindings, newAddress, rows, type Call } from "../../support/worker.ts";
import { counted, guessALot, LIMIT } from "../../support/wrong-credentials.ts";

const DAY_S = 86_400;
const UUID = "5e0c7a52-0000-4000-8000-000000000000";
const TOO_MANY = { message: "Too many requests.", error: "rate_limited" };

let world: ChannelWorld;
beforeAll(async () => {
  world = await channelWorld();
});

describe("where no key is needed", () => {
  const from = (address: string, method: string, path: string, call: Call = {}) =>
    api(method, path, { ...call, headers: { "cf-connecting-ip": address, ...call.headers } });

  /** A link to the artifact of a build that is not there, which expires at `expires`, Unix s. */
  async function signedLink(build: number, expires: number): Promise<string> {
    const { LINK_SIGNING_KEY: key } = bindings as unknown as Record<string, string>;
    const token = await hmac(key!, `download:${build}:${expires}`);
    return `/public/builds/${build}/app.apk?expires=${expires}&token=${token}`;
  }

  test.each<[string, number, string, () => string]>([
    ["an app's id", 404, "POST", () => `${DEVICES}/apps/987654321/instances`],
    [
      "an instance's id",
      404,
      "POST",
      () => `${DEVICES}/apps/${world.appId}/instances/${UUID}/deactivate`,
    ],
    ["a receipt's link", 404, "POST", () => `/public/t/${"A".repeat(43)}/delivered`],
    ["a click's link", 404, "GET", () => `/public/c/${"A".repeat(43)}`],
    ["a download's link", 403, "GET", () => "/public/builds/1/app.apk?expires=9999999999&token=x"],
  ])("%s that is guessed counts as a wrong credential", async (_name, status, method, path) => {
    const address = newAddress();
    beginMinute();
    const call = method === "POST" ? { json: { ic_token: UUID } } : {};
    expect((await from(address, method, path(), call)).status).toBe(status);
    expect(await counted(address)).toBe(1);
    await guessALot(address);
    const refused = await from(address, method, path(), call);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await from(newAddress(), method, path(), call)).status).toBe(status);
  });

  test("right links and ids go on working", async () => {
    const address = newAddress();
    beginMinute();
    await guessALot(address);
    const made = await from(address, "POST", `${DEVICES}/apps/${world.appId}/instances`, {
      json: { ic_token: UUID },
    });
    expect(made.status).toBe(200);
    const path = `${DEVICES}/apps/${world.appId}/instances/${made.body.id}/deactivate`;
    expect((await from(address, "POST", path)).status).toBe(200);
    const device = await newDevice(world);
    const [{ id }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
    const token = tokenOf(await sentNotification({ id: world.appId }), id);
    expect((await from(address, "POST", `/public/t/${token}/delivered`)).status).toBe(200);
    const now = Math.floor(Date.now() / 1000);
    const expired = await from(address, "GET", await signedLink(1, now - DAY_S));
    expect([expired.status, expired.body.error]).toEqual([403, "link_expired"]);
    const gone = await from(address, "GET", await signedLink(987_654_321, now + DAY_S));
    expect([gone.status, gone.body.error]).toEqual([404, "artifact_not_found"]);
    expect(await counted(address)).toBe(LIMIT);
  });

  test("what is missing to the holder of a key is no guess", async () => {
    const address = newAddress();
    beginMinute();
    const token = world.account.key;
    expect((await from(address, "GET", "/api/v1/apps/987654321", { token })).status).toBe(404);
    expect((await from(address, "GET", "/api/v1/nope")).status).toBe(404);
    expect((await from(address, "GET", "/public/nope")).status).toBe(404);
    expect(await counted(address)).toBe(0);
  });
});

test("a channel code that a device guesses counts as a wrong credential, but nothing else that it misses", async () => {
  const device = await newDevice(world);
  const { code } = (await channelApi(world, "GET", "/subscriptions/ann/code")).body;
  const address = newAddress();
  beginMinute();
  const call = async (method: string, path: string) =>
    api(method, `/public${path}`, {
      token: device.token,
      headers: { "cf-connecting-ip": address },
    });
  expect((await call("DELETE", `/subscriptions/${"0".repeat(24)}`)).status).toBe(404);
  expect(await counted(address)).toBe(0);
  const guess = async () => call("POST", `/codes/${crypto.randomUUID()}/redeem`);
  expect((await guess()).status).toBe(404);
  expect(await counted(address)).toBe(1);
  await guessALot(address);
  const refused = await guess();
  expect([refused.status, refused.body]).toEqual([429, TOO_MANY]);
  expect((await call("POST", `/codes/${code}/redeem`)).status).toBe(201);
});
