// Apps that are made of a website's own manifest: what is taken, what is left, and which websites make none.
import { describe, expect, test, vi } from "vitest";
import { jpeg, png, svg } from "../../../support/images.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newKey } from "../../../support/scenario.ts";
import { api, beginMinute, bindings, rows } from "../../../support/worker.ts";

const internet = useInternet();

const PAGE = "https://shop.example.com/";
const MANIFEST = "https://shop.example.com/app/site.webmanifest";
const html = (head: string) =>
  new Response(`<!doctype html><title> The &amp; Shop\n</title>${head}<p>`, {
    headers: { "content-type": "text/html" },
  });
const LINK = '<link REL="x Manifest" href="/app/site.webmanifest?v=1&amp;b" crossorigin>';
const redirect = (location: string) => new Response(null, { status: 302, headers: { location } });

type Pages = Record<string, () => Response>;

/** A website with a manifest, and what else there is at which path. */
function site(manifest: unknown, pages: Pages = {}): void {
  const all: Pages = {
    "/": () => html(LINK),
    "/app/site.webmanifest": () =>
      new Response(typeof manifest === "string" ? manifest : JSON.stringify(manifest)),
    ...pages,
  };
  internet.answer = ({ url }) =>
    all[new URL(url).pathname]?.() ?? new Response("nothing here", { status: 404 });
}

const picture = (bytes: Uint8Array<ArrayBuffer>) => () => new Response(bytes);

async function make(json: Record<string, unknown> = {}, token?: string, headers = {}) {
  const key = token ?? (await newAccount()).key;
  const asked = { url: PAGE, import_manifest: true, ...json };
  return { key, ...(await api("POST", "/api/v1/apps", { token: key, json: asked, headers })) };
}

/** The fields of the manifest that were left. */
const left = ({ body }: { body: any }) => body.imported.left.map(({ field }: any) => field);

const FULL = {
  name: "The Example Shop of Everything",
  short_name: "Shop",
  theme_color: "rebeccapurple",
  background_color: "hsl(210 50% 40% / .5)",
  orientation: "portrait-primary",
  display: "fullscreen",
  start_url: "../start?from=pwa",
  scope: "/",
  icons: [
    { src: "any.png", sizes: "512x512", type: "image/png" },
    { src: "/mask.png", sizes: "192x192", purpose: "any maskable" },
    { src: "tiny.png", sizes: "16x16 32x32" },
    { src: "mono.svg", type: "image/svg+xml", purpose: "monochrome" },
    { src: "favicon.ico", sizes: "64x64", type: "image/x-icon" },
    { src: "data:image/png;base64,AAAA", sizes: "512x512" },
  ],
  shortcuts: [
    { name: "Your orders", short_name: "Orders", url: "/orders", icons: [{ src: "x.png" }] },
    { name: "Elsewhere", url: "https://evil.example/" },
    { name: "A name of many more letters than that", url: "stalls" },
    { short_name: "New", url: "https://www.shop.example.com/new#top" },
    { name: "Again", url: "/orders" },
    { url: "/nameless" },
    { name: "Four", url: "/4" },
    { name: "Five", url: "/5" },
  ],
};

