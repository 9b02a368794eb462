// A completed release pins its app's signing certificate, package name and version code: what is refused after it, what
// may be overridden, and what pins nothing.
import { describe, expect, test } from "vitest";
import { MAX_PACKAGES } from "../../../../../src/domain/builds/releases.ts";
import {
  cancel,
  credits,
  emptyPool,
  getBuild,
  lockOf,
  redoing,
  trigger,
  triggered,
  useTestClock,
} from "../../../../support/builds.ts";
import { artifact } from "../../../../support/fake-builder.ts";
import { newKeystore, newPublisher } from "../../../../support/publisher.ts";
import { newApp, newKey, newOwner } from "../../../../support/scenario.ts";
import { api, rows, type Reply } from "../../../../support/worker.ts";
import { fixtures } from "../../../kit/keystore/fixtures/keystores.ts";
import { breakOnce } from "../../../durable/faults.ts";

const every = redoing(useTestClock());

/** The version of a build that was taken, or the code of the refusal and the facts that come with it. */
function told({ status, body }: Reply): unknown {
  if (status === 201) return body.data.version_code;
  const { message, error, ...facts } = body;
  expect(status).toBe(409);
  expect(message.length).toBeGreaterThan(50);
  return [error, facts];
}

describe("after a completed release", () => {
  test("another key is refused, whatever else is wrong, until the request allows it; then it counts", async () => {
    const owner = await newPublisher({ version_code: 3 });
    await owner.release();
    const other = await newKeystore(owner.account.key);
    const refused = await owner.ask({ keystore_id: other.id });
    expect(told(refused)).toEqual([
      "signing_key_changed",
      {
        expected_certificate_sha256: owner.keystore.certificate_sha256,
        certificate_sha256: other.certificate_sha256,
        expected_keystore_id: owner.keystore.id,
      },
    ]);
    expect(refused.body.message).toContain("allow_signing_key_change");
    expect(refused.body.message).toContain(owner.keystore.certificate_sha256);
    await owner.put({ version_code: 4 });
    const allowed = await owner.release({ keystore_id: other.id, allow_signing_key_change: true });
    expect(allowed).toMatchObject({
      status: "completed",
      keystore_id: other.id,
      certificate_sha256: other.certificate_sha256,
    });
    await owner.put({ version_code: 5 });
    expect(told(await owner.ask())).toMatchObject(["signing_key_changed", {}]);
    expect(told(await owner.ask({ keystore_id: other.id }))).toBe(5);
  });

  test("another package name is refused until the request allows it; then it counts, and codes start anew", async () => {
    const owner = await newPublisher({ version_code: 3 });
    await owner.release();
    await owner.put({ package_name: "com.example.b" });
    const refused = await owner.ask();
    expect(told(refused)).toEqual([
      "package_changed",
      { expected_package_name: "com.example.a", package_name: "com.example.b" },
    ]);
    expect(refused.body.message).toContain("allow_package_change");
    await owner.release({ allow_package_change: true });
    expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
    await owner.put({ package_name: "com.example.a", version_code: 4 });
    expect(told(await owner.ask())).toMatchObject([
      "package_changed",
      { expected_package_name: "com.example.b" },
    ]);
  });

  test("a version code that is not higher is refused until the request allows it", async () => {
    const owner = await newPublisher({ version_code: 3 });
    await owner.release();
    const refused = await owner.ask();
    expect(told(refused)).toEqual([
      "version_code_used",
      { highest_version_code: 3, version_code: 3 },
    ]);
    expect(refused.body.message).toContain("allow_version_reuse");
    expect(refused.body.message).toContain("auto_increment");
    await owner.release({ allow_version_reuse: true });
    expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
    await owner.put({ version_code: 4 });
    expect(told(await owner.ask())).toBe(4);
  });
});

test("a release is held to those before ahead of credits and builders, and a refused one takes no credit", async () => {
  const owner = await newPublisher({}, { build_credits: 1 });
  await owner.release();
  await emptyPool();
  expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
  await owner.put({ version_code: 2 });
  expect((await owner.ask()).status).toBe(402);
  expect(await credits(owner)).toEqual({ balance: 0, moved: [-1] });
});

