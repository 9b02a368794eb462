// An app's overview: its figures, building at once, deleting it, and whether its site can be shown in a frame.
import { afterEach, expect, test, vi } from "vitest";
import { errorAt, withApp, wordsOf } from "../../../support/app-page.ts";
import { useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { androidSubscriber, importAll, iosSubscriber } from "../../../support/push.ts";
import { newPushApp } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

useTestClock();
afterEach(() => vi.restoreAllMocks());

test("the overview says whom the app reaches, what was sent and how its newest build stands", async () => {
  const { person, app, path } = await withApp();
  await importAll(person.account, app.uuid, [
    androidSubscriber(),
    androidSubscriber(),
    iosSubscriber(),
  ]);
  const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  await rows(
    `INSERT INTO daily_stats (app_id, date, sent, delivered, clicked, failed, new_subscribers, unsubscribes)
     VALUES (?, ?, 1200, 0, 0, 7, 60, 1)`,
    app.id,
    day,
  );
  const { html, headers } = await person.get(path);
  const words = wordsOf(html);
  expect(words).toContain(
    "Reachable now 3 people New, 30 days 63 2 a day Left, 30 days 1 25.0% of all",
  );
  expect(html).toContain('aria-label="2 on Android, 1 on iOS"');
  expect(words).toContain("1,200 sent, 7 failed");
  expect(words).toContain("Newest build No build");
  expect(words).toContain(app.uuid);
  expect(headers.get("content-security-policy")).toContain("frame-src https://example.com;");
});

test("from the overview one comes to what is written to people; where there is nobody yet, it is built first", async () => {
  const { person, app, path } = await withApp();
  const primary = async (who = person) => {
    const { html } = await who.get(path);
    return wordsOf(
      /<(?:a|button) class="btn btn--primary".*?<\/(?:a|button)>/s.exec(html)?.[0] ?? "",
    );
  };
  expect(await primary()).toBe("Build now");
  await importAll(person.account, app.uuid, [androidSubscriber()]);
  expect(await primary()).toBe("New notification");
  const { html } = await person.get(path);
  for (const to of ["compose", "notifications", "audience"]) {
    expect(html).toContain(`href="${path}/${to}"`);
  }
  const viewer = await signedIn("viewer", person.account);
  expect((await viewer.get(path)).html).not.toContain(`href="${path}/compose"`);
});

test("a build is made by one press, and leads to its page", async () => {
  const builder = await FakeBuilder.start();
  const { person, path } = await withApp("developer");
  const made = await person.post(`${path}/build`);
  expect([made.status, made.to]).toEqual([303, expect.stringMatching(`^${path}/builds/\\d+$`)]);
  expect(wordsOf((await person.get(path)).html)).toContain(
    "Newest build Pending Version 1.0.0 (1)",
  );
  const again = await person.post(`${path}/build`);
  expect(again.status).toBe(409);
  expect(again.html).toMatch(/class="notice" data-tone="bad"/);
  const { lease } = await builder.take();
  await builder.finish(lease);
  expect(wordsOf((await person.get(path)).html)).toContain("Completed");
});

test("an app without a website is told to get one, and can't be built", async () => {
  const person = await signedIn();
  const app = await newPushApp(person.account.key);
  const path = `${person.base}/apps/${app.v1_id}`;
  const { html, headers } = await person.get(path);
  expect(wordsOf(html)).toContain("Give it a website");
  expect(headers.get("content-security-policy")).not.toContain("frame-src");
  expect((await person.post(`${path}/build`)).status).toBe(422);
});

test("an app is deleted only by its name, and what goes with it is named", async () => {
  const { person, app, path } = await withApp("owner", { name: "Tarn & Thistle" });
  await importAll(person.account, app.uuid, [androidSubscriber()]);
  const shown = await person.get(path);
  expect(shown.html).toMatch(/<dialog[^>]*id="delete-app"/);
  expect(shown.html.replaceAll(/<[^>]*>|\s+/g, " ")).toContain("1 subscriber, 0 notifications");
  const wrong = await person.post(`${path}/delete`, { name: "Tarn" });
  expect(wrong.status).toBe(422);
  expect(errorAt(wrong.html, "f-delete-name")).toBe("Must be the app's name, Tarn & Thistle.");
  expect(wrong.html).toMatch(/<dialog[^>]*id="delete-app"[^>]*\bopen/);
  expect(wrong.html).toContain('value="Tarn"');
  const done = await person.post(`${path}/delete`, { name: " Tarn & Thistle " });
  expect([done.status, done.to]).toEqual([303, person.base]);
  expect((await person.get(path)).status).toBe(404);
});

test("an app with an active build is not deleted, and the page says why", async () => {
  await FakeBuilder.start();
  const { person, path } = await withApp();
  await person.post(`${path}/build`);
  const refused = await person.post(`${path}/delete`, { name: "My App" });
  expect(refused.status).toBe(409);
  expect(refused.html).toMatch(/<dialog[^>]*id="delete-app"[^>]*\bopen/);
  expect((await person.get(path)).status).toBe(200);
});

test("a viewer looks and does not touch; a marketer neither builds nor deletes", async () => {
  const { person, path } = await withApp();
  for (const role of ["viewer", "marketer"] as const) {
    const member = await signedIn(role, person.account);
    const { html } = await member.get(path);
    expect(wordsOf(html)).toContain("Reachable now");
    expect(html).not.toContain(`action="${path}/`);
    expect((await member.post(`${path}/build`)).status).toBe(403);
    expect((await member.post(`${path}/delete`, { name: "My App" })).status).toBe(403);
  }
  expect((await person.get(path)).status).toBe(200);
});

test("another account's app is not found on any of these pages, and nobody comes in without a session", async () => {
  const { path } = await withApp();
  const other = await signedIn();
  const own = path.replace(/^\/dashboard\/\d+/, other.base);
  for (const page of ["", "/frame", "/start", "/design", "/icon"]) {
    for (const each of [path, own]) expect((await other.get(each + page)).status, page).toBe(404);
    expect((await browser().get(path + page)).to, page).toContain("/dashboard/sign-in");
  }
  for (const form of ["/build", "/delete", "/design", "/icon", "/icon/remove"]) {
    expect((await other.post(own + form, { name: "My App" })).status, form).toBe(404);
    expect((await browser().post(path + form)).to, form).toContain("/dashboard/sign-in");
  }
  expect((await api("GET", "/api/v1/apps", { token: other.account.key })).body.data).toEqual([]);
});

/** Has the app's site, and the resolver of its host, answer. */
function site(answer: () => Response | Promise<Response>) {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    if (hostname !== "cloudflare-dns.com") return answer();
    return Response.json({ Answer: [{ type: 1, data: "93.184.215.14" }] });
  });
}

