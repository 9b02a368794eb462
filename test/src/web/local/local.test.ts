// The address that signs people in on the local stack: that no deployment has it, and that it takes the stack's token.
import { createExecutionContext } from "cloudflare:test";
import { expect, test } from "vitest";
import { createApp } from "../../../../src/api/app.ts";
import { connect } from "../../../../src/runtime.ts";
import { newAccount } from "../../../support/scenario.ts";
import { bindings, ORIGIN, send } from "../../../support/worker.ts";

const TOKEN = "a-token-of-the-local-stack-that-nobody-guesses";
const LOCAL = "http://127.0.0.1:8787";
/** What the local stack sets. */
const STACK = { LOCAL_SIGN_IN: TOKEN, ALLOW_PRIVATE_TARGETS: "1", PUBLIC_URL: LOCAL };

async function ask(path: string, vars: Record<string, string>, at = LOCAL, headers = {}) {
  const connection = connect({ ...bindings, ...vars }, createExecutionContext());
  return createApp()(new Request(at + path, { headers }), connection);
}

test("a deployment has no such address: wrangler.toml sets nothing of what it needs", async () => {
  const { id } = await newAccount();
  expect(bindings).toMatchObject({ ALLOW_PRIVATE_TARGETS: "", PUBLIC_URL: "" });
  expect(bindings).not.toHaveProperty("LOCAL_SIGN_IN");
  for (const path of ["/local", `/local/${TOKEN}/${id}/owner`, `/local//${id}/owner`]) {
    const answer = await send("GET", path);
    expect([answer.status, answer.headers.get("set-cookie")], path).toEqual([404, null]);
    await answer.text();
  }
});

test.each([
  ["the token alone", { LOCAL_SIGN_IN: TOKEN }, LOCAL],
  ["no token", { ...STACK, LOCAL_SIGN_IN: "" }, LOCAL],
  ["no private targets", { ...STACK, ALLOW_PRIVATE_TARGETS: "" }, LOCAL],
  ["links to a host", { ...STACK, PUBLIC_URL: "https://slipway.example" }, LOCAL],
  [
    "links to a host that begins alike",
    { ...STACK, PUBLIC_URL: "http://127.0.0.1.example" },
    LOCAL,
  ],
  ["links to nowhere", { ...STACK, PUBLIC_URL: "" }, LOCAL],
  ["a request to another host", STACK, "https://slipway.example"],
  ["a request to the test's host", STACK, ORIGIN],
])("variables that are set by mistake open nothing: %s", async (_, vars, at) => {
  const { id } = await newAccount();
  const answer = await ask(`/local/${vars.LOCAL_SIGN_IN}/${id}/owner`, vars, at);
  expect([answer.status, answer.headers.get("set-cookie")]).toEqual([404, null]);
  await answer.text();
});

test("on the local stack its token signs in with each role, and no other one does", async () => {
  const { id } = await newAccount();
  for (const role of ["owner", "developer", "marketer", "viewer"]) {
    const answer = await ask(`/local/${TOKEN}/${id}/${role}`, STACK);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/dashboard/${id}`]);
    const cookie = answer.headers.getSetCookie()[0]!.split(";")[0]!;
    const page = await ask(`/dashboard/${id}`, STACK, LOCAL, { cookie });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`${role}@slipway.localhost, ${role}`);
  }
  const operator = await ask(`/local/${TOKEN}/${id}/operator`, STACK);
  expect(operator.headers.get("location")).toBe("/dashboard/admin/accounts");
  const cookie = operator.headers.getSetCookie()[0]!.split(";")[0]!;
  expect((await ask("/dashboard/admin/accounts", STACK, LOCAL, { cookie })).status).toBe(200);
  // An operator is a member of no account.
  expect((await ask(`/dashboard/${id}`, STACK, LOCAL, { cookie })).status).toBe(404);
  for (const wrong of [`${TOKEN}x`, "x", TOKEN.slice(1)]) {
    const answer = await ask(`/local/${wrong}/${id}/owner`, STACK);
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([404, null]);
    await answer.text();
  }
  expect((await ask(`/local/${TOKEN}/99999999/owner`, STACK)).status).toBe(404);
});
