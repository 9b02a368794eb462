// An app's design: a control for each field, what a save changes and what it leaves, and what is wrong at its field.
import { expect, test } from "vitest";
import type { z } from "zod";
import { AppConfig } from "../../../../src/protocol/config.ts";
import { UpdateApp } from "../../../../src/domain/apps/app-input.ts";
import { CONTROLS, GROUPS } from "../../../../src/web/app-design/controls.ts";
import { errorAt, formIn, withApp, wordsOf } from "../../../support/app-page.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { signedIn } from "../../../support/person.ts";
import { newPushApp } from "../../../support/scenario.ts";
import { api } from "../../../support/worker.ts";

/** Every setting, each with a value that is not its default. */
const EVERYTHING = {
  short_name: "Marrowby",
  theme_color: "#1f7a5a",
  background_color: "#fbfaf6",
  icon_background: "#123456",
  splash_color: "#654321",
  theme: "dark",
  text_zoom: 120,
  orientation: "portrait",
  allowed_hosts: ["*.market.example.com", "pay.example.com"],
  custom_tab_hosts: ["accounts.google.com"],
  return_hosts: ["login.example.com"],
  custom_scheme: "marrowby",
  cleartext_hosts: ["till.example.com"],
  trust_user_cas: true,
  third_party_cookies: false,
  user_agent_suffix: "MarrowbyApp/1",
  permissions: ["camera", "notifications"],
  fullscreen: true,
  keep_awake: true,
  pull_to_refresh: true,
  protected_media: true,
  offline_page: '<h1>Closed</h1>\n<a href="slipway:retry">Again</a>',
  shortcuts: [
    { name: "Your orders", short_name: "Orders", url: "https://example.com/orders?a=b|c" },
    { name: "Stalls", url: "https://www.example.com/stalls" },
  ],
  push: { enabled: true, play_services: false, poll: true, prompt: "We tell you when it's ready." },
};

const shown = async (key: string, id: number) =>
  (await api("GET", `/api/v1/apps/${id}`, { token: key })).body.data;

/** The paths of a schema's fields, those of the objects in it included. */
function pathsOf(schema: z.ZodObject, before: string): string[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    let inner = field as z.ZodType & { unwrap?: () => z.ZodType };
    // A list has one control for all of it.
    while (typeof inner.unwrap === "function" && !("element" in inner)) inner = inner.unwrap();
    const path = `${before}${name}`;
    return "shape" in inner ? pathsOf(inner as z.ZodObject, `${path}.`) : [path];
  });
}

test("every setting of the config and every field of an app has a control with a label and a sentence", async () => {
  const controls = new Set(CONTROLS.map(({ path }) => path));
  for (const path of pathsOf(AppConfig, "config.")) expect([...controls]).toContain(path);
  // What kind of app is built has one value.
  const fields = Object.keys(UpdateApp.shape).filter(
    (each) => !["config", "platform"].includes(each),
  );
  for (const path of fields) expect([...controls]).toContain(path);
  expect(Object.keys(EVERYTHING)).toEqual(Object.keys(AppConfig.shape));
  const { person, path } = await withApp("owner", { config: EVERYTHING });
  const { html } = await person.get(`${path}/design`);
  const words = wordsOf(html);
  for (const { path: name, label, help } of CONTROLS) {
    expect(html, name).toContain(`name="${name}"`);
    expect(words, name).toContain(label);
    expect(help, name).toMatch(/[.]$/);
    expect(words, name).toContain(help);
  }
  for (const { title } of GROUPS) expect(words).toContain(title);
});

