// A website that uses nothing of ours in the browser: it registers its subscription by the public API, and its own service
// worker reads what we send, as docs/using.md says.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Firefox } from "./support/firefox.ts";
import { describeIn } from "./support/installed.ts";
import { type OwnApp, Owner } from "./support/owner.ts";
import { SOON } from "./support/tab.ts";
import { Website } from "./support/website.ts";

const WORKER = `
addEventListener("push", (event) => {
  const { title, body, url, receipt, click } = event.data.json();
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

/** What the page does, for an app and its keys. */
const subscribe = ({ api, id, key, vapid }: OwnApp) => `(async () => {
  const registration = await navigator.serviceWorker.register("/worker.js");
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
  let app: OwnApp;
  let firefox: Firefox;
  let site: Website;
  beforeAll(async () => {
    const owner = await Owner.start();
    app = await owner.newApp();
    const website = await Website.start({ "/": "<title>Site</title>", "/worker.js": WORKER });
    afterAll(website.end);
    site = website.site;
    const started = await Firefox.start(program, owner.note.providers_url);
    afterAll(started.end);
    firefox = started.firefox;
  });

  test("a worker of the site's own shows what the Worker encrypted, and its receipt and click count", async () => {
    const tab = await firefox.open(`${site.origin}/`);
    expect(await tab.run(subscribe(app))).toBe(201);
    const id = await app.send({ title: "Grüße 🚢", body: "Afloat", url: `${site.origin}/there` });
    const shown = { title: "Grüße 🚢", body: "Afloat" };
    await vi.waitFor(async () => expect(await firefox.shown()).toEqual([shown]), SOON);
    await app.counts(id, { sent: 1, delivered: 1, clicked: 0 });
    await firefox.click("Grüße 🚢");
    await vi.waitFor(async () => {
      const urls = (await firefox.tabs(site.origin)).map((each) => each.url());
      expect(urls).toContain(`${site.origin}/there`);
    }, SOON);
    await app.counts(id, { sent: 1, delivered: 1, clicked: 1 });
  });
});
