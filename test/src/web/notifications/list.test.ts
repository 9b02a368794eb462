// The list of an app's notifications, as members' browsers ask for it.
import { afterEach, expect, test, vi } from "vitest";
import { addNotification } from "../../../support/reports.ts";
import { countTrips } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";
import { newWorld, titlesIn } from "./world.ts";

afterEach(() => vi.restoreAllMocks());

const titled = (title: string) => JSON.stringify({ title, body: "b" });

test("an app that sent nothing says so, and whom it could reach", async () => {
  const { person, path } = await newWorld();
  const { status, html } = await person.get(path);
  expect(status).toBe(200);
  expect(html).toContain("Nothing sent yet");
  expect(html).toContain("0 people can be reached now.");
});

test("each state has a tab, and those that are not over a count", async () => {
  const { person, path, app } = await newWorld();
  const states = ["draft", "scheduled", "sending", "finalizing", "sent", "failed", "cancelled"];
  for (const status of states) {
    await addNotification(app, {
      status,
      content: titled(status),
      scheduled_at: status === "scheduled" ? Date.now() + 60_000 : null,
    });
  }
  const { html } = await person.get(path);
  expect(titlesIn(html)).toEqual(states.toReversed());
  expect(html).toMatch(/Drafts\s*<span class="num">1<\/span>/);
  expect(html).toMatch(/Sending\s*<span class="num">2<\/span>/);
  const shown = async (state: string) =>
    titlesIn((await person.get(`${path}?state=${state}`)).html);
  expect(await shown("draft")).toEqual(["draft"]);
  expect(await shown("sending")).toEqual(["finalizing", "sending"]);
  expect(await shown("failed")).toEqual(["failed"]);
  expect(await shown("nonsense")).toHaveLength(states.length);
});

test("what a channel sends to somebody is not listed, and has no page", async () => {
  const { person, path, app } = await newWorld();
  const { uuid } = await addNotification(app, {
    targeting: JSON.stringify({ type: "subscribers", ids: [1] }),
  });
  expect((await person.get(path)).html).toContain("Nothing sent yet");
  expect((await person.get(`${path}/${uuid}`)).status).toBe(404);
  expect((await person.get(`${path}/${uuid}/recipients`)).status).toBe(404);
  expect((await person.get(`${path}?part=state&of=${uuid}`)).status).toBe(404);
});

test("one page follows another, without gaps or repeats", async () => {
  const { person, path, app } = await newWorld();
  for (let at = 0; at < 45; at += 1) {
    const status = at % 2 === 0 ? "sent" : "failed";
    await addNotification(app, { content: titled(`n${at}`), status });
  }
  const seen: string[] = [];
  let next: string | undefined = path;
  for (let pages = 0; next !== undefined && pages < 5; pages += 1) {
    const { html } = await person.get(next);
    seen.push(...titlesIn(html));
    next = /href="([^"]*)"[^>]*>Older</.exec(html)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(seen).toEqual(Array.from({ length: 45 }, (_, at) => `n${44 - at}`));
});

test("titles are searched for words as they stand, within a tab too", async () => {
  const { person, path, app } = await newWorld();
  await addNotification(app, { content: titled("50% off bread") });
  await addNotification(app, { content: titled("500 off"), status: "failed" });
  await addNotification(app, { content: titled(String.raw`a\b_c`) });
  const found = async (q: string, more = "") =>
    titlesIn((await person.get(`${path}?q=${encodeURIComponent(q)}${more}`)).html);
  expect(await found("OFF")).toEqual(["500 off", "50% off bread"]);
  expect(await found("0% o")).toEqual(["50% off bread"]);
  expect(await found("b_c")).toEqual([String.raw`a\b_c`]);
  expect(await found("bxc")).toEqual([]);
  expect(await found("off", "&state=failed")).toEqual(["500 off"]);
  const none = await person.get(`${path}?q=${encodeURIComponent("<b>'")}`);
  expect(none.html).toContain("None of the newest 1,000 has “&lt;b&gt;&#39;” in its title.");
  expect((await person.get(`${path}?q=${"x".repeat(3000)}&before=0&state=%00`)).status).toBe(200);
});

test("the state of one that is being sent is a part, which ends with the sending", async () => {
  const { person, path, app } = await newWorld();
  const counters = { total_count: 200, sent_count: 45, failed_count: 5 };
  const { uuid, id } = await addNotification(app, {
    status: "sending",
    started_at: Date.now(),
    ...counters,
  });
  const { html } = await person.get(path);
  expect(html).toContain(`data-live="?part=state&amp;of=${uuid}"`);
  const part = await person.get(`${path}?part=state&of=${uuid}`);
  expect(part.html).toContain('aria-label="50 of 200 done"');
  expect(part.headers.get("slipway-ends")).toBeNull();
  await rows("UPDATE notifications SET status = 'sent' WHERE id = ?", id);
  const ended = await person.get(`${path}?part=state&of=${uuid}`);
  expect([ended.html.includes("Sent"), ended.headers.get("slipway-ends")]).toEqual([true, "page"]);
  const others = await newWorld();
  expect((await others.person.get(`${others.path}?part=state&of=${uuid}`)).status).toBe(404);
  expect((await person.get(`${path}?part=state`)).status).toBe(404);
});

test("the list takes two round trips beside those of every page", async () => {
  const { person, path, app } = await newWorld();
  for (let at = 0; at < 25; at += 1) await addNotification(app);
  const trips = countTrips();
  await person.get(`${path}?q=plums`);
  const ofList = trips();
  vi.restoreAllMocks();
  const bare = countTrips();
  await person.get(`${person.base}/api-keys`);
  // The page of keys takes one of its own.
  expect(ofList - bare() + 1).toBeLessThanOrEqual(2);
});
