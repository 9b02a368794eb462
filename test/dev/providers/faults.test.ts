// The faults that the stand-in providers can be told to show, each over a real socket.
import { once } from "node:events";
import { connect } from "node:http2";
import { expect, test } from "vitest";
import type { ServiceAccount } from "../../../dev/providers/credentials.ts";
import {
  accessToken,
  assertion,
  providerToken,
  requestToken,
  standin,
  type Standin,
} from "./support.ts";
import { untilPasses } from "../../support/until-passes.ts";

/** A stand-in that only counts, and a way to send one push to a fresh subscription. */
async function ready(): Promise<Standin & { endpoint: string }> {
  const providers = await standin({ mode: "count" });
  const [subscription] = await providers.control.makeSubscriptions();
  return { ...providers, endpoint: subscription?.endpoint ?? "" };
}

const post = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { method: "POST", ...init });

test("rate_limited answers 429 with Retry-After to the next two requests, and then no more", async () => {
  const { control, endpoint } = await ready();
  await control.setFaults("webpush", { rate_limited: { next: 2, retry_after: 7 } });
  const answers = [await post(endpoint), await post(endpoint), await post(endpoint)];
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 201]);
  expect(answers.map(({ headers }) => headers.get("retry-after"))).toEqual(["7", "7", null]);
  expect((await control.getFaults("webpush")).rate_limited?.next).toBe(0);
  expect((await control.stats()).doors.webpush).toMatchObject({
    requests: 3,
    accepted: 1,
    faults: { rate_limited: 2 },
  });
});

test("server_error with a share of one half strikes about half of the requests", async () => {
  const { control, endpoint } = await ready();
  await control.setFaults("webpush", { server_error: { share: 0.5, status: 503 } });
  const answers = await Promise.all(Array.from({ length: 400 }, () => post(endpoint)));
  const struck = answers.filter(({ status }) => status === 503).length;
  // Six standard deviations around the half.
  expect(struck).toBeGreaterThan(140);
  expect(struck).toBeLessThan(260);
  expect((await control.stats()).doors.webpush.faults).toEqual({ server_error: struck });
});

test("reset ends the connection without an answer", async () => {
  const { control, endpoint } = await ready();
  await control.setFaults("webpush", { reset: { next: 1 } });
  await expect(post(endpoint)).rejects.toThrow("fetch failed");
  expect((await post(endpoint)).status).toBe(201);
  expect((await control.received("webpush")).recipients[0]?.count).toBe(1);
});

test("hang keeps a request in flight until its client leaves", async () => {
  const { control, endpoint } = await ready();
  await control.setFaults("webpush", { hang: { next: 1 } });
  const leave = new AbortController();
  const hanging = post(endpoint, { signal: leave.signal });
  const inFlight = async (): Promise<number> => (await control.stats()).doors.webpush.in_flight;
  await untilPasses(async () => expect(await inFlight()).toBe(1));
  expect((await post(endpoint)).status).toBe(201);
  leave.abort();
  await expect(hanging).rejects.toThrow("aborted");
  await untilPasses(async () => expect(await inFlight()).toBe(0));
  expect((await control.stats()).doors.webpush.max_in_flight).toBe(2);
});

test("latency_ms delays every answer, and the stats show the most requests in flight", async () => {
  const { control, endpoint } = await ready();
  await control.setFaults("webpush", { latency_ms: 80 });
  const begin = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => post(endpoint)));
  // Timers may fire a millisecond early.
  expect(performance.now() - begin).toBeGreaterThanOrEqual(79);
  expect((await control.stats()).doors.webpush.max_in_flight).toBe(5);
});

test("dead_share makes a share of the recipients dead, always the same ones", async () => {
  const { control } = await ready();
  const subscriptions = await control.makeSubscriptions({ count: 300 });
  await control.setFaults("webpush", { dead_share: 0.3 });
  const round = async (): Promise<number[]> =>
    Promise.all(subscriptions.map(async ({ endpoint }) => (await post(endpoint)).status));
  const first = await round();
  expect(new Set(first)).toEqual(new Set([201, 410]));
  const dead = first.filter((status) => status === 410).length;
  expect(dead).toBeGreaterThan(40);
  expect(dead).toBeLessThan(140);
  expect(await round()).toEqual(first);
});

test("FCM and Google's token endpoint show faults in Google's form", async () => {
  const providers = await standin();
  const { control, env } = providers;
  const account: ServiceAccount = await control.makeServiceAccount();
  const [device] = await control.makeDevices("fcm");
  const bearer = await accessToken(account);
  const send = async (): Promise<[number, string | null, unknown]> => {
    const response = await post(`${env.FCM_URL}/v1/projects/${account.project_id}/messages:send`, {
      headers: { authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ message: { token: device?.token } }),
    });
    const { error } = (await response.json()) as { error: { details: { errorCode: string }[] } };
    return [response.status, response.headers.get("retry-after"), error.details[0]?.errorCode];
  };
  await control.setFaults("fcm", { rate_limited: { next: 1, retry_after: 60 } });
  expect(await send()).toEqual([429, "60", "QUOTA_EXCEEDED"]);
  await control.setFaults("fcm", { server_error: { next: 1 } });
  expect(await send()).toEqual([500, null, "INTERNAL"]);
  await control.setFaults("fcm", { server_error: { next: 1, status: 503, retry_after: 3 } });
  expect(await send()).toEqual([503, "3", "UNAVAILABLE"]);
  await control.setFaults("fcm", { dead_share: 1 });
  expect(await send()).toEqual([404, null, "UNREGISTERED"]);

  await control.setFaults("fcm_token", { server_error: { next: 1 } });
  const signed = await assertion(account);
  expect((await requestToken(account.token_uri, signed)).status).toBe(500);
  expect((await requestToken(account.token_uri, signed)).status).toBe(200);
});

test("APNs shows faults in Apple's form, and resets a single stream of HTTP/2", async () => {
  const providers = await standin();
  const { control, apnsH2Url } = providers;
  const key = await control.makeApnsKey();
  const [device] = await control.makeDevices("apns");
  const authorization = `bearer ${await providerToken(key)}`;
  const session = connect(apnsH2Url);
  const send = async (): Promise<unknown> => {
    const stream = session.request({
      ":method": "POST",
      ":path": `/3/device/${device?.token}`,
      authorization,
      "apns-topic": key.topic,
      "apns-push-type": "alert",
    });
    stream.end("{}");
    const [headers] = (await once(stream, "response")) as [{ ":status": number }];
    stream.resume();
    return headers[":status"];
  };
  await control.setFaults("apns", { rate_limited: { next: 1 } });
  expect(await send()).toBe(429);
  await control.setFaults("apns", { server_error: { next: 1, status: 503 } });
  expect(await send()).toBe(503);
  await control.setFaults("apns", { reset: { next: 1 } });
  await expect(send()).rejects.toThrow(/NGHTTP2_INTERNAL_ERROR/);
  expect(await send()).toBe(200);
  await control.setFaults("apns", { dead_share: 1 });
  expect(await send()).toBe(410);
  session.close();
  expect((await control.stats()).doors.apns).toMatchObject({
    refused: { Unregistered: 1 },
    faults: { rate_limited: 1, server_error: 1, reset: 1 },
    in_flight: 0,
  });
});