test("a design that is saved as it is shown changes nothing, whatever is set", async () => {
  const explicit = {
    orientation: "any",
    fullscreen: false,
    keep_awake: false,
    permissions: [],
    allowed_hosts: [],
    push: { enabled: false },
    theme: "system",
    third_party_cookies: true,
    protected_media: false,
    custom_tab_hosts: [],
  };
  // As programs write it: no browser posts such line ends, and HTML takes away one that begins a text.
  const fromPrograms = {
    offline_page: '\n\n<p title="it\'s &amp; \u{1f6d2}">\r\n\r<b>&lt;</b>  \r\n',
    push: { enabled: true, prompt: "One.\r\nTwo." },
    shortcuts: [{ name: "Sale | Now", url: "https://example.com/sale" }],
    user_agent_suffix: " MyApp/1 ",
  };
  for (const config of [{}, EVERYTHING, explicit, fromPrograms]) {
    const { person, path, app } = await withApp("developer", { config });
    const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
    const { updated_at: _then, ...before } = await shown(person.account.key, app.id);
    const saved = await person.post(`${path}/design`, form);
    expect([saved.status, saved.to]).toEqual([303, `${path}/design`]);
    const { updated_at: _now, ...after } = await shown(person.account.key, app.id);
    expect(after).toEqual(before);
  }
});

test("what is typed is what updateApp gets, field by field", async () => {
  const { person, path, app } = await withApp();
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  const saved = await person.post(`${path}/design`, {
    ...form,
    name: "Marrowby Market",
    url: "https://market.example.com",
    package_name: "com.example.market",
    version_name: "1.4.1",
    version_code: "15",
    play_signing_sha256: "AB".repeat(32),
    "config.theme_color": "#1F7A5A",
    "config.background_color": "#fbfaf6",
    "config.icon_background": "#123456",
    "config.splash_color": "#654321",
    "config.theme": "dark",
    "config.text_zoom": " 120 ",
    "config.custom_tab_hosts": "accounts.google.com",
    "config.return_hosts": "login.example.com",
    "config.custom_scheme": "Marrowby",
    "config.cleartext_hosts": "till.example.com",
    "config.trust_user_cas": "on",
    "config.third_party_cookies": [],
    "config.pull_to_refresh": "on",
    "config.protected_media": "on",
    "config.offline_page": '<h1>Closed</h1>\r\n<a href="slipway:retry">Again</a>',
    "config.orientation": "portrait",
    "config.fullscreen": "on",
    "config.keep_awake": "on",
    "config.permissions": ["camera", "notifications"],
    "config.push.enabled": "on",
    "config.push.poll": "on",
    "config.push.prompt": "We tell you when it's ready.",
    "config.allowed_hosts": " *.market.example.com \r\n\r\npay.example.com\r\n",
    "config.user_agent_suffix": "MarrowbyApp/1",
    "config.short_name": "Marrowby",
    "config.shortcuts":
      "https://market.example.com/orders  Your orders |Orders \r\n\r\nhttps://www.market.example.com/stalls Stalls\r\n",
  });
  expect([saved.status, saved.to]).toEqual([303, `${path}/design`]);
  const after = await shown(person.account.key, app.id);
  expect(after).toMatchObject({
    name: "Marrowby Market",
    url: "https://market.example.com",
    package_name: "com.example.market",
    version_name: "1.4.1",
    version_code: 15,
    play_signing_sha256: "ab".repeat(32),
  });
  const { push, ...rest } = EVERYTHING;
  expect(after.config).toEqual({
    ...rest,
    shortcuts: [
      { name: "Your orders", short_name: "Orders", url: "https://market.example.com/orders" },
      { name: "Stalls", url: "https://www.market.example.com/stalls" },
    ],
    // Play services stayed on, which is what holds where nothing is said.
    push: { enabled: true, poll: push.poll, prompt: push.prompt },
  });
});

test("what is emptied or switched off is removed, so that the default holds", async () => {
  const { person, path, app } = await withApp("owner", {
    config: EVERYTHING,
    play_signing_sha256: "ab".repeat(32),
  });
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  const kept = Object.entries(form).filter(([name]) => !name.startsWith("config."));
  await person.post(`${path}/design`, {
    ...Object.fromEntries(kept),
    play_signing_sha256: "",
    "config.theme_color": "",
    "config.background_color": "",
    "config.icon_background": "",
    "config.splash_color": "",
    "config.theme": "system",
    "config.text_zoom": "",
    "config.custom_tab_hosts": "",
    "config.return_hosts": "",
    "config.custom_scheme": "",
    "config.cleartext_hosts": "",
    "config.third_party_cookies": "on",
    "config.offline_page": "",
    "config.orientation": "any",
    "config.push.play_services": "on",
    "config.push.prompt": "",
    "config.allowed_hosts": " \n",
    "config.user_agent_suffix": "",
    "config.short_name": "",
    "config.shortcuts": "\n",
  });
  const after = await shown(person.account.key, app.id);
  expect(after.config).toEqual({});
  expect(after.play_signing_sha256).toBeNull();
  expect(after.name).toBe(app.name);
});