test("an app takes name, colours, orientation, display, icon and shortcuts, and says so", async () => {
  const layer = picture(svg("", `<path d="M0 0h9v9z"/>`));
  site(FULL, { "/mask.png": picture(png(192, 192)), "/app/mono.svg": layer });
  const made = await make();
  expect(made.status).toBe(201);
  const config = {
    short_name: "Shop",
    theme_color: "#663399",
    background_color: "#336699",
    orientation: "portrait",
    fullscreen: true,
    shortcuts: [
      { name: "Your orders", short_name: "Orders", url: "https://shop.example.com/orders" },
      { name: "A name of many more lett…", url: "https://shop.example.com/app/stalls" },
      { name: "New", url: "https://www.shop.example.com/new#top" },
      { name: "Four", url: "https://shop.example.com/4" },
    ],
  };
  expect(made.body).toMatchObject({
    data: {
      name: FULL.name,
      url: PAGE,
      config,
      icon: { media_type: "image/png" },
      icon_monochrome: { media_type: "image/svg+xml" },
      package_name: expect.stringMatching(/\.theexampleshop/),
    },
    imported: {
      manifest_url: `${MANIFEST}?v=1&b`,
      took: {
        name: FULL.name,
        config,
        icon: { url: "https://shop.example.com/mask.png", purpose: "maskable" },
        icon_monochrome: { url: "https://shop.example.com/app/mono.svg" },
      },
    },
  });
  expect(left(made)).toEqual([
    "shortcuts.1.url",
    "shortcuts.2.name",
    "shortcuts.4",
    "shortcuts.5",
    "shortcuts.7",
    "shortcuts.icons",
    "start_url",
    "icons.2",
    "icons.4",
    "icons.5",
  ]);
  for (const { reason } of made.body.imported.left) expect(reason).toMatch(/^[A-Z].*\.$/);
  const shown = await api("GET", `/api/v1/apps/${made.body.data.id}`, { token: made.key });
  expect(shown.body.data).toMatchObject({ config, icon: made.body.data.icon });
  const [row] = await rows("SELECT icon_key FROM apps WHERE id = ?", made.body.data.id);
  const stored = await (bindings as any).FILES.get(row.icon_key);
  expect(new Uint8Array(await stored.arrayBuffer())).toEqual(png(192, 192));
});

test("what the request gives counts before what the manifest says", async () => {
  site(FULL);
  const config = { theme_color: "#010203", fullscreen: false, keep_awake: true };
  const made = await make({ name: "Mine", config, package_name: "com.example.mine" });
  expect(made.body.data).toMatchObject({
    name: "Mine",
    package_name: "com.example.mine",
    config: { ...config, orientation: "portrait" },
  });
  expect(Object.keys(made.body.imported.took)).toEqual(["config"]);
  expect(made.body.imported.took.config).not.toHaveProperty("theme_color");
  expect(left(made)).toEqual(expect.arrayContaining(["name", "theme_color", "display"]));
});

test("names fall back to the short one and to the page's title; without any there is no app", async () => {
  site({ short_name: "Shop", name: "x".repeat(101), orientation: "natural" });
  const short = await make();
  expect(short.body.data).toMatchObject({ name: "Shop", config: { orientation: "any" } });
  expect(left(short)).toEqual(["name"]);
  expect(left(await make({ name: "Mine" }))).toEqual(["name"]);
  // the title of a drawing is not the page's
  const page = () => html(`<svg><title>Logo</title></svg>${LINK}`);
  site({ name: 7, short_name: "\u0000" }, { "/": page });
  const titled = await make();
  expect(titled.body.data.name).toBe("The & Shop");
  expect(left(titled)).toEqual(["short_name"]);
  site({ name: "x".repeat(3000), short_name: "\ud800 " });
  const lone = await make();
  expect([lone.body.data.name, left(lone)]).toEqual(["\ufffd", ["name"]]);
  site({}, { "/": () => new Response(LINK) });
  const none = await make();
  expect([none.status, Object.keys(none.body.errors)]).toEqual([422, ["name"]]);
  expect((await make({ name: "Named" })).status).toBe(201);
});

test("a manifest that holds anything is read as far as it can be", async () => {
  site(
    `\ufeff${JSON.stringify({
      name: "Odd",
      theme_color: "transparent",
      background_color: ["#fff"],
      orientation: "upside-down",
      display: "standalone",
      icons: ["x", null, { src: 7 }, { src: "http://[" }],
      shortcuts: { name: "no list" },
      start_url: "https://elsewhere.example/",
      ["__proto__"]: { polluted: true },
    })}`,
  );
  const made = await make();
  expect(made.body.data).toMatchObject({ name: "Odd", config: { fullscreen: false }, icon: null });
  expect(left(made)).toEqual(["theme_color", "orientation", "start_url", "icons.2", "icons.3"]);
  expect(made.body.imported.left[0].reason).toBe(
    "It is no colour in hex, by name, as rgb() or as hsl().",
  );
});

