// A website that uses nothing of ours in the browser: it registers its subscription by the public API, and its own service
// worker reads what we send, as docs/using.md says.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Firefox } from "./support/firefox.ts";
import { describeIn } from "./support/installed.ts";
import { Owner } from "./support/owner.ts";
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
const subscribe = ({ note, app, key, vapidKey }: Owner) => `(async () => {
  const registration = await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: "${vapidKey}" };
  const subscription = await registration.pushManager.subscribe(options);
  const answer = await fetch("${note.url}/public/apps/${app}/subscribers", {
    method: "POST",
    headers: { "x-app-key": "${key}", "content-type": "application/json" },
    body: JSON.stringify({ platform: "web", ...subscription.toJSON() }),
  });
  return answer.status;
})()`;

describeIn("Firefox", (program) => {
  let owner: Owner;
  let firefox: Firefox;
  let site: Website;
  beforeAll(async () => {
    owner = await Owner.start();
    const website = await Website.start({ "/": "<title>Site</title>", "/worker.js": WORKER });
    afterAll(website.end);
    site = website.site;
    const started = await Firefox.start(program, owner.note.providers_url);
    afterAll(started.end);
    firefox = started.firefox;
  });

  test("a worker of the site's own shows what the Worker encrypted, and its receipt and click count", async () => {
    const tab = await firefox.open(`${site.origin}/`);
    expect(await tab.run(subscribe(owner))).toBe(201);
    const id = await owner.send({ title: "Grüße 🚢", body: "Afloat", url: `${site.origin}/there` });
    const shown = { title: "Grüße 🚢", body: "Afloat" };
    await vi.waitFor(async () => expect(await firefox.shown()).toEqual([shown]), SOON);
    await vi.waitFor(async () => {
      expect(await owner.stats(id)).toMatchObject({
        sent_count: 1,
        delivered_count: 1,
        clicked_count: 0,
      });
    }, SOON);
    await firefox.click("Grüße 🚢");
    await vi.waitFor(async () => {
      const urls = (await firefox.tabs(site.origin)).map((each) => each.url());
      expect(urls).toContain(`${site.origin}/there`);
    }, SOON);
    expect(await owner.stats(id)).toMatchObject({ delivered_count: 1, clicked_count: 1 });
  });
});
