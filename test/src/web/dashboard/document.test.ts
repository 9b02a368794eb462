// The document around the dashboard's pages: its files, its policy, and what forms leave for the next page.
import { expect, test } from "vitest";
import { signedIn } from "../../../support/person.ts";
import { ORIGIN } from "../../../support/worker.ts";

// That they are served, and how, is looked at in a browser (test/browsers/dashboard).
test("a page's style sheet, icon and scripts are files of ours whose names tell their content", async () => {
  const person = await signedIn();
  const { html } = await person.get(person.base);
  const files = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(files.map((path) => path.replace(/\.[0-9a-f]{8}\./, "."))).toEqual([
    "/assets/mark.svg",
    "/assets/styles.css",
    "/assets/base.js",
    "/assets/noscript.css",
  ]);
});

test("nothing is drawn before the scripts ran, so that what they write moves nothing", async () => {
  const person = await signedIn();
  const { html } = await person.get(`${person.base}/audit-log`);
  const scripts = html.match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const each of scripts) expect(each).toContain(' blocking="render"');
});

test("pages take nothing from elsewhere, run no script that stands in them, and are shown in no frame", async () => {
  const person = await signedIn();
  const { html, headers } = await person.get(person.base);
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; " +
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(html).not.toMatch(/ style=| on[a-z]+=|<style|<script(?![^>]* src=)/);
});

test("the theme that somebody chose holds on every page, and the form leads back to where they were", async () => {
  const person = await signedIn();
  const switched = await person.post(
    "/dashboard/theme",
    {},
    { referer: "https://slipway.test/dashboard?a=1" },
  );
  expect([switched.status, switched.to]).toEqual([303, "/dashboard?a=1"]);
  const kept = switched.headers.get("set-cookie")!.split(";")[0]!;
  expect(kept).toBe("slipway_theme=dark");
  const { html } = await person.get(person.base, { cookie: `${person.cookie}; ${kept}` });
  expect(html).toContain('<html lang="en" data-theme="dark">');
  const foreign = await person.post("/dashboard/theme", {}, { referer: "https://evil.test/a" });
  expect(foreign.to).toBe("/dashboard");
  // An address of ours whose path a browser would take for a host.
  for (const path of ["//evil.test/a", "/.//evil.test", "/\\evil.test"]) {
    const { to } = await person.post("/dashboard/theme", {}, { referer: ORIGIN + path });
    expect([path, to]).toEqual([path, "/dashboard"]);
  }
});

test("what a form did is said on the next page, with a script or without, once and as text", async () => {
  const person = await signedIn();
  const cookie = `${person.cookie}; slipway_flash=${encodeURIComponent("<b>Saved</b>")}`;
  const { html, headers } = await person.get(person.base, { cookie });
  expect(html).toContain('data-says="&lt;b&gt;Saved&lt;/b&gt;"');
  expect(html).toMatch(/<noscript><p class="notice flash"[^>]*>&lt;b&gt;Saved/);
  expect(headers.get("set-cookie")).toContain("slipway_flash=; Path=/dashboard; Max-Age=0");
});
