// The browser SDK in a real Chromium: what its service worker does with pushes that the Worker encrypted. The push service is
// a stand-in, and so is the press on a notification (support/chromium.ts says what is real); the rest is the browser's own.
import { beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { Chromium, NOTIFICATIONS_IN_TURN } from "./support/chromium.ts";
import { describeIn } from "./support/installed.ts";
import { type OwnApp, Owner } from "./support/owner.ts";
import { PushStandIn } from "./support/push-stand-in.ts";
import { pressBell, ready, sdkPage, sdkWorker } from "./support/sdk-site.ts";
import { holds, SOON, type Tab } from "./support/tab.ts";
import { Website } from "./support/website.ts";

describeIn("Chromium", (program) => {
  let owner: Owner;
  let chromium: Chromium;
  beforeAll(async () => {
    owner = await Owner.start();
    const started = await Chromium.start(program);
    chromium = started.chromium;
    return started.end;
  });

  // Each test has a site of its own, and so an origin, with a tab whose browser is subscribed.
  let app: OwnApp;
  let service: PushStandIn;
  let site: Website;
  let tab: Tab;
  let scope: string;
  beforeEach(async () => {
    app = await owner.newApp();
    service = new PushStandIn(owner.note.providers_url);
    const started = await Website.start({
      "/": sdkPage(app),
      "/slipway-sw.js": service.worker(NOTIFICATIONS_IN_TURN + sdkWorker(app)),
      ...service.files,
    });
    onTestFinished(async () => {
      for (const each of chromium.tabs(started.site.origin)) await each.close();
      await started.end();
    });
    ({ site } = started);
    scope = `${site.origin}/slipway-push/`;
    await chromium.allow(site.origin);
    tab = await chromium.open(`${site.origin}/`);
    await ready(tab);
    await pressBell(tab);
  });

  /** Sends a notification, and hands what the push service got of it to the worker. Returns its id. */
  async function send(content: Record<string, unknown>): Promise<string> {
    const before = (await service.received()).length;
    const id = await app.send({ body: "Here", ...content });
    const [text] = await vi.waitFor(async () => {
      const received = await service.received();
      expect(received).toHaveLength(before + 1);
      return received.slice(-1);
    }, SOON);
    await chromium.push(scope, text ?? "");
    return id;
  }

  async function shown(...titles: string[]): Promise<void> {
    await vi.waitFor(async () => {
      expect((await chromium.shown(scope)).map(({ title }) => title)).toEqual(titles);
    }, SOON);
  }

  test("shows what the Worker encrypted, tells the page, and its receipt counts", async () => {
    const id = await send({ title: "Grüße 🚢", body: "Afloat", data: { n: 1 } });
    await vi.waitFor(async () => {
      expect(await chromium.shown(scope)).toEqual([{ title: "Grüße 🚢", body: "Afloat" }]);
    }, SOON);
    await app.counts(id, { sent: 1, delivered: 1, clicked: 0 });
    await holds(tab, `heard.message.length === 1`);
    expect(await tab.run(`heard.message[0]`)).toMatchObject({ title: "Grüße 🚢", data: { n: 1 } });
  });

  test("what is asked for while it is being shown is not forgotten", async () => {
    const asked = `Promise.all([
      registration.showNotification("Asked for"),
      ...Array.from({ length: 50 }, () => registration.getNotifications()),
    ]).then(() => null)`;
    await chromium.inWorker(scope, asked);
    await shown("Asked for");
  });

  test("a click counts, takes the notification away, and comes to the open tab", async () => {
    const id = await send({ title: "News", url: `${site.origin}/` });
    await shown("News");
    await chromium.click(scope, "News");
    await app.counts(id, { sent: 1, delivered: 1, clicked: 1 });
    await shown();
    await holds(tab, `heard.click.length === 1`);
    expect(await tab.run(`heard.click[0]`)).toMatchObject({ url: `${site.origin}/`, action: "" });
  });

  test("a button's click counts, and names it to the page", async () => {
    const actions = [{ action: "read", title: "Read it", url: `${site.origin}/` }];
    const id = await send({ title: "News", actions });
    await shown("News");
    await chromium.click(scope, "News", "read");
    await app.counts(id, { sent: 1, delivered: 1, clicked: 1 });
    await holds(tab, `heard.click.length === 1`);
    expect(await tab.run(`heard.click[0]`)).toMatchObject({ action: "read" });
  });

  test("the button dismiss closes, and counts nothing", async () => {
    const actions = [{ action: "dismiss", title: "No" }];
    const id = await send({ title: "News", url: `${site.origin}/`, actions });
    await shown("News");
    await app.counts(id, { sent: 1, delivered: 1, clicked: 0 });
    await chromium.click(scope, "News", "dismiss");
    await shown();
    // What comes after it is counted, so that it would have been.
    const next = await send({ title: "More", url: `${site.origin}/` });
    await shown("More");
    await chromium.click(scope, "More");
    await app.counts(next, { sent: 1, delivered: 1, clicked: 1 });
    expect(await app.counted(id)).toEqual({ sent: 1, delivered: 1, clicked: 0 });
    expect(await tab.run(`heard.click.length`)).toBe(1);
  });

  test("a receipt and a click without network are kept, and counted once the page is opened with one", async () => {
    await chromium.goOffline(true);
    onTestFinished(() => chromium.goOffline(false));
    const id = await send({ title: "Later", url: `${site.origin}/` });
    await shown("Later");
    await chromium.click(scope, "Later");
    await shown();
    // What the push service took is counted after it took it.
    await app.counts(id, { sent: 1, delivered: 0, clicked: 0 });
    await chromium.goOffline(false);
    await tab.goto(`${site.origin}/`);
    await app.counts(id, { sent: 1, delivered: 1, clicked: 1 });
  });

  test.each([
    ["text", "no JSON"],
    ["JSON of another form", '{"title": "", "actions": 5}'],
    ["nothing", ""],
  ])("a push of %s shows the site's name", async (_, text) => {
    await chromium.push(scope, text);
    await shown(new URL(site.origin).host);
  });

  test("a page under the policy that the guide asks for subscribes by the soft prompt, and nothing is refused", async () => {
    const policy = `default-src 'none'; script-src ${app.api} 'nonce-n'; worker-src 'self'`;
    const page = sdkPage(app).replace("<script ", '<script nonce="n" ');
    const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    site.files.set("/strict", page.replace("<title>", `${meta}<title>`));
    const complaints = chromium.complaints.length;
    await tab.goto(`${site.origin}/strict`);
    await ready(tab);
    const label = "<img src=x onerror=alert(1)>";
    const texts = { title: label, categories: [{ tag: "news", label, checked: true }] };
    await tab.run(`void slipwayOfSite.push.prompt(${JSON.stringify(texts)})`);
    const root = `document.querySelector("div")?.shadowRoot`;
    await holds(tab, `!!${root}?.querySelector("dialog[open]")`);
    // What the page's owner says is text, and the styles are there.
    expect(await tab.run(`${root}.querySelectorAll("img").length`)).toBe(0);
    expect(await tab.run(`getComputedStyle(${root}.querySelector("dialog")).borderWidth`)).toBe(
      "0px",
    );
    await tab.run(`${root}.querySelector("button").click()`);
    await vi.waitFor(async () => {
      expect(await app.subscribers()).toMatchObject([{ tags: ["news"] }]);
    }, SOON);
    const id = await send({ title: "Strict" });
    await shown("Strict");
    await app.counts(id, { sent: 1, delivered: 1, clicked: 0 });
    expect(chromium.complaints.slice(complaints)).toEqual([]);
  });

  test("in a sandboxed frame all is unsupported, and nothing complains", async () => {
    const inner = `<script type="module">
      import { Slipway } from "${app.api}/sdk/slipway.js";
      const { push } = await Slipway.init({ app: "${app.id}", key: "${app.key}" });
      const refused = await push.subscribe().catch(({ code }) => code);
      parent.postMessage({ ...(await push.state()), refused }, "*");
    </script>`;
    const outer = `<script>onmessage = ({ data }) => { window.told = data; }</script>
      <iframe sandbox="allow-scripts" src="/inner"></iframe>`;
    site.files.set("/inner", inner).set("/outer", outer);
    const complaints = chromium.complaints.length;
    await tab.goto(`${site.origin}/outer`);
    await holds(tab, `!!window.told`);
    expect(await tab.run(`told`)).toEqual({
      permission: "unsupported",
      subscribed: false,
      id: null,
      hint: null,
      refused: "unsupported",
    });
    expect(chromium.complaints.slice(complaints)).toEqual([]);
  });

  test("an address that the push service replaced is registered with pushsubscriptionchange, as the same subscriber", async () => {
    const [before] = await app.subscribers();
    await service.subscribe(app.vapid.publicKey);
    const event = `dispatchEvent(new ExtendableEvent("pushsubscriptionchange"))`;
    await chromium.inWorker(scope, event);
    await vi.waitFor(async () => {
      await app.send({ title: "New", body: "Here" });
      expect(await service.received()).not.toEqual([]);
    }, SOON);
    expect((await app.subscribers()).map(({ id }) => id)).toEqual([before?.id]);
  });

  test("an address that was replaced unnoticed is registered with the next load", async () => {
    await service.subscribe(app.vapid.publicKey);
    await tab.goto(`${site.origin}/`);
    await vi.waitFor(async () => {
      await app.send({ title: "New", body: "Here" });
      expect(await service.received()).not.toEqual([]);
    }, SOON);
    expect(await app.subscribers()).toHaveLength(1);
  });
});
