// The page of an app's subscribers, as members' browsers ask for it.
import { expect, test, vi } from "vitest";
import { LOOKED_AT } from "../../../../src/domain/subscribers/walk.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { addSubscriber, addSubscribers, type SubscriberRow } from "../../../support/subscribers.ts";
import { countTrips, recordQueries } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";

interface World {
  owner: TestPerson;
  app: number;
  /** The path of the list. */
  path: string;
  add: (row?: SubscriberRow, count?: number) => Promise<string>;
}

async function newWorld(): Promise<World> {
  const owner = await signedIn();
  const { id: app } = await newApp(owner.account.key);
  const add: World["add"] = async (row = {}, count = 1) =>
    (await addSubscribers(owner.account.id, app, count, row))[0].uuid;
  return { owner, app, add, path: `${owner.base}/apps/${app}/audience` };
}

/** Whom the list names, in its order. */
const listed = (html: string) =>
  [...html.matchAll(/<a class="row-link"[^>]*>([^<]*)</g)].map(([, name]) => name);
const footOf = (html: string) => /<footer><span>([^<]*)</.exec(html)?.[1];
const hrefOf = (html: string, label: string) =>
  new RegExp(`href="([^"]*)">${label}<`).exec(html)?.[1]?.replaceAll("&amp;", "&");

test("an app without anybody says how people come, and has nothing to filter or export", async () => {
  const { owner, path } = await newWorld();
  const { html } = await owner.get(path);
  expect(html).toContain("Nobody on board yet");
  expect(html).not.toContain("/export");
  expect(html).not.toContain('role="search"');
});

test("the list says who somebody is, on what and in which state, with the figures on top", async () => {
  const { owner, path, add } = await newWorld();
  await add({ user: "ann", tags: ["box", "a", "b", "c", "d"], language: "de-AT", country: "AT" });
  await add({ platform: "web", provider: "webpush" });
  await add({ platform: "android", provider: "inbox", status: "unsubscribed" });
  const { html } = await owner.get(path);
  expect(listed(html)).toEqual(["Anonymous", "Anonymous", "ann"]);
  for (const part of [
    "<dt>Can be reached</dt><dd>2</dd>",
    "<dt>Android</dt><dd>1</dd><dd>50.0%</dd>",
    "Android<small>FCM</small>",
    "Web<small>Web Push</small>",
    "Asks by itself",
    'data-tone="off">Unsubscribed<',
    "de-AT<small>AT</small>",
    '<span class="muted small">+2</span>',
    '<option value="box"></option>',
    "3 subscribers",
  ]) {
    expect(html).toContain(part);
  }
  expect((await owner.get(path.replace(/\/audience$/, ""))).html).toContain(`href="${path}"`);
});

test("it is filtered by user id, subscriber id, tag, platform and state, and by all at once", async () => {
  const { owner, path, add } = await newWorld();
  const ann = await add({ user: "ann_1", tags: ["box", "new"] });
  await add({ user: "ann_2", platform: "ios", provider: "apns", tags: ["box"] });
  await add({ user: "bob", platform: "web", tags: ["new"], status: "inactive" });
  await add({ tags: ["box"], status: "unsubscribed" });
  const found = async (query: string) => {
    const { html } = await owner.get(`${path}?${query}`);
    return [listed(html), footOf(html)];
  };
  expect(await found("find=ann")).toEqual([["ann_1", "ann_2"], "2 subscribers"]);
  expect(await found("find=+bob+")).toEqual([["bob"], "1 subscriber"]);
  expect(await found("find=nn")).toEqual([[], "0 subscribers"]);
  // No character of a search stands for others.
  expect(await found("find=ann%25")).toEqual([[], "0 subscribers"]);
  expect(await found(`find=${ann.toUpperCase()}`)).toEqual([["ann_1"], "1 subscriber"]);
  expect(await found("tag=box")).toEqual([["Anonymous", "ann_2", "ann_1"], "3 subscribers"]);
  expect(await found("platform=web")).toEqual([["bob"], "1 subscriber"]);
  expect(await found("status=unsubscribed")).toEqual([["Anonymous"], "1 subscriber"]);
  expect(await found("platform=web&status=active")).toEqual([[], "0 subscribers"]);
  expect(await found("tag=box&status=active&platform=ios")).toEqual([["ann_2"], "1 subscriber"]);
  expect(await found("find=a&tag=new")).toEqual([["ann_1"], "1 subscriber"]);
  expect(await found(`find=${ann}&status=inactive`)).toEqual([[], "0 subscribers"]);
  const all = (await found(""))[0];
  expect((await found("platform=x&status=&tag=&find=&page=7&after=zzz"))[0]).toEqual(all);
  const { html } = await owner.get(`${path}?tag=${encodeURIComponent("<b>")}`);
  expect(html).toContain('value="&lt;b&gt;"');
  expect(html).toContain("Nobody matches.");
  expect((await owner.get(`${path}?find=${"x".repeat(3000)}`)).status).toBe(200);
});

