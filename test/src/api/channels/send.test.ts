// Sends through channels: they reach the devices bound to (channel, iuid), those alone, and are kept for them to read.
import { describe, expect, test } from "vitest";
import {
  channelApi,
  channelWorld,
  newDevice,
  redeem,
  sendTo,
  subscribe,
} from "../../support/channels.ts";
import { useInternet } from "../../support/receiver.ts";
import { api, eventually, newAccount, rows } from "../../support/worker.ts";

const internet = useInternet();
const pushes = () => internet.received.filter(({ url }) => url.startsWith("https://push."));
const pushed = () => pushes().map(({ url }) => url);

test("a send reaches every device bound to the iuid, and no other", async () => {
  internet.answer = () => new Response(null, { status: 201 });
  const world = await channelWorld();
  const [one, two, other, unbound] = [
    await newDevice(world),
    await newDevice(world),
    await newDevice(world),
    await newDevice(world),
  ];
  const subscription = await subscribe(world, one, "ann");
  expect((await subscribe(world, two, "ann")).id).toBe(subscription.id);
  await subscribe(world, other, "bob");
  const sent = await sendTo(world, "ann");
  expect(sent.status).toBe(200);
  expect(sent.body).toEqual({
    subscription: subscription.id,
    title: "Hello",
    text: "How do you do?",
    readedAt: 0,
    createdAt: expect.any(Number),
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
  await eventually(async () => pushes().length >= 2);
  expect(pushed().toSorted()).toEqual([one.endpoint, two.endpoint].toSorted());
  expect(pushed()).not.toContain(unbound.endpoint);
});