test("whether the site lets itself be shown is asked of the site, and said", async () => {
  const { person, path } = await withApp();
  const ask = async () => JSON.parse((await person.get(`${path}/frame`)).html);
  const headers =
    (wanted: Record<string, string>, status = 200) =>
    () =>
      new Response("", { status, headers: wanted });
  const cases: [() => Response | Promise<Response>, boolean, RegExp][] = [
    [headers({}), true, /^example\.com, live\.$/],
    [headers({ "x-frame-options": "SAMEORIGIN" }), false, /X-Frame-Options: SAMEORIGIN/],
    [
      headers({ "content-security-policy": "default-src 'self'; frame-ancestors 'none'" }),
      false,
      /frame-ancestors 'none'/,
    ],
    [
      headers({ "content-security-policy": "frame-ancestors *", "x-frame-options": "DENY" }),
      true,
      /live/,
    ],
    [
      headers({ "content-security-policy": "frame-ancestors https://other.example" }),
      false,
      /other\.example/,
    ],
    [
      headers({ location: "https://www.example.com/" }, 301),
      false,
      /leads to https:\/\/www\.example\.com/,
    ],
    [headers({ location: "/en" }, 302), true, /live/],
    [headers({}, 503), false, /status 503/],
    [async () => Promise.reject(new Error("down")), false, /did not answer/],
  ];
  for (const [answer, shows, says] of cases) {
    site(answer);
    expect(await ask()).toEqual({ shows, says: expect.stringMatching(says) });
  }
});

test("a site that is not public, or not https, is not asked", async () => {
  const asked = vi.spyOn(globalThis, "fetch");
  for (const url of ["https://192.168.0.1/", "http://example.com", "https://printer.local"]) {
    const { person, path } = await withApp("viewer", { url });
    const { html } = await person.get(`${path}/frame`);
    expect(JSON.parse(html), url).toEqual({
      shows: false,
      says: expect.stringContaining("not public"),
    });
  }
  expect(asked).not.toHaveBeenCalled();
});