test("what is wrong stands at its field, all of it at once, and what was typed stays", async () => {
  const { person, path, app } = await withApp("owner", { version_code: 7, config: EVERYTHING });
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  const typed = {
    ...form,
    name: "",
    url: "javascript:alert(1)",
    package_name: "com.class",
    version_code: "1.5",
    play_signing_sha256: "12:34",
    "config.theme_color": "green<b>",
    "config.allowed_hosts": "fine.example.com\nnot a host\nalso.example.com",
    "config.user_agent_suffix": "ünicode",
    "config.permissions": ["camera", "microphone", "telepathy"],
    "config.orientation": "sideways",
    "config.theme": "blue",
    "config.text_zoom": "1.5",
    "config.custom_scheme": "https",
    "config.cleartext_hosts": "a/b",
    "config.push.prompt": "x".repeat(301),
  };
  const refused = await person.post(`${path}/design`, typed);
  expect(refused.status).toBe(422);
  const ids = Object.keys(typed)
    .filter((name) => typed[name as keyof typeof typed] !== form[name])
    .map((name) => `f-${name.replaceAll(/[^\w]+/g, "-")}`);
  for (const id of ids) expect(errorAt(refused.html, id), id).not.toBeNull();
  expect(errorAt(refused.html, "f-config-allowed_hosts")).toMatch(
    /^not a host: Must be a host name/,
  );
  expect(wordsOf(refused.html)).toContain(`Nothing was saved. ${ids.length} fields are wrong.`);
  expect(refused.html).toContain('href="#f-config-theme_color"');
  expect(refused.html).toContain('value="green&lt;b&gt;"');
  expect(refused.html).toContain("not a host\nalso.example.com</textarea>");
  // The box that was checked is checked still, and the switch that was not is not.
  expect(formIn(refused.html, `${path}/design`)["config.permissions"]).toEqual([
    "camera",
    "microphone",
  ]);
  expect((await shown(person.account.key, app.id)).config).toEqual(EVERYTHING);
  const lower = await person.post(`${path}/design`, { ...form, version_code: "6" });
  expect(errorAt(lower.html, "f-version_code")).toBe("Must be at least 7.");
});