test("what is left has the place that it has in the manifest, and only what was cut is said to be", async () => {
  const shortcuts = [
    null,
    { name: "More…", short_name: "Some more of it", url: "/more" },
    7,
    { name: "Elsewhere", url: "//b.c/" },
  ];
  site({ name: "Places", shortcuts });
  const made = await make();
  expect(made.body.data.config.shortcuts).toEqual([{ name: "More…", url: `${PAGE}more` }]);
  expect(left(made)).toEqual(["shortcuts.1.short_name", "shortcuts.3.url"]);
});

test("an icon that fails leads to the next one, three of them at most, and then there is none", async () => {
  const icons = ["svg.svg", "404.png", "small.png", "right.jpg"].map((src, at) => ({
    src,
    sizes: `${500 - at}x${500 - at}`,
  }));
  const pages: Pages = {
    "/app/svg.svg": () => new Response("<html>not a drawing"),
    "/app/small.png": picture(png(20, 20)),
    "/app/right.jpg": picture(jpeg(300, 300)),
  };
  site({ name: "Icons", icons: icons.slice(1) }, pages);
  const third = await make();
  expect(third.body.imported.took.icon.url).toContain("right.jpg");
  expect(third.body.data.icon.media_type).toBe("image/jpeg");
  expect(left(third)).toEqual(["icons.0", "icons.1"]);
  site({ name: "Icons", icons }, pages);
  const none = await make();
  expect(none.body.imported.took).not.toHaveProperty("icon");
  expect(left(none)).toEqual(["icons.0", "icons.1", "icons.2", "icons.3"]);
  expect(none.body.imported.left[3].reason).toBe("It was not tried: 3 before it failed.");
  site({ name: "Icons", icons: [{ src: "a.svg" }, ...icons] }, { "/app/a.svg": picture(svg()) });
  expect((await make()).body.data.icon.media_type).toBe("image/svg+xml");
  const huge = new Uint8Array(5 * 1024 * 1024 + 1);
  site({ name: "Icons", icons: [{ src: "h.png" }] }, { "/app/h.png": picture(huge) });
  expect((await make()).body.imported.left[0].reason).toContain("more than 5242880 bytes");
});

test("an icon that is too large, or for another purpose, is not asked for; the largest of its sizes counts", async () => {
  const icons = [
    { src: "vast.png", sizes: "4097x4097" },
    { src: "badge.png", purpose: "badge" },
    { src: "small.png", sizes: "47x47" },
    { src: "right.png", sizes: "16x16 64x64 32x32" },
  ];
  site({ name: "Icons", icons }, { "/app/right.png": picture(png(64, 64)) });
  const made = await make();
  expect(made.body.imported.took.icon.url).toContain("right.png");
  expect(made.body.imported.left).toEqual([
    { field: "icons.0", reason: "It has more than 16777216 pixels." },
    { field: "icons.1", reason: "It is for another purpose than to be the app's icon." },
    { field: "icons.2", reason: "It is smaller than 48 pixels." },
  ]);
  expect(internet.received).toHaveLength(3);
});

