// The operators' page of builder hosts: what it says of each, registering, draining and removing one.
import { beforeAll, expect, test } from "vitest";
import { LEASE_MS } from "../../../../src/protocol/builder.ts";
import { cancel, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { operatorSignedIn, signedIn, type TestPerson } from "../../../support/person.ts";
import { newOwner } from "../../../support/scenario.ts";
import { rows } from "../../../support/worker.ts";

const clock = useTestClock();
const PATH = "/dashboard/admin/builders";

let operator: TestPerson;
beforeAll(async () => {
  operator = await operatorSignedIn();
});

const nameOf = async ({ id }: FakeBuilder): Promise<string> =>
  (await rows("SELECT name FROM builders WHERE id = ?", id))[0].name;

/** The words of a part of the page. */
const words = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
const load = async () => words((await operator.get(`${PATH}?part=load`)).html);
const host = async ({ id }: FakeBuilder) =>
  words((await operator.get(`${PATH}?part=host&of=${id}`)).html);

test("it says what waits, what each host works on, and how the last hour went", async () => {
  await rows("DELETE FROM builders");
  await rows("UPDATE builds SET status = 'cancelled' WHERE status = 'pending'");
  const empty = await operator.get(PATH);
  expect(empty.html).toContain("No hosts yet");
  const builder = await FakeBuilder.register();
  expect(await host(builder)).toContain("Offline It never asked for work.");
  await builder.ask(0, [], undefined, 2);
  expect(await host(builder)).toMatch(/^Idle Waits for work. Heard \d+ s ago. .*Free .*Free/);
  const owner = await newOwner();
  const id = await triggered(owner);
  const waiting = await newOwner();
  const later = await triggered(waiting);
  clock.pass(3_000);
  expect(await load()).toMatch(/Waiting 2 The longest for \d+ s Running 0 of 2 places/);
  const before = Date.now();
  const { lease } = await builder.take();
  clock.pass(2_000);
  const says = await host(builder);
  const passedS = (Date.now() - before) / 1000;
  expect(says).toContain("Busy 1 job. Heard");
  const [, forS] = new RegExp(`Build ${id} .+, APK, debug .+ (\\d+\\.\\d\\d) s`).exec(says) ?? [];
  expect(Number(forS)).toBeGreaterThanOrEqual(2);
  expect(Number(forS)).toBeLessThanOrEqual(passedS + 0.01);
  const { html } = await operator.get(PATH);
  expect(html).toContain(`href="/dashboard/admin/builds/${id}"`);
  expect(html).toContain("One can take work now.");
  await builder.finish(lease);
  await cancel(waiting, later);
  expect(await load()).toMatch(
    /Waiting 0 None waits now .+Ended, last hour 1 0 failed Middle time (?:[2-9]|\d\d)\.\d\d s Slowest/,
  );
});

test("a host is registered, and its token shown once with how to start it", async () => {
  const made = await operator.post(PATH, { name: "Mira's cellar" });
  const [row] = await rows("SELECT * FROM builders ORDER BY id DESC LIMIT 1");
  expect(row.name).toBe("Mira's cellar");
  const [token] = /sw_bld_[\w-]+/.exec(made.html.slice(made.html.indexOf('id="shown"')))!;
  expect(new FakeBuilder(row.id, token).token.startsWith(row.token_prefix)).toBe(true);
  expect((await new FakeBuilder(row.id, token).ask(0)).status).toBe(204);
  expect(made.html).toMatch(/API_URL=https:\/\/[\w.]+\nBUILDER_TOKEN=sw_bld_/);
  expect(made.html).toContain(
    "-e BUILDER_NAME=&#39;Mira&#39;\\&#39;&#39;s cellar&#39; slipway-builder",
  );
  expect((await operator.get(PATH)).html).not.toContain(token);
  const refused = await operator.post(PATH, { name: "" });
  expect(refused.status).toBe(422);
  expect(refused.html).toMatch(/<dialog[^>]*id="new-host"[^>]*open/);
});

test("a host is drained and given jobs again, and says so", async () => {
  const builder = await FakeBuilder.start();
  const name = await nameOf(builder);
  const owner = await newOwner();
  await triggered(owner);
  const { lease } = await builder.take();
  const drained = await operator.post(`${PATH}/${builder.id}/drain`);
  expect([drained.status, drained.to]).toEqual([303, PATH]);
  expect(await host(builder)).toContain("Draining It finishes its job and gets no new ones.");
  expect((await operator.get(PATH)).html).toContain("No host can take work.");
  await builder.finish(lease);
  await builder.ask(0);
  expect(await host(builder)).toContain("Drained It has no jobs and gets none. It can be stopped.");
  clock.pass(61_000);
  expect(await host(builder)).toContain("Offline It gets no new jobs, and was stopped.");
  const { html } = await operator.get(PATH);
  expect(html).toMatch(new RegExp(`Give it jobs again<span class="vh">: ${name}`));
  await operator.post(`${PATH}/${builder.id}/resume`);
  await builder.ask(0);
  expect(await host(builder)).toContain("Idle");
});

test("a host is removed once that is confirmed, with what becomes of its jobs", async () => {
  const builder = await FakeBuilder.start();
  await triggered(await newOwner());
  await builder.take();
  const { html } = await operator.get(PATH);
  const dialog = words(html.slice(html.indexOf(`id="remove-${builder.id}"`)));
  expect(dialog).toContain(`Its job goes to another host within ${LEASE_MS / 1000} s.`);
  expect(dialog).toContain("No other host can take work now");
  const removed = await operator.post(`${PATH}/${builder.id}/remove`);
  expect([removed.status, removed.to]).toEqual([303, PATH]);
  expect((await builder.ask(0)).status).toBe(401);
  for (const form of ["drain", "resume", "remove"]) {
    expect((await operator.post(`${PATH}/${builder.id}/${form}`)).status).toBe(404);
  }
  expect((await operator.get(`${PATH}?part=host&of=${builder.id}`)).status).toBe(404);
});

test("a host with many jobs of long names stays a small part of the page", async () => {
  const builder = await FakeBuilder.start();
  const ids: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    const owner = await newOwner();
    const long = `"'&<${"’".repeat(90)}`;
    await rows("UPDATE apps SET name = ? WHERE id = ?", long, owner.app.id);
    await rows("UPDATE accounts SET name = ? WHERE id = ?", long, owner.account.id);
    ids.push(await triggered(owner));
    await builder.take();
  }
  await builder.ask(0, ids);
  const part = await operator.get(`${PATH}?part=host&of=${builder.id}`);
  expect(part.status).toBe(200);
  expect(words(part.html)).toContain("And 2 more.");
});

test("whoever is no operator can do none of it", async () => {
  const somebody = await signedIn();
  const builder = await FakeBuilder.start();
  for (const path of [PATH, `${PATH}/${builder.id}/drain`, `${PATH}/${builder.id}/remove`]) {
    expect((await somebody.post(path, { name: "mine" })).status).toBe(404);
  }
  expect(await builder.state()).toMatchObject({ state: "idle" });
});
