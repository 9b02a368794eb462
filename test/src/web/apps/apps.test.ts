// The list of an account's apps, and making one.
import { expect, test } from "vitest";
import { errorAt, withApp, wordsOf } from "../../../support/app-page.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { importAll } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newApp, newOneOfEach } from "../../../support/scenario.ts";
import { androidSubscriber } from "../../../support/push.ts";
import { api, rows } from "../../../support/worker.ts";

const internet = useInternet();

test("an account without apps is told what to do next, and a viewer who can do it", async () => {
  const owner = await signedIn();
  const empty = await owner.get(owner.base);
  expect(wordsOf(empty.html)).toContain("Nothing on the ways yet");
  expect(empty.html).toContain(`action="${owner.base}/apps/new"`);
  const viewer = await signedIn("viewer", owner.account);
  const seen = await viewer.get(owner.base);
  expect(wordsOf(seen.html)).toContain("Owners and developers of this account can.");
  expect(seen.html).not.toContain("/apps/new");
});

test("each app stands with its host, its subscribers, its last send and its newest build", async () => {
  const account = await newOneOfEach();
  const person = await signedIn("developer", account);
  const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", account.ids.app);
  await importAll(account, uuid, [androidSubscriber(), androidSubscriber()]);
  await rows(
    "UPDATE notifications SET started_at = ? WHERE id = ?",
    Date.UTC(2026, 10, 24, 14, 5),
    account.ids.notification,
  );
  await newApp(account.key, { name: "Rainmoor", url: "https://weather.example.com:8443/a?b" });
  const { html } = await person.get(person.base);
  const words = wordsOf(html);
  expect(words).toContain("2 apps, 2 people reachable.");
  expect(words).toContain(
    "Rainmoor weather.example.com:8443 Subscribers 0 Last send Never Not built yet No build",
  );
  expect(words).toMatch(
    /My App example\.com Subscribers 2 Last send 24 Nov(, | 2026, )14:05 UTC Build 1\.0\.0 Completed/,
  );
  expect(html).toContain(`href="${person.base}/apps/${account.ids.app}"`);
});

test("the build that stands there is the newest, and of the app itself", async () => {
  const account = await newOneOfEach();
  const person = await signedIn("viewer", account);
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format,
       version_name, version_code, snapshot, certificate_sha256, certificate_sha1, cost, created_at)
     SELECT 'second-' || reference, account_id, app_id, 'failed', platform, build_type, build_format, '2.0.0', 2, snapshot,
       certificate_sha256, certificate_sha1, cost, created_at FROM builds WHERE id = ?`,
    account.ids.build,
  );
  await newOneOfEach();
  expect(wordsOf((await person.get(person.base)).html)).toContain("Build 2.0.0 Failed");
});

test("more apps than fit are on further pages, and what is no page number is the first", async () => {
  const person = await signedIn();
  for (let at = 0; at < 25; at++) await newApp(person.account.key, { name: `App ${at}` });
  const first = await person.get(`${person.base}?page=none`);
  expect(wordsOf(first.html)).toContain("1 to 24 of 25");
  expect(wordsOf(first.html)).not.toContain("App 0 ");
  const second = await person.get(`${person.base}?page=2`);
  expect(wordsOf(second.html)).toMatch(/App 0 .*25 to 25 of 25/);
  expect(wordsOf((await person.get(`${person.base}?page=9`)).html)).toContain("None here, of 25");
});

test("an app that is made leads to its checklist, and the verb's default version and package hold", async () => {
  const person = await signedIn("developer");
  expect((await person.get(`${person.base}/apps/new`)).status).toBe(200);
  const made = await person.post(`${person.base}/apps/new`, {
    name: "Marrowby Market",
    url: "https://market.example.com",
    package_name: "",
    version_name: "",
  });
  expect([made.status, made.to]).toEqual([
    303,
    expect.stringMatching(new RegExp(`^${person.base}/apps/\\d+/start$`)),
  ]);
  const list = await api("GET", "/api/v1/apps", { token: person.account.key });
  expect(list.body.data[0]).toMatchObject({
    name: "Marrowby Market",
    url: "https://market.example.com",
    version_name: "1.0.0",
    package_name: expect.stringMatching(/^app\.slipway\..+\.marrowbymarket$/),
  });
});

test("an app can take its name and looks from the website, and the next page says what", async () => {
  const manifest = {
    name: "Marrowby",
    theme_color: "teal",
    display: "standalone",
    start_url: "/x",
    shortcuts: [{ name: "A", url: "https://other.example" }, { url: "/b" }, { url: "/c" }],
  };
  internet.answer = ({ url }) =>
    new Response(
      url.endsWith(".json") ? JSON.stringify(manifest) : '<link rel="manifest" href="/m.json">',
    );
  const person = await signedIn("developer");
  const fields = { url: "https://market.example.com", name: "", import_manifest: "on" };
  const made = await person.post(`${person.base}/apps/new`, fields);
  expect(made.status).toBe(303);
  const flash = decodeURIComponent(made.headers.get("set-cookie") ?? "");
  expect(flash).toContain(
    "Marrowby is made. Taken: name, theme colour, display. Not taken, or not whole: shortcuts, start page.",
  );
  const list = await api("GET", "/api/v1/apps", { token: person.account.key });
  expect(list.body.data[0]).toMatchObject({ name: "Marrowby", config: { theme_color: "#008080" } });
  internet.answer = () => new Response("<p>no manifest");
  const refused = await person.post(`${person.base}/apps/new`, fields);
  expect(refused.status).toBe(422);
  expect(errorAt(refused.html, "f-url")).toContain("ust lead to a page with a <link");
  expect(refused.html).toMatch(/name="import_manifest"[^>]*checked/);
});

test("what is wrong with a new app stands at its fields, and what was typed stays", async () => {
  const person = await signedIn();
  const typed = {
    name: "",
    url: "ftp://x.example",
    package_name: "one",
    version_name: "\u0007<v>",
  };
  const refused = await person.post(`${person.base}/apps/new`, typed);
  expect(refused.status).toBe(422);
  for (const field of ["name", "url", "package_name", "version_name"]) {
    expect(errorAt(refused.html, `f-${field}`), field).not.toBeNull();
  }
  expect(errorAt(refused.html, "f-name")).toBe("Fill this in: nothing is there yet.");
  expect(errorAt(refused.html, "f-url")).toBe(
    "This is no web address. Type one such as https://example.com.",
  );
  expect(refused.html).toContain('value="ftp://x.example"');
  expect(refused.html).toContain('value="one"');
  expect(refused.html).not.toContain("<v>");
});

test("who may not make apps is refused, and who is not signed in or no member finds nothing", async () => {
  for (const role of ["marketer", "viewer"] as const) {
    const person = await signedIn(role);
    expect((await person.get(`${person.base}/apps/new`)).status).toBe(403);
    const posted = await person.post(`${person.base}/apps/new`, {
      name: "A",
      url: "https://a.example",
    });
    expect(posted.status).toBe(403);
    expect((await api("GET", "/api/v1/apps", { token: person.account.key })).body.data).toEqual([]);
  }
  const { person } = await withApp();
  const other = await signedIn();
  for (const path of [person.base, `${person.base}/apps/new`]) {
    expect((await other.get(path)).status).toBe(404);
    expect((await browser().get(path)).status).toBe(303);
  }
});