/** What a website may do wrong, and what is said of it. */
const FAULTS: [string, unknown, Pages, string][] = [
  ["no link", {}, { "/": () => html("") }, 'a page with a <link rel="manifest">'],
  ["a link to nothing", {}, { "/": () => html("<link rel=manifest href>") }, "whose manifest"],
  ["a page that is missing", {}, { "/": () => new Response("", { status: 404 }) }, "not 404"],
  [
    "a manifest that is missing",
    {},
    { "/app/site.webmanifest": () => new Response("", { status: 500 }) },
    "not 500",
  ],
  ["no JSON", "{'name': x}", {}, "is a JSON object"],
  ["JSON with comments", '{"name": "x"} // no', {}, "is a JSON object"],
  ["a list", [], {}, "is a JSON object"],
  [
    "bytes that are no UTF-8",
    {},
    { "/app/site.webmanifest": picture(Uint8Array.of(34, 0xff, 34)) },
    "is a JSON object",
  ],
  ["a manifest without end", `{"name":"${"x".repeat(300_000)}"}`, {}, "at most 262144 bytes"],
  ["endless redirects", {}, { "/": () => redirect("/") }, "within 3 redirects"],
  [
    "a redirect to a private address",
    {},
    { "/": () => redirect("http://192.168.0.1/") },
    "public host",
  ],
  [
    "a manifest on a private host",
    {},
    { "/": () => html('<link rel=manifest href="http://router.local/m">') },
    "public host",
  ],
  [
    "a manifest that leads to a private address",
    {},
    { "/app/site.webmanifest": () => redirect("https://[::1]/m") },
    "public host",
  ],
  [
    "a manifest in a page",
    {},
    { "/": () => html('<link rel=manifest href="data:application/json,{}">') },
    "public host",
  ],
  [
    "a connection that breaks",
    {},
    {
      "/": () => {
        throw new Error("reset");
      },
    },
    "within 10 s",
  ],
];

test.each(FAULTS)("a website with %s makes no app", async (_, manifest, pages, says) => {
  site(manifest, pages);
  const refused = await make({ name: "Named" });
  expect(refused.status).toBe(422);
  expect(refused.body.errors.url[0]).toMatch(
    /^The url field must lead to a page .*for import_manifest\.$/,
  );
  expect(refused.body.message).toContain(says);
  const listed = await api("GET", "/api/v1/apps", { token: refused.key });
  expect(listed.body.meta.total).toBe(0);
  const asked = internet.received.map(({ url }) => new URL(url).hostname);
  expect(asked.filter((host) => host !== "shop.example.com")).toEqual([]);
  // the page and the manifest, or one of them and three redirects
  expect(asked.length).toBeLessThanOrEqual(4);
});

test("a private website is not even asked, by whatever name", async () => {
  for (const url of ["http://127.0.0.1:8787/", "https://printer.local/", "http://[fd00::1]/"]) {
    const refused = await make({ url });
    expect([url, refused.status]).toEqual([url, 422]);
    expect(refused.body.message).toContain("on a public host");
  }
  internet.names = { "*": ["10.0.0.7"] };
  expect((await make()).body.message).toContain("on a public host");
  expect(internet.received).toEqual([]);
});

describe("within ten seconds", () => {
  /** The clock of the visit: what it was set to, ms, and a way to let it end. */
  function clock() {
    const ended = new AbortController();
    const real = AbortSignal.timeout.bind(AbortSignal);
    const set: number[] = [];
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      if (ms < 5000) return real(ms);
      set.push(ms);
      return ended.signal;
    });
    return { set, end: () => ended.abort(new DOMException("over", "TimeoutError")) };
  }

  test("a page that does not answer makes no app", async () => {
    const { set, end } = clock();
    internet.answer = async (_, signal) => {
      queueMicrotask(end);
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
      return new Response("");
    };
    const refused = await make();
    expect([refused.status, set]).toEqual([422, [10_000]]);
    expect(refused.body.message).toContain("answers within 10 s");
  });

  test("a name that is not resolved makes no app", async () => {
    const { end } = clock();
    const fetched = vi.mocked(globalThis.fetch);
    fetched.mockImplementation(async (_, init) => {
      queueMicrotask(end);
      await new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
      return new Response("");
    });
    const refused = await make();
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain("answers within 10 s");
    // For each family of addresses.
    expect(fetched.mock.calls.length).toBe(2);
  });

  test("an icon that trickles is left, and the app is there", async () => {
    const { end } = clock();
    const trickle = () =>
      new Response(
        new ReadableStream({
          pull: async (controller) => {
            controller.enqueue(new Uint8Array(1));
            end();
          },
        }),
      );
    const icons = [{ src: "a.png" }, { src: "https://b.example.com/b.png" }];
    site({ name: "Slow", icons }, { "/app/a.png": trickle });
    const made = await make();
    expect(made.status).toBe(201);
    const asked = vi.mocked(globalThis.fetch).mock.calls.map(([input]) => new Request(input).url);
    expect(asked.filter((url) => url.includes("b.example.com"))).toEqual([]);
    expect(made.body.imported.left[0]).toEqual({
      field: "icons.0",
      reason: "It did not come in time.",
    });
  });
});

