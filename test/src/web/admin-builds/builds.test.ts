// The operators' pages of builds: all of them by state, account and host, and one with its log, which its account is told of.
import { beforeAll, expect, test } from "vitest";
import { getBuild, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { operatorSignedIn, signedIn, type TestPerson } from "../../../support/person.ts";
import { newOwner, type Owner } from "../../../support/scenario.ts";
import { rows } from "../../../support/worker.ts";

useTestClock();
const PATH = "/dashboard/admin/builds";

let operator: TestPerson;
/** A builder with a build of each end: one completed, one failed. */
let builder: FakeBuilder;
let done: Owner;
let failed: Owner;
let ids: { done: number; failed: number };
beforeAll(async () => {
  operator = await operatorSignedIn();
  builder = await FakeBuilder.start();
  done = await newOwner();
  failed = await newOwner();
  const first = await triggered(done);
  const { lease } = await builder.take();
  await builder.log(lease, 0, "Slipway builder <b>\n");
  await builder.finish(lease);
  const second = await triggered(failed);
  const other = await FakeBuilder.start();
  await other.fail((await other.take()).lease, false, "The keystore <b> can't sign.");
  await rows("UPDATE builds SET error_code = 'invalid_key' WHERE id = ?", second);
  ids = { done: first, failed: second };
});

const idsIn = ({ html }: { html: string }) =>
  [...html.matchAll(/href="\/dashboard\/admin\/builds\/(\d+)"/g)].map(([, id]) => Number(id));
const shown = async (query: string) => idsIn(await operator.get(PATH + query));
const entriesOf = async ({ account }: Owner, did: string) =>
  rows(
    "SELECT who, who_name, thing_id, facts FROM audit_entries WHERE account_id = ? AND did = ?",
    account.id,
    did,
  );

test("builds of all accounts are listed, newest first, by state, account and host", async () => {
  expect((await shown("")).slice(0, 2)).toEqual([ids.failed, ids.done]);
  expect(await shown("?status=failed")).toContain(ids.failed);
  expect(await shown("?status=failed")).not.toContain(ids.done);
  expect(await shown(`?account=${done.account.id}`)).toEqual([ids.done]);
  expect(await shown(`?account=${done.account.id}&status=failed`)).toEqual([]);
  expect(await shown(`?builder=${builder.id}`)).toEqual([ids.done]);
  expect(await shown(`?builder=${builder.id}&status=cancelled`)).toEqual([]);
  const { html } = await operator.get(PATH);
  expect(html).toContain("The keystore can&#39;t sign this app");
  // What is no filter is none.
  expect((await shown("?status=odd&account=x&before=-1"))[0]).toBe(ids.failed);
  const of = await operator.get(`${PATH}?account=${done.account.id}&status=failed`);
  expect(of.html).toContain(`href="/dashboard/admin/accounts/${done.account.id}"`);
  expect(of.html).toContain("No build matches");
  const gone = await operator.get(`${PATH}?account=999999999`);
  expect(gone.html).toContain("999999999, which is not there any more");
});

test("a page goes on where the one before ended, whatever is built meanwhile", async () => {
  const owner = await newOwner();
  await FakeBuilder.start();
  const id = await triggered(owner);
  await rows(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)
     INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format, version_name, version_code,
       snapshot, certificate_sha256, certificate_sha1, cost, created_at)
     SELECT reference || i, account_id, app_id, 'cancelled', platform, build_type, build_format, version_name, version_code,
       snapshot, certificate_sha256, certificate_sha1, cost, 1 FROM n, builds WHERE id = ?`,
    id,
  );
  const query = `?account=${owner.account.id}`;
  const first = await operator.get(PATH + query);
  const [older] = /[^"]+before=\d+/.exec(first.html)!;
  await rows(
    `INSERT INTO builds (reference, account_id, app_id, status, platform, build_type, build_format, version_name, version_code,
       snapshot, certificate_sha256, certificate_sha1, cost, created_at)
     SELECT reference || 'x', account_id, app_id, 'failed', platform, build_type, build_format, version_name, version_code,
       snapshot, certificate_sha256, certificate_sha1, cost, 1 FROM builds WHERE id = ?`,
    id,
  );
  const all = [
    ...idsIn(first),
    ...(await shown(older.replaceAll("&amp;", "&").slice(PATH.length))),
  ];
  expect(all.at(-1)).toBe(id);
  expect(new Set(all).size).toBe(25);
});

test("one build shows what it is and why it failed, but its log only to who asks, and its account is told", async () => {
  const { html } = await operator.get(`${PATH}/${ids.failed}`);
  expect(html).toContain("The keystore can&#39;t sign this app.");
  expect(html).toContain(`href="/dashboard/admin/accounts/${failed.account.id}"`);
  expect(html).toContain("The keystore &lt;b&gt; can&#39;t sign.");
  const before = await operator.get(`${PATH}/${ids.done}`);
  expect(before.html).not.toContain("Slipway builder");
  expect(await entriesOf(done, "build.inspect")).toEqual([]);
  const read = await operator.post(`${PATH}/${ids.done}/log`);
  expect(read.html).toContain("Slipway builder &lt;b&gt;");
  expect(await entriesOf(done, "build.inspect")).toEqual([
    {
      who: "operator",
      who_name: operator.name,
      thing_id: String(ids.done),
      facts: JSON.stringify({ app: done.app.id }),
    },
  ]);
  const owner = await signedIn("owner", done.account);
  expect((await owner.get(`${owner.base}/audit`)).html).toContain("read the log of the build");
});

test("the log of a build that goes on is shown as it is, and the build is cancelled, once", async () => {
  const maker = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const { lease } = await maker.take();
  await maker.log(lease, 0, "Half of it\n");
  expect((await operator.post(`${PATH}/${id}/log`)).html).toContain("Half of it");
  const cancelled = await operator.post(`${PATH}/${id}/cancel`);
  expect([cancelled.status, cancelled.to]).toEqual([303, `${PATH}/${id}`]);
  expect(await getBuild(owner, id)).toMatchObject({ status: "cancelled" });
  expect((await maker.heartbeat(lease)).cancel).toBe(true);
  const again = await operator.post(`${PATH}/${id}/cancel`);
  expect(again.status).toBe(400);
  expect(await entriesOf(owner, "build.cancel")).toMatchObject([
    { who: "operator", who_name: operator.name, thing_id: String(id) },
  ]);
});

test("a build that is not there has no page, no log and no end", async () => {
  expect((await operator.get(`${PATH}/999999999`)).status).toBe(404);
  for (const form of ["log", "cancel"]) {
    expect((await operator.post(`${PATH}/999999999/${form}`)).status).toBe(404);
    expect((await operator.post(`${PATH}/x/${form}`)).status).toBe(404);
  }
});

test("whoever is no operator reads and cancels nothing", async () => {
  const somebody = await signedIn("owner", done.account);
  const before = (await entriesOf(done, "build.inspect")).length;
  for (const form of ["log", "cancel"]) {
    expect((await somebody.post(`${PATH}/${ids.done}/${form}`)).status).toBe(404);
  }
  expect(await entriesOf(done, "build.inspect")).toHaveLength(before);
});