test("somebody of another app or account is not found", async () => {
  const { owner, path, add } = await newWorld();
  await add({ user: "own" });
  const other = await newWorld();
  const theirs = await other.add({ user: "own" });
  const { id: second } = await newApp(owner.account.key);
  await addSubscriber(owner.account.id, second, { user: "own", tags: ["box"] });
  expect(listed((await owner.get(`${path}?find=${theirs}`)).html)).toEqual([]);
  expect(listed((await owner.get(`${path}?find=own`)).html)).toEqual(["own"]);
  expect(listed((await owner.get(`${path}?tag=box`)).html)).toEqual([]);
});

test.each([
  { query: "", more: "Older" },
  { query: "platform=android", more: "Older" },
  { query: "status=active&tag=box", more: "Older" },
  { query: "find=u", more: "More" },
])("a long list by '$query' is paged, each of it once", async ({ query, more }) => {
  const { owner, path, add } = await newWorld();
  await add({ user: "u#", tags: ["box"] }, 120);
  await add({ user: "w", platform: "web" });
  const seen: (string | undefined)[] = [];
  let at: string | undefined = `${path}?${query}`;
  let pages = 0;
  for (; at !== undefined && pages < 5; pages += 1) {
    const { html }: { html: string } = await owner.get(at);
    seen.push(...listed(html));
    at = hrefOf(html, more);
  }
  expect(pages).toBe(3);
  expect(seen.filter((name) => name !== "w")).toHaveLength(120);
  expect(new Set(seen).size).toBe(seen.length);
});

test("devices of one user are gone through one by one, over pages", async () => {
  const { owner, path, add } = await newWorld();
  await add({ user: "same" }, 70);
  const first = (await owner.get(`${path}?find=same`)).html;
  const second = (await owner.get(hrefOf(first, "More")!)).html;
  expect([listed(first).length, listed(second).length]).toEqual([50, 20]);
  expect(hrefOf(second, "First")).toBe(`${path}?find=same`);
});

test("of many a page looks at no more than a bound, says so, and goes on behind it", async () => {
  const { owner, path, add } = await newWorld();
  await add({ platform: "web", provider: "webpush", user: "old", tags: ["box"] });
  await add({ tags: ["box"] }, LOOKED_AT + 5);
  const queries = recordQueries();
  for (const query of ["platform=web", "platform=web&tag=box"]) {
    const { html } = await owner.get(`${path}?${query}`);
    expect(html).toContain("Nobody matches among the 10,000 looked at. There are more.");
    expect(footOf(html)).toBe(
      query === "platform=web" ? "1 subscriber" : "None among the first 10,000",
    );
    const next = await owner.get(hrefOf(html, "Look further")!);
    expect(listed(next.html)).toEqual(["old"]);
    expect(hrefOf(next.html, "Look further")).toBeUndefined();
  }
  expect(footOf((await owner.get(`${path}?tag=box`)).html)).toBe("10,000 or more subscribers");
  expect(listed((await owner.get(`${path}?find=o&tag=box`)).html)).toEqual(["old"]);
  vi.restoreAllMocks();
  // Every statement about subscribers or tags goes by an index, in its order; only the rows of a page are sorted.
  const about = queries.filter(({ text }) => /"(subscribers|tag_blocks)"/.test(text));
  expect(about.length).toBeGreaterThanOrEqual(6);
  for (const { text, values } of about) {
    const plan = await rows(`EXPLAIN QUERY PLAN ${text}`, ...values);
    const steps = plan.map(({ detail }) => String(detail));
    expect(
      steps.filter((step) => /^SCAN (subscribers|had)\b/.test(step)),
      text,
    ).toEqual([]);
  }
});

test("the page takes few round trips, however many there are", async () => {
  const { owner, path, add } = await newWorld();
  await add({ user: "u#", tags: ["box"] }, 200);
  const trips = countTrips();
  await owner.get(`${path}?tag=box`);
  expect(trips()).toBeLessThanOrEqual(9);
});