test("what somebody else changed meanwhile stays, and is put back by nobody who did not see it", async () => {
  const { person, path, app } = await withApp("owner", { config: EVERYTHING });
  const colleague = await signedIn("developer", person.account);
  const mine = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  const theirs = formIn((await colleague.get(`${path}/design`)).html, `${path}/design`);
  const saved = await colleague.post(`${path}/design`, {
    ...theirs,
    "config.theme": "light",
    "config.text_zoom": "90",
    "config.allowed_hosts": "pay.example.com",
    "config.keep_awake": [],
    "config.push.prompt": "Another sentence.",
  });
  expect(saved.status).toBe(303);

  // Fields apart, of pushes too, whose settings are stored as one.
  const apart = { ...mine, name: "Mine", "config.orientation": "any", "config.push.poll": [] };
  expect((await person.post(`${path}/design`, apart)).status).toBe(303);
  const both = await shown(person.account.key, app.id);
  const { orientation: _, keep_awake: __, push: ___, ...rest } = EVERYTHING;
  expect(both.name).toBe("Mine");
  expect(both.config).toEqual({
    ...rest,
    theme: "light",
    text_zoom: 90,
    allowed_hosts: ["pay.example.com"],
    push: { enabled: true, play_services: false, prompt: "Another sentence." },
  });

  // The same fields: each says what it is now, once.
  const same = {
    ...mine,
    "config.theme": "system",
    "config.text_zoom": "80",
    "config.allowed_hosts": "",
    "config.push.prompt": "",
    "config.keep_awake": "on",
    "config.fullscreen": [],
  };
  const refused = await person.post(`${path}/design`, same);
  expect(refused.status).toBe(422);
  const now = (text: string) =>
    `This was changed since you opened the page, and is now ${text}. Save again to put yours in its place.`;
  expect(errorAt(refused.html, "f-config-theme")).toBe(now("\u201cLight\u201d"));
  expect(errorAt(refused.html, "f-config-text_zoom")).toBe(now("\u201c90\u201d"));
  expect(errorAt(refused.html, "f-config-allowed_hosts")).toBe(now("\u201cpay.example.com\u201d"));
  expect(errorAt(refused.html, "f-config-push-prompt")).toBe(now("\u201cAnother sentence.\u201d"));
  expect(errorAt(refused.html, "f-config-fullscreen")).toBeNull();
  expect(wordsOf(refused.html)).toContain("Nothing was saved. 4 fields are wrong.");
  expect(await shown(person.account.key, app.id)).toEqual(both);

  const again = formIn(refused.html, `${path}/design`);
  // The name is as it was on this page, and the colleague's by then.
  await colleague.post(`${path}/design`, {
    ...formIn((await colleague.get(`${path}/design`)).html, `${path}/design`),
    name: "Theirs",
  });
  expect((await person.post(`${path}/design`, again)).status).toBe(303);
  const last = await shown(person.account.key, app.id);
  expect(last.name).toBe("Theirs");
  const { theme: _1, allowed_hosts: _2, fullscreen: _3, ...others } = both.config;
  expect(last.config).toEqual({
    ...others,
    text_zoom: 80,
    push: { enabled: true, play_services: false },
  });
});

test("a version that a release raised meanwhile is not put back", async () => {
  const { person, path, app } = await withApp("owner", { version_code: 7 });
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  await api("PUT", `/api/v1/apps/${app.id}`, {
    token: person.account.key,
    json: { version_code: 8 },
  });
  expect((await person.post(`${path}/design`, { ...form, name: "Renamed" })).status).toBe(303);
  expect(await shown(person.account.key, app.id)).toMatchObject({
    name: "Renamed",
    version_code: 8,
  });
});

test("the names of shortcuts may have bars, also where another line is changed", async () => {
  const shortcuts = [
    { name: "Sale | Now", url: "https://example.com/sale" },
    { name: "New | Old", short_name: "New", url: "https://example.com/new" },
  ];
  const { person, path, app } = await withApp("owner", { config: { shortcuts } });
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  const more = `${form["config.shortcuts"]?.at(-1)}\nhttps://example.com/third Third`;
  expect((await person.post(`${path}/design`, { ...form, "config.shortcuts": more })).status).toBe(
    303,
  );
  expect((await shown(person.account.key, app.id)).config.shortcuts).toEqual([
    ...shortcuts,
    { name: "Third", url: "https://example.com/third" },
  ]);
});

test("all wrong lines of a list are named, and a page that is too long is refused as a whole", async () => {
  const { person, path } = await withApp();
  const { html } = await person.get(`${path}/design`);
  const form = formIn(html, `${path}/design`);
  const page = `<p>${"x".repeat(5_000)}</p>`;
  const refused = await person.post(`${path}/design`, {
    ...form,
    "config.return_hosts": "a b\nfine.example.com\nhttps://c",
    "config.offline_page": page,
    "config.custom_scheme": "https",
    "config.user_agent_suffix": "\u00fcnicode",
  });
  const says = "Must be a host name such as example.com.";
  expect(errorAt(refused.html, "f-config-return_hosts")).toBe(`a b, https://c: ${says}`);
  expect(errorAt(refused.html, "f-config-offline_page")).toBe("Must be at most 5000 characters.");
  expect(errorAt(refused.html, "f-config-custom_scheme")).toMatch(
    /^Phones, browsers .*Take another/,
  );
  expect(errorAt(refused.html, "f-config-user_agent_suffix")).toMatch(/^Must hold letters without/);
  expect(formIn(refused.html, `${path}/design`)["config.offline_page"]).toEqual([page]);
  // A browser would cut it without a word.
  expect(/<textarea[^>]*name="config.offline_page"[^>]*>/.exec(html)?.[0]).not.toContain(
    "maxlength",
  );
  // What the form itself holds by now is what was refused.
  expect(refused.html).not.toContain('type="reset"');
  expect(refused.html).toContain(`href="${path}/design">Discard</a>`);
});

