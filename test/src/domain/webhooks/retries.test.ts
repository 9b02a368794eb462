// When a delivery that failed is tried again: the contract's quick retries, the standard's long ones, and what the receiver
// asks for. The tests set the clock.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { recoverDeliveries } from "../../../../src/domain/webhooks/recover-deliveries.ts";
import { useInternet } from "../../../support/receiver.ts";
import { useHook } from "../../../support/webhooks.ts";
import { rows } from "../../../support/worker.ts";

const internet = useInternet();
const hook = useHook();
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The wait before the next attempt at a delivery, ms. */
const waitOf = async (id: number) => (await hook.delivery(id)).next_attempt_at - hook.now;
const answer = (status: number, headers?: Record<string, string>) => {
  internet.answer = () => new Response("no", { status, ...(headers ? { headers } : {}) });
};

describe("the waits between attempts", () => {
  const QUICK = [15, 30, 45, 60, 75].map((s) => s * SECOND_MS);
  const LONG = [
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
  ];

  test.each([
    ["least", 0, LONG],
    ["most", 0.999_999_999_9, LONG.map((ms) => Math.floor(ms * 1.099_999_999_99))],
  ])("are five quick ones and eight long ones, with the %s jitter", async (_, random, long) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    answer(500);
    const id = await hook.begun();
    const waits: number[] = [];
    const lanes: (number | null)[] = [];
    for (let attempts = 1; attempts <= 13; attempts += 1) {
      await hook.attempt(id);
      const row = await hook.delivery(id);
      expect(row).toMatchObject({ status: "pending", attempts });
      waits.push(await waitOf(id));
      lanes.push(row.lane);
    }
    expect(waits).toEqual([...QUICK, ...long]);
    expect(lanes, "long waits are the lane's").toEqual([
      ...QUICK.map(() => null),
      ...long.map(() => hook.account),
    ]);
    expect(hook.enqueued.map(([, delay]) => delay)).toEqual([15, 30, 45, 60, 75]);
    const total = waits.reduce((sum, ms) => sum + ms, 0);
    expect(total).toBeGreaterThan(3 * DAY_MS);
    expect(total).toBeLessThan(3.6 * DAY_MS);
    await hook.attempt(id);
    expect(await hook.delivery(id)).toMatchObject({
      status: "failed",
      attempts: 14,
      next_attempt_at: null,
      ended_at: hook.now,
      error: "the receiver answered 500",
    });
    const ids = internet.received.map(({ headers }) => headers.get("webhook-id"));
    expect(ids).toHaveLength(14);
    expect(new Set(ids).size, "all attempts have one id").toBe(1);
    const signatures = internet.received.map(({ headers }) => headers.get("webhook-signature"));
    expect(new Set(signatures).size, "each has a signature of its own").toBe(14);
  });

  test("wake the lane when the delivery is due, and the cron finds one that nobody woke", async () => {
    answer(500);
    const id = await hook.begun();
    for (let attempts = 1; attempts <= 6; attempts += 1) await hook.attempt(id);
    const { next_attempt_at: due } = await hook.delivery(id);
    expect(hook.woken).toEqual([[hook.account, due]]);
    hook.woken = [];
    hook.now = due + 31 * SECOND_MS;
    await recoverDeliveries(hook.ctx);
    expect(hook.woken).toEqual([[hook.account, hook.now]]);
    internet.answer = () => new Response();
    await hook.runLane();
    expect(await hook.delivery(id)).toMatchObject({ status: "delivered", attempts: 7 });
  });

  test("are those of the ordinary schedule after a success of another delivery", async () => {
    answer(500);
    const [one, two] = [await hook.begun(), await hook.begun()];
    await hook.attempt(one);
    internet.answer = () => new Response();
    await hook.attempt(two);
    answer(500);
    await hook.attempt(one);
    expect(await waitOf(one)).toBe(30 * SECOND_MS);
  });
});

