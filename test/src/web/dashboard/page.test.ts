// What all pages of the dashboard have in common: who sees them, and by what they are let in.
import { expect, test } from "vitest";
import { browser, signedIn } from "../../../support/person.ts";

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