test("redirects are followed, and a manifest may be on another public host", async () => {
  internet.answer = ({ url }) => {
    if (url === PAGE) return redirect("https://www.shop.example.com/de/");
    if (url === "https://www.shop.example.com/de/") {
      return html('<base href="https://cdn.example.org/x/"><link rel=manifest href=m.json>');
    }
    if (url === "https://cdn.example.org/x/m.json") return redirect("../m.json");
    return new Response(
      '{"name":"Far","shortcuts":[{"name":"A","url":"https://www.shop.example.com/a"}]}',
    );
  };
  const made = await make();
  expect(made.body.imported.manifest_url).toBe("https://cdn.example.org/m.json");
  expect(made.body.data.config.shortcuts[0].url).toBe("https://www.shop.example.com/a");
});

test("hostile pages and manifests end in a refusal or an app, and ask for little", async () => {
  const many = Array.from({ length: 5000 }, (_, at) => ({ src: `${at}.png`, sizes: "512x512" }));
  const onwards: Pages = {
    "/": () => redirect("/1"),
    "/1": () => redirect("/2"),
    "/2": () => redirect("/3"),
    "/3": () => html(LINK),
    "/app/site.webmanifest": () => redirect("/m1"),
    "/m1": () => redirect("/m2"),
    "/m2": () => redirect("/m3"),
    "/m3": () => Response.json({ name: "A", icons: many }),
    ...Object.fromEntries([0, 1, 2].map((at) => [`/${at}.png`, () => redirect(`/${at}.png`)])),
  };
  const pages: [unknown, Pages][] = [
    [{}, onwards],
    [{ name: "A", icons: many, shortcuts: many }, {}],
    ["[".repeat(200_000), {}],
    [{}, { "/": () => new Response(`<title>${"<".repeat(900_000)}`) }],
    [{}, { "/": () => new Response("<base href=/>".repeat(90_000)) }],
    [{}, { "/": () => new Response(`<link rel=manifest href="${"/x".repeat(400_000)}">`) }],
    [{}, { "/": () => new Response(`${LINK}${"<p>".repeat(500_000)}`) }],
  ];
  // a thousand pieces of a page are looked at
  site({ name: "A" }, { "/": () => new Response(`${"<base href=/>".repeat(1000)}${LINK}`) });
  expect((await make()).status).toBe(422);
  for (const [manifest, more] of pages) {
    internet.received = [];
    site(manifest, more);
    expect([201, 422]).toContain((await make()).status);
    expect(internet.received.length).toBeLessThanOrEqual(12);
  }
});

