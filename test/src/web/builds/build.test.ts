// The page of one build: as it runs, and how it ended.
import { expect, test } from "vitest";
import { newBuilt, newKeystore, taken } from "../../../support/built.ts";
import { credits, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { browser } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { rows } from "../../../support/worker.ts";

const clock = useTestClock();

/** What a builder writes of a build that goes well. */
const LOG = `Slipway builder host-2, build 1, attempt 1
Icon: image/png, 4.1 kB, fetched in 40 ms
Packaged and signed in 550 ms: 20 files, debug build, EC key
Verified: signatures v2 and v3
Made and verified: 1.0 kB in 570 ms
`;

test("a build that runs shows its log so far and can be cancelled, which gives the credit back", async () => {
  const built = await newBuilt();
  const { person } = built;
  const builder = await FakeBuilder.start();
  const { page, lease } = await taken(built, builder);
  await builder.log(lease, 0, "Slipway builder <host>\nsecond\n");
  const running = (await person.get(page)).html;
  expect(running).toContain('data-tone="live">Building</span>');
  expect(running).toContain("Slipway builder &lt;host&gt;");
  expect(running).toContain(`data-stream="${page}/log" data-next="30"`);
  expect(running).toMatch(/\/assets\/log\.\w+\.js/);
  expect(running).not.toContain("/download");
  const cancelled = await person.post(`${page}/cancel`);
  expect([cancelled.status, cancelled.to]).toEqual([303, page]);
  const after = (await person.get(page)).html;
  expect(after).toContain("Cancelled before it was done.");
  expect(after).toContain("Your credit was given back.");
  expect(after).not.toContain("/assets/log.");
  expect((await credits(built)).moved).toEqual([-1, 1]);
  const again = await person.post(`${page}/cancel`);
  expect(again.status).toBe(400);
  expect(again.html).toContain("Cannot cancel a build that has already finished.");
});

test("a completed APK has its steps, a QR code to a page that installs it, a download and its facts", async () => {
  const built = await newBuilt();
  const { person } = built;
  const builder = await FakeBuilder.start();
  const { id, page, lease } = await taken(built, builder);
  await builder.log(lease, 0, LOG);
  clock.pass(900);
  const { sha256 } = await builder.finish(lease);
  const { html } = await person.get(page);
  for (const step of ["Queued", "Icon", "Package and sign", "Verify", "Upload and rest"]) {
    expect(html).toContain(`<th scope="row">${step}</th>`);
  }
  expect(html).toContain(">0.55 s</td>");
  expect(html).toContain(">0.04 s</td>");
  expect(html).toContain(`aria-label="QR code: install build ${id} on a phone"`);
  const install = /href="[^"]*(\/install\/[\w-]+)" data-install/.exec(html)?.[1] ?? "";
  expect((await browser().get(install)).status).toBe(200);
  expect(html).toContain(sha256);
  const [{ certificate_sha1: sha1 }] = await rows(
    "SELECT certificate_sha1 FROM builds WHERE id = ?",
    id,
  );
  expect(html.replaceAll(":", "").toLowerCase()).toContain(sha1);
  const download = await person.get(`${page}/download`);
  expect([download.status, download.to]).toEqual([
    303,
    expect.stringContaining(`/public/builds/${id}/`),
  ]);
  const ended = await person.post(`${page}/end-links`);
  expect([ended.status, ended.to]).toEqual([303, page]);
  expect((await browser().get(install)).status).toBe(410);
});

test("of a build of several attempts the steps are one, since the log does not tell them apart", async () => {
  const built = await newBuilt();
  const builder = await FakeBuilder.start();
  const { page, lease } = await taken(built, builder);
  const again = LOG.replace("attempt 1", "attempt 2");
  await builder.log(lease, 0, LOG + again);
  clock.pass(3000);
  await builder.finish(lease);
  const { html } = await built.person.get(page);
  expect(html).toContain('<th scope="row">Build, 2 attempts</th>');
  expect(html).not.toContain("Package and sign");
});

test("a bundle has no QR code, and a build without a file leads back to its page", async () => {
  const built = await newBuilt();
  const { person } = built;
  const { id: keystoreId } = await newKeystore(built, "market-release");
  const builder = await FakeBuilder.start(["apk", "aab"]);
  const wanted = { preset: "aab", keystore_id: String(keystoreId) };
  const { page, lease } = await taken(built, builder, wanted);
  expect((await person.get(`${page}/download`)).to).toBe(page);
  await builder.finish(lease);
  const { html } = await person.get(page);
  expect(html).not.toContain("QR code");
  expect(html).toContain("Download AAB");
  expect(html).toContain(">market-release</a>");
  await rows("UPDATE builds SET artifact_key = NULL WHERE id = ?", lease.build_id);
  expect((await person.get(page)).html).toContain("Its file was deleted.");
});

test("a failed build says why, what to do, and that the credit was given back", async () => {
  const built = await newBuilt();
  const { person, path } = built;
  const builder = await FakeBuilder.start();
  const { id, page, lease } = await taken(built, builder);
  await builder.fail(lease, false, "The icon <svg> is odd.");
  const unknown = (await person.get(page)).html;
  expect(unknown).toContain("<strong>The build failed.</strong>");
  expect(unknown).toContain("The icon &lt;svg&gt; is odd.");
  expect(unknown).toContain("Your credit was given back.");
  await rows("UPDATE builds SET error_code = 'invalid_icon' WHERE id = ?", id);
  const { html } = await person.get(page);
  expect(html).toContain("The icon can&#39;t be drawn.");
  expect(html).toContain(`href="${path}/icon"`);
  await rows("UPDATE builds SET charged = 1 WHERE id = ?", id);
  expect((await person.get(page)).html).toContain("Your credit stays taken");
  const [, again] = /<form method="post" action="([^"]*\/builds)">/.exec(html) ?? [];
  expect((await person.post(again ?? "", { preset: "debug", keystore_id: "" })).status).toBe(303);
});

test("a build is shown below its own app and account alone, and to a viewer without what changes it", async () => {
  const built = await newBuilt("viewer");
  const other = await newBuilt();
  await FakeBuilder.start();
  const id = await triggered(built);
  const page = `${built.path}/builds/${id}`;
  const shown = await built.person.get(page);
  expect(shown.status).toBe(200);
  expect(shown.html).not.toContain("Cancel build");
  const { id: sibling } = await newApp(built.account.key, { package_name: "com.example.sibling" });
  const misplaced = `${built.person.base}/apps/${sibling}/builds/${id}`;
  expect((await built.person.get(misplaced)).status).toBe(404);
  for (const action of ["cancel", "end-links"]) {
    expect((await built.person.post(`${page}/${action}`)).status).toBe(403);
    expect((await other.person.post(`${page}/${action}`)).status).toBe(404);
    expect((await other.person.post(`${other.path}/builds/${id}/${action}`)).status).toBe(404);
  }
  for (const below of ["", "/log", "/download"]) {
    expect((await other.person.get(page + below)).status).toBe(404);
    expect((await other.person.get(`${other.path}/builds/${id}${below}`)).status).toBe(404);
  }
});