describe("a version", () => {
  test("is released once as APK and once as AAB by the same key, and each format once", async () => {
    const owner = await newPublisher({ version_code: 3 });
    await owner.release({ build_format: "apk" });
    await owner.release({ build_format: "aab" });
    for (const build_format of ["apk", "aab"]) {
      expect(told(await owner.ask({ build_format }))).toEqual([
        "version_code_used",
        { highest_version_code: 3, version_code: 3 },
      ]);
    }
    await owner.put({ version_code: 4 });
    await owner.release({ build_format: "aab" });
    await owner.release({ build_format: "apk" });
  });

  test("released in one format is used up in the other for another key", async () => {
    const owner = await newPublisher();
    const other = await newKeystore(owner.account.key);
    await owner.release({ build_format: "apk" });
    const wanted = { keystore_id: other.id, allow_signing_key_change: true, build_format: "aab" };
    expect(told(await owner.ask(wanted))).toMatchObject(["version_code_used", {}]);
    // released all the same, the version belongs to that key in both formats
    await owner.release({ ...wanted, allow_version_reuse: true });
    await owner.release({ keystore_id: other.id, build_format: "apk" });
    const again = { keystore_id: other.id, build_format: "apk" };
    expect(told(await owner.ask(again))).toMatchObject(["version_code_used", {}]);
  });

  test("of a package name that was released before is not forgotten with a change back", async () => {
    const owner = await newPublisher({ version_code: 5 });
    await owner.release();
    await owner.put({ package_name: "com.example.b" });
    await owner.release({ allow_package_change: true });
    await owner.put({ package_name: "com.example.a" });
    const back = { allow_package_change: true };
    expect(told(await owner.ask(back))).toMatchObject([
      "version_code_used",
      { highest_version_code: 5 },
    ]);
    expect(told(await owner.ask({ ...back, build_format: "aab" }))).toBe(5);
  });

  test("that is lower and released nonetheless leaves the highest as it is, and to the key that has it", async () => {
    const owner = await newPublisher({ version_code: 3 });
    await owner.release();
    // the app's own code stays behind, since it has another package name when the release completes
    await owner.ask({ auto_increment: true });
    await owner.put({ package_name: "com.example.b" });
    await owner.builder.finish((await owner.builder.take()).lease);
    await owner.put({ package_name: "com.example.a" });
    await owner.release({ allow_version_reuse: true });
    expect(told(await owner.ask())).toMatchObject([
      "version_code_used",
      { highest_version_code: 4 },
    ]);
    const other = await newKeystore(owner.account.key);
    const all = { allow_signing_key_change: true, allow_version_reuse: true };
    await owner.release({ keystore_id: other.id, ...all });
    await owner.put({ version_code: 4 });
    for (const build_format of ["apk", "aab"]) {
      const highest = { keystore_id: other.id, build_format };
      expect(told(await owner.ask(highest))).toMatchObject(["version_code_used", {}]);
    }
    expect(told(await owner.ask({ keystore_id: other.id, auto_increment: true }))).toBe(5);
  });

  test("is known of the last 20 package names, however often an app changes its own", async () => {
    const owner = await newPublisher();
    await owner.release();
    await rows(
      `INSERT INTO releases (account_id, app_id, package_name, certificate_sha256, version_code, has_apk, has_aab,
         build_id, keystore_id)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       SELECT account_id, app_id, 'com.old' || i, certificate_sha256, 1, 1, 1, -i, keystore_id FROM n, releases
         WHERE app_id = ?1`,
      owner.app.id,
      MAX_PACKAGES - 1,
    );
    await owner.put({ package_name: "com.example.b" });
    await owner.release({ allow_package_change: true });
    const known = await rows(
      "SELECT package_name FROM releases WHERE app_id = ? ORDER BY build_id",
      owner.app.id,
    );
    const names = known.map(({ package_name }) => package_name);
    expect(names).toHaveLength(MAX_PACKAGES);
    expect(names).not.toContain(`com.old${MAX_PACKAGES - 1}`);
    expect(names.slice(-2)).toEqual(["com.example.a", "com.example.b"]);
  });
});

