// The page that a channel's QR code leads to: its button names the link that the app was built to take, wherever the page was
// opened, and who opens it elsewhere gets a QR code to scan.
import { expect, test } from "vitest";
import { channelApi, newChannel, redeem, type ChannelWorld } from "../../../support/channels.ts";
import { triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { newDevice } from "../../../support/inbox.ts";
import { readQr } from "../../../support/qr.ts";
import { readQrSvg } from "../../../support/qr-svg.ts";
import { newOwner, type Owner } from "../../../support/scenario.ts";
import { api, ORIGIN, rows, send } from "../../../support/worker.ts";

useTestClock();

const PHONE =
  "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36";
const DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36";
const SITE = "https://shop.example/";
const ELSEWHERE = "https://elsewhere.example";

const unescaped = (html: string) =>
  html.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");

interface Shop extends ChannelWorld {
  owner: Owner;
  builder: FakeBuilder;
}

/** An app that is to receive pushes, with a channel. */
async function newShop(): Promise<Shop> {
  const builder = await FakeBuilder.start();
  const owner = await newOwner(
    { build_credits: 9 },
    { config: { push: { enabled: true } }, package_name: "com.example.shop", url: SITE },
  );
  const token = owner.account.key;
  const credential = `/api/v1/apps/${owner.app.id}/push/credentials/webpush`;
  await api("PUT", credential, { token, json: { subject: "mailto:push@slipway.dev" } });
  const channel = (await newChannel(token, { app_id: owner.app.id })).body.data;
  return { owner, builder, account: owner.account, app: owner.app, appId: owner.app.id, channel };
}

/** Builds the app by this origin; answers what was built into it. */
async function built({ owner, builder }: Shop, origin = ORIGIN): Promise<any> {
  const path = `${origin}/api/v1/apps/${owner.app.id}/builds`;
  const made = await api("POST", path, { token: owner.account.key, json: {} });
  expect(made.status).toBe(201);
  const { lease, job } = await builder.take();
  await builder.finish(lease);
  return { ...job.push, id: made.body.data.id };
}

const codeOf = async (shop: Shop) =>
  (await channelApi(shop, "GET", "/subscriptions/ann/code")).body;

const open = async (link: string, agent: string) => {
  const page = await send("GET", link, { headers: { "user-agent": agent } });
  expect(page.status).toBe(200);
  return page.text();
};

/** Where the page's button leads. */
const buttonOf = (html: string) =>
  unescaped(/<a class="btn btn--primary" href="([^"]+)"/.exec(html)?.[1] ?? "");

/** The address that Android hands to the app for an intent: link (`Intent.parseUri`), and the package that gets it. */
function handedOver(link: string): { address: string; package: string; fallback: string | null } {
  const [, rest = "", extras = ""] = /^intent:(\/\/[^#]*)#Intent;(.*;)end$/.exec(link) ?? [];
  const named = new Map(extras.split(";").map((one) => one.split("=") as [string, string]));
  const fallback = named.get("S.browser_fallback_url");
  return {
    address: `${named.get("scheme")}:${rest}`,
    package: named.get("package") ?? "",
    fallback: fallback === undefined ? null : decodeURIComponent(fallback),
  };
}

test("the QR's page has a button that hands the app the very link it takes, whose code it redeems", async () => {
  const shop = await newShop();
  const { api_origin } = await built(shop);
  const { code, qrcode, deepLink } = await codeOf(shop);
  const scanned = readQr(qrcode).text ?? "";
  expect(scanned).toBe(deepLink);
  const handed = handedOver(buttonOf(await open(scanned, PHONE)));
  expect(handed).toEqual({
    address: `${api_origin}/qrcode/${code}`,
    package: "com.example.shop",
    fallback: SITE,
  });
  const [, inLink = ""] = /\/qrcode\/([A-Za-z0-9_-]{22})$/.exec(handed.address) ?? [];
  const app = { id: shop.app.uuid, v1_id: shop.appId };
  const device = await newDevice({ account: shop.account, app });
  expect((await redeem(device, inLink)).status).toBe(201);
});

test("an app that was built by another origin gets the link of that one, whichever page was opened", async () => {
  const shop = await newShop();
  const { code } = await codeOf(shop);
  const address = async (origin = ORIGIN) =>
    handedOver(buttonOf(await open(`${origin}/qrcode/${code}`, PHONE))).address;
  expect(await address(ELSEWHERE), "before any build").toBe(`${ELSEWHERE}/qrcode/${code}`);
  const { id, api_origin } = await built(shop, ELSEWHERE);
  expect(api_origin).toBe(ELSEWHERE);
  for (const origin of [ORIGIN, ELSEWHERE]) {
    expect(await address(origin)).toBe(`${ELSEWHERE}/qrcode/${code}`);
  }
  await built(shop);
  expect(await address(), "the newest build").toBe(`${ORIGIN}/qrcode/${code}`);
  await rows("UPDATE builds SET build_type = 'release' WHERE id = ?", id);
  expect(await address(), "what people have installed").toBe(`${ELSEWHERE}/qrcode/${code}`);
  await rows("UPDATE builds SET adi_token = 'x' WHERE id = ?", id);
  expect(await address(), "a proof is nobody's").toBe(`${ORIGIN}/qrcode/${code}`);
  const { id: proof } = await built(shop, ELSEWHERE);
  await rows("UPDATE builds SET build_type = 'release', adi_token = 'x' WHERE id = ?", proof);
  expect(await address(), "not the newest either").toBe(`${ORIGIN}/qrcode/${code}`);
});

test("a build that has not completed, or is another app's, does not count", async () => {
  const shop = await newShop();
  const { code } = await codeOf(shop);
  await built(await newShop(), ELSEWHERE);
  await rows(
    "UPDATE builds SET api_origin = ? WHERE id = ?",
    ELSEWHERE,
    await triggered(shop.owner),
  );
  const html = await open(`${ORIGIN}/qrcode/${code}`, PHONE);
  expect(handedOver(buttonOf(html)).address).toBe(`${ORIGIN}/qrcode/${code}`);
});

test("a desktop shows the page as a QR code for the phone, and leads to the website", async () => {
  const shop = await newShop();
  const { code, deepLink } = await codeOf(shop);
  const html = await open(deepLink, DESK);
  expect(buttonOf(html)).toBe(SITE);
  expect(html).toContain("Scan this with the phone");
  const svg = /<svg viewBox[^>]*aria-label="QR code: this page".*?<\/svg>/s.exec(html)?.[0] ?? "";
  expect(readQrSvg(svg)).toBe(`${ORIGIN}/qrcode/${code}`);
  expect(await open(deepLink, PHONE)).not.toContain("QR code");
});

test.each([
  "https://shop.example/a;package=com.evil.app;end",
  "https://shop.example/#Intent;scheme=http;S.browser_fallback_url=https://evil.example;end",
  `https://shop.example/?a="><script>alert(1)</script>'`,
])("the website %s changes nothing else of the button's link", async (url) => {
  const shop = await newShop();
  const json = { url, name: `"><img src=x onerror=alert(1)>` };
  const path = `/api/v1/apps/${shop.app.id}`;
  expect((await api("PUT", path, { token: shop.owner.account.key, json })).status).toBe(200);
  const { code, deepLink } = await codeOf(shop);
  const html = await open(deepLink, PHONE);
  expect(handedOver(buttonOf(html))).toEqual({
    address: `${ORIGIN}/qrcode/${code}`,
    package: "com.example.shop",
    fallback: url,
  });
  for (const page of [html, await open(deepLink, DESK)]) expect(page).not.toMatch(/<script|<img/);
});
