// How many builds an app may have: a trigger deletes those beyond, with their files and their part of the ledger.
import { expect, test } from "vitest";
import { MAX_BUILDS } from "../../../../src/domain/builds/make-room.ts";
import { MAX_APPS_EVER } from "../../../../src/domain/keystores/keystore-apps.ts";
import {
  cancel,
  filesOf,
  getBuild,
  trigger,
  triggered,
  useTestClock,
} from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { png } from "../../../support/images.ts";
import { newOwner, type Owner } from "../../../support/scenario.ts";
import { api, bindings, eventually, rows } from "../../../support/worker.ts";

useTestClock();

/** Makes `count` builds of the app that have ended so, each with a file in R2 where it has an artifact. */
async function addBuilds({ account, app }: Owner, count: number, status: string, type = "debug") {
  const [{ n }] = await rows("SELECT count(*) AS n FROM builds WHERE app_id = ?", app.id);
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format, version_name,
       version_code, snapshot, certificate_sha256, certificate_sha1, cost, artifact_key, created_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?5)
     SELECT 'made-' || ?2 || '-' || (i + ?6), ?1, ?2, ?3, 'android-webview', ?4, 'apk', '1', 1, '{}', 'c0ffee', 'bead', 0,
       iif(?3 = 'completed', 'apps/' || ?2 || '/builds/made-' || (i + ?6), NULL), 1 FROM n`,
    account.id,
    app.id,
    status,
    type,
    count,
    n,
  );
}

const made = async ({ app }: Owner) =>
  (
    await rows(
      "SELECT id, status, build_type FROM builds WHERE app_id = ? AND reference LIKE 'made-%' ORDER BY id",
      app.id,
    )
  ).map(({ id, status, build_type }) => ({ id, kind: `${status} ${build_type}` }));

async function setIcon({ account, app }: Owner, width: number, layer = ""): Promise<void> {
  const set = await api("PUT", `/api/v1/apps/${app.id}/icon${layer}`, {
    token: account.key,
    headers: { "content-type": "image/png" },
    body: png(width, 16),
  });
  expect(set.status).toBe(200);
}

test("a build beyond the 500 takes the place of one that failed, of a debug build, and of a release last", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 9 });
  await addBuilds(owner, 1, "completed", "release");
  await addBuilds(owner, 1, "completed");
  await addBuilds(owner, 1, "failed", "release");
  await addBuilds(owner, MAX_BUILDS - 3, "completed", "release");
  const before = await made(owner);
  expect(before).toHaveLength(MAX_BUILDS);
  const gone = [];
  for (let at = 0; at < 3; at += 1) {
    await cancel(owner, await triggered(owner));
    const [{ n }] = await rows("SELECT count(*) AS n FROM builds WHERE app_id = ?", owner.app.id);
    expect(n).toBe(MAX_BUILDS);
    const left = new Set((await made(owner)).map(({ id }) => id));
    gone.push(
      before
        .filter(({ id }) => !left.has(id))
        .map(({ id }) => before.findIndex((one) => one.id === id)),
    );
    // as if it had completed
    await rows(
      "UPDATE builds SET status = 'completed', build_type = 'release' WHERE app_id = ? AND reference NOT LIKE 'made-%'",
      owner.app.id,
    );
  }
  expect(gone).toEqual([[2], [1, 2], [0, 1, 2]]);
});

test("a proof build makes room like a debug build, before any release", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 9 });
  await addBuilds(owner, MAX_BUILDS, "completed", "release");
  const proof = (await made(owner))[7]!.id;
  await rows("UPDATE builds SET adi_token = 'C5XJ2' WHERE id = ?", proof);
  await triggered(owner);
  const left = (await made(owner)).map(({ id }) => id);
  expect(left).toHaveLength(MAX_BUILDS - 1);
  expect(left).not.toContain(proof);
});

test("a deleted build's artifact, log and pictures go with it, but for an icon that is still in use", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 9 });
  await setIcon(owner, 16);
  await setIcon(owner, 16, "/foreground");
  await setIcon(owner, 18, "/monochrome");
  const first = await triggered(owner);
  await cancel(owner, first);
  await setIcon(owner, 17);
  await setIcon(owner, 17, "/foreground");
  const second = await triggered(owner);
  await cancel(owner, second);
  const [{ icon_key: iconOfFirst }] = await rows("SELECT icon_key FROM builds WHERE id = ?", first);
  const [{ icon_key: iconOfSecond }] = await rows(
    "SELECT icon_key FROM builds WHERE id = ?",
    second,
  );
  const log = (id: number) => `apps/${owner.app.id}/builds/${id}/log.txt`;
  const layers = async (id: number): Promise<string[]> =>
    Object.values(
      (await rows("SELECT foreground_key, monochrome_key FROM builds WHERE id = ?", id))[0],
    );
  const [ofFirst, ofSecond] = [await layers(first), await layers(second)];
  expect(ofFirst[1]).toBe(ofSecond[1]);
  expect(await filesOf(owner.app.id)).toEqual(
    expect.arrayContaining([
      iconOfFirst,
      iconOfSecond,
      log(first),
      log(second),
      ...ofFirst,
      ...ofSecond,
    ]),
  );
  await rows(
    "UPDATE builds SET artifact_key = ? WHERE id = ?",
    `apps/${owner.app.id}/builds/x`,
    first,
  );
  await bindings.FILES.put(`apps/${owner.app.id}/builds/x`, "artifact");
  await addBuilds(owner, MAX_BUILDS - 1, "completed");
  await triggered(owner);
  await eventually(async () => !(await filesOf(owner.app.id)).includes(log(second)));
  expect(new Set(await filesOf(owner.app.id))).toEqual(new Set([iconOfSecond, ...ofSecond]));
  expect(await getBuild(owner, first)).toBeUndefined();
});

test("the credit taken for a build and given back goes with it from the ledger, and the balance stays", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 9 });
  await cancel(owner, await triggered(owner));
  await addBuilds(owner, MAX_BUILDS - 1, "completed");
  const ledger = async () =>
    (
      await rows(
        "SELECT delta FROM credit_ledger WHERE account_id = ? ORDER BY id",
        owner.account.id,
      )
    ).map(({ delta }) => delta);
  expect(await ledger()).toEqual([9, -1, 1]);
  await triggered(owner);
  expect(await ledger()).toEqual([9, -1]);
  const [{ build_credits }] = await rows(
    "SELECT build_credits FROM accounts WHERE id = ?",
    owner.account.id,
  );
  expect(build_credits).toBe(8);
});

test("nothing is deleted for a build that is refused", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 0 });
  await addBuilds(owner, MAX_BUILDS, "failed");
  expect((await trigger(owner)).status).toBe(402);
  expect(await made(owner)).toHaveLength(MAX_BUILDS);
});

test("a keystore is for 10,000 apps at most, deleted ones included: another app can't be built with it", async () => {
  await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 9 });
  const token = owner.account.key;
  const { body } = await api("POST", "/api/v1/keystores", {
    token,
    json: { name: "R", algorithm: "ec" },
  });
  const json = { build_type: "release", keystore_id: body.data.id };
  await rows(
    `INSERT INTO keystore_apps (keystore_id, app_id)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) SELECT ?1, -i FROM n`,
    body.data.id,
    MAX_APPS_EVER,
  );
  const refused = await trigger(owner, json);
  expect([refused.status, refused.body.message]).toEqual([
    422,
    "The keystore id field must name a keystore that is for fewer than 10000 apps, deleted ones included.",
  ]);
  expect(await made(owner)).toEqual([]);
  await rows("DELETE FROM keystore_apps WHERE keystore_id = ? AND app_id = -1", body.data.id);
  await cancel(owner, await triggered(owner, json));
  // one that it is for already can be built again
  expect((await trigger(owner, json)).status).toBe(201);
});