test("a key that may not make apps, or a repeated request, asks no website again", async () => {
  site({ name: "Once" });
  const { id, key } = await newAccount();
  const headers = { "idempotency-key": "import-1" };
  const first = await make({}, key, headers);
  expect(first.status).toBe(201);
  const count = internet.received.length;
  const again = await make({}, key, headers);
  expect([again.status, again.body]).toEqual([201, first.body]);
  const reader = await newKey(id, { scopes: ["apps:read"] });
  expect((await make({}, reader)).status).toBe(403);
  const limited = await newKey(id, { scopes: ["apps:write"], app_ids: [first.body.data.id] });
  expect((await make({}, limited)).status).toBe(403);
  expect((await make({ import_manifest: "yes" }, key)).status).toBe(422);
  expect((await make({ url: "nonsense" }, key)).status).toBe(422);
  expect(internet.received).toHaveLength(count);
});

test("an account has ten manifests read in a minute, and another its own ten", async () => {
  site({ name: "Many" });
  const pass = beginMinute();
  const { key } = await newAccount();
  for (let at = 0; at < 10; at++) expect((await make({}, key)).status).toBe(201);
  const refused = await make({}, key);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await make()).status).toBe(201);
  pass();
  expect((await make({}, key)).status).toBe(201);
});

test("without import_manifest nothing is asked for, and the name is required as ever", async () => {
  const plain = await make({ import_manifest: false, name: "Plain" });
  expect([plain.status, Object.keys(plain.body)]).toEqual([201, ["data"]]);
  const refused = await make({ import_manifest: false, version_code: 0 });
  expect(refused.body.message).toBe("The name field is required. (and 1 more error)");
  expect(internet.received).toEqual([]);
});

describe("shortcuts and the short name", () => {
  const shortcut = { name: "Orders", url: "https://shop.example.com/orders" };
  const put = (key: string, id: number, json: object) =>
    api("PUT", `/api/v1/apps/${id}`, { token: key, json });

  test("are set, replaced and removed by PUT", async () => {
    const { key, body } = await make({ import_manifest: false, name: "Plain" });
    const { id } = body.data;
    const config = { short_name: "P", shortcuts: [shortcut] };
    expect((await put(key, id, { config })).body.data.config).toEqual(config);
    const other = { name: "Other", url: "https://shop.example.com/other" };
    const replaced = await put(key, id, { config: { shortcuts: [other] } });
    expect(replaced.body.data.config).toEqual({ short_name: "P", shortcuts: [other] });
    const removed = await put(key, id, { config: { short_name: null, shortcuts: null } });
    expect(removed.body.data.config).toEqual({});
  });

  test("lead to pages of the app's own website, each to another, also after its address changes", async () => {
    const { key, body } = await make({ import_manifest: false, name: "Plain" });
    const { id } = body.data;
    for (const url of [
      "https://evil.example/",
      "https://a@shop.example.com/",
      "https://a.shop.example.com/",
    ]) {
      const refused = await put(key, id, { config: { shortcuts: [{ name: "A", url }] } });
      expect(refused.body.errors).toEqual({
        "config.shortcuts.0.url": [
          "The config.shortcuts.0.url field must be on the host of the app's url, shop.example.com.",
        ],
      });
    }
    const twice = await put(key, id, {
      config: { shortcuts: [shortcut, { ...shortcut, name: "B" }] },
    });
    expect(Object.keys(twice.body.errors)).toEqual(["config.shortcuts.1.url"]);
    for (const wrong of [
      { ...shortcut, url: "javascript:1" },
      { ...shortcut, name: "x".repeat(26) },
      { ...shortcut, name: " " },
      { ...shortcut, icon: "x" },
    ]) {
      expect((await put(key, id, { config: { shortcuts: [wrong] } })).status).toBe(422);
    }
    const five = Array.from({ length: 5 }, (_, at) => ({ name: "A", url: `${PAGE}${at}` }));
    expect((await put(key, id, { config: { shortcuts: five } })).status).toBe(422);
    expect((await put(key, id, { config: { shortcuts: [shortcut] } })).status).toBe(200);
    expect((await put(key, id, { url: "https://other.example/" })).status).toBe(422);
    expect(
      (await put(key, id, { url: "https://other.example/", config: { shortcuts: null } })).status,
    ).toBe(200);
  });
});
