// exchange() posts to a provider once, with limits on the time it takes and on the answer's size.
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  exchange,
  MAX_ANSWER_BYTES,
  SEND_TIMEOUT_MS,
  type Fetch,
} from "../../../../src/delivery/providers/exchange.ts";

const INIT = { headers: { authorization: "Bearer secret" }, body: "{}" };
const send = (fetch: Fetch) => exchange(fetch, "https://push.example.com/secret", INIT);

/** Makes the timeout fire after 20 ms; gives what was asked for. */
function shortTimeout(): () => number | undefined {
  const real = AbortSignal.timeout.bind(AbortSignal);
  const spy = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => real(20));
  return () => spy.mock.lastCall?.[0];
}

afterEach(() => vi.restoreAllMocks());

describe("answers", () => {
  test("gives the status and the body", async () => {
    const answer = await send(async () => new Response("gone", { status: 410 }));
    expect(answer).toMatchObject({ answered: true, status: 410, body: "gone" });
  });

  test("gives an empty text when there is no body", async () => {
    expect(await send(async () => new Response(null, { status: 201 }))).toMatchObject({
      status: 201,
      body: "",
    });
  });

  test("posts without following redirects", async () => {
    let asked: RequestInit = {};
    await send(async (_, init) => {
      asked = init;
      return new Response(null, { status: 307, headers: { location: "https://evil.example.com" } });
    });
    expect(asked).toMatchObject({ ...INIT, method: "POST", redirect: "manual" });
  });
});

describe("hostile answers", () => {
  test("a body without end is read to the limit and cancelled", async () => {
    let cancelled = false;
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1000;
        controller.enqueue(new Uint8Array(1000).fill(0x61));
      },
      cancel() {
        cancelled = true;
      },
    });
    const answer = await send(async () => new Response(endless, { status: 500 }));
    expect(answer).toMatchObject({ status: 500, body: "a".repeat(MAX_ANSWER_BYTES) });
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThan(10_000);
  });

  test("one chunk larger than the limit is cut", async () => {
    const answer = await send(async () => new Response("b".repeat(100_000), { status: 400 }));
    expect(answer).toMatchObject({ body: "b".repeat(MAX_ANSWER_BYTES) });
  });

  test("a body that breaks off still gives the status", async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error("reset")),
    });
    const answer = await send(async () => new Response(broken, { status: 201 }));
    expect(answer).toMatchObject({ answered: true, status: 201, body: "" });
  });

  test("a body that stalls is cancelled and still gives the status", async () => {
    shortTimeout();
    let cancelled = false;
    const stalled = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const answer = await send(async () => new Response(stalled, { status: 201 }));
    expect(answer).toMatchObject({ answered: true, status: 201, body: "" });
    expect(cancelled).toBe(true);
  });
});

describe("no answer", () => {
  test("a network error is reported without the address or a secret", async () => {
    const answer = await send(async () => {
      throw new TypeError("connect https://push.example.com/secret refused");
    });
    expect(answer).toEqual({ answered: false, reason: "network error" });
  });

  test("a fetch that is aborted after 10 s is a timeout", async () => {
    const asked = shortTimeout();
    const answer = await send(
      (_, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    );
    expect(answer).toEqual({ answered: false, reason: "timeout" });
    expect(asked()).toBe(SEND_TIMEOUT_MS);
    expect(SEND_TIMEOUT_MS).toBe(10_000);
  });

  test("a fetch that ignores the abort is a timeout too", async () => {
    shortTimeout();
    const answer = await send(() => new Promise(() => undefined));
    expect(answer).toEqual({ answered: false, reason: "timeout" });
  });
});
