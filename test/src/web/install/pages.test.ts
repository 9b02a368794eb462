// The page of an install link: what it shows and where it leads, that it runs and loads nothing foreign, and that the file
// is the artifact for as long as the link works.
import { expect, test, vi } from "vitest";
import { DAY_MS } from "../../../../src/kit/time.ts";
import { filesOf, useTestClock } from "../../../support/builds.ts";
import { installable, type Installed } from "../../../support/install.ts";
import { readQrSvg } from "../../../support/qr-svg.ts";
import { api, bindings, newAddress, ORIGIN, rows, send } from "../../../support/worker.ts";
import { counted, guessALot } from "../../../support/wrong-credentials.ts";

const clock = useTestClock();

/** Moves the clock to the beginning of the next minute, so that the window of a limit does not turn within the test. */
const beginMinute = () => clock.pass(60_000 - (Date.now() % 60_000));

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9"/></svg>`;
const RUNS = SVG.replace("<path", "<script>alert(1)</script><path");

/** The page of a new link of the build, and its address. */
async function opened({ link }: Installed): Promise<{ url: string; page: Response; html: string }> {
  const { url } = (await link()).body.data;
  const page = await send("GET", url);
  return { url, page, html: await page.text() };
}

const unescaped = (text: string) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** The address that the page's button leads to. */
function buttonOf(html: string): string {
  const [, href = ""] = /<a class="btn btn--primary" href="([^"]+)"/.exec(html) ?? [];
  return ORIGIN + unescaped(href);
}

/** What people read of a page. */
const textOf = (html: string) =>
  unescaped(
    html
      .replace(/<style>.*?<\/style>/s, "")
      .replaceAll(/<wbr\s*\/?>/g, "")
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " "),
  );

test("the page that the QR code leads to has a button whose bytes are the artifact's", async () => {
  const build = await installable();
  const { qr } = (await build.link()).body.data;
  const page = await send("GET", readQrSvg(qr) ?? "");
  expect(page.status).toBe(200);
  const file = await send("GET", buttonOf(await page.text()));
  expect(file.status).toBe(200);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    "content-type": "application/vnd.android.package-archive",
    "content-length": String(build.bytes.length),
    "content-disposition": `attachment; filename="My App.apk"; filename*=UTF-8''My%20App.apk`,
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
    "x-robots-tag": "noindex",
    "referrer-policy": "no-referrer",
  });
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(build.bytes);
});

test("the page shows its own QR code, for who opened it on a desk", async () => {
  const { url, html } = await opened(await installable());
  const [shown = ""] = /<div class="qr">.*?<\/div>/s.exec(html) ?? [];
  expect(readQrSvg(shown)).toBe(url);
});

test("the file comes whole, in ranges and as a head, and stays known by its ETag", async () => {
  const build = await installable();
  const url = buttonOf((await opened(build)).html);
  const part = await send("GET", url, { headers: { range: "bytes=100-199" } });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 100-199/1000"]);
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(build.bytes.slice(100, 200));
  const head = await send("HEAD", url);
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
    200,
    "1000",
    "",
  ]);
  const known = { "if-none-match": head.headers.get("etag") ?? "" };
  for (const method of ["GET", "HEAD"]) {
    expect((await send(method, url, { headers: known })).status, method).toBe(304);
  }
  // What a browser kept is not confirmed any more once the link is revoked.
  await api("DELETE", `/api/v1/builds/${build.id}/install`, { token: build.owner.account.key });
  for (const headers of [known, { range: "bytes=0-9" }, { range: "bytes=5000-" }]) {
    expect((await send("GET", url, { headers })).status).toBe(410);
  }
});

