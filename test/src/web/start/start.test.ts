// The checklist of an app: which step is next, and that it notices the first device.
import { expect, test } from "vitest";
import { withApp, wordsOf } from "../../../support/app-page.ts";
import { useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { png } from "../../../support/images.ts";
import { signedIn } from "../../../support/person.ts";
import { androidSubscriber, importAll } from "../../../support/push.ts";
import { newApp } from "../../../support/scenario.ts";
import { readQrSvg } from "../../../support/qr-svg.ts";
import { rows, send } from "../../../support/worker.ts";

useTestClock();

/** The title of the step that is next; null for none. */
const nextIn = (html: string) =>
  /<li aria-current="step">.*?<h2>(.*?)<\/h2>/s.exec(html)?.[1] ?? null;

test("each step is next when those before it are done, up to the last", async () => {
  const builder = await FakeBuilder.start();
  const { person, app, path } = await withApp();
  const start = async () => (await person.get(`${path}/start`)).html;
  const first = await start();
  expect(nextIn(first)).toBe("Give it an icon");
  expect(wordsOf(first)).toContain("2 of 6 steps done");
  const form = new FormData();
  form.set("icon", new File([png(64, 64)], "icon.png"));
  await person.post(`${path}/icon`, form);
  expect(nextIn(await start())).toBe("Build it");
  await person.post(`${path}/build`);
  expect(wordsOf(await start())).toContain("It is being built. Watch it");
  const { lease } = await builder.take();
  await builder.finish(lease);
  const built = await start();
  expect(nextIn(built)).toBe("Install it");
  expect(wordsOf(built)).toContain("Waiting for the first start");
  const [qr = ""] = /<div class="qr">.*?<\/div>/s.exec(built) ?? [];
  expect((await send("GET", readQrSvg(qr) ?? "")).status).toBe(200);
  await importAll(person.account, app.uuid, [androidSubscriber()]);
  expect(nextIn(await start())).toBe("Send to yourself");
  await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
     VALUES (?, ?, ?, 'sent', '{"title":"Hello","body":"World"}', 1, 1)`,
    crypto.randomUUID(),
    person.account.id,
    app.id,
  );
  const done = await start();
  expect(nextIn(done)).toBeNull();
  expect(wordsOf(done)).toContain("6 of 6 steps done My App is launched.");
  await rows("DELETE FROM api_keys WHERE account_id = ?", person.account.id);
  expect(nextIn(await start())).toBe("Make an API key");
});

test("whoever builds without an icon is not kept at it", async () => {
  const builder = await FakeBuilder.start();
  const { person, path } = await withApp("developer");
  await person.post(`${path}/build`);
  const { lease } = await builder.take();
  await builder.finish(lease);
  const { html } = await person.get(`${path}/start`);
  expect(nextIn(html)).toBe("Install it");
  // Without a script it is the way to see that the phone has come.
  expect(html).toContain(`href="${path}/start">I have installed it</a>`);
  // Keys are the owners'.
  expect(wordsOf(html)).toContain("2 of 5 steps done");
  expect(wordsOf(html)).not.toContain("Make an API key");
});

test("the page asks whether a device has registered: a small part, 304 while nothing changed, and an end", async () => {
  const { person, app, path } = await withApp();
  const asked = await person.get(`${path}/start?part=device`);
  expect(wordsOf(asked.html)).toBe("Waiting for the first start");
  expect(asked.html.length).toBeLessThan(2048);
  const known = { "if-none-match": asked.headers.get("etag") ?? "" };
  expect((await person.get(`${path}/start?part=device`, known)).status).toBe(304);
  await importAll(person.account, app.uuid, [androidSubscriber()]);
  const changed = await person.get(`${path}/start?part=device`, known);
  expect([changed.status, wordsOf(changed.html)]).toEqual([200, "A device has registered"]);
  expect(changed.headers.get("slipway-ends")).toBe("page");
  expect((await (await signedIn()).get(`${path}/start?part=device`)).status).toBe(404);
});

test("the account's checklist is that of its newest app, and without one the list of apps", async () => {
  const person = await signedIn("viewer");
  expect((await person.get(`${person.base}/start`)).to).toBe(person.base);
  await newApp(person.account.key);
  const newest = await newApp(person.account.key);
  const path = `${person.base}/apps/${newest.id}/start`;
  expect((await person.get(`${person.base}/start`)).to).toBe(path);
  const { html } = await person.get(path);
  expect(html).not.toContain('method="post" action="/dashboard/1/apps');
  expect(html).not.toContain(`${newest.id}/build"`);
  expect((await (await signedIn()).get(`${person.base}/start`)).status).toBe(404);
});

test("a build whose file is gone has no code to scan, and the page says what to do", async () => {
  const { person, app, path } = await withApp();
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
       version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, created_at, started_at, completed_at)
     VALUES (?, ?, ?, 'completed', 'android-webview', 'debug', 'apk', '1.0.0', 1, '{}', 'c0ffee', 'bead', 1, 1, 2, 3)`,
    crypto.randomUUID(),
    person.account.id,
    app.id,
  );
  const { html } = await person.get(`${path}/start`);
  expect(wordsOf(html)).toMatch(/The file of build \d+ was deleted\. Build it again/);
  expect(html).not.toContain('class="qr"');
});
