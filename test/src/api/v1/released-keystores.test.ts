// A keystore whose key signed a release is not deleted by accident, and builds say by which key they are signed also once
// it is gone.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { getBuild, useTestClock } from "../../../support/builds.ts";
import { newKeystore, newPublisher, type Publisher } from "../../../support/publisher.ts";
import { newKey, newOwner } from "../../../support/scenario.ts";
import { api, rows, type Reply } from "../../../support/worker.ts";
import { fixtures } from "../../kit/keystore/fixtures/keystores.ts";

useTestClock();

async function remove({ account }: Publisher, id: number, query = ""): Promise<Reply> {
  return api("DELETE", `/api/v1/keystores/${id}${query}`, { token: account.key });
}

const DELETED = { message: "Keystore deleted successfully." };
const protectedBy = (packages: string[]) => ({
  message:
    "This keystore signed releases. Without its key nobody can make an update of them that devices install, and it can't " +
    "be made again. Export it and keep the copy, then delete it with ?force=true.",
  error: "keystore_in_use",
  package_names: packages,
});

test("a keystore that signed a release is deleted only by force, and its builds keep its id and certificate", async () => {
  const owner = await newPublisher();
  const { keystore } = owner;
  const { id } = await owner.release();
  for (const query of ["", "?force=false"]) {
    const refused = await remove(owner, keystore.id, query);
    expect([refused.status, refused.body]).toEqual([409, protectedBy(["com.example.a"])]);
  }
  const forced = await remove(owner, keystore.id, "?force=true");
  expect([forced.status, forced.body]).toEqual([200, DELETED]);
  const kept = { keystore_id: keystore.id, certificate_sha256: keystore.certificate_sha256 };
  expect(await getBuild(owner, id)).toMatchObject(kept);
  const { builds } = await owner.present();
  expect(builds).toMatchObject([kept]);
  // the next release is still held to that key
  const other = await newKeystore(owner.account.key);
  const refused = await owner.ask({ keystore_id: other.id });
  expect(refused.body.expected_certificate_sha256).toBe(keystore.certificate_sha256);
  expect((await owner.ask()).status).toBe(422);
  expect((await remove(owner, keystore.id, "?force=true")).status).toBe(404);
});

test.each([
  ["the account's own debug key", { build_type: "debug", keystore_id: null }],
  ["a keystore", {}],
])(
  "a build tells both fingerprints of the certificate of %s, which its builder signs with",
  async (_, json) => {
    const owner = await newPublisher();
    const made = await owner.ask(json);
    const { job } = await owner.builder.take();
    const certificate = Buffer.from(job.signing.certificates[0]!, "base64");
    const digest = (name: string) => createHash(name).update(certificate).digest("hex");
    const told = { certificate_sha256: digest("sha256"), certificate_sha1: digest("sha1") };
    expect(made.body.data).toMatchObject(told);
    expect(await getBuild(owner, made.body.data.id)).toMatchObject(told);
    expect((await owner.present()).builds).toMatchObject([told]);
  },
);

test.each(["?force=yes", "?force=", "?force", "?force=TRUE", "?force=1", "?force=true%20"])(
  "%s is refused, and nothing is deleted",
  async (query) => {
    const owner = await newPublisher();
    const refused = await remove(owner, owner.keystore.id, query);
    expect([refused.status, refused.body.message]).toEqual([
      422,
      "The selected force is invalid. It must be one of true, false.",
    ]);
    expect((await remove(owner, owner.keystore.id)).status).toBe(200);
  },
);

test.each([
  ["?force=true&force=false", "The force field must be given once."],
  ["?FORCE=true", "The FORCE field is not a known setting. The known ones are force."],
])("%s is refused: %s", async (query, message) => {
  const owner = await newPublisher();
  await owner.release();
  const refused = await remove(owner, owner.keystore.id, query);
  expect([refused.status, refused.body.message]).toEqual([422, message]);
});

test("force deletes no keystore that an active build needs, which the answer does not suggest either", async () => {
  const owner = await newPublisher();
  await owner.release();
  await owner.put({ version_code: 2 });
  await owner.ask();
  for (const query of ["", "?force=true"]) {
    const refused = await remove(owner, owner.keystore.id, query);
    expect([refused.status, refused.body]).toEqual([
      409,
      {
        message: "Cannot delete a keystore that an active build needs.",
        error: "keystore_in_use",
      },
    ]);
  }
  await owner.builder.finish((await owner.builder.take()).lease);
  expect((await remove(owner, owner.keystore.id, "?force=true")).status).toBe(200);
});

