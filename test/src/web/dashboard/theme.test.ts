// The theme is kept in a cookie, and the form of every page that switches it leads back.
import { expect, test } from "vitest";
import { signedIn } from "../../../support/person.ts";
import { ORIGIN } from "../../../support/worker.ts";

test("the theme is switched and the page comes back", async () => {
  const person = await signedIn();
  const answer = await person.post(
    "/dashboard/theme",
    {},
    { referer: `${ORIGIN}/dashboard/security` },
  );
  expect([answer.status, answer.to]).toEqual([303, "/dashboard/security"]);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^slipway_theme=dark;/);
  const elsewhere = await person.post(
    "/dashboard/theme",
    {},
    { referer: "https://evil.example/x" },
  );
  expect(elsewhere.to).toBe("/dashboard");
});
