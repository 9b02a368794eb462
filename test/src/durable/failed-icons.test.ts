// Icons that can't be drawn: a build with one that is known to fail ends at once, without a builder, and an account gets
// the credit of its first such build back and no other. What the host is at fault for says nothing about an icon.
import { describe, expect, test } from "vitest";
import { runSchedule } from "../../../src/cron/schedules.ts";
import { LEASE_MS } from "../../../src/protocol/builder.ts";
import {
  cancel,
  credits,
  getBuild,
  getLogs,
  lockOf,
  runAlarm,
  triggered,
  useTestClock,
} from "../../support/builds.ts";
import { testContext } from "../../support/context.ts";
import { FakeBuilder, type Lease } from "../../support/fake-builder.ts";
import { newApp, newOwner, type Owner } from "../../support/scenario.ts";
import { api, rows } from "../../support/worker.ts";
import { breakOnce } from "./faults.ts";

const clock = useTestClock();

const DAY_MS = 24 * 60 * 60_000;
const REASON = "The app can't be packaged: the icon takes more than 5 s of processor time to draw.";
const NOTE =
  "Only the first build of an account that fails for an icon gets its credit back; later ones with the same icon don't.";
const FAILURE = { code: "invalid_icon", message: REASON, retryable: false };
const KNOWN = `This icon failed before, so it was not tried again: ${REASON} Give the app another icon. ${NOTE}`;

let icons = 0;
/** An icon that no other test has. */
const newIcon = () =>
  `<svg xmlns="http://www.w3.org/2000/svg"><!--${(icons += 1)} of ${crypto.randomUUID()}--><path d="M0 0H9"/></svg>`;

async function setIcon(owner: Owner, icon: string, layer = ""): Promise<void> {
  const path = `/api/v1/apps/${owner.app.id}/icon${layer}`;
  const answer = await api("PUT", path, { token: owner.account.key, body: icon });
  expect(answer.status).toBe(200);
}

/** An owner whose app has this icon. */
async function ownerWith(icon: string): Promise<Owner> {
  const owner = await newOwner({ build_credits: 5 });
  await setIcon(owner, icon);
  return owner;
}

/** Another app of the account, with this icon. */
async function another({ account }: Owner, icon: string): Promise<Owner> {
  const owner = { account, app: await newApp(account.key) };
  await setIcon(owner, icon);
  return owner;
}

/** Reports that the icon can't be drawn, or, if it is retryable, that this host could not. */
async function failIcon(builder: FakeBuilder, lease: Lease, retryable = false): Promise<void> {
  const json = { ...FAILURE, retryable };
  const answer = await builder.report(lease, "POST", "fail", { body: JSON.stringify(json) });
  expect(answer.status).toBe(200);
}

/** Triggers a build and has its icon fail. */
async function failed(builder: FakeBuilder, owner: Owner): Promise<number> {
  const id = await triggered(owner);
  const { lease, job } = await builder.take();
  expect(job.build_id).toBe(id);
  await failIcon(builder, lease);
  return id;
}

test("the first build that fails for an icon says so and gets its credit back", async () => {
  const builder = await FakeBuilder.start();
  const owner = await ownerWith(newIcon());
  const id = await failed(builder, owner);
  const end = { status: "failed", error_message: `${REASON} ${NOTE}` };
  expect(await getBuild(owner, id)).toMatchObject(end);
  expect(await credits(owner)).toEqual({ balance: 5, moved: [-1, 1] });
});

test("a later build with the same icon fails at once, asks no builder and keeps its credit", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  const owner = await ownerWith(icon);
  await failed(builder, owner);
  for (const again of [owner, await another(owner, icon)]) {
    const id = await triggered(again);
    expect(await getBuild(again, id)).toMatchObject({ status: "failed", error_message: KNOWN });
    expect((await getLogs(again, id)).body).toMatchObject({
      logs: `${KNOWN}\n`,
      error_message: KNOWN,
    });
  }
  expect(await builder.lease()).toBeNull();
  expect(await credits(owner)).toEqual({ balance: 3, moved: [-1, 1, -1, -1] });
});

