// The browser SDK in a real Firefox: on a website of another origin than the API, with pushes that the Worker encrypted and
// sent by the push API. The push service is the local stack's; all else, clicks too, is the browser's own.
import { createHmac } from "node:crypto";
import { beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import webpush from "web-push";
import { Firefox } from "./support/firefox.ts";
import { describeIn } from "./support/installed.ts";
import { type OwnApp, Owner } from "./support/owner.ts";
import {
  blocksOf,
  filesOfGuide,
  pressBell,
  ready,
  sdkPage,
  sdkWorker,
} from "./support/sdk-site.ts";
import { holds, SOON, type Tab } from "./support/tab.ts";
import { Website } from "./support/website.ts";

/** A worker that uses nothing of ours, and reads what we send as docs/using.md says. */
const OWN_WORKER = `
addEventListener("push", (event) => {
  const { title, body, receipt, click } = event.data.json();
  event.waitUntil(Promise.all([
    registration.showNotification(title, { body, data: { click } }),
    fetch(receipt, { method: "POST" }),
  ]));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data.click));
});
`;

/** How a page with that worker registers by the public API. Comes to the answer's status. */
const subscribeWithoutSdk = ({ api, id, key, vapid }: OwnApp) => `(async () => {
  const registration = await navigator.serviceWorker.register("/own.js");
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: "${vapid.publicKey}" };
  const subscription = await registration.pushManager.subscribe(options);
  const answer = await fetch("${api}/public/apps/${id}/subscribers", {
    method: "POST",
    headers: { "x-app-key": "${key}", "content-type": "application/json" },
    body: JSON.stringify({ platform: "web", ...subscription.toJSON() }),
  });
  return answer.status;
})()`;

describeIn("Firefox", (program) => {
  let owner: Owner;
  let firefox: Firefox;
  let app: OwnApp;
  let site: Website;
  beforeAll(async () => {
    owner = await Owner.start();
    const started = await Firefox.start(program, owner.note.providers_url);
    firefox = started.firefox;
    return started.end;
  });

  /** A website with the app, which ends with the test. */
  async function newSite(
    options: object = {},
    files: Record<string, string> = {},
  ): Promise<Website> {
    const page = sdkPage(app, options);
    const its = { "/": page, "/news": page, "/slipway-sw.js": sdkWorker(app), ...files };
    const started = await Website.start(its);
    onTestFinished(async () => {
      await firefox.clear();
      for (const tab of await firefox.tabs(started.site.origin)) await tab.close();
      await started.end();
    });
    return started.site;
  }

  beforeEach(async () => {
    app = await owner.newApp();
  });

  /** Opens a page of the site once its script has run. */
  async function open(path = "/"): Promise<Tab> {
    const tab = await firefox.open(site.origin + path);
    await ready(tab);
    return tab;
  }

  /** The key with which the tab's site is subscribed, in base64url. */
  async function vapidKeyOf(tab: Tab): Promise<string> {
    const bytes = await tab.run<number[]>(
      `navigator.serviceWorker.getRegistration("/slipway-push/").then((its) => its.pushManager.getSubscription())
        .then((its) => [...new Uint8Array(its?.options.applicationServerKey ?? [])])`,
    );
    return Buffer.from(bytes).toString("base64url");
  }

  /** Waits until these titles are on the screen, and no others. */
  async function shown(...titles: string[]): Promise<void> {
    await vi.waitFor(async () => {
      expect((await firefox.shown()).map(({ title }) => title)).toEqual(titles);
    }, SOON);
  }

  const heard = (tab: Tab, name: "message" | "click") => tab.run<any[]>(`heard.${name}`);

  test("a plain page with the ten lines of the guide is sent to, shows it, and its receipt and click count", async () => {
    const { page, worker } = filesOfGuide(app);
    expect(page).toContain(app.key);
    site = await newSite({}, { "/plain": page, "/slipway-sw.js": worker });
    const tab = await firefox.open(`${site.origin}/plain`);
    await holds(tab, `bell.onclick !== null`);
    await tab.press("#bell");
    await vi.waitFor(async () => {
      expect(await app.subscribers()).toMatchObject([{ tags: ["news"] }]);
    }, SOON);
    const sent = await app.send({ title: "Grüße 🚢", body: "Afloat", url: `${site.origin}/news` });
    await vi.waitFor(async () => {
      expect(await firefox.shown()).toEqual([{ title: "Grüße 🚢", body: "Afloat" }]);
    }, SOON);
    await app.counts(sent, { sent: 1, delivered: 1, clicked: 0 });
    await firefox.click("Grüße 🚢");
    await app.counts(sent, { sent: 1, delivered: 1, clicked: 1 });
    await shown();
  });

  test("the page of the guide to iOS has a button, and in a tab of an iPhone a sentence instead", async () => {
    const [link, page] = blocksOf(app, "guides/web-push-ios.md", "html");
    const [manifest = ""] = blocksOf(app, "guides/web-push-ios.md", "json");
    expect(JSON.parse(manifest)).toMatchObject({ display: "standalone" });
    const shown = `<!doctype html>\n<title>iOS</title>\n${link}\n${page}\n`;
    // What Safari on iOS has outside the Home Screen: no push, and a word that it is not there.
    const asTab = `<script>navigator.standalone = false; delete window.PushManager;</script>\n${shown}`;
    site = await newSite({}, { "/button": shown, "/tab": asTab });
    const inTab = await firefox.open(`${site.origin}/tab`);
    await holds(inTab, `!ios.hidden && bell.hidden`);
    const tab = await firefox.open(`${site.origin}/button`);
    await holds(tab, `bell.onclick !== null && ios.hidden && !bell.hidden`);
    await tab.press("#bell");
    await vi.waitFor(async () => {
      expect(await app.subscribers()).toMatchObject([{ tags: ["news"] }]);
    }, SOON);
    const again = await firefox.open(`${site.origin}/button`);
    await holds(again, `bell.hidden && ios.hidden`);
  });

  test("an open page hears of a push", async () => {
    site = await newSite();
    const tab = await open();
    const id = await pressBell(tab);
    expect(await app.subscribers()).toMatchObject([{ id }]);
    await app.send({ title: "News", body: "Read it", url: `${site.origin}/news`, data: { n: 1 } });
    await holds(tab, `heard.message.length === 1`);
    const [message] = await heard(tab, "message");
    expect(message).toMatchObject({ title: "News", body: "Read it", data: { n: 1 } });
  });

  test("a click opens the address, whose page hears of it", async () => {
    site = await newSite();
    const tab = await open();
    await pressBell(tab);
    await tab.close();
    await app.send({ title: "News", body: "Read it", url: `${site.origin}/news`, data: { n: 1 } });
    await shown("News");
    await firefox.click("News");
    await vi.waitFor(async () => {
      const [opened, ...others] = await firefox.tabs(site.origin);
      if (!opened) throw new Error("no tab was opened");
      expect(others).toEqual([]);
      expect(opened.url()).toBe(`${site.origin}/news`);
      expect(await heard(opened, "click")).toMatchObject([
        { url: `${site.origin}/news`, data: { n: 1 } },
      ]);
    }, SOON);
  });

  test("a click comes to the tab that has the address open, once, also for a late listener", async () => {
    site = await newSite();
    const late = await open("/news?late");
    const other = await open("/");
    await pressBell(other);
    await app.send({ title: "News", body: "Read it", url: `${site.origin}/news?late` });
    await shown("News");
    await firefox.click("News");
    await holds(late, `document.visibilityState === "visible"`);
    await late.run(`listen("click")`);
    await holds(late, `heard.click.length === 1`);
    expect(await heard(other, "click")).toEqual([]);
    expect(await firefox.tabs(site.origin)).toHaveLength(2);
    // Each is heard of once.
    await late.run(`listen("click")`);
    expect(await heard(late, "click")).toHaveLength(1);
  });

  test("with click: origin and open: focus, a click shows any open tab of the site as it is", async () => {
    site = await newSite({ click: "origin", open: "focus" });
    const tab = await open();
    await pressBell(tab);
    await app.send({ title: "News", body: "Read it", url: `${site.origin}/news` });
    await shown("News");
    await firefox.click("News");
    await holds(tab, `heard.click.length === 1`);
    expect(tab.url()).toBe(`${site.origin}/`);
    expect(await firefox.tabs(site.origin)).toHaveLength(1);
  });

  test("with click: origin and open: navigate, an open tab is taken to the address", async () => {
    site = await newSite({ click: "origin", open: "navigate" });
    const tab = await open();
    await pressBell(tab);
    await app.send({ title: "News", body: "Read it", url: `${site.origin}/news` });
    await shown("News");
    await firefox.click("News");
    await vi.waitFor(async () => expect(tab.url()).toBe(`${site.origin}/news`), SOON);
    await holds(tab, `heard.click.length === 1`);
    expect(await firefox.tabs(site.origin)).toHaveLength(1);
  });

  test("a tab too busy to hear of a click in time stays where it is, and only the one that is opened hears of it", async () => {
    // Before the SDK hears of a click, the page is busy for longer than the worker waits.
    const options = { click: "origin", open: "navigate" };
    const busy = `<script>navigator.serviceWorker.addEventListener("message", ({ data }) => {
      for (const end = Date.now() + 1500; data.slipway?.go && Date.now() < end; );
    })</script>`;
    site = await newSite(options, { "/busy": busy + sdkPage(app, options) });
    const tab = await open("/busy");
    await pressBell(tab);
    await app.send({ title: "News", body: "Read it", url: `${site.origin}/news` });
    await shown("News");
    await firefox.click("News");
    await vi.waitFor(async () => expect(await firefox.tabs(site.origin)).toHaveLength(2), SOON);
    const tabs = await firefox.tabs(site.origin);
    const opened = tabs.find(({ url }) => url() === `${site.origin}/news`);
    if (!opened) throw new Error("no tab was opened");
    await holds(opened, `heard.click.length === 1`);
    // By the answer, the tab has heard what came before, and would have gone.
    await tab.run(`slipwayOfSite.push.state()`);
    expect(await heard(tab, "click")).toEqual([]);
    expect(tab.url()).toBe(`${site.origin}/busy`);
  });

  test("a subscription with another VAPID key is made anew with the next load, as the same subscriber", async () => {
    site = await newSite();
    const tab = await open();
    const id = await pressBell(tab);
    await app.changeVapid();
    // Answers of the API may keep the former key for a minute.
    const keys = `fetch("${app.api}/public/apps/${app.id}/keys", { cache: "reload" })`;
    await tab.run(`${keys}.then(({ ok }) => ok)`);
    await tab.goto(`${site.origin}/`);
    await vi.waitFor(async () => expect(await vapidKeyOf(tab)).toBe(app.vapid.publicKey), SOON);
    // Its turn comes once the load has told the API.
    await tab.run(`slipwayOfSite.push.subscribe().then(() => null)`);
    const sent = await app.send({ title: "Again", body: "With the new key" });
    await app.counts(sent, { sent: 1, delivered: 1, clicked: 0 });
    expect(await app.subscribers()).toMatchObject([{ id }]);
  });

  test("a site's own worker stays beside ours", async () => {
    const own = `addEventListener("fetch", () => {}); addEventListener("install", () => skipWaiting());`;
    site = await newSite({}, { "/pwa.js": own });
    const tab = await open();
    await tab.run(
      `navigator.serviceWorker.register("/pwa.js").then(() => navigator.serviceWorker.ready).then(() => null)`,
    );
    await pressBell(tab);
    await app.send({ title: "Beside", body: "Here" });
    await shown("Beside");
    const scopes = `navigator.serviceWorker.getRegistrations()
      .then((all) => all.map(({ scope, active }) => new URL(scope).pathname + " " + new URL(active.scriptURL).pathname).sort())`;
    expect(await tab.run(scopes)).toEqual(["/ /pwa.js", "/slipway-push/ /slipway-sw.js"]);
  });

  test("a site may import ours into its own worker, which does not show our pushes once more", async () => {
    const own = `importScripts("${app.api}/sdk/sw.js");
      addEventListener("push", (event) => event.waitUntil(registration.showNotification("Own")));`;
    site = await newSite({ worker: "/pwa.js", scope: "/" }, { "/pwa.js": own });
    const tab = await open();
    await pressBell(tab);
    for (const title of ["Ours", "More"]) {
      const sent = await app.send({ title, body: "Here" });
      await app.counts(sent, { sent: 1, delivered: 1, clicked: 0 });
    }
    // By the time of the second, all that the first set off was shown.
    const titles = `navigator.serviceWorker.getRegistration("/").then((its) => its.getNotifications())
      .then((all) => all.map(({ title }) => title).sort())`;
    expect(await tab.run(titles)).toEqual(["More", "Ours"]);
  });

  /** Sends what is no notification of ours straight to the push service, with the app's VAPID pair. */
  async function pushBare(tab: Tab, scope: string, text: string | null): Promise<void> {
    const subscription = await tab.run<webpush.PushSubscription>(
      `navigator.serviceWorker.getRegistration("${scope}").then(({ pushManager }) => pushManager.getSubscription())
        .then((subscription) => subscription.toJSON())`,
    );
    const vapidDetails = { subject: "mailto:push@example.com", ...app.vapid };
    const options = { vapidDetails, TTL: 60 };
    const request = webpush.generateRequestDetails(subscription, text ?? undefined, options);
    const { endpoint, headers, body } = request;
    const sent = await fetch(endpoint, {
      method: "POST",
      headers: new Headers(headers),
      body: new Uint8Array(body),
    });
    expect(sent.status).toBe(201);
  }

  test.each([
    ["text", "no JSON"],
    ["JSON of another form", "[1, null]"],
    ["nothing", null],
  ])("a push of %s shows the site's name", async (_, text) => {
    site = await newSite();
    const tab = await open();
    await pressBell(tab);
    await pushBare(tab, "/slipway-push/", text);
    await shown(new URL(site.origin).host);
  });

  test("two tabs register one subscriber, and both hear of a push", async () => {
    site = await newSite();
    const tabs = [await open(), await open("/news")] as const;
    await Promise.all(
      tabs.map((tab) => tab.run(`slipwayOfSite.push.subscribe().then(() => null)`)),
    );
    expect(await app.subscribers()).toHaveLength(1);
    await app.send({ title: "Both", body: "Here" });
    await Promise.all(tabs.map((tab) => holds(tab, `heard.message.length === 1`)));
    await shown("Both");
  });

  test("a page says by a token of its server whose browser it is, who is sent to by that, until it is nobody's", async () => {
    const { data } = await app.ask("POST", "/identity-secret", {});
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { sub: "anna", exp: Math.floor(Date.now() / 1000) + 600, aud: app.id };
    const signed = `${part({ alg: "HS256" })}.${part(claims)}`;
    const signature = createHmac("sha256", data.secret).update(signed).digest("base64url");
    site = await newSite();
    const tab = await open();
    // Said before the browser is subscribed, as on each load.
    await tab.run(`slipwayOfSite.push.identify("${signed}.${signature}")`);
    await pressBell(tab);
    expect(await app.subscribers()).toMatchObject([{ user_id: "anna" }]);
    const targeting = { type: "user_ids", ids: ["anna"] };
    await app.send({ title: "For Anna", body: "Hello", targeting });
    await shown("For Anna");
    await firefox.click("For Anna");
    const forged = `${signed}.${createHmac("sha256", "guess").update(signed).digest("base64url")}`;
    const code = await tab.run(
      `slipwayOfSite.push.identify("${forged}").then(() => "taken", ({ code }) => code)`,
    );
    expect(code).toBe("invalid");
    await tab.run(`slipwayOfSite.push.identify(null)`);
    expect(await app.subscribers()).toMatchObject([{ user_id: null }]);
  });

  test("who unsubscribes gets nothing more, also after the next load", async () => {
    site = await newSite();
    const tab = await open();
    await pressBell(tab);
    await tab.run(`slipwayOfSite.push.unsubscribe()`);
    expect(await app.subscribers()).toMatchObject([{ status: "unsubscribed" }]);
    await tab.goto(`${site.origin}/`);
    await ready(tab);
    expect(await tab.run(`slipwayOfSite.push.state()`)).toMatchObject({
      subscribed: false,
      id: null,
    });
    expect(await app.subscribers()).toMatchObject([{ status: "unsubscribed" }]);
  });

  test("a site needs no SDK: its own worker shows what we send, and receipt and click count", async () => {
    site = await newSite({}, { "/own.js": OWN_WORKER });
    const tab = await firefox.open(`${site.origin}/`);
    expect(await tab.run(subscribeWithoutSdk(app))).toBe(201);
    const id = await app.send({ title: "Plain", body: "Here", url: `${site.origin}/news` });
    await shown("Plain");
    await app.counts(id, { sent: 1, delivered: 1, clicked: 0 });
    await firefox.click("Plain");
    await vi.waitFor(async () => {
      const urls = (await firefox.tabs(site.origin)).map((each) => each.url());
      expect(urls).toContain(`${site.origin}/news`);
    }, SOON);
    await app.counts(id, { sent: 1, delivered: 1, clicked: 1 });
  });
});