describe("the signing key", () => {
  test("is the same identity in whichever keystore it was uploaded", async () => {
    const owner = await newPublisher({ version_code: 3 });
    const token = owner.account.key;
    const file = { file: fixtures.pkcs12Ec, store_password: "store-pass" };
    const [first, second] = [await newKeystore(token, file), await newKeystore(token, file)];
    await owner.release({ keystore_id: first.id });
    await owner.put({ version_code: 4 });
    expect((await owner.release({ keystore_id: second.id })).keystore_id).toBe(second.id);
    await owner.put({ version_code: 5 });
    expect(told(await owner.ask())).toMatchObject([
      "signing_key_changed",
      { expected_keystore_id: second.id },
    ]);
  });

  test("is told first, then the package name, then the version code", async () => {
    const owner = await newPublisher();
    await owner.release();
    await owner.put({ package_name: "com.example.b" });
    const { id } = await newKeystore(owner.account.key);
    const wrong = { keystore_id: id };
    expect(told(await owner.ask(wrong))).toMatchObject(["signing_key_changed", {}]);
    const key = { ...wrong, allow_signing_key_change: true };
    expect(told(await owner.ask(key))).toMatchObject(["package_changed", {}]);
    await owner.put({ package_name: "com.example.a" });
    expect(told(await owner.ask(key))).toMatchObject(["version_code_used", {}]);
    expect(told(await owner.ask({ ...key, allow_version_reuse: true }))).toBe(1);
  });

  test("that a package name was released with counts when the app takes the name again", async () => {
    const owner = await newPublisher();
    await owner.release();
    const other = await newKeystore(owner.account.key);
    await owner.put({ package_name: "com.example.b" });
    const all = { allow_signing_key_change: true, allow_package_change: true };
    await owner.release({ keystore_id: other.id, ...all });
    await owner.put({ package_name: "com.example.a", version_code: 2 });
    const back = { allow_package_change: true };
    expect(told(await owner.ask({ keystore_id: other.id, ...back }))).toMatchObject([
      "signing_key_changed",
      { expected_certificate_sha256: owner.keystore.certificate_sha256 },
    ]);
    expect(told(await owner.ask(back))).toBe(2);
  });
});

describe("no release, and so neither checked nor remembered, is", () => {
  test("a debug build, also one that names a keystore", async () => {
    const owner = await newPublisher();
    const other = await newKeystore(owner.account.key);
    const debug = { build_type: "debug", keystore_id: other.id };
    await owner.release(debug);
    await owner.release({ build_type: "debug", keystore_id: null });
    await owner.release();
    await owner.put({ package_name: "com.example.b" });
    await owner.release(debug);
    await owner.release({ build_type: "debug", keystore_id: null });
    await owner.put({ package_name: "com.example.a" });
    expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
  });

  test("a build that fails or is cancelled, before a release and after it", async () => {
    const owner = await newPublisher();
    const other = await newKeystore(owner.account.key);
    const wanted = { keystore_id: other.id, allow_signing_key_change: true, auto_increment: true };
    const vain = async () => {
      expect((await owner.ask(wanted)).status).toBe(201);
      await owner.builder.fail((await owner.builder.take()).lease, false);
      const made = await owner.ask(wanted);
      expect((await cancel(owner, made.body.data.id)).status).toBe(200);
    };
    await vain();
    expect((await owner.present()).version_code).toBe(1);
    await owner.release();
    await vain();
    expect((await owner.present()).version_code).toBe(1);
    expect(told(await owner.ask({ auto_increment: true }))).toBe(2);
  });

  test("what another app or account released", async () => {
    const [owner, stranger] = [await newPublisher(), await newPublisher()];
    await owner.release();
    const { account, builder } = owner;
    const other = { account, app: await newApp(account.key) };
    const { id } = await newKeystore(account.key);
    await triggered(other, { build_type: "release", keystore_id: id });
    await builder.finish((await builder.take()).lease);
    await stranger.release();
    await owner.put({ version_code: 2 });
    expect(told(await owner.ask())).toBe(2);
  });
});

