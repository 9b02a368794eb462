// Endpoints at hosts that can never be a push service: refused by every way in, and gone where they are stored already.
import { expect, test, vi } from "vitest";
import { createHosts } from "../../../src/delivery/hosts.ts";
import { addressOf, RegisterSubscriber } from "../../../src/domain/subscribers/subscriber-input.ts";
import { newDevice } from "../../support/instant.ts";
import { browserKeys } from "../../support/keys.ts";
import { PUSH, register, webSubscriber } from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { api, newAddress, rows } from "../../support/worker.ts";
import { newIsolate, Send, useWorld } from "./sending.ts";

const world = useWorld();

/** What Chrome puts in the place of a dead endpoint, and others that lead nowhere. */
const DEAD = [
  "https://permanently-removed.invalid/fcm/send/abc",
  "https://A.B.Invalid.:8443/x",
  "https://push.test/x",
  "https://push.example/x",
  "https://api.localhost/x",
  "https://printer.local/x",
  "https://db.internal/x",
  "https://abc.onion/x",
  "https://intranet/x",
] as const;

async function publicKeyOf({ app }: PushOwner): Promise<string> {
  const [{ public_key: key }] = await rows("SELECT public_key FROM apps WHERE id = ?", app.v1_id);
  return key;
}

test.each(DEAD)("every way in refuses %s", async (endpoint) => {
  const owner = await newPushOwner();
  const { account, app } = owner;
  const path = `${PUSH}/apps/${app.id}/subscribers`;
  const keys = await browserKeys();
  const wanted = await webSubscriber({ endpoint });
  const told = { endpoint: ["must be an https URL on a public host"] };

  const byOwner = await register(account, app.id, wanted);
  expect([byOwner.status, byOwner.body.details]).toEqual([422, told]);
  const imported = await api("POST", `${path}/bulk`, {
    token: account.key,
    json: { subscribers: [wanted] },
  });
  expect(imported.body.data).toMatchObject([{ index: 0, details: told }]);

  const known = await register(account, app.id, await webSubscriber());
  const changed = await api("PATCH", `${path}/${known.body.data.id}`, {
    token: account.key,
    json: { endpoint, keys },
  });
  expect([changed.status, changed.body.details]).toEqual([422, told]);

  const headers = { "x-app-key": await publicKeyOf(owner), "cf-connecting-ip": newAddress() };
  const devices = `/public/apps/${app.id}/subscribers`;
  const byDevice = await api("POST", devices, { headers, json: wanted });
  expect([byDevice.status, byDevice.body.details]).toEqual([422, told]);
  const device = await api("POST", devices, { headers, json: await webSubscriber() });
  const patched = await api("PATCH", `/public/subscribers/${device.body.data.id}`, {
    token: device.body.data.token,
    json: { endpoint, keys },
  });
  expect([patched.status, patched.body.details]).toEqual([422, told]);

  const installation = await newDevice(app.v1_id);
  for (const transport_token of [{ endpoint, keys }, JSON.stringify({ endpoint, keys })]) {
    const info = { transport_type: "webpush", transport_token };
    const reported = await installation.call("PUT", "/info", info);
    expect(reported.status).toBe(400);
    expect(reported.body.error).toContain("must be an https URL on a public host");
  }
  const tokens = await rows("SELECT token FROM subscribers WHERE app_id = ?", app.v1_id);
  expect(tokens.map(({ token }) => token)).not.toContain(endpoint);
});

test("names that lead somewhere on one's own network can be used where private targets are allowed", async () => {
  const keys = await browserKeys();
  const given = (endpoint: string) =>
    addressOf(RegisterSubscriber.parse({ platform: "web", endpoint, keys }), true);
  for (const endpoint of ["http://localhost:8080/x", "https://push.test/x", "http://push/x"]) {
    expect(given(endpoint)).toMatchObject({ token: endpoint });
  }
  for (const endpoint of ["https://a.invalid/x", "https://a.onion/x"]) {
    expect(given(endpoint)).toMatchObject({ field: "endpoint" });
  }
});

test("stored endpoints at such hosts are gone and retired, and nothing is asked for them", async () => {
  const owner = await newPushOwner(DEAD.length + 1);
  const ids = await rows(
    "SELECT id FROM subscribers WHERE app_id = ? ORDER BY id",
    owner.app.v1_id,
  );
  for (const [at, endpoint] of DEAD.entries()) {
    await rows("UPDATE subscribers SET token = ? WHERE id = ?", endpoint, ids[at].id);
  }
  const send = await Send.create(world, owner);
  const { deps, ...others } = newIsolate();
  const resolver = vi.fn(async () =>
    Response.json({ Answer: [{ type: 1, data: "93.184.215.14" }] }),
  );
  const leadsTo = createHosts(resolver, () => Date.now(), false);
  send.isolate = { deps: { ...deps, leadsTo }, ...others };
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 1 } });
  await send.expectAccounted(DEAD.length + 1);

  const gone = (await send.results()).filter(({ status }) => status === "gone");
  expect(gone.map(({ id }) => id)).toEqual(ids.slice(0, DEAD.length).map(({ id }) => id));
  for (const { attempts } of gone) expect(attempts).toBe(1);
  expect([...world.asked.keys()]).toEqual([
    `https://push.example.com/${owner.app.id}/${DEAD.length}`,
  ]);
  expect(resolver).toHaveBeenCalledTimes(2);
  const states = await rows(
    "SELECT status, count(*) AS n FROM subscribers WHERE app_id = ? GROUP BY status",
    owner.app.v1_id,
  );
  expect(states).toEqual([
    { status: "active", n: 1 },
    { status: "inactive", n: DEAD.length },
  ]);
});

test("a stored endpoint at .invalid is gone also where private targets are allowed", async () => {
  const owner = await newPushOwner(1);
  await rows(
    "UPDATE subscribers SET token = 'https://permanently-removed.invalid/x' WHERE app_id = ?",
    owner.app.v1_id,
  );
  const send = await Send.create(world, owner);
  await send.finish();
  expect(await send.results()).toMatchObject([{ status: "gone", attempts: 1 }]);
  expect(world.asked.size).toBe(0);
});
