// What the real push services differ in: Apple's status for another VAPID key, and a header that Microsoft's wants.
import { expect, test } from "vitest";
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
  [400, { reason: "BadJwtToken" }],
])("a VAPID key refused by HTTP %i %j is flagged, and retires nobody", async (status, body) => {
  const owner = await newPushOwner(60);
  const send = await Send.create(world, owner);
  world.answer = (url) =>
    browserOf(url) < 3 ? Response.json(body, { status }) : new Response(null, { status: 201 });
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { failed_count: 3 } });
  await send.expectAccounted(60);
  expect(await flagOf(owner)).toContain("VAPID");
  const failed = (await send.results()).filter((result) => result.status === "failed");
  expect(failed).toMatchObject(Array(3).fill({ attempts: 1, error: body.reason }));
  const [{ n }] = await rows(
    "SELECT count(*) AS n FROM subscribers WHERE app_id = ? AND status = 'active'",
    owner.app.v1_id,
  );
  expect(n).toBe(60);
});

test("a whole batch refused by HTTP 400 VapidPkHashMismatch stops the run, as by 403", async () => {
  const owner = await newPushOwner(60);
  const send = await Send.create(world, owner);
  world.answer = () => Response.json(MISMATCH, { status: 400 });
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "failed", stats: { sent_count: 0 } });
  expect(ended.failure_reason).toMatch(/^webpush: .*VAPID/);
});

test("any other HTTP 400 says nothing of the credential", async () => {
  const owner = await newPushOwner(3);
  const send = await Send.create(world, owner);
  world.answer = () => Response.json({ reason: "BadWebPushTopic" }, { status: 400 });
  await send.finish();
  expect(await flagOf(owner)).toBeNull();
  expect((await send.results()).map(({ error }) => error)).toEqual(Array(3).fill("HTTP 400"));
});
