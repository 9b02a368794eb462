// What an isolate keeps of credentials and bearer tokens between invocations, each of which can be cut off at any moment.
import { expect, test, vi } from "vitest";
import { Senders } from "../../../src/delivery/senders.ts";
import { presentCredentials } from "../../../src/domain/subscribers/credentials.ts";
import { testContext } from "../../support/context.ts";
import { serviceAccount } from "../../support/push.ts";
import { newPushOwner } from "../../support/scenario.ts";
import { set } from "./refusing.ts";

const never = async () => new Promise<never>(() => undefined);
const minted = { ok: true, token: "ya29.a", expiresAt: Infinity, version: 0 } as const;

/** A context, and a credential of a new app. */
async function world(provider: "webpush" | "fcm") {
  const owner = await newPushOwner(0);
  const { ctx } = testContext();
  if (provider === "fcm") await set(owner, "fcm", { service_account: await serviceAccount() });
  const found = await presentCredentials(ctx, owner.app.v1_id);
  const credential = found.find((one) => one.provider === provider);
  if (!credential) throw new Error("no credential");
  return { ctx, credential };
}

test("whoever was cut off while it opened a credential keeps nobody waiting", async () => {
  const { ctx, credential } = await world("webpush");
  const senders = new Senders();
  const select = () => ({ from: () => ({ where: never }) });
  const cut = { ...ctx, db: { select } as unknown as typeof ctx.db };
  void senders.find(cut, "webpush", credential);
  expect(await senders.find({ ...ctx }, "webpush", credential)).toMatchObject({ ok: true });
});

test("whoever was cut off while it waited for a token keeps nobody waiting", async () => {
  const { ctx, credential } = await world("fcm");
  const senders = new Senders();
  const asked = vi.fn(never);
  void senders.find({ ...ctx, providerToken: () => ({ token: asked }) }, "fcm", credential);
  await vi.waitUntil(() => asked.mock.calls.length > 0, { timeout: 20_000 });
  const other = { ...ctx, providerToken: () => ({ token: async () => minted }) };
  expect(await senders.find(other, "fcm", credential)).toMatchObject({ ok: true });
});

test("an invocation's recipients share one call, and later invocations its result", async () => {
  const { ctx, credential } = await world("fcm");
  const senders = new Senders();
  const token = vi.fn(async () => minted);
  const mine = { ...ctx, providerToken: () => ({ token }) };
  const select = vi.spyOn(mine.db, "select");
  await Promise.all([1, 2, 3].map(async () => senders.find(mine, "fcm", credential)));
  await senders.find({ ...mine }, "fcm", credential);
  expect([token.mock.calls.length, select.mock.calls.length]).toEqual([1, 1]);
});

test("a token that was refused is asked for anew by one, and the others get that", async () => {
  const { ctx, credential } = await world("fcm");
  const senders = new Senders();
  const token = vi.fn(async (_id: number, stale: string | null) =>
    stale === null ? minted : { ...minted, token: "ya29.b" },
  );
  const mine = { ...ctx, providerToken: () => ({ token }) };
  const first = await senders.find(mine, "fcm", credential);
  if (!first.ok) throw new Error("no sender");
  const renewed = await Promise.all(
    [1, 2, 3].map(async () => senders.find(mine, "fcm", credential, first.sender)),
  );
  for (const one of renewed) expect(one).toMatchObject({ sender: { accessToken: "ya29.b" } });
  expect(token.mock.calls.map(([, stale]) => stale)).toEqual([null, "ya29.a"]);
});
