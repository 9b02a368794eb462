// Builds triggered at the same time: one build per app, one credit per build, one builder per build.
import { expect, test } from "vitest";
import { credits, statuses, trigger, triggered, useTestClock } from "../../../../support/builds.ts";
import { FakeBuilder } from "../../../../support/fake-builder.ts";
import { api, bindings } from "../../../../support/worker.ts";
import { newOwner } from "../../../../support/scenario.ts";

useTestClock();

const TAKEN = { message: "App already has an active build in progress.", error: "active_build" };
const tooFew = (available: number) => ({
  message: "Insufficient build credits.",
  error: "insufficient_credits",
  required_credits: 1,
  available_credits: available,
});

test("twenty triggers at once start one build and spend one credit", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 50 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => trigger(owner)));
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  const refused = answers.filter((answer) => answer.status !== 201);
  for (const { status, body } of refused) expect([status, body]).toEqual([409, TAKEN]);
  expect(await credits(owner)).toEqual({ balance: 49, moved: [-1] });
  expect(await statuses(owner)).toEqual({ pending: 1 });
});

test("one credit starts one build when several apps are built at once", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 1 });
  const apps = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const made = await api("POST", "/api/v1/apps", {
        token: owner.account.key,
        json: { name: "Another", url: "https://example.com" },
      });
      return { account: owner.account, app: made.body.data };
    }),
  );
  const answers = await Promise.all(apps.map((one) => trigger(one)));
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
    expect([status, body]).toEqual([402, tooFew(0)]);
  }
  expect(await credits(owner)).toEqual({ balance: 0, moved: [-1] });
  expect(await statuses(owner)).toEqual({ pending: 1 });
  // the apps that were refused are not left locked
  await api("PATCH", `/api/v1/admin/accounts/${owner.account.id}`, {
    token: bindings.ADMIN_TOKEN,
    json: { build_credits: 6 },
  });
  const again = await Promise.all(apps.map((one) => trigger(one)));
  expect(again.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
    201, 201, 201, 201, 201, 409,
  ]);
});

test("two builders that lease at once get each build once, the oldest first", async () => {
  const builders = [await FakeBuilder.start(), await FakeBuilder.start()];
  const owner = await newOwner({ build_credits: 50 });
  const ids: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const made = await api("POST", "/api/v1/apps", {
      token: owner.account.key,
      json: { name: `App ${n}`, url: "https://example.com" },
    });
    ids.push(await triggered({ account: owner.account, app: made.body.data }));
  }
  const taken: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const leases = await Promise.all(builders.map((builder) => builder.lease()));
    taken.push(...leases.map((lease) => lease?.build_id ?? 0).toSorted((a, b) => a - b));
  }
  expect(taken).toEqual(ids);
  expect(await Promise.all(builders.map((builder) => builder.lease()))).toEqual([null, null]);
});

test("two requests with the same Idempotency-Key start one build", async () => {
  await FakeBuilder.start();
  const owner = await newOwner();
  const call = {
    token: owner.account.key,
    json: {},
    headers: { "idempotency-key": crypto.randomUUID() },
  };
  const first = await api("POST", `/api/v1/apps/${owner.app.id}/builds`, call);
  const second = await api("POST", `/api/v1/apps/${owner.app.id}/builds`, call);
  expect([second.status, second.body]).toEqual([201, first.body]);
  expect(second.headers.get("idempotency-replayed")).toBe("true");
  expect(await statuses(owner)).toEqual({ pending: 1 });
});
