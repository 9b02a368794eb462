// A notification that says nothing of where a click leads: it opens the app's own URL, by every provider.
import { expect, test } from "vitest";
import { PUSH } from "../../support/push.ts";
import { api, rows } from "../../support/worker.ts";
import { addEverybody, newProviders, type Captured, type Providers } from "./captured.ts";
import { Send, useWorld } from "./sending.ts";

const world = useWorld();

const OWN = "https://shop.example.com/start?a=1";
const DEFAULT = "https://shop.example.com/news";

async function newShop(url: string, settings: object = {}): Promise<Providers> {
  const providers = await newProviders(world);
  await addEverybody(providers);
  await rows(
    "UPDATE apps SET url = ?, push_settings = ? WHERE id = ?",
    url,
    JSON.stringify(settings),
    providers.owner.app.v1_id,
  );
  return providers;
}

/** Every place in which the providers were told a URL. */
function urlsOf({ fcm, apns, webpush }: Captured): unknown[] {
  return [
    ...Object.values(fcm).flatMap(({ data, webpush: web }) => [
      data.slipway_url,
      web.fcm_options?.link,
    ]),
    ...Object.values(apns).map(({ payload }) => payload.slipway.url),
    ...Object.values(webpush).map(({ payload }) => payload.url),
  ];
}

async function urlsSent(providers: Providers, wanted: object = {}): Promise<unknown[]> {
  const send = await Send.create(world, providers.owner, { send: true, ...wanted });
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 6 } });
  const urls = urlsOf(providers.captured);
  expect(urls).toHaveLength(9);
  return [...new Set(urls)];
}

test("each provider's payload carries the app's own URL", async () => {
  expect(await urlsSent(await newShop(OWN))).toEqual([OWN]);
});

test("the default URL of the settings comes before it, and the notification's own before both", async () => {
  const providers = await newShop(OWN, { default_url: DEFAULT });
  expect(await urlsSent(providers)).toEqual([DEFAULT]);
  const url = "https://shop.example.com/one";
  expect(await urlsSent(providers, { url })).toEqual([url]);
});

test("an app without any URL sends none", async () => {
  expect(await urlsSent(await newShop(""))).toEqual([undefined]);
});

test("an app's URL that does not fit makes nothing too large: it is left out", async () => {
  const long = `https://shop.example.com/${"x".repeat(1000)}`;
  const providers = await newShop(long);
  const { account, app } = providers.owner;
  const dry = async (body: string) =>
    api("POST", `${PUSH}/apps/${app.id}/notifications`, {
      token: account.key,
      json: { title: "Hello", body, dry_run: true },
    });
  const bytes = async (body: string): Promise<number[]> =>
    (await dry(body)).body.data.payload_sizes.map((size: { bytes: number }) => size.bytes);
  // what is said to fit includes the URL where there is room for it
  for (const size of await bytes("short")) expect(size).toBeGreaterThan(1500);
  const large = "x".repeat(2500);
  for (const size of await bytes(large)) expect(size).toBeLessThan(4096);
  expect(await urlsSent(providers, { body: large })).toEqual([undefined]);
  expect(await urlsSent(providers, { body: "short" })).toEqual([long]);
});
