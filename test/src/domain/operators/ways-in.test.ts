// Every way into a suspended account is shut, and says why: each operation for API keys, each for channel keys, each page
// and form of its members. Those that are for devices stay open. A new operation is tried by itself.
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { channels } from "../../../../src/api/channels/index.ts";
import { instant } from "../../../../src/api/instant/index.ts";
import { publicSurface } from "../../../../src/api/public/index.ts";
import { push } from "../../../../src/api/push/index.ts";
import { v1 } from "../../../../src/api/v1/index.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import type { Surface } from "../../../../src/http/surface.ts";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import { newBodiesWorld, type BodiesWorld } from "../../../support/bodies.ts";
import { channelWorld, newDevice, redeem, sendTo, channelApi } from "../../../support/channels.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { PUSH } from "../../../support/push.ts";
import { newAccount, newApp, newKey, suspend } from "../../../support/scenario.ts";
import { countTrips } from "../../../support/trips.ts";
import { admin, api, moveElsewhere, newAddress, rows, send } from "../../../support/worker.ts";

const REASON = "Its apps imitate a bank";
const TOLD = new RegExp(
  `his account has been suspended since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ: ${REASON}\\. Ask whoever runs this installation\\.$`,
);

const nameOf = (surface: Surface, { docs }: Operation) =>
  `${docs.method.toUpperCase()} ${surface.prefix}${docs.path}`;
const withAccess = (access: string, ...surfaces: Surface[]) =>
  surfaces.flatMap((surface) =>
    surface.operations
      .filter((each) => each.access === access)
      .map((operation) => ({
        name: nameOf(surface, operation),
        operation,
        path: surface.prefix + operation.docs.path,
      })),
  );
const byKey = withAccess("key", v1, push, instant);
const byChannel = withAccess("channel", channels);

let world: BodiesWorld;
let stopped: { id: number; key: string };
beforeAll(async () => {
  world = await newBodiesWorld();
  stopped = world.account;
  await suspend(stopped.id);
});
// Many requests are refused, which must not count as one too many of an address.
beforeEach(moveElsewhere);

/** Calls an operation as a client would that has something to ask for. */
async function call({ operation, path }: (typeof byKey)[number], headers: Record<string, string>) {
  const { docs } = operation;
  const json = world.bodies[docs.operationId];
  return api(docs.method.toUpperCase(), world.fillings(path), {
    headers: { ...headers, "cf-connecting-ip": newAddress() },
    ...(json === undefined ? {} : { json }),
  });
}

test("the walk covers all three surfaces", () => {
  for (const surface of [v1, push, instant]) {
    expect(byKey.some(({ path }) => path.startsWith(`${surface.prefix}/`))).toBe(true);
  }
  expect(byKey.length).toBeGreaterThan(80);
  expect(byChannel.length).toBe(channels.operations.length);
});

describe.each(byKey)("$name", (each) => {
  test("refuses a suspended account's key, and says since when, why and whom to ask", async () => {
    const refused = await call(each, world.credentials["apiKey"]!);
    expect(refused.status).toBe(403);
    const { body } = refused;
    expect(body.message ?? body.error).toMatch(TOLD);
    if (each.path.startsWith(v1.prefix) && !each.path.startsWith(push.prefix)) {
      expect(body).toEqual({
        message: expect.any(String),
        error: "account_suspended",
        suspended_at: expect.stringMatching(/^\d{4}-.*Z$/),
        suspended_reason: REASON,
      });
    }
  });
});

test.each(byChannel)("$name refuses a channel key", async (each) => {
  const refused = await call(each, world.credentials["channelKey"]!);
  expect(refused.status).toBe(403);
  expect(refused.body).toEqual({
    statusCode: 403,
    message: expect.stringMatching(TOLD),
    error: "Forbidden",
  });
});

test("says nothing of a suspension to who has no right key, or one without the scope", async () => {
  const wrong = await api("GET", "/api/v1/apps", { token: `sw_live_${"A".repeat(43)}` });
  expect(wrong.status).toBe(401);
  const narrow = await newKey(stopped.id, { scopes: ["push:read"] });
  const refused = await api("DELETE", "/api/v1/apps/1", { token: narrow });
  expect(refused.body.error).toBe("account_suspended");
});

test("costs no round trip more, and none is needed to refuse", async () => {
  const trips = countTrips();
  await api("GET", `${PUSH}/apps`, { token: stopped.key });
  vi.restoreAllMocks();
  // The key was used moments ago, so that is not noted again.
  expect(trips()).toBe(1);
});

const members = dashboard.operations.flatMap((operation) =>
  "may" in operation ? [{ name: nameOf(dashboard, operation), operation }] : [],
);

