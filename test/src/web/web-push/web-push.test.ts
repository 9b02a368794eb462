// The page of an app's Web Push: the guide, the checks of its site, its keys, and which pages may register.
import { expect, test } from "vitest";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newApp } from "../../../support/scenario.ts";
import { vapidPair } from "../../../support/keys.ts";
import { newAddress, ORIGIN, rows } from "../../../support/worker.ts";

const internet = useInternet();

interface World {
  owner: TestPerson;
  path: string;
  app: { id: number; uuid: string; public_key: string };
}

/** An owner with an app whose site is example.com, and Web Push turned on unless `isOff`. */
async function newWorld({ isOff = false } = {}): Promise<World> {
  const owner = await signedIn();
  const { id } = await newApp(owner.account.key, { url: "https://example.com/" });
  const [app] = await rows("SELECT id, uuid, public_key FROM apps WHERE id = ?", id);
  const path = `${owner.base}/apps/${id}/web-push`;
  if (!isOff) {
    expect((await owner.post(`${path}/keys`, { subject: "mailto:a@example.com" })).to).toBe(path);
  }
  return { owner, path, app };
}

const page = (text: string, headers: Record<string, string> = {}) =>
  new Response(text, { headers: { "content-type": "text/html", ...headers } });
const script = (text: string) =>
  new Response(text, { headers: { "content-type": "text/javascript" } });

/** A site as the guide has it. */
function rightSite({ app }: World) {
  return (path: string) =>
    path === "/slipway-sw.js"
      ? script(`importScripts("${ORIGIN}/sdk/sw.js");`)
      : page(`<script src="${ORIGIN}/sdk/slipway.js">${app.uuid} ${app.public_key}</script>`);
}

/** The lines of the checks: their tones by their titles. */
function checks(html: string): Record<string, string> {
  const list = /<ul class="checks">(.*?)<\/ul>/s.exec(html)?.[1] ?? "";
  return Object.fromEntries(
    [...list.matchAll(/<li(?: data-tone="(\w+)")?>.*?<span>([^<]*)/gs)].map(([, tone, title]) => [
      title,
      tone ?? "todo",
    ]),
  );
}

test("an app without keys is offered to make them, and then shows the guide with its own names", async () => {
  const { owner, path, app } = await newWorld({ isOff: true });
  const before = await owner.get(path);
  expect(before.html).toContain("Turn Web Push on");
  expect(before.html).toContain(`value="mailto:${owner.email}"`);
  expect((await owner.post(`${path}/keys`, { subject: "mailto:a@example.com" })).to).toBe(path);
  const { html } = await owner.get(path);
  expect(html).toContain(`importScripts(&quot;${ORIGIN}/sdk/sw.js&quot;)`);
  expect(html).toContain(app.uuid);
  expect(html).toContain(app.public_key);
  expect(html).toContain("mailto:a@example.com");
  // Only the composer's dialog has devices to pick.
  expect(html).toContain("None yet. Subscribe this browser.");
});

test("a site that has all of it passes, and its own origin can be named", async () => {
  const world = await newWorld();
  const site = rightSite(world);
  internet.answer = ({ url }) => site(new URL(url).pathname);
  const { owner, path } = world;
  const { html } = await owner.post(`${path}/check`);
  expect(checks(html)).toEqual({
    Secure: "ok",
    "Worker found": "ok",
    "SDK loaded": "ok",
    "Any page may register": "warn",
    "First browser": "todo",
  });
  await owner.post(`${path}/origins`, { origins: "https://example.com\nhttps://example.com" });
  expect(checks((await owner.post(`${path}/check`)).html)).toMatchObject({ "May register": "ok" });
  await owner.post(`${path}/origins`, { origins: "https://other.example" });
  expect(checks((await owner.post(`${path}/check`)).html)).toMatchObject({
    "May not register": "bad",
  });
});

const policy = (text: string) => ({ "content-security-policy": text });

/** What a site may do wrong, and what the check says of it. */
const FAULTS: [
  name: string,
  answer: (path: string, world: World) => Response,
  says: Record<string, string>,
][] = [
  ["a page without the SDK", () => page("<p>"), { "SDK not seen": "warn" }],
  [
    "another app's names",
    () => page(`${ORIGIN}/sdk/slipway.js pk_other`),
    { "SDK of another app": "bad" },
  ],
  ["no worker", () => new Response("", { status: 404 }), { "No worker": "bad", "No page": "bad" }],
  [
    "a worker by a redirect",
    () => new Response(null, { status: 302, headers: { location: "/elsewhere" } }),
    { "Worker is elsewhere": "bad" },
  ],
  ["a worker as a page", () => page("importScripts"), { "Worker is no script": "bad" }],
  ["another worker", () => script("self.x = 1"), { "Another worker": "bad" }],
  [
    "a policy for scripts",
    () => page("", policy("default-src *; script-src 'self' cdn.example")),
    { "Its policy keeps the SDK out": "bad" },
  ],
  [
    "a policy for requests",
    () => page("", policy("script-src *; connect-src 'self'")),
    { "Its policy keeps the SDK out": "bad" },
  ],
  ["endless redirects", ({ length }) => redirect(`/${"x".repeat(length)}`), { "No page": "bad" }],
  ["a page without end", () => page("x".repeat(2_000_000)), { "SDK not seen": "warn" }],
];
const redirect = (to: string) => new Response(null, { status: 301, headers: { location: to } });

