// Cross-site request forgery: what another site has a browser send changes nothing here, whichever form it aims at.
import { expect, test } from "vitest";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { ORIGIN, rows, send } from "../../../support/worker.ts";

/** How a browser says that another site made it ask: by Fetch Metadata or, an older one, by Origin alone. */
const FOREIGN: Record<string, string>[] = [
  { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  { "sec-fetch-site": "same-site", origin: "https://sub.slipway.test" },
  { "sec-fetch-site": "none" },
  { "sec-fetch-site": "cross-site", origin: ORIGIN },
  { origin: "https://evil.example" },
  { origin: "http://slipway.test" },
  { origin: "https://slipway.test:8443" },
  { origin: "https://slipway.test.evil.example" },
  { origin: "null" },
  {},
];

const forms = dashboard.operations.filter(({ docs }) => docs.method !== "get");

test("every form of the dashboard refuses what another site posts, before anything else", async () => {
  const { cookie, account } = await signedIn();
  expect(forms.length).toBeGreaterThan(10);
  for (const { docs } of forms) {
    const path = docs.path
      .replaceAll(/\{account\}/g, String(account.id))
      .replaceAll(/\{\w+\}/g, "1");
    for (const headers of FOREIGN) {
      const answer = await send(docs.method.toUpperCase(), `/dashboard${path}`, {
        body: new URLSearchParams({ name: "Eve" }),
        headers: { cookie, accept: "text/html", ...headers },
      });
      expect([docs.path, headers, answer.status]).toEqual([docs.path, headers, 403]);
      expect(answer.headers.getSetCookie()).toEqual([]);
      await answer.body?.cancel();
    }
  }
});

test("a form of ours arrives, from a browser that says where it comes from in either way", async () => {
  for (const headers of [{ "sec-fetch-site": "same-origin", origin: "null" }, { origin: ORIGIN }]) {
    const { cookie, id } = await signedIn();
    const answer = await send("POST", "/dashboard/sign-out", {
      body: new URLSearchParams(),
      headers: { cookie, ...headers },
    });
    expect(answer.status).toBe(303);
    expect(await rows("SELECT 1 FROM sessions WHERE user_id = ?", id)).toEqual([]);
  }
});

test("no page may be shown in a frame, nor be read by another site", async () => {
  const { get } = browser();
  const { headers } = await get("/dashboard/sign-in", { origin: "https://evil.example" });
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect(headers.get("cache-control")).toContain("no-store");
});

test("whatever page somebody asks to go on to, they stay here", async () => {
  for (const next of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/api/v1/apps",
  ]) {
    const query = `?next=${encodeURIComponent(next)}`;
    const { html } = await browser().get(`/dashboard/sign-in${query}`);
    expect(html).not.toContain("evil.example");
    const signed = await signedIn();
    const { to } = await signed.get(`/dashboard/sign-in${query}`);
    expect(to ?? "/dashboard").toMatch(/^\/dashboard/);
    const { to: out } = await signed.post("/dashboard/sign-out", { next });
    expect(out).toMatch(/^\/dashboard/);
  }
});