describe("what was released is known", () => {
  test("when the builds are deleted that make room, and goes with the app", async () => {
    const owner = await newPublisher();
    await owner.release();
    await rows("DELETE FROM builds WHERE app_id = ?", owner.app.id);
    expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
    const token = owner.account.key;
    const gone = await api("DELETE", `/api/v1/apps/${owner.app.id}`, { token });
    expect(gone.status).toBe(200);
    expect(await rows("SELECT * FROM releases WHERE app_id = ?", owner.app.id)).toEqual([]);
  });

  test("to one of several who ask at once: that one wins, and the next is told", async () => {
    const owner = await newPublisher();
    const asked = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        owner.ask({ build_format: at % 2 ? "apk" : "aab", auto_increment: at % 3 === 0 }),
      ),
    );
    const won = asked.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    for (const one of asked.filter(({ status }) => status !== 201)) {
      expect([one.status, one.body.error]).toEqual([409, "active_build"]);
    }
    await owner.builder.finish((await owner.builder.take()).lease);
    const again = await Promise.all(
      Array.from({ length: 12 }, () => owner.ask({ auto_increment: true })),
    );
    expect(again.filter(({ status }) => status === 201).map(told)).toEqual([2]);
  });

  test("by the build's end, which is repeated when it was interrupted, and a fault in asking leaves the lock free", async () => {
    const owner = await newPublisher();
    const made = await owner.ask();
    const { lease } = await owner.builder.take();
    const bytes = await artifact();
    await owner.builder.upload(lease, bytes);
    await breakOnce(lockOf(owner.app.id), "DB.batch", "before");
    expect((await owner.builder.complete(lease, bytes)).status).toBe(500);
    expect(await rows("SELECT * FROM releases WHERE app_id = ?", owner.app.id)).toEqual([]);
    // the next trigger first writes the end
    expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
    expect((await getBuild(owner, made.body.data.id)).status).toBe("completed");
    // a fault while it is asked what was released leaves no lock behind
    await breakOnce(lockOf(owner.app.id), "DB.prepare", "before");
    expect((await owner.ask({ auto_increment: true })).status).toBe(500);
    await every(owner);
    expect(told(await owner.ask({ auto_increment: true }))).toBe(2);
  });
});

test("a release is known once, though the answer of the database to its end is lost and another is asked for", async () => {
  const owner = await newPublisher();
  const made = await owner.ask({ build_format: "aab" });
  const { lease } = await owner.builder.take();
  const bytes = await artifact();
  await owner.builder.upload(lease, bytes);
  await breakOnce(lockOf(owner.app.id), "DB.batch", "after");
  expect((await owner.builder.complete(lease, bytes)).status).toBe(500);
  const known = () => rows("SELECT * FROM releases WHERE app_id = ?", owner.app.id);
  const [first, ...others] = await known();
  expect([first!.build_id, others]).toEqual([made.body.data.id, []]);
  await owner.release({ build_format: "apk" });
  await every(owner);
  expect(await known()).toMatchObject([{ version_code: 1, has_apk: 1, has_aab: 1 }]);
  expect((await owner.present()).version_code).toBe(1);
});