test("a keystore is protected after its app is deleted, and after its apps were taken from it", async () => {
  const owner = await newPublisher();
  const { keystore, account, app } = owner;
  await owner.release();
  const token = account.key;
  await api("PUT", `/api/v1/keystores/${keystore.id}`, { token, json: { app_ids: [] } });
  expect((await remove(owner, keystore.id)).body).toEqual(protectedBy(["com.example.a"]));
  expect((await api("DELETE", `/api/v1/apps/${app.id}`, { token })).status).toBe(200);
  expect((await remove(owner, keystore.id)).body).toEqual(protectedBy([]));
  expect((await remove(owner, keystore.id, "?force=true")).status).toBe(200);
});

test("a copy of the key that signed a release is protected too, uploaded before or after", async () => {
  const owner = await newPublisher();
  const upload = { file: fixtures.pkcs12Ec, store_password: "store-pass" };
  const copy = () => newKeystore(owner.account.key, upload);
  const [signer, before] = [await copy(), await copy()];
  const stranger = await newOwner();
  const theirs = await newKeystore(stranger.account.key, upload);
  await owner.release({ keystore_id: signer.id });
  const after = await copy();
  for (const { id } of [before, after]) {
    expect((await remove(owner, id)).body).toEqual(protectedBy(["com.example.a"]));
  }
  // another account's copy of the same key is its own affair
  const token = stranger.account.key;
  expect((await api("DELETE", `/api/v1/keystores/${theirs.id}`, { token })).status).toBe(200);
});

test("a keystore that an override replaced stays protected, and one of debug builds and failures is not", async () => {
  const owner = await newPublisher();
  const { key } = owner.account;
  const [second, unused] = [await newKeystore(key), await newKeystore(key)];
  await owner.release();
  await owner.release({ build_type: "debug", keystore_id: unused.id });
  const change = { allow_signing_key_change: true, auto_increment: true };
  await owner.ask({ keystore_id: unused.id, ...change });
  await owner.builder.fail((await owner.builder.take()).lease, false);
  await owner.release({ keystore_id: second.id, ...change });
  expect((await remove(owner, owner.keystore.id)).body).toEqual(protectedBy([]));
  expect((await remove(owner, second.id)).body).toEqual(protectedBy(["com.example.a"]));
  expect((await remove(owner, unused.id)).body).toEqual(DELETED);
});

test("a copy of a key that was replaced by an override, or whose app is gone, is protected as its keystore is", async () => {
  const owner = await newPublisher();
  const upload = { file: fixtures.pkcs12Ec, store_password: "store-pass" };
  const copy = () => newKeystore(owner.account.key, upload);
  const replaced = await copy();
  await owner.release({ keystore_id: replaced.id });
  await owner.release({ allow_signing_key_change: true, auto_increment: true });
  const later = await copy();
  expect((await remove(owner, replaced.id, "?force=true")).body).toEqual(DELETED);
  expect((await remove(owner, later.id)).body).toEqual(protectedBy([]));
  const path = `/api/v1/apps/${owner.app.id}`;
  expect((await api("DELETE", path, { token: owner.account.key })).status).toBe(200);
  const last = await copy();
  expect((await remove(owner, later.id, "?force=true")).body).toEqual(DELETED);
  expect((await remove(owner, last.id)).body).toEqual(protectedBy([]));
  // of an account that has released nothing with it, it is a key like any other
  const stranger = await newPublisher();
  const theirs = await newKeystore(stranger.account.key, upload);
  expect((await remove(stranger, theirs.id)).body).toEqual(DELETED);
});

test("a limited key is told of its own apps alone, and may not force what is for others too", async () => {
  const owner = await newPublisher();
  const { id: accountId, key } = owner.account;
  const other = (
    await api("POST", "/api/v1/apps", {
      token: key,
      json: { name: "B", url: "https://example.com", package_name: "com.example.b" },
    })
  ).body.data;
  const upload = { file: fixtures.pkcs12Ec, store_password: "store-pass" };
  const [shared, own] = [await newKeystore(key, upload), await newKeystore(key, upload)];
  await owner.release({ keystore_id: shared.id });
  await api("PUT", `/api/v1/keystores/${shared.id}`, {
    token: key,
    json: { app_ids: [owner.app.id, other.id] },
  });
  await api("PUT", `/api/v1/keystores/${own.id}`, { token: key, json: { app_ids: [other.id] } });
  const token = await newKey(accountId, { app_ids: [other.id] });
  const refused = await api("DELETE", `/api/v1/keystores/${shared.id}?force=true`, { token });
  expect(refused.status).toBe(403);
  expect((await api("DELETE", `/api/v1/keystores/${own.id}`, { token })).body).toEqual(
    protectedBy([]),
  );
  const [{ n }] = await rows("SELECT count(*) AS n FROM keystores WHERE account_id = ?", accountId);
  expect(n).toBe(3);
});