test("a build that failed for a known icon stays paid when somebody cancels it, also after a year", async () => {
  const builder = await FakeBuilder.start();
  const owner = await ownerWith(newIcon());
  await failed(builder, owner);
  const id = await triggered(owner);
  expect((await cancel(owner, id)).status).toBe(400);
  clock.pass(366 * DAY_MS);
  await runSchedule(testContext().ctx, "0 3 * * *");
  expect((await cancel(owner, id)).status).toBe(400);
  expect((await credits(owner)).moved).toEqual([-1, 1, -1]);
});

test("another icon of the same app is built, and the one before is still known", async () => {
  const builder = await FakeBuilder.start();
  const [bad, good] = [newIcon(), newIcon()];
  const owner = await ownerWith(bad);
  await failed(builder, owner);
  await setIcon(owner, good);
  const id = await triggered(owner);
  const { lease } = await builder.take();
  await builder.finish(lease);
  expect((await getBuild(owner, id)).status).toBe("completed");
  await setIcon(owner, bad);
  expect((await getBuild(owner, await triggered(owner))).status).toBe("failed");
  expect(await credits(owner)).toEqual({ balance: 3, moved: [-1, 1, -1, -1] });
});

test("of five builds at once with one icon, one is drawn and refunded; those that wait fail when they are offered", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  const first = await ownerWith(icon);
  const all = [first];
  for (let n = 1; n < 5; n += 1) all.push(await another(first, icon));
  const ids = await Promise.all(all.map((owner) => triggered(owner)));
  const { lease } = await builder.take();
  await failIcon(builder, lease);
  expect(await builder.lease()).toBeNull();
  for (const id of ids) expect((await getBuild(first, id)).status).toBe("failed");
  const { balance, moved } = await credits(first);
  expect({ balance, moved: moved.toSorted((a, b) => a - b) }).toEqual({
    balance: 1,
    moved: [-1, -1, -1, -1, -1, 1],
  });
});

test("of builds that are drawn at the same time, one is refunded, whatever reports are repeated", async () => {
  const builders = await Promise.all(Array.from({ length: 3 }, () => FakeBuilder.start()));
  const icon = newIcon();
  const first = await ownerWith(icon);
  const all = [first, await another(first, icon), await another(first, icon)];
  for (const owner of all) await triggered(owner);
  const held: Lease[] = [];
  for (const builder of builders) held.push((await builder.take()).lease);
  const report = () => Promise.all(builders.map((builder, at) => failIcon(builder, held[at]!)));
  await report();
  await report();
  const { balance, moved } = await credits(first);
  expect({ balance, moved: moved.toSorted((a, b) => a - b) }).toEqual({
    balance: 3,
    moved: [-1, -1, -1, 1],
  });
});

test("of two leases of one build, the one that was lost says nothing, and the other's credit comes back once", async () => {
  const [late, builder] = [await FakeBuilder.start(), await FakeBuilder.start()];
  const owner = await ownerWith(newIcon());
  await triggered(owner);
  const lost = await late.take();
  clock.pass(LEASE_MS + 1);
  await runAlarm(owner.app.id);
  const held = await builder.take();
  const report = ({ lease }: { lease: Lease }, by: FakeBuilder) =>
    by.report(lease, "POST", "fail", { body: JSON.stringify(FAILURE) });
  for (const [taken, by, status] of [
    [lost, late, 409],
    [held, builder, 200],
    [lost, late, 409],
    [held, builder, 200],
  ] as const) {
    expect((await report(taken, by)).status).toBe(status);
  }
  expect((await credits(owner)).moved).toEqual([-1, 1]);
});

test("an icon is still known when the app whose build failed for it is deleted, and its builds with it", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  const owner = await ownerWith(icon);
  await failed(builder, owner);
  const path = `/api/v1/apps/${owner.app.id}`;
  expect((await api("DELETE", path, { token: owner.account.key })).status).toBe(200);
  const next = await another(owner, icon);
  const id = await triggered(next);
  expect(await getBuild(next, id)).toMatchObject({
    status: "failed",
    error_message: KNOWN,
    started_at: null,
    completed_at: expect.any(String),
  });
  expect((await credits(owner)).moved).toEqual([-1, 1, -1]);
});