describe("auto_increment", () => {
  test("takes the app's own code first and then one above the highest, and the app's own follows", async () => {
    const owner = await newPublisher({ version_code: 7 });
    const auto = { auto_increment: true };
    expect((await owner.release(auto)).version_code).toBe(7);
    const made = await owner.ask(auto);
    expect(told(made)).toBe(8);
    expect((await owner.present()).version_code).toBe(7);
    const { lease, job } = await owner.builder.take();
    expect(job.app.version_code).toBe(8);
    const before = await owner.present();
    await owner.builder.finish(lease);
    const after = await owner.present();
    expect(after.version_code).toBe(8);
    expect(after.updated_at >= before.updated_at).toBe(true);
    // also for the other format, which could have had the same
    expect((await owner.release({ ...auto, build_format: "aab" })).version_code).toBe(9);
    expect((await owner.present()).version_code).toBe(9);
  });

  test("takes the app's own code where its owner has raised that further, and doesn't lower it", async () => {
    const owner = await newPublisher();
    await owner.release();
    await owner.put({ version_code: 10 });
    const made = await owner.ask({ auto_increment: true });
    expect(told(made)).toBe(10);
    await owner.put({ version_code: 20 });
    await owner.builder.finish((await owner.builder.take()).lease);
    expect((await owner.present()).version_code).toBe(20);
  });

  test("leaves the app's own code alone if the app has another package name by the end", async () => {
    const owner = await newPublisher({ version_code: 3 });
    await owner.release();
    expect(told(await owner.ask({ auto_increment: true }))).toBe(4);
    await owner.put({ package_name: "com.example.b" });
    await owner.builder.finish((await owner.builder.take()).lease);
    expect((await owner.present()).version_code).toBe(3);
    // what was released is known all the same
    await owner.put({ package_name: "com.example.a" });
    expect(told(await owner.ask())).toMatchObject([
      "version_code_used",
      { highest_version_code: 4, version_code: 3 },
    ]);
    expect(told(await owner.ask({ auto_increment: true }))).toBe(5);
  });

  test("is refused where no version code is left", async () => {
    const owner = await newPublisher({ version_code: 2_099_999_999 });
    await owner.release();
    expect((await owner.release({ auto_increment: true })).version_code).toBe(2_100_000_000);
    const refused = await owner.ask({ auto_increment: true });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      {
        auto_increment: [
          "The auto increment field must be false: 2100000000 is released, and stores accept no higher version code.",
        ],
      },
    ]);
    expect(told(await owner.ask())).toMatchObject(["version_code_used", {}]);
    // the lock is free
    expect(told(await owner.ask({ build_format: "aab" }))).toBe(2_100_000_000);
  });
});

test.each<[Record<string, unknown>, string[]]>([
  [{ auto_increment: true }, ["auto_increment"]],
  [{ auto_increment: "yes" }, ["auto_increment"]],
  [
    { allow_signing_key_change: 1, allow_package_change: null },
    ["allow_signing_key_change", "allow_package_change"],
  ],
  [{ allow_version_reuse: "true" }, ["allow_version_reuse"]],
])("a debug build with %j is a 422 that names the fields", async (json, fields) => {
  const refused = await trigger(await newOwner(), json);
  expect([refused.status, Object.keys(refused.body.errors)]).toEqual([422, fields]);
});

test("a repeated Idempotency-Key answers with the build that was made, and a refusal may be tried again", async () => {
  const owner = await newPublisher();
  await owner.release();
  const send = (json: unknown, name: string) =>
    api("POST", `/api/v1/apps/${owner.app.id}/builds`, {
      token: owner.account.key,
      headers: { "idempotency-key": name },
      json,
    });
  const wanted = { build_type: "release", keystore_id: owner.keystore.id };
  expect((await send(wanted, "a")).body.error).toBe("version_code_used");
  await owner.put({ version_code: 2 });
  const made = await send(wanted, "a");
  expect(told(made)).toBe(2);
  const again = await send(wanted, "a");
  expect([again.status, again.body]).toEqual([201, made.body]);
});

test("a key limited to another app finds no app to release, and one of another account neither", async () => {
  const owner = await newPublisher();
  const elsewhere = await newApp(owner.account.key);
  const limited = await newKey(owner.account.id, { app_ids: [elsewhere.id] });
  const stranger = await newOwner();
  for (const token of [limited, stranger.account.key]) {
    for (const [method, path] of [
      ["POST", "builds"],
      ["GET", "assetlinks"],
    ] as const) {
      const missing = await api(method, `/api/v1/apps/${owner.app.id}/${path}`, { token });
      expect([missing.status, missing.body]).toEqual([404, { message: "App not found." }]);
    }
  }
});