test.each([
  ["allowed_hosts", `/${"p".repeat(99)}`],
  ["custom_tab_hosts", `/${"p".repeat(99)}`],
  ["cleartext_hosts", ""],
])(
  "a host of %s whose ASCII form is too long is refused, so that what is stored can be read",
  async (setting, rest) => {
    // Of fewer than 253 characters, and of 252 in ASCII.
    const host = `${"\u00fc".repeat(40)}.`.repeat(3) + `${"\u00fc".repeat(41)}.${"a".repeat(63)}`;
    const { person, path } = await withApp();
    const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
    const save = async (line: string) =>
      person.post(`${path}/design`, { ...form, [`config.${setting}`]: line });
    const refused = await save(`*.${host}${rest}`);
    expect(refused.status).toBe(422);
    expect(errorAt(refused.html, `f-config-${setting}`)).toContain("host name such as");
    expect((await person.get(`${path}/design`)).status).toBe(200);
    expect((await save(host + rest)).status).toBe(303);
    expect((await person.get(`${path}/design`)).status).toBe(200);
  },
);

test("a save can build at once, and says why it can't", async () => {
  const { person, path, app } = await withApp();
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  await FakeBuilder.start();
  const built = await person.post(`${path}/design`, { ...form, name: "Renamed", also: "build" });
  expect([built.status, built.to]).toEqual([303, expect.stringMatching(`^${path}/builds/\\d+$`)]);
  const renamed = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  const again = await person.post(`${path}/design`, { ...renamed, name: "Twice", also: "build" });
  expect(again.status).toBe(409);
  expect(again.html).toMatch(/class="notice" data-tone="bad"/);
  expect(wordsOf(again.html)).toContain("The design was saved, and no build begun.");
  expect((await shown(person.account.key, app.id)).name).toBe("Twice");
});

test("an app that the push API made gets its website here", async () => {
  const person = await signedIn();
  const app = await newPushApp(person.account.key);
  const path = `${person.base}/apps/${app.v1_id}`;
  const form = formIn((await person.get(`${path}/design`)).html, `${path}/design`);
  // What is not touched is not asked for.
  expect((await person.post(`${path}/design`, { ...form, name: "Named" })).status).toBe(303);
  const saved = await person.post(`${path}/design`, { ...form, url: "https://site.example.com" });
  expect(saved.status).toBe(303);
  expect((await shown(person.account.key, app.v1_id)).url).toBe("https://site.example.com");
});

test("a viewer and a marketer see every field, and change none", async () => {
  const { person, path, app } = await withApp("owner", { config: EVERYTHING });
  for (const role of ["viewer", "marketer"] as const) {
    const member = await signedIn(role, person.account);
    const { html } = await member.get(`${path}/design`);
    expect(html).toContain('value="MarrowbyApp/1"');
    expect(
      html.match(/<(input|textarea|fieldset)\b[^>]*\bname="(config\.[^"]*|name)"[^>]*>/g),
    ).toSatisfy((tags: string[]) => tags.every((tag) => /\bdisabled\b|type="radio"/.test(tag)));
    expect(wordsOf(html)).toContain("Owners and developers of this account change the design.");
    expect(html).not.toContain("savebar");
    expect((await member.post(`${path}/design`, { name: "Mine" })).status).toBe(403);
  }
  expect((await shown(person.account.key, app.id)).name).toBe("My App");
});
