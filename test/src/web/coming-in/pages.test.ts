import { expect, test } from "vitest";
import { browser, signedIn } from "../../../support/person.ts";

const PATHS = ["/sign-in", "/sign-in/second", "/sign-in/passkey", "/sign-up", "/verify", "/verify?token=x", "/forgot", "/reset", "/reset?token=x", "/setup", "/invite/none"];

test.each(PATHS)("%s", async (path) => {
  const a = await browser().get(`/dashboard${path}`);
  console.log(path, a.status, a.html.slice(a.html.indexOf("<main"), a.html.indexOf("<aside")).slice(0, 3000));
  expect(a.status).toBeLessThan(500);
});

test("dashboard", async () => {
  const p = await signedIn("viewer");
  expect((await p.get("/dashboard")).to).toBe(p.base);
  console.log((await p.get("/dashboard/accounts")).html);
});