test.each(FAULTS)("the check says what is wrong with %s", async (_, answer, says) => {
  const world = await newWorld();
  internet.answer = ({ url }) => answer(new URL(url).pathname, world);
  const { status, html } = await world.owner.post(`${world.path}/check`);
  expect(status).toBe(200);
  expect(checks(html)).toMatchObject(says);
});

test("policies that let the SDK in are no fault", async () => {
  const world = await newWorld();
  const site = rightSite(world);
  const { hostname } = new URL(ORIGIN);
  for (const text of [
    `script-src ${ORIGIN}; connect-src ${hostname}`,
    "script-src 'nonce-abc' 'strict-dynamic'; connect-src https: http:",
    "img-src 'none'",
  ]) {
    internet.answer = async ({ url }) => {
      const answer = site(new URL(url).pathname);
      answer.headers.set("content-security-policy", text);
      return answer;
    };
    const { html } = await world.owner.post(`${world.path}/check`);
    expect(html, text).not.toContain("keeps the SDK out");
  }
});

test("a redirect to a private address is not followed, and a private site not asked", async () => {
  const world = await newWorld();
  internet.answer = () => redirect("https://192.168.0.1/admin");
  const { html } = await world.owner.post(`${world.path}/check`);
  expect(html).toContain("The site is not public");
  expect(internet.received.map(({ url }) => new URL(url).hostname)).not.toContain("192.168.0.1");
  internet.received = [];
  for (const url of ["http://127.0.0.1:8080/", "https://printer.local/"]) {
    await rows("UPDATE apps SET url = ? WHERE id = ?", url, world.app.id);
    expect((await world.owner.post(`${world.path}/check`)).html).toContain("not public");
  }
  internet.names = { "*": ["10.0.0.7"] };
  await rows("UPDATE apps SET url = 'https://inside.example' WHERE id = ?", world.app.id);
  expect((await world.owner.post(`${world.path}/check`)).html).toContain("not public");
  expect(internet.received).toEqual([]);
});

test("settings are checked: the contact, a pair, origins, defaults", async () => {
  const { owner, path } = await newWorld();
  const other = await vapidPair();
  const [{ publicKey }, { privateKey }] = [await vapidPair(), other];
  const refused = [
    ["/keys", { subject: "nobody" }, "Must be a mailto: or https: address"],
    ["/keys", { subject: "mailto:a@example.com", public_key: publicKey }, "beside public_key"],
    [
      "/keys",
      { subject: "mailto:a@example.com", public_key: publicKey, private_key: privateKey },
      "must make a P-256 pair",
    ],
    ["/origins", { origins: "https://a.example\nb.example" }, "B.example must be an origin"],
    ["/defaults", { default_url: "x", default_icon: "" }, "This is no web address"],
  ] as const;
  for (const [form, fields, says] of refused) {
    const { status, html } = await owner.post(path + form, fields);
    expect([form, status]).toEqual([form, 422]);
    expect(html.toLowerCase()).toContain(says.toLowerCase());
    expect(html).not.toContain(privateKey);
  }
  const wanted = { subject: "mailto:b@example.com", public_key: other.publicKey };
  const set = await owner.post(`${path}/keys`, { ...wanted, private_key: other.privateKey });
  expect(set.to).toBe(path);
  expect((await owner.get(path)).html).toContain(other.publicKey);
  const defaults = { default_url: "https://example.com/news", default_icon: "" };
  await owner.post(`${path}/defaults`, defaults);
  expect((await owner.get(path)).html).toContain('value="https://example.com/news"');
});

test("a marketer checks and verifies, a viewer looks, and others' apps are not there", async () => {
  const { owner, path } = await newWorld();
  const from = { "cf-connecting-ip": newAddress() };
  const marketer = await signedIn("marketer", owner.account);
  const viewer = await signedIn("viewer", owner.account);
  internet.answer = () => page("");
  expect((await marketer.post(`${path}/check`, {}, from)).status).toBe(200);
  expect((await marketer.post(`${path}/verify`)).html).toContain("takes the key");
  const forms = ["/keys", "/origins", "/defaults"];
  for (const form of forms) expect((await marketer.post(path + form)).status).toBe(403);
  for (const form of [...forms, "/check", "/verify"]) {
    expect((await viewer.post(path + form, {}, from)).status).toBe(403);
  }
  const { html } = await viewer.get(path);
  expect(html).toContain("slipway-sw.js");
  expect(html).not.toContain(`action="${path}`);
  const stranger = await signedIn();
  const there = path.replace(owner.base, stranger.base);
  expect((await stranger.get(there)).status).toBe(404);
  for (const form of [...forms, "/check", "/verify"]) {
    expect((await stranger.post(there + form, {}, from)).status).toBe(404);
  }
});
