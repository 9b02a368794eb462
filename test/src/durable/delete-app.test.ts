// Deleting an app with what its builds left, unless one of them runs.
import { expect, test } from "vitest";
import { credits, filesOf, newOwner, trigger, triggered, useTestClock } from "../support/builds.ts";
import { FakeBuilder } from "../support/fake-builder.ts";
import { api, bindings } from "../support/worker.ts";

useTestClock();

test("an app with an active build stays; without one its rows and files go", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const { app, account } = owner;
  const id = await triggered(owner);
  const remove = () => api("DELETE", `/api/v1/apps/${app.id}`, { token: account.key });
  const refused = await remove();
  expect([refused.status, refused.body]).toEqual([
    409,
    { message: "Cannot delete app with active builds.", error: "active_builds" },
  ]);
  const { lease } = await builder.take();
  expect((await remove()).status).toBe(409);
  await builder.finish(lease);
  expect(await filesOf(app.id)).toHaveLength(2);
  const removed = await remove();
  expect([removed.status, removed.body]).toEqual([200, { message: "App deleted successfully." }]);
  expect(await filesOf(app.id)).toEqual([]);
  const rows = await bindings.DB.prepare("SELECT id FROM builds WHERE app_id = ?")
    .bind(app.id)
    .all();
  expect(rows.results).toEqual([]);
  const gone = await api("GET", `/api/v1/builds/${id}`, { token: account.key });
  expect([gone.status, gone.body]).toEqual([404, { message: "Build not found." }]);
  expect((await remove()).status).toBe(404);
  expect((await builder.heartbeat(lease).catch(() => null)) ?? "404").toBe("404");
});

test("deleting an app and triggering its build at once never leaves a build without an app", async () => {
  for (let round = 0; round < 8; round += 1) {
    await FakeBuilder.start();
    const owner = await newOwner();
    const [removed, made] = await Promise.all([
      api("DELETE", `/api/v1/apps/${owner.app.id}`, { token: owner.account.key }),
      trigger(owner),
    ]);
    expect([
      [200, 404],
      [409, 201],
    ]).toContainEqual([removed.status, made.status]);
    const orphans = await bindings.DB.prepare(
      "SELECT id FROM builds WHERE app_id NOT IN (SELECT id FROM apps)",
    ).all();
    expect(orphans.results).toEqual([]);
    expect((await credits(owner)).balance).toBe(removed.status === 200 ? 5 : 4);
  }
});
