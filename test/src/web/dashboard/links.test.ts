// Follows the links of the dashboard's pages from one to the next: each leads to a page, whoever looks.
import { expect, test } from "vitest";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { newOneOfEach } from "../../../support/scenario.ts";
import { ORIGIN } from "../../../support/worker.ts";

/** Follows all links within the dashboard, from a path on. Returns the status of each page, by its path. */
async function walked(person: TestPerson, from: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const ahead = [from];
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
    if (path in found) continue;
    const { status, html } = await person.get(path);
    found[path] = status;
    for (const [, href = ""] of html.matchAll(/<a\b[^>]*\bhref="([^"]*)"/g)) {
      const { origin, pathname, search } = new URL(href.replaceAll("&amp;", "&"), ORIGIN + path);
      if (origin === ORIGIN && pathname.startsWith("/dashboard")) ahead.push(pathname + search);
    }
  }
  return found;
}

test.each(["owner", "developer", "marketer", "viewer"] as const)(
  "every link on the pages that a %s sees leads to a page",
  async (role) => {
    const one = await newOneOfEach();
    const person = await signedIn(role, one);
    const pages = await walked(person, person.base);
    expect(Object.keys(pages).length).toBeGreaterThan(15);
    // 303: what leads on, such as a file's address.
    const bad = Object.entries(pages).filter(([, status]) => ![200, 303].includes(status));
    expect(bad).toEqual([]);
  },
);

test("what isn't there leads who is signed in to a choice of their accounts, and a visitor to sign in", async () => {
  const person = await signedIn();
  const missing = await person.get("/dashboard/999999999");
  const links = [...missing.html.matchAll(/<a class="btn[^"]*" href="([^"]*)"/g)].map(
    ([, href = ""]) => href,
  );
  expect(links).toEqual(["/dashboard", "/dashboard?choose"]);
  expect((await person.get(links[1]!)).html).toContain("You are a member of one account.");
  expect((await browser().get(links[1]!)).to).toContain("/dashboard/sign-in?next=");
});