describe("pages of members", () => {
  const pathOf = ({ docs }: Operation) =>
    dashboard.prefix +
    docs.path
      .replace("{account}", String(stopped.id))
      .replaceAll(/\{\w+\}/g, crypto.randomUUID().replaceAll("-", ""));

  let owner: TestPerson;
  let name: string;
  beforeAll(async () => {
    owner = await signedIn("owner", stopped);
    [{ name }] = await rows("SELECT name FROM accounts WHERE id = ?", stopped.id);
  });

  test.each(members)("$name", async ({ operation }) => {
    const path = pathOf(operation);
    const from = { "cf-connecting-ip": newAddress() };
    const { status, html, headers } = await (operation.docs.method === "get"
      ? owner.get(path, from)
      : owner.post(path, {}, from));
    expect(status).toBe(403);
    expect(html).toContain("This account is suspended");
    expect(html).toContain(REASON);
    expect(html).toContain('href="/dashboard?choose"');
    // Nothing else of the account, and it is not the one to come back to.
    expect(html).not.toContain(name);
    expect(headers.has("set-cookie")).toBe(false);
  });

  test("what is written as the reason is text, and nothing else", async () => {
    const account = await newAccount();
    await suspend(account.id, "<script>alert(1)</script> & more");
    const person = await signedIn("owner", account);
    const { html } = await person.get(`/dashboard/${account.id}`);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  });

  test("a stranger learns nothing of it, and who is not signed in is led to where they can", async () => {
    const stranger = await signedIn();
    const { status, html } = await stranger.get(`/dashboard/${stopped.id}`);
    expect(status).toBe(404);
    expect(html).not.toContain(REASON);
    const led = await send("GET", `/dashboard/${stopped.id}`, { headers: { accept: "text/html" } });
    expect(led.status).toBe(303);
  });

  test("the frame around a person's own page shows nothing of it, but an account that goes on", async () => {
    const [person, other] = [await signedIn(), await newAccount()];
    await newApp(person.account.key, { name: "Quartz" });
    await suspend(person.account.id);
    const looked = { cookie: `${person.cookie}; slipway_account=${person.account.id}` };
    const alone = await person.get("/dashboard/security", looked);
    expect(alone.status).toBe(200);
    expect(alone.html).not.toContain("Quartz");
    expect(alone.html).not.toContain(person.base);
    await rows(
      "INSERT INTO memberships (account_id, user_id, role, created_at) VALUES (?, ?, 'owner', 1)",
      other.id,
      person.id,
    );
    const { html } = await person.get("/dashboard/security", looked);
    expect(html).toContain(`href="/dashboard/${other.id}"`);
    expect(html).not.toContain("Quartz");
  });

  test("the list of a person's accounts marks it, and the others go on", async () => {
    const person = await signedIn();
    const other = await newAccount();
    await rows(
      "INSERT INTO memberships (account_id, user_id, role, created_at) VALUES (?, ?, 'owner', 1)",
      other.id,
      person.id,
    );
    await suspend(other.id);
    const { html } = await person.get("/dashboard?choose");
    expect(html.match(/>Suspended</g)).toHaveLength(1);
    expect((await person.get(person.base)).status).toBe(200);
  });
});

describe("what devices do goes on", () => {
  test.each(withAccess("anyone", publicSurface).filter(({ name }) => !/builds/.test(name)))(
    "$name is not refused for it",
    async (each) => {
      const answer = await send(
        each.operation.docs.method.toUpperCase(),
        world.fillings(each.path),
        { headers: { "cf-connecting-ip": newAddress() } },
      );
      expect(answer.status).not.toBe(403);
    },
  );

  test.each([
    ...withAccess("app", publicSurface),
    ...withAccess("subscriber", publicSurface),
    ...withAccess("anyone", instant),
  ])("$name is not refused for it", async (each) => {
    const headers = each.operation.access === "app" ? "appKey" : "subscriberToken";
    const answer = await call(each, world.credentials[headers]!);
    expect([401, 403, 500]).not.toContain(answer.status);
  });

  test("a person registers, redeems a code that they have, and opens their own page", async () => {
    const channel = await channelWorld();
    const code = await channelApi(channel, "GET", "/subscriptions/person/code");
    await suspend(channel.account.id);
    const device = await newDevice(channel);
    const redeemed = await redeem(device, code.body.code);
    expect(redeemed.status).toBe(201);
    const page = await send("GET", redeemed.body.data.pageUrl);
    expect(page.status).toBe(200);
    expect((await sendTo(channel, "person")).status).toBe(403);
  });
});

test("once it goes on, so do its keys and pages", async () => {
  const person = await signedIn();
  const { account } = person;
  const app = await newApp(account.key);
  await suspend(account.id);
  expect((await api("GET", `/api/v1/apps/${app.id}`, { token: account.key })).status).toBe(403);
  expect((await admin("POST", `/accounts/${account.id}/resume`)).status).toBe(200);
  expect((await api("GET", `/api/v1/apps/${app.id}`, { token: account.key })).status).toBe(200);
  expect((await person.get(person.base)).status).toBe(200);
});
