// exchange() posts to a provider once, with limits on the time it takes and on the answer's size.
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  exchange,
  MAX_ANSWER_BYTES,
  SEND_TIMEOUT_MS,
  type Fetch,
  type SuccessBody,
} from "../../../../src/delivery/providers/exchange.ts";

const INIT = { headers: { authorization: "Bearer secret" }, body: "{}" };
const send = (fetch: Fetch, successBody: SuccessBody = "cancelled") =>
  exchange(fetch, "https://push.example.com/secret", { ...INIT, successBody });

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

  test.each([
    ["read", '{"ok":true}'],
    ["drained", ""],
    ["cancelled", ""],
  ] as const)("of a success whose body is to be %s, gives %j", async (successBody, body) => {
    expect(await send(async () => Response.json({ ok: true }), successBody)).toMatchObject({
      answered: true,
      status: 200,
      body,
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

describe("the body of a success that is drained", () => {
  test("is not waited for: its status counts at once", async () => {
    const silent = new ReadableStream();
    const answer = await send(async () => new Response(silent, { status: 200 }), "drained");
    expect(answer).toMatchObject({ answered: true, status: 200, body: "" });
    expect(silent.locked).toBe(true);
  });

  test("is read to its end all the same", async () => {
    const read = Promise.withResolvers<void>();
    let left = 3;
    const body = new ReadableStream({
      pull(controller) {
        left -= 1;
        if (left > 0) return controller.enqueue(new Uint8Array(1000));
        controller.close();
        read.resolve();
      },
    });
    await send(async () => new Response(body, { status: 200 }), "drained");
    await read.promise;
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

  test.each([500, 200])(
    "a body that is broken off after 10 s still gives the status %d",
    async (status) => {
      shortTimeout();
      const answer = await send(async (_, init) => {
        const stalled = new ReadableStream({
          start(controller) {
            init.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
          },
        });
        return new Response(stalled, { status });
      }, "drained");
      expect(answer).toMatchObject({ answered: true, status, body: "" });
    },
  );
});
