// The page on which the first person of an installation becomes its operator.
import { expect, test } from "vitest";
import { createSetupToken, newEmail, PASSWORD, world } from "../../../support/identity.ts";
import { errorAt, Visitor } from "../../../support/visitor.ts";
import { rows } from "../../../support/worker.ts";

const SETUP = "/dashboard/setup";

test("the set-up token makes an operator with an account once; then the page is closed", async () => {
  const here = world({ signUp: "invited" });
  const came = new Visitor(here);
  expect((await came.get(SETUP)).html).toContain("<h1>Set up this Slipway</h1>");
  const token = await createSetupToken(here.ctx);
  const page = await came.get(`${SETUP}?token=${token}`);
  expect(page.html).toContain(`value="${token}"`);
  const given = { token, name: "Ottilie", email: newEmail(), password: PASSWORD };

  const wrong = await came.post(SETUP, { ...given, token: "sw_set_none" });
  expect(wrong.status).toBe(422);
  expect(errorAt(wrong.html, "f-token")).toContain("has not been used");
  expect(wrong.html).toContain('value="sw_set_none"');
  expect(wrong.html).toContain('value="Ottilie"');
  expect(wrong.html).not.toContain(PASSWORD);
  expect(wrong.html).toContain("Type it again");

  const done = await came.post(SETUP, given);
  expect([done.status, done.to]).toEqual([303, "/dashboard"]);
  const { to } = await came.get("/dashboard");
  expect((await came.get(to ?? "")).html).toContain("Ottilie");
  expect(await rows("SELECT count(*) n FROM operators")).toEqual([{ n: 1 }]);

  const closed = await new Visitor(here).get(`${SETUP}?token=${token}`);
  expect(closed.html).toContain("<h1>This Slipway is set up</h1>");
  expect(closed.html).not.toContain('name="token"');
  const again = await new Visitor(here).post(SETUP, { ...given, email: newEmail() });
  expect(again.status).toBe(422);
  expect(await rows("SELECT count(*) n FROM operators")).toEqual([{ n: 1 }]);
  // Whoever runs it can make another by a new token.
  await createSetupToken(here.ctx);
  expect((await came.get(SETUP)).html).toContain("<h1>Set up this Slipway</h1>");
});