test("in another account the icon fails at once too, and that account's first credit comes back", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  await failed(builder, await ownerWith(icon));
  const other = await ownerWith(icon);
  for (const moved of [
    [-1, 1],
    [-1, 1, -1],
  ]) {
    const id = await triggered(other);
    expect(await getBuild(other, id)).toMatchObject({ status: "failed", error_message: KNOWN });
    expect((await credits(other)).moved).toEqual(moved);
  }
  expect(await builder.lease()).toBeNull();
});

test("after 30 days the icon is tried again, and the first failure counts as the first", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  const owner = await ownerWith(icon);
  await failed(builder, owner);
  clock.pass(20 * DAY_MS);
  await builder.lease();
  // Being known prolongs nothing, here or in another account.
  const other = await ownerWith(icon);
  await triggered(owner);
  await triggered(other);
  clock.pass(10 * DAY_MS + 1);
  await builder.lease();
  await failed(builder, owner);
  await triggered(owner);
  expect((await credits(owner)).moved).toEqual([-1, 1, -1, -1, 1, -1]);
});

test("the cron deletes icons that are not known any more, and no others", async () => {
  const builder = await FakeBuilder.start();
  const [old, present] = [await ownerWith(newIcon()), await ownerWith(newIcon())];
  await failed(builder, old);
  clock.pass(30 * DAY_MS + 1);
  await builder.lease();
  await failed(builder, present);
  await runSchedule(testContext().ctx, "0 3 * * *");
  const known = (owner: Owner) =>
    rows("SELECT 1 FROM failed_icons WHERE account_id = ?", owner.account.id);
  expect([(await known(old)).length, (await known(present)).length]).toEqual([0, 1]);
});

test("of one account the newest thousand icons are noted, and all of another's", async () => {
  const builder = await FakeBuilder.start();
  const [owner, other] = [await ownerWith(newIcon()), await ownerWith(newIcon())];
  for (const { account } of [owner, other]) {
    await rows(
      `INSERT INTO failed_icons (account_id, sha256, build_id, reason, tried_at)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
       SELECT ?, 'icon ' || i, 1, '-', ? + i FROM n`,
      account.id,
      Date.now() - DAY_MS,
    );
  }
  await failed(builder, owner);
  const noted = async ({ account }: Owner) =>
    (await rows("SELECT sha256 FROM failed_icons WHERE account_id = ?", account.id)).map(
      ({ sha256 }) => sha256,
    );
  expect(await noted(owner)).toHaveLength(1000);
  expect(await noted(owner)).not.toContain("icon 1");
  expect(await noted(other)).toContain("icon 1");
  expect((await getBuild(owner, await triggered(owner))).error_message).toBe(KNOWN);
});

test("a host's failures and silence say nothing about an icon, and every credit comes back", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  const owner = await ownerWith(icon);
  for (const end of ["retryable", "lost"]) {
    const id = await triggered(owner);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { lease } = await builder.take();
      if (end === "retryable") await failIcon(builder, lease, true);
      else {
        clock.pass(LEASE_MS + 1);
        await runAlarm(owner.app.id);
      }
    }
    expect((await getBuild(owner, id)).status).toBe("failed");
  }
  expect((await credits(owner)).moved).toEqual([-1, 1, -1, 1]);
  const id = await triggered(owner);
  const { lease, job } = await builder.take();
  expect(job.build_id).toBe(id);
  await builder.finish(lease);
  expect((await getBuild(owner, id)).status).toBe("completed");
});

test("a failure with another code, or of an app without an icon, says nothing about icons", async () => {
  const builder = await FakeBuilder.start();
  const icon = newIcon();
  for (const owner of [await ownerWith(icon), await newOwner()]) {
    for (let n = 0; n < 2; n += 1) {
      await triggered(owner);
      const { lease, job } = await builder.take();
      if (job.icon === null) await failIcon(builder, lease);
      else await builder.fail(lease, false);
    }
    expect((await credits(owner)).moved).toEqual([-1, 1, -1, 1]);
  }
});