test("the page is a page: no script, nothing foreign, in no cache, list, frame or referrer", async () => {
  const { page, html } = await opened(await installable());
  expect(Object.fromEntries(page.headers)).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-content-type-options": "nosniff",
  });
  const [style = ""] = /(?<=<style>).*?(?=<\/style>)/s.exec(html) ?? [];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = Buffer.from(digest).toString("base64");
  expect(page.headers.get("content-security-policy")?.split("; ").toSorted()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    `style-src 'sha256-${hash}'`,
  ]);
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|<form|javascript:/i);
  expect(style.length).toBeGreaterThan(1000);
  expect(style).not.toMatch(/url\(|@import/);
  // What the last browsers for Android 7 do not know; of a colour that is not known, nothing is left.
  expect(style).not.toMatch(
    /light-dark\(|oklch\(|color-mix\(|@layer|@container|:has\(|gap:|&|\d\s*<=?\s*\d/,
  );
  const loaded = [...html.matchAll(/(?:src|<link[^>]*href)="([^"]+)"/g)].map(([, path]) => path);
  expect(loaded.every((path) => path?.startsWith("/install/"))).toBe(true);
  expect(page.headers.get("access-control-allow-origin")).toBeNull();
  expect(page.headers.get("set-cookie")).toBeNull();
});

test("HEAD answers as GET does, without the page", async () => {
  const { link } = await installable();
  const { url } = (await link()).body.data;
  const head = await send("HEAD", url);
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(head.headers.get("content-type")).toBe("text/html; charset=utf-8");
});

test("a debug build is shown as a test build, with its version, size, package and permissions", async () => {
  const build = await installable({
    name: "Marrowby Market",
    url: "https://market.example.com/shop?a=1&b=2",
    version_name: "1.4.0",
    version_code: 14,
    package_name: "com.example.market",
    config: { permissions: ["notifications", "location", "camera"] },
  });
  const { html } = await opened(build);
  const text = textOf(html);
  for (const shown of [
    "Install \u2068Marrowby Market\u2069 · Slipway",
    "Test build",
    "Version 1.4.0 of Tester ",
    "Install, 1.0 kB",
    "1.4.0 (14)",
    "com.example.market",
    "Internet, camera, location (asks first) , notifications (asks first, from Android 13 on)",
    "market.example.com",
    "7.0 and newer",
  ]) {
    expect(text).toContain(shown);
  }
  expect(html).toContain('href="https://market.example.com/shop?a=1&amp;b=2" rel="noreferrer"');
  expect(text).not.toContain("microphone");
  expect(text).not.toContain("Release");
});

test("the page names the certificate of the account's debug key, or of the keystore that the build named", async () => {
  const shown = async (build: Installed) =>
    /Signed by ([0-9A-F:]{95}) SHA-256 of the certificate/.exec(
      textOf((await opened(build)).html),
    )?.[1];
  const withColons = (hex: string) => hex.toUpperCase().match(/../g)?.join(":");
  const debug = await installable();
  const [key] = await rows(
    "SELECT certificate_sha256 FROM keystores WHERE account_id = ? AND kind = 'debug'",
    debug.owner.account.id,
  );
  expect(await shown(debug)).toBe(withColons(key.certificate_sha256));

  let certificate = "";
  for (const build_type of ["release", "debug"]) {
    const build = await installable(
      {},
      {
        prepare: async ({ account }) => {
          const json = { name: "k", algorithm: "ec" };
          const made = await api("POST", "/api/v1/keystores", { token: account.key, json });
          certificate = made.body.data.certificate_sha256;
          return { build_type, keystore_id: made.body.data.id };
        },
      },
    );
    expect(await shown(build)).toBe(withColons(certificate));
    const text = textOf((await opened(build)).html);
    const [chip, other] =
      build_type === "release" ? ["Release", "Test build"] : ["Test build", "Release"];
    expect(text).toContain(chip);
    expect(text).not.toContain(other);
  }
});

test("a proof of who owns a package name is not said to be a release", async () => {
  const build = await installable(
    {},
    {
      prepare: async ({ account }) => {
        const json = { name: "k", algorithm: "ec" };
        const made = await api("POST", "/api/v1/keystores", { token: account.key, json });
        return { build_type: "release", keystore_id: made.body.data.id, adi_token: "CQE4AA" };
      },
    },
  );
  const text = textOf((await opened(build)).html);
  expect(text).toContain("Proof build");
  expect(text).not.toContain("Release");
});

test("a build whose keystore was deleted names its certificate still, and is never said to be signed by the account's debug key", async () => {
  const build = await installable(
    {},
    {
      prepare: async ({ account, app }) => {
        const json = { name: "k", algorithm: "ec" };
        const made = await api("POST", "/api/v1/keystores", { token: account.key, json });
        // The account has a debug key too.
        const first = await api("POST", `/api/v1/apps/${app.id}/builds`, { token: account.key });
        await api("POST", `/api/v1/builds/${first.body.data.id}/cancel`, { token: account.key });
        return { build_type: "debug", keystore_id: made.body.data.id };
      },
    },
  );
  const { id } = build.owner.account;
  const [own] = await rows(
    "DELETE FROM keystores WHERE account_id = ? AND kind = 'own' RETURNING certificate_sha256",
    id,
  );
  const [debug] = await rows("SELECT certificate_sha256 FROM keystores WHERE account_id = ?", id);
  const text = textOf((await opened(build)).html);
  expect(text).toContain("Test build");
  const digits = text.replaceAll(":", "").toLowerCase();
  expect(digits).toContain(own.certificate_sha256);
  expect(digits).not.toContain(debug.certificate_sha256);
});

test.each([
  `"><script>alert(1)</script>`,
  "</title><b>'&amp;",
  "\u202eevil\u2066 שלום",
  "日本語 🚀",
  "W".repeat(100),
])("the name %j is shown as text, isolated from what is around it", async (name) => {
  const build = await installable({ name });
  const { html } = await opened(build);
  const names = [...html.matchAll(/<bdi>(.*?)<\/bdi>/gs)].map(([, inner = ""]) => unescaped(inner));
  expect(names.filter((shown) => shown === name).length).toBeGreaterThanOrEqual(3);
  expect(html.match(/<script/g)).toBeNull();
  const title = /<title>(.*?)<\/title>/s.exec(html)?.[1] ?? "";
  expect(unescaped(title)).toBe(`Install \u2068${name}\u2069 · Slipway`);
  // Nowhere else does it stand bare.
  const rest = html.replaceAll(/<bdi>.*?<\/bdi>|<title>.*?<\/title>/gs, "");
  expect(unescaped(rest.replaceAll(/href="[^"]*"/g, ""))).not.toContain(name);
  const file = await send("GET", buttonOf(html));
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(build.bytes);
});

test("an app's own icon is shown, and can do nothing when it is opened by itself", async () => {
  const build = await installable(
    {},
    {
      prepare: async ({ account, app }) => {
        await api("PUT", `/api/v1/apps/${app.id}/icon`, {
          token: account.key,
          body: SVG,
          headers: { "content-type": "image/svg+xml" },
        });
        // Uploads with scripts are refused; this one is as old as icons that were not looked into.
        const [{ icon_key: key }] = await rows("SELECT icon_key FROM apps WHERE id = ?", app.id);
        await bindings.FILES.put(key, RUNS, { httpMetadata: { contentType: "image/svg+xml" } });
      },
    },
  );
  const { url, html } = await opened(build);
  const [, src = ""] = /<image href="([^"]+)"/.exec(html) ?? [];
  expect(ORIGIN + src).toBe(`${url}/icon`);
  const icon = await send("GET", ORIGIN + src);
  expect(await icon.text()).toBe(RUNS);
  expect(Object.fromEntries(icon.headers)).toMatchObject({
    "content-type": "image/svg+xml",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "referrer-policy": "no-referrer",
  });
  await api("DELETE", `/api/v1/builds/${build.id}/install`, { token: build.owner.account.key });
  expect((await send("GET", ORIGIN + src)).status).toBe(410);
});

test("behind an icon is the app's background, which shows where the icon is transparent", async () => {
  const withIcon = async (config: object) => {
    const build = await installable(
      { config },
      {
        prepare: async ({ account, app }) => {
          await api("PUT", `/api/v1/apps/${app.id}/icon`, {
            token: account.key,
            body: SVG,
            headers: { "content-type": "image/svg+xml" },
          });
        },
      },
    );
    return (await opened(build)).html;
  };
  const behind = /<rect width="64" height="64" fill="(#\w+)"><\/rect>\s*<image /;
  expect(behind.exec(await withIcon({ theme_color: "#ffee00" }))?.[1]).toBe("#ffffff");
  expect(behind.exec(await withIcon({ background_color: "#0b3d49" }))?.[1]).toBe("#0b3d49");
});

test("an app without an icon has its letter on its colour, as the builder draws it", async () => {
  const own = await opened(
    await installable({ name: "örnek", config: { theme_color: "#ffee00" } }),
  );
  expect(own.html).toMatch(/<rect width="64" height="64" fill="#ffee00"\s*\/?>/);
  expect(own.html).toMatch(/<text [^>]*fill="#000">Ö<\/text>/);
  const drawn = await opened(await installable({ name: "My App" }));
  // The first byte of the name's SHA-256 picks the colour.
  expect(drawn.html).toMatch(
    /<rect width="64" height="64" fill="#(be123c|1d4ed8|6d28d9|a21caf|c2410c|4d7c0f|047857|0e7490)"/,
  );
  expect(drawn.html).toMatch(/<text [^>]*fill="#fff">M<\/text>/);
  expect((await gone("GET", `${own.url}/icon`)).status).toBe(404);
});

/** A page that says no: its status, its heading and what people read. */
async function gone(method: string, url: string, headers: Record<string, string> = {}) {
  const page = await send(method, url, { headers });
  const html = await page.text();
  expect(page.headers.get("content-type"), url).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy"), url).toContain("default-src 'none'");
  expect(page.headers.get("cache-control"), url).toBe("no-store");
  expect(page.headers.get("referrer-policy"), url).toBe("no-referrer");
  return {
    status: page.status,
    heading: /<h1>(.*?)<\/h1>/.exec(html)?.[1],
    text: textOf(html),
    page,
  };
}

test("an expired link says until when it worked, and so does the file's", async () => {
  const { url, html } = await opened(await installable());
  clock.pass(7 * DAY_MS - 5_000);
  expect((await send("HEAD", url)).status).toBe(200);
  clock.pass(6_000);
  for (const address of [url, buttonOf(html)]) {
    const page = await gone("GET", address);
    expect([page.status, page.heading]).toEqual([410, "This link has ended"]);
    expect(page.text).toMatch(/It worked until \d+ [A-Z][a-z]+( \d{4})? ?, \d\d:\d\d UTC/);
  }
});

test("a revoked link says when it was taken back, and not when if that is not known any more; its file ends with it", async () => {
  const build = await installable();
  const { url, html } = await opened(build);
  const revoke = () =>
    api("DELETE", `/api/v1/builds/${build.id}/install`, { token: build.owner.account.key });
  await revoke();
  for (const address of [url, buttonOf(html), `${url}/icon`]) {
    const page = await gone("GET", address);
    expect([page.status, page.heading]).toEqual([410, "This link was taken back"]);
    expect(page.text).toMatch(/Whoever made it ended it on \d+ [A-Z][a-z]+ ?, \d\d:\d\d UTC/);
  }
  await revoke();
  expect((await gone("GET", url)).text).toContain("Whoever made it ended it. That is done");
  // It would have ended by now in any case, but that is not why it did.
  clock.pass(8 * DAY_MS);
  expect((await gone("GET", url)).heading).toBe("This link was taken back");
});

test("a link that had ended before the build's were revoked says that it ended", async () => {
  const build = await installable();
  const { url } = (await build.link("?expires_in=5")).body.data;
  clock.pass(60_000);
  await api("DELETE", `/api/v1/builds/${build.id}/install`, { token: build.owner.account.key });
  expect((await gone("GET", url)).heading).toBe("This link has ended");
});

test("a link of a build, app or file that was deleted since says so", async () => {
  const one = await installable();
  const first = await opened(one);
  await api("DELETE", `/api/v1/apps/${one.owner.app.id}`, { token: one.owner.account.key });
  const two = await installable();
  const second = await opened(two);
  await bindings.FILES.delete(await filesOf(two.owner.app.id));
  for (const { url, html } of [first, second]) {
    for (const address of [url, buttonOf(html)]) {
      const page = await gone("GET", address);
      expect([page.status, page.heading], address).toEqual([410, "This build was deleted"]);
      expect(page.text).toContain("Build it again: its page has the QR code.");
    }
  }
});

test("the file has its own name alone", async () => {
  const { url } = await opened(await installable());
  for (const name of ["My%20App.aab", "my%20app.apk", "x", "My%20App.apk/", "..%2f..%2fx"]) {
    expect((await gone("GET", `${url}/${name}`)).status, name).toBe(404);
  }
});

test("whatever is no token is a page that says so", async () => {
  const { url } = await opened(await installable());
  const token = url.slice(url.lastIndexOf("/") + 1);
  const flipped = token.replace(/^./, (first) => (first === "A" ? "B" : "A"));
  const last = token.replace(/.$/, (character) => (character === "A" ? "B" : "A"));
  for (const path of [
    "",
    "/",
    "//",
    `/${flipped}`,
    `/${last}`,
    `/${token}A`,
    `/${token.slice(1)}`,
    `/${token}/`,
    `/${token.toLowerCase()}`,
    `/${token}%00`,
    `/${token}%20`,
    `//${token}`,
    "/%00",
    "/%",
    "/%zz",
    "/%ff%fe",
    "/%c3%28",
    "/%2e%2e%2f",
    "/..%2f..%2fetc%2fpasswd",
    "/a/b/c/d",
    "/null",
    "/undefined",
    "/[object%20Object]",
    "/'%20OR%201=1--",
    "/<script>alert(1)</script>",
    "/日本語",
    `/${"A".repeat(48)}`,
    `/${"a".repeat(10_000)}`,
    `/${"%41".repeat(48)}`,
    `/${"a/".repeat(100)}`,
    "/a.apk",
    "/?token=x",
    "/x?x=%ff&x=1",
  ]) {
    const page = await gone("GET", `${ORIGIN}/install${path}`);
    expect([page.status, page.heading], path).toEqual([404, "No app behind this link"]);
  }
});

test("a method that is not allowed gets a page too, with Allow", async () => {
  const { url, html } = await opened(await installable());
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    for (const address of [url, buttonOf(html), `${ORIGIN}/install/nothing`, `${url}/icon`]) {
      const page = await gone(method, address);
      expect([page.status, page.heading], method).toEqual([405, "This page can only be opened"]);
      expect(page.page.headers.get("allow")).toBe("GET, HEAD");
    }
    expect((await gone(method, `${ORIGIN}/install`)).status).toBe(404);
  }
});

test("pages and what is below them are counted by address, and 429 is a page too", async () => {
  const { url } = await opened(await installable());
  beginMinute();
  const headers = { "cf-connecting-ip": newAddress() };
  const statuses = await Promise.all(
    Array.from({ length: 199 }, async () => (await send("HEAD", url, { headers })).status),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  const last = await send("GET", url, { headers });
  expect([last.status, last.headers.get("x-ratelimit-remaining")]).toEqual([200, "0"]);
  for (const address of [url, buttonOf(await last.text()), `${url}/icon`]) {
    const page = await gone("GET", address, headers);
    expect([page.status, page.heading]).toEqual([429, "Too many requests"]);
    expect(Number(page.page.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  }
  clock.pass(60_000);
  expect((await send("GET", url, { headers })).status).toBe(200);
});

test("tokens that nobody has count as wrong credentials; what ended does not", async () => {
  const build = await installable();
  const { url } = await opened(build);
  const address = newAddress();
  const headers = { "cf-connecting-ip": address };
  beginMinute();
  await gone("GET", `${ORIGIN}/install/${"A".repeat(48)}`, headers);
  await gone("GET", `${ORIGIN}/install/x`, headers);
  expect(await counted(address)).toBe(2);
  await guessALot(address);
  expect((await gone("GET", `${ORIGIN}/install/x`, headers)).status).toBe(429);
  expect((await send("GET", url, { headers })).status).toBe(200);
  await api("DELETE", `/api/v1/builds/${build.id}/install`, { token: build.owner.account.key });
  expect((await gone("GET", url, headers)).status).toBe(410);
});

test("who guesses tokens or floods one link leaves the others of the same network their pages", async () => {
  const [one, other] = [await installable(), await installable()];
  const { url } = await opened(one);
  const { url: second } = await opened(other);
  beginMinute();
  const headers = { "cf-connecting-ip": newAddress() };
  const guesses = await Promise.all(
    Array.from({ length: 201 }, async () =>
      send("GET", `${ORIGIN}/install/${"A".repeat(48)}`, { headers }),
    ),
  );
  expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([404, 429]));
  expect((await send("GET", url, { headers })).status).toBe(200);
  await Promise.all(Array.from({ length: 200 }, async () => send("HEAD", url, { headers })));
  expect((await send("GET", url, { headers })).status).toBe(429);
  expect((await send("GET", second, { headers })).status).toBe(200);
});

test("a fault of ours is a page, which says its request and nothing else", async () => {
  const { url } = await opened(await installable());
  vi.spyOn(bindings.FILES, "head").mockRejectedValue(new Error("the disk is full"));
  const page = await gone("GET", url);
  expect([page.status, page.heading]).toEqual([500, "This did not work"]);
  expect(page.text).toContain(page.page.headers.get("x-request-id"));
  expect(page.text).not.toContain("disk");
});

test("a link works whatever programs append to it", async () => {
  const { url } = await opened(await installable());
  for (const more of ["?utm_source=mail", "?x=1&x=2", "?%ff", "#part"]) {
    expect((await send("GET", url + more)).status, more).toBe(200);
  }
});