describe("Retry-After", () => {
  const httpDate = (ms: number) => new Date(ms).toUTCString();
  /** In whole seconds, as an HTTP date is. */
  beforeEach(() => void (hook.now = Math.ceil(hook.now / SECOND_MS) * SECOND_MS));

  test.each([
    ["seconds", () => "600", 600 * SECOND_MS],
    ["an HTTP date", () => httpDate(hook.now + 600 * SECOND_MS), 600 * SECOND_MS],
    ["less than our own wait", () => "5", 15 * SECOND_MS],
    ["a date that has passed", () => httpDate(hook.now - HOUR_MS), 15 * SECOND_MS],
    ["more than a day", () => "999999", DAY_MS],
    ["a date in a year", () => httpDate(hook.now + 365 * DAY_MS), DAY_MS],
    ["nothing that can be read", () => "soon", 15 * SECOND_MS],
  ])("of %s is honoured if it is later, up to a day", async (_what, header, wait) => {
    const id = await hook.begun();
    answer(503, { "retry-after": header() });
    await hook.attempt(id);
    expect(await waitOf(id)).toBe(wait);
    const isOwn = wait === 15 * SECOND_MS;
    expect((await hook.delivery(id)).lane, "a queue can't wait for long").toBe(
      isOwn ? null : hook.account,
    );
  });
});

describe("a receiver that asks for less", () => {
  /** Has the first of two deliveries be answered so, and attempts the second. */
  async function second(status: number, headers?: Record<string, string>) {
    const [one, two] = [await hook.begun(), await hook.begun()];
    answer(status, headers);
    await hook.attempt(one);
    internet.answer = () => new Response();
    await hook.attempt(two);
    return { one, two };
  }

  test.each([429, 502, 504])(
    "by %d gets nothing until the delivery is due again, and then the others too",
    async (status) => {
      const { one, two } = await second(status);
      expect(internet.received).toHaveLength(1);
      expect(await hook.delivery(two)).toMatchObject({
        status: "pending",
        attempts: 0,
        next_attempt_at: null,
      });
      await recoverDeliveries(hook.ctx);
      expect((await hook.delivery(two)).next_attempt_at, "not yet").toBeNull();
      await hook.attempt(one);
      await recoverDeliveries(hook.ctx);
      await hook.runLane();
      for (const id of [one, two]) expect((await hook.delivery(id)).status).toBe("delivered");
    },
  );

  test("is left alone for a minute at most, and with Retry-After for an hour", async () => {
    answer(502);
    const id = await hook.begun();
    for (let attempts = 1; attempts <= 6; attempts += 1) await hook.attempt(id);
    const pauseFor = async () => {
      const [row] = await rows(
        "SELECT pause_ends_at FROM webhooks WHERE account_id = ?",
        hook.account,
      );
      return row.pause_ends_at - hook.now;
    };
    expect(await pauseFor()).toBe(MINUTE_MS);
    answer(503, { "retry-after": String((10 * HOUR_MS) / SECOND_MS) });
    await hook.attempt(id);
    expect(await pauseFor()).toBe(HOUR_MS);
    expect(await waitOf(id)).toBe(10 * HOUR_MS);
  });

  test("is left alone no longer than its Retry-After says, however long the delivery waits", async () => {
    answer(500);
    const id = await hook.begun();
    for (let attempts = 1; attempts <= 8; attempts += 1) await hook.attempt(id);
    answer(503, { "retry-after": "5" });
    await hook.attempt(id);
    expect(await waitOf(id)).toBeGreaterThanOrEqual(5 * HOUR_MS);
    const [row] = await rows(
      "SELECT pause_ends_at FROM webhooks WHERE account_id = ?",
      hook.account,
    );
    expect(row.pause_ends_at - hook.now).toBe(5 * SECOND_MS);
  });

  test("holds new deliveries at once", async () => {
    await second(429);
    expect((await hook.delivery(await hook.begun())).next_attempt_at).toBeNull();
  });

  test("without saying so is not left alone", async () => {
    const { two } = await second(500);
    expect((await hook.delivery(two)).status).toBe("delivered");
  });
});
