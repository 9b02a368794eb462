// What the real push services differ in: Apple's status for another VAPID key, and a header that Microsoft's wants.
import { describe, expect, test } from "vitest";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { rows } from "../../support/worker.ts";
import { browserOf, Send, useWorld } from "./sending.ts";

const world = useWorld();

const flagOf = async ({ app }: PushOwner): Promise<string | null> => {
  const [{ flag }] = await rows("SELECT flag FROM push_credentials WHERE app_id = ?", app.v1_id);
  return flag;
};

const MISMATCH = { reason: "VapidPkHashMismatch" };

test.each([
  [400, MISMATCH],
  [401, MISMATCH],
  [403, MISMATCH],
])(
  "browsers of another VAPID key (HTTP %i %j) are retired where others take theirs",
  async (status, body) => {
    const owner = await newPushOwner(60);
    const send = await Send.create(world, owner);
    world.answer = (url) =>
      browserOf(url) < 3 ? Response.json(body, { status }) : new Response(null, { status: 201 });
    expect(await send.finish()).toMatchObject({ status: "sent", stats: { failed_count: 3 } });
    await send.expectAccounted(60);
    expect(await flagOf(owner)).toBeNull();
    const [{ n }] = await rows(
      "SELECT count(*) AS n FROM subscribers WHERE app_id = ? AND status = 'active'",
      owner.app.v1_id,
    );
    expect(n).toBe(57);
  },
);

test("a push service that refuses the VAPID token retires nobody, and its reason is told", async () => {
  const owner = await newPushOwner(60);
  const send = await Send.create(world, owner);
  world.answer = (url) =>
    browserOf(url) < 3
      ? Response.json({ reason: "BadJwtToken" }, { status: 400 })
      : new Response(null, { status: 201 });
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { failed_count: 3 } });
  const failed = (await send.results()).filter((result) => result.status === "failed");
  for (const one of failed) expect(one).toMatchObject({ attempts: 1, error: "BadJwtToken" });
  const [{ n }] = await rows(
    "SELECT count(*) AS n FROM subscribers WHERE app_id = ? AND status = 'active'",
    owner.app.v1_id,
  );
  expect(n).toBe(60);
});

test("when nobody takes a message, the send goes on to all, and tells what to look at", async () => {
  const owner = await newPushOwner(120);
  const send = await Send.create(world, owner);
  world.answer = () => Response.json(MISMATCH, { status: 400 });
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "failed", stats: { sent_count: 0, failed_count: 120 } });
  expect(ended.failure_reason).toMatch(/^webpush: .*VAPID/);
  expect([...world.asked.values()]).toEqual(Array(120).fill(1));
});

test("any other HTTP 400 says nothing of the credential", async () => {
  const owner = await newPushOwner(3);
  const send = await Send.create(world, owner);
  world.answer = () => Response.json({ reason: "BadWebPushTopic" }, { status: 400 });
  await send.finish();
  expect(await flagOf(owner)).toBeNull();
  expect((await send.results()).map(({ error }) => error)).toEqual(Array(3).fill("HTTP 400"));
});

describe("x-wns-cache-policy", () => {
  /** The headers that the push service at `host` gets with this TTL. */
  async function headersOf(host: string, ttl: number): Promise<Headers> {
    const owner = await newPushOwner(1);
    const endpoint = `https://${host}/w/?token=abc`;
    await rows("UPDATE subscribers SET token = ? WHERE app_id = ?", endpoint, owner.app.v1_id);
    const send = await Send.create(world, owner, { send: true, ttl });
    let headers = new Headers();
    world.answer = (_url, init) => {
      headers = new Headers(init.headers);
      return new Response(null, { status: 201 });
    };
    expect(await send.finish()).toMatchObject({ stats: { sent_count: 1 } });
    return headers;
  }

  test.each(["wns2-par02p.notify.windows.com", "DB5.Notify.Windows.Com", "notify.windows.com."])(
    "goes to %s with a TTL of 0, and not otherwise",
    async (host) => {
      const now = await headersOf(host, 0);
      expect([now.get("ttl"), now.get("x-wns-cache-policy")]).toEqual(["0", "no-cache"]);
      const later = await headersOf(host, 60);
      expect([later.get("ttl"), later.has("x-wns-cache-policy")]).toEqual(["60", false]);
    },
  );

  test.each([
    "fcm.googleapis.com",
    "web.push.apple.com",
    "evilnotify.windows.com",
    "notify.windows.com.example.com",
  ])("never goes to %s", async (host) => {
    for (const ttl of [0, 60]) {
      expect((await headersOf(host, ttl)).has("x-wns-cache-policy")).toBe(false);
    }
  });
});
