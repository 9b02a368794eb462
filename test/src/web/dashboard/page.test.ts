// What all pages of the dashboard have in common: who sees them, and by what they are let in.
import { expect, test } from "vitest";
import { sha256Hex } from "../../../../src/kit/crypto.ts";
import { browser, signedIn } from "../../../support/person.ts";
import { beginMinute, bindings } from "../../../support/worker.ts";

test("a page is shown to a member, is not there for others, and leads who is not signed in to where they can", async () => {
  const person = await signedIn("viewer");
  const shown = await person.get(person.base);
  expect(shown.status).toBe(200);
  expect(shown.html).toContain("<h1>Apps</h1>");
  expect(shown.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  const other = await signedIn();
  expect((await other.get(person.base)).status).toBe(404);
  expect((await other.get("/dashboard/none")).status).toBe(404);
  const stranger = await browser().get(`${person.base}?page=2`);
  expect([stranger.status, stranger.to]).toEqual([
    303,
    `/dashboard/sign-in?next=${encodeURIComponent(`${person.base}?page=2`)}`,
  ]);
});

test("a session may ask 1,200 times a minute, for whatever pages, and other sessions are not kept waiting", async () => {
  const nextMinute = beginMinute();
  const person = await signedIn("viewer");
  const token = decodeURIComponent(person.cookie).split(/[=.]/)[2]!;
  const counter = bindings.RATE_LIMITER.get(
    bindings.RATE_LIMITER.idFromName(`dashboard:${await sha256Hex(token)}`),
  );
  for (let asked = 0; asked < 1198; asked += 1) await counter.hit();
  expect((await person.get(person.base)).status).toBe(200);
  expect((await person.get("/dashboard/security")).status).toBe(200);
  for (const path of [person.base, "/dashboard/security", `${person.base}/team`]) {
    const { status, headers, html } = await person.get(path);
    expect([status, html.includes("Too many requests")]).toEqual([429, true]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect((await person.post(`${person.base}/team/leave`)).status).toBe(429);
  expect((await (await signedIn("viewer", person.account)).get(person.base)).status).toBe(200);
  nextMinute();
  expect((await person.get(person.base)).status).toBe(200);
});