describe.each([
  ["foreground", "monochrome"],
  ["monochrome", "foreground"],
])("a %s layer that can't be drawn", (layer, other) => {
  const report = async (builder: FakeBuilder, lease: Lease, picture?: string) => {
    const body = JSON.stringify({ ...FAILURE, ...(picture && { picture }) });
    expect((await builder.report(lease, "POST", "fail", { body })).status).toBe(200);
  };
  /** An owner with an icon and both layers. */
  const withLayers = async (icon: string, bad: string) => {
    const owner = await ownerWith(icon);
    await setIcon(owner, bad, `/${layer}`);
    await setIcon(owner, newIcon(), `/${other}`);
    return owner;
  };

  test("is known as what it is, and neither the icon nor the other layer is, also with the same bytes", async () => {
    const builder = await FakeBuilder.start();
    const [icon, bad] = [newIcon(), newIcon()];
    const owner = await withLayers(icon, bad);
    const id = await triggered(owner);
    await report(builder, (await builder.take()).lease, layer);
    expect((await getBuild(owner, id)).error_message).toBe(`${REASON} ${NOTE}`);

    const again = await triggered(owner);
    expect((await getBuild(owner, again)).error_message).toBe(
      KNOWN.replace("This icon", `This ${layer} layer`).replace(
        "another icon",
        `another ${layer} layer`,
      ),
    );
    expect((await credits(owner)).moved).toEqual([-1, 1, -1]);

    // The same icon, and the same other layer, are tried.
    const others = await another(owner, icon);
    await triggered(others);
    const { lease, job } = await builder.take();
    expect(job).toMatchObject({ icon_foreground: null, icon_monochrome: null });
    await builder.finish(lease);
    const path = `/api/v1/apps/${owner.app.id}/icon/${layer}`;
    expect((await api("DELETE", path, { token: owner.account.key })).status).toBe(200);
    await triggered(owner);
    await builder.finish((await builder.take()).lease);

    // What is empty as a layer may be a good icon, and another layer.
    await setIcon(others, bad);
    await setIcon(others, bad, `/${other}`);
    await triggered(others);
    await builder.finish((await builder.take()).lease);
  });

  test("is not blamed by a builder that names no picture, nor for one that the build has not", async () => {
    const builder = await FakeBuilder.start();
    const [icon, bad] = [newIcon(), newIcon()];
    const owner = await ownerWith(icon);
    await triggered(owner);
    await report(builder, (await builder.take()).lease, layer);
    await setIcon(owner, bad, `/${layer}`);
    await triggered(owner);
    await report(builder, (await builder.take()).lease);
    expect((await credits(owner)).moved).toEqual([-1, 1, -1, 1]);
    const noted = await rows(
      "SELECT sha256 FROM failed_icons WHERE account_id = ?",
      owner.account.id,
    );
    const shown = await api("GET", `/api/v1/apps/${owner.app.id}`, { token: owner.account.key });
    expect(noted).toEqual([{ sha256: shown.body.data.icon.sha256 }]);
  });
});

test("on a plan without credits nothing is charged, and the icon is known all the same", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ plan: "Unlimited" });
  await setIcon(owner, newIcon());
  await failed(builder, owner);
  expect((await getBuild(owner, await triggered(owner))).error_message).toBe(KNOWN);
  expect((await credits(owner)).moved).toEqual([]);
});

test("a lock that can't look an icon up offers the build again later", async () => {
  const builder = await FakeBuilder.start();
  const owner = await ownerWith(newIcon());
  const id = await triggered(owner);
  const hasFailed = await breakOnce(lockOf(owner.app.id), "DB.prepare", "before");
  expect(await builder.lease()).toBeNull();
  expect(hasFailed()).toBe(true);
  expect((await builder.lease())?.build_id).toBe(id);
  await cancel(owner, id);
});
