// Deleting an app deletes what its builds left, and is refused while one of them is active.
import { expect, test } from "vitest";
import { credits, filesOf, trigger, triggered, useTestClock } from "../../support/builds.ts";
import { FakeBuilder } from "../../support/fake-builder.ts";
import { androidSubscriber } from "../../support/push.ts";
import { api, bindings, eventually } from "../../support/worker.ts";
import { breakOnce } from "./faults.ts";
import { newOwner } from "../../support/scenario.ts";

useTestClock();

test("deleting an app is refused while a build is active, and else deletes its rows and files", async () => {
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
  expect((await builder.report(lease, "POST", "heartbeat")).status).toBe(404);
});

test("deleting an app leaves no build without an app when one is triggered at the same time", async () => {
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

test("deleting an app also deletes what is created in it meanwhile", async () => {
  const { app, account } = await newOwner();
  const { DB, BUILD_LOCK } = bindings;
  const lock = BUILD_LOCK.get(BUILD_LOCK.idFromName(`app:${app.id}`));
  const push = `/api/v1/push/apps/${app.uuid}`;
  const token = account.key;
  const saved = { name: "Beta", targeting: { type: "tags", tags: ["beta"] } };
  const { id } = (await api("POST", `${push}/segments`, { token, json: saved })).body.data;
  const targeting = { type: "segment", id };
  const waiting = { title: "Hello", body: "World", targeting };
  await api("POST", `${push}/notifications`, { token, json: waiting });
  let goOn = () => {};
  // the app's own row goes by a batch, and all else before it
  const isReached = await breakOnce(lock, "DB.batch", {
    begin: new Promise<void>((resolve) => (goOn = resolve)),
  });
  const removing = api("DELETE", `/api/v1/apps/${app.id}`, { token });
  await eventually(async () => isReached());
  const device = androidSubscriber();
  const draft = { title: "Hello", body: "World", targeting: { type: "all" } };
  const late = [
    await api("POST", `${push}/subscribers`, { token, json: device }),
    await api("POST", `${push}/notifications`, { token, json: draft }),
    await api("POST", `${push}/segments`, { token, json: saved }),
  ];
  expect(late.map(({ status }) => status)).toEqual([201, 201, 201]);
  goOn();
  expect((await removing).status).toBe(200);
  for (const table of ["subscribers", "notifications", "segments"]) {
    const left = await DB.prepare(`SELECT id FROM ${table} WHERE app_id = ?`).bind(app.id).all();
    expect(left.results).toEqual([]);
  }
  expect((await api("GET", `/api/v1/apps/${app.id}`, { token })).status).toBe(404);
});
