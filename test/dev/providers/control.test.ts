// The control API of the stand-in providers: making recipients, reading back, reset, and what it refuses.
import { expect, test } from "vitest";
import { Ring } from "../../../dev/providers/ring.ts";
import { accessToken, standin } from "./support.ts";

const post = async (url: string): Promise<number> => (await fetch(url, { method: "POST" })).status;

test("makes as many recipients as asked for, with exactly the given share of them dead", async () => {
  const { control } = await standin();
  const devices = await control.makeDevices("fcm", { count: 1000, dead_share: 0.13 });
  expect(devices.filter(({ dead }) => dead)).toHaveLength(130);
  expect(new Set(devices.map(({ token }) => token)).size).toBe(1000);
  const subscriptions = await control.makeSubscriptions({ count: 20 });
  for (const { endpoint, p256dh, auth } of subscriptions) {
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/push\/[A-Za-z0-9_-]{22}$/);
    expect(Buffer.from(p256dh, "base64url")).toHaveLength(65);
    expect(Buffer.from(auth, "base64url")).toHaveLength(16);
  }
  expect(new Set(subscriptions.map(({ p256dh }) => p256dh)).size).toBe(20);
});

test("registers given tokens, and those of APNs in lower case", async () => {
  const { control } = await standin();
  const tokens = ["mine:1", "mine:2"];
  const devices = await control.makeDevices("fcm", { tokens });
  expect(devices).toEqual(tokens.map((token) => ({ token, dead: false })));
  const [device] = await control.makeDevices("apns", { tokens: ["AB".repeat(32)] });
  expect(device?.token).toBe("ab".repeat(32));
});

test("counts repeats by recipient until a reset, and a full reset forgets the recipients too", async () => {
  const { control } = await standin({ mode: "count" });
  const [one, two, three] = await control.makeSubscriptions({ count: 3 });
  for (const to of [one, one, one, two]) await post(to?.endpoint ?? "");
  const id = one?.endpoint.split("/").pop();
  expect(await control.received("webpush", { min: 2 })).toEqual({
    total: 1,
    recipients: [{ id, count: 3 }],
  });
  expect((await control.received("webpush", { min: 0, limit: 1, offset: 1 })).total).toBe(3);
  expect((await control.stats()).recipients.webpush).toEqual({
    recipients: 3,
    reached: 2,
    repeats: 2,
    max_per_recipient: 3,
  });

  await control.setFaults("webpush", { server_error: { share: 1 } });
  await control.reset();
  const { doors, recipients } = await control.stats();
  expect(doors.webpush).toMatchObject({ requests: 0, accepted: 0, max_in_flight: 0 });
  expect(recipients.webpush).toMatchObject({ recipients: 3, reached: 0 });
  expect(await post(three?.endpoint ?? "")).toBe(201);
  await control.reset({ everything: true });
  expect(await post(three?.endpoint ?? "")).toBe(404);
});

test("lists the last deliveries up to a limit, oldest first, of all recipients or of one", async () => {
  const { control, env } = await standin();
  const account = await control.makeServiceAccount();
  const headers = { authorization: `Bearer ${await accessToken(account)}` };
  await control.makeDevices("fcm", { tokens: ["one", "two"] });
  const send = `${env.FCM_URL}/v1/projects/${account.project_id}/messages:send`;
  for (const [token, n] of [
    ["one", "1"],
    ["two", "2"],
    ["one", "3"],
    ["one", "4"],
  ]) {
    const body = JSON.stringify({ message: { token, data: { n } } });
    expect((await fetch(send, { method: "POST", headers, body })).status).toBe(200);
  }
  const listed = async (query: { recipient?: string; limit?: number }) =>
    (await control.deliveries("fcm", query)).map(({ recipient, content }) => {
      return [recipient, (content as { data: { n: string } }).data.n].join();
    });
  expect(await listed({})).toEqual(["one,1", "two,2", "one,3", "one,4"]);
  expect(await listed({ limit: 3 })).toEqual(["two,2", "one,3", "one,4"]);
  expect(await listed({ recipient: "one" })).toEqual(["one,1", "one,3", "one,4"]);
  expect(await listed({ recipient: "one", limit: 2 })).toEqual(["one,3", "one,4"]);
  expect(await listed({ recipient: "two", limit: 2 })).toEqual(["two,2"]);
  expect(await listed({ recipient: "nobody", limit: 1 })).toEqual([]);
});

test("refuses a limit of 0 and unknown credentials", async () => {
  const { control, env } = await standin();
  const { client_email: id } = await control.makeServiceAccount();
  await expect(control.deliveries("fcm", { limit: 0 })).rejects.toThrow("limit");
  await control.changeCredential("fcm", id, "revoke");
  await expect(control.changeCredential("fcm", "nobody", "revoke")).rejects.toThrow("not found");
  expect((await fetch(env.FCM_URL)).status).toBe(404);
});

test.each<["POST" | "PUT", string, unknown]>([
  ["POST", "/recipients/fcm", { count: 10_001 }],
  ["POST", "/recipients/fcm", { cuont: 1 }],
  ["POST", "/recipients/fcm", { tokens: ["with space"] }],
  ["POST", "/recipients/webpush", { tokens: ["x"] }],
  ["PUT", "/faults/fcm", { dead_share: 2 }],
  ["PUT", "/faults/fcm", { teapot: {} }],
  ["PUT", "/mode", { mode: "lax" }],
  ["POST", "/credentials/apns", { private_key: "x", key_id: "K", team_id: "T", topic: "t" }],
  ["POST", "/credentials/webpush", { public_key: "short" }],
  ["POST", "/reset", { all: true }],
])("%s %s refuses %j", async (method, path, body) => {
  const { url } = await standin();
  const init: RequestInit = { method, body: JSON.stringify(body) };
  const response = await fetch(`${url}/control${path}`, init);
  expect([response.status, await response.json()]).toEqual([400, { error: expect.any(String) }]);
});

test("answers 404 at unknown paths and 413 to oversized bodies", async () => {
  const { url, control } = await standin();
  for (const path of ["/", "/control/nothing", "/control/constructor", "/other/x"]) {
    expect((await fetch(`${url}${path}`)).status, path).toBe(404);
  }
  const [subscription] = await control.makeSubscriptions();
  const paths = [subscription?.endpoint ?? "", `${url}/fcm/token`];
  for (const path of paths) {
    const response = await fetch(path, { method: "POST", body: new Uint8Array(300 * 1024) });
    expect(response.status, path).toBe(413);
  }
});

test("a ring drops its oldest item when it is full", () => {
  const ring = new Ring<number>(3);
  for (const item of [1, 2, 3, 4, 5]) ring.push(item);
  expect([...ring]).toEqual([3, 4, 5]);
  ring.clear();
  ring.push(6);
  expect([...ring]).toEqual([6]);
});
