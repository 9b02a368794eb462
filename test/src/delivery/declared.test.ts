// Safari is sent a declarative message, everybody else by Web Push the flat one; receipts and clicks count for both.
import { expect, test } from "vitest";
import { readDeclared } from "../../support/declarative.ts";
import { importAll, PUSH } from "../../support/push.ts";
import { newPushOwner } from "../../support/scenario.ts";
import { api, newAddress, ORIGIN, send as request } from "../../support/worker.ts";
import { newProviders } from "./captured.ts";
import { newIsolate, Send, useWorld } from "./sending.ts";

const world = useWorld();

const CONTENT = {
  title: "New",
  body: "Have a look",
  url: "https://example.com/new",
  icon: "https://example.com/icon.png",
  actions: [{ title: "Buy", action: "buy" }],
  data: { order: 7 },
  collapse_id: "orders",
  platform_overrides: { web: { requireInteraction: true, silent: "odd", lang: "de" } },
};

async function sentTo(endpoints: Record<string, string>, wanted: object = {}) {
  const { owner, captured, browser } = await newProviders(world);
  const all = Object.values(endpoints).map((endpoint) =>
    browser(endpoint.includes("/android/") ? "android" : "web", endpoint),
  );
  await importAll(owner.account, owner.app.id, all);
  const send = await Send.create(world, owner, { send: true, ...CONTENT, ...wanted });
  send.isolate = newIsolate(ORIGIN);
  expect(await send.finish()).toMatchObject({ status: "sent" });
  const payloads = Object.entries(endpoints).map(([name, url]) => [
    name,
    captured.webpush[url]?.payload,
  ]);
  return { owner, send, payloads: Object.fromEntries(payloads) };
}

test("Apple's push service gets the declared form, and no other does", async () => {
  const { payloads } = await sentTo({
    safari: `https://web.push.apple.com/${crypto.randomUUID()}`,
    firefox: `https://updates.push.services.mozilla.com/wpush/v2/${crypto.randomUUID()}`,
    chrome: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
    edge: `https://wns2-par02p.notify.windows.com/w/?token=${crypto.randomUUID()}`,
    lookalike: `https://web.push.apple.com.example.com/${crypto.randomUUID()}`,
    app: `https://push.example.com/android/${crypto.randomUUID()}`,
  });
  const { safari, app, ...others } = payloads;
  const flat = {
    title: "New",
    body: "Have a look",
    url: "https://example.com/new",
    icon: "https://example.com/icon.png",
    actions: CONTENT.actions,
    data: { order: 7 },
    tag: "orders",
    click: expect.stringContaining("/public/c/"),
    receipt: expect.stringContaining("/public/t/"),
  };
  const ofWeb = CONTENT.platform_overrides.web;
  for (const payload of Object.values(others)) expect(payload).toEqual({ ...flat, ...ofWeb });
  expect(app).toEqual(flat);
  const { title, body, icon, tag, ...rest } = flat;
  expect(safari).toEqual({
    web_push: 8030,
    mutable: true,
    notification: {
      title,
      body,
      icon,
      tag,
      lang: "de",
      navigate: safari.notification.data.click,
      mutable: true,
      data: { ...rest, requireInteraction: true, silent: "odd" },
    },
  });
  expect(readDeclared(JSON.stringify(safari)).navigate).toMatch(/^https:.*\/public\/c\//);
});

test("what Safari opens without a worker counts as a click and leads on, and a worker's receipt counts", async () => {
  const { send, payloads } = await sentTo({
    safari: `https://web.push.apple.com/${crypto.randomUUID()}`,
  });
  const { navigate, data } = readDeclared(JSON.stringify(payloads["safari"]));
  const headers = { "cf-connecting-ip": newAddress() };
  const { pathname } = new URL(navigate);
  const opened = await request("GET", pathname, { headers });
  expect([opened.status, opened.headers.get("location")]).toEqual([302, "https://example.com/new"]);
  const { receipt } = data as { receipt: string };
  const posted = await request("POST", new URL(receipt).pathname, { headers });
  expect(posted.status).toBeLessThan(300);
  const { stats } = await send.get();
  expect([stats.delivered_count, stats.clicked_count]).toEqual([1, 1]);
});

test("the size is that of Safari's message, which is the longest, to the byte", async () => {
  const owner = await newPushOwner();
  const tried = (body: string) =>
    api("POST", `${PUSH}/apps/${owner.app.id}/notifications`, {
      token: owner.account.key,
      json: { title: "New", body, dry_run: true },
    });
  const sizeOf = async (body: string) => {
    const { data } = (await tried(body)).body;
    return data.payload_sizes.find((size: any) => size.provider === "webpush");
  };
  const { bytes, limit } = await sizeOf("x");
  const [link, tag, mutable] = ["x".repeat(256), crypto.randomUUID(), true];
  const data = { click: link, receipt: link };
  const notification = { title: "New", body: "x", tag, mutable, navigate: link, data };
  expect(bytes).toBe(JSON.stringify({ web_push: 8030, notification, mutable }).length);
  expect(limit).toBe(4096 - 103);
  const longest = "x".repeat(limit - bytes + 1);
  expect((await tried(longest)).status).toBeLessThan(300);
  const refused = await tried(`${longest}x`);
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body)).toContain(
    `must not be greater than ${limit} bytes for webpush, but is ${limit + 1}`,
  );
});
