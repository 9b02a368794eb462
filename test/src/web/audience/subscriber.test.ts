// The page of one subscriber, as members' browsers ask for it.
import { expect, test } from "vitest";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { addSubscriber, addSubscribers, type SubscriberRow } from "../../../support/subscribers.ts";
import { channelWorld, newDevice, subscribe } from "../../../support/channels.ts";
import { rows } from "../../../support/worker.ts";

interface World {
  owner: TestPerson;
  app: number;
  /** The path of the list. */
  list: string;
  add: (row?: SubscriberRow) => Promise<{ uuid: string; path: string }>;
}

async function newWorld(): Promise<World> {
  const owner = await signedIn();
  const { id: app } = await newApp(owner.account.key);
  const list = `${owner.base}/apps/${app}/audience`;
  const add: World["add"] = async (row = {}) => {
    const uuid = await addSubscriber(owner.account.id, app, row);
    return { uuid, path: `${list}/${uuid}` };
  };
  return { owner, app, list, add };
}

const rowOf = async (uuid: string) =>
  (await rows("SELECT * FROM subscribers WHERE uuid = ?", uuid))[0];
const saidBy = (answer: { headers: Headers }) =>
  decodeURIComponent(
    /slipway_flash=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "",
  );
const errorsIn = (html: string) =>
  [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);

test("the page shows what is known, and neither address nor key", async () => {
  const { owner, add } = await newWorld();
  const { uuid, path } = await add({ user: "usr_20418", language: "de-AT", tags: ["box", "<i>"] });
  await rows("UPDATE subscribers SET token = 'secret-token' WHERE uuid = ?", uuid);
  const { status, html } = await owner.get(path);
  expect(status).toBe(200);
  for (const part of [
    "<h1>usr_20418</h1>",
    'data-tone="ok">Active<',
    "<code>usr_20418</code>",
    "<dd>de-AT</dd>",
    "<dd>FCM</dd>",
    '<span class="clip">&lt;i&gt;</span>',
    "It was sent none of them.",
    uuid,
  ]) {
    expect(html).toContain(part);
  }
  expect(html).not.toContain("secret-token");
});

test.each([
  { row: { status: "unsubscribed" }, says: "when its person agrees to them again" },
  { row: { status: "inactive", retiredAs: "gone" }, says: "Its address is dead" },
  {
    row: { status: "inactive", retiredAs: "doubted" },
    says: "because of the app&#39;s credential",
  },
  { row: { status: "inactive" }, says: "Nothing was heard of the device" },
] as const)("one that is $row.status says why, and what brings it back", async ({ row, says }) => {
  const { owner, add } = await newWorld();
  const { path } = await add(row);
  const { html } = await owner.get(path);
  expect(html).toContain(says);
  expect(html).toContain("<h1>Anonymous</h1>");
});

test("one whose address another device took says so", async () => {
  const { owner, add } = await newWorld();
  const { path, uuid } = await add({ status: "inactive" });
  await rows("UPDATE subscribers SET lost_token = token, token = NULL WHERE uuid = ?", uuid);
  expect((await owner.get(path)).html).toContain("Another device has registered its address");
});

test("other devices of the same user, its channels and its inbox are there", async () => {
  const { owner, add } = await newWorld();
  const { path, uuid } = await add({ user: "ann", provider: "inbox" });
  const other = await add({ user: "ann", platform: "web", provider: "webpush" });
  const stranger = await add({ user: "bob" });
  await rows(
    "INSERT INTO inboxes (subscriber_id, entries) SELECT id, '[[1,1,0],[2,2,0]]' FROM subscribers WHERE uuid = ?",
    uuid,
  );
  const { html } = await owner.get(path);
  expect(html).toContain(`href="${other.path}"`);
  expect(html).not.toContain(stranger.path);
  expect(html).toContain("<dd>2 notifications</dd>");
  // Who has no user id is not the same as others without one.
  const [first, second] = [await add(), await add()];
  expect((await owner.get(first.path)).html).not.toContain(second.path);

  const world = await channelWorld({ name: "Orders" }, owner.account);
  const device = await newDevice(world);
  await subscribe(world, device, "customer-7");
  const [bound] = await rows("SELECT uuid FROM subscribers WHERE app_id = ?", world.appId);
  const page = await owner.get(`${owner.base}/apps/${world.appId}/audience/${bound.uuid}`);
  expect(page.html).toContain(`/channels/${world.channel.id}">Orders</a>`);
  expect(page.html).toContain("<code>customer-7</code>");
});

test("tags are added and taken away; what is wrong with one stands at its field", async () => {
  const { owner, add } = await newWorld();
  const { path, uuid } = await add({ tags: ["box"] });
  const added = await owner.post(`${path}/tag`, { tag: "  jam, home made " });
  expect([added.status, added.to, saidBy(added)]).toEqual([303, path, "The tag is added."]);
  expect(JSON.parse((await rowOf(uuid)).tags)).toEqual(["box", "jam, home made"]);
  await owner.post(`${path}/tag`, { tag: "box" });
  expect(JSON.parse((await rowOf(uuid)).tags)).toHaveLength(2);
  await owner.post(`${path}/untag`, { tag: "box" });
  expect(JSON.parse((await rowOf(uuid)).tags)).toEqual(["jam, home made"]);
  for (const tag of ["", "x".repeat(65)]) {
    const refused = await owner.post(`${path}/tag`, { tag });
    expect([refused.status, errorsIn(refused.html)]).toEqual([422, [expect.any(String)]]);
    expect(refused.html).toContain(`value="${tag}"`);
  }
  await rows(
    "UPDATE subscribers SET tags = ? WHERE uuid = ?",
    JSON.stringify(Array.from({ length: 50 }, (_, at) => `t${at}`)),
    uuid,
  );
  const full = await owner.post(`${path}/tag`, { tag: "one more" });
  expect([full.status, errorsIn(full.html)]).toEqual([
    422,
    ["Can&#39;t be added: a device has at most 50 tags."],
  ]);
});

test("a long user id is cut but where it is told in full", async () => {
  const { owner, list, add } = await newWorld();
  const user = "👩‍🚀".repeat(10) + "u".repeat(200);
  const { path } = await add({ user });
  const { html } = await owner.get(path);
  expect(html).toContain(`<code>${user}</code>`);
  expect(html).toMatch(/<h1>(?:👩‍🚀){10}u{17}…<\/h1>/u);
  expect((await owner.get(list)).html).not.toContain(user);
});

test("facts are changed and cleared; a refused form keeps what was typed", async () => {
  const { owner, add } = await newWorld();
  const { path, uuid } = await add({ user: "ann", language: "de", country: "AT" });
  const facts = { user_id: "ann-2", language: "pt_br", country: "", timezone: "Europe/Vienna" };
  expect((await owner.post(`${path}/facts`, facts)).to).toBe(path);
  expect(await rowOf(uuid)).toMatchObject({
    user_id: "ann-2",
    language: "pt-BR",
    country: null,
    timezone: "Europe/Vienna",
  });
  const refused = await owner.post(`${path}/facts`, { ...facts, country: "Austria" });
  expect(refused.status).toBe(422);
  expect(errorsIn(refused.html)).toEqual(["This is no country. Type its two letters, such as DE."]);
  expect(refused.html).toContain('value="Austria"');
});

test("it is unsubscribed, once, and its page has no button for that any more", async () => {
  const { owner, add } = await newWorld();
  const { path, uuid } = await add({ user: "ann" });
  expect((await owner.get(path)).html).toContain("Unsubscribe ann?");
  const done = await owner.post(`${path}/unsubscribe`);
  expect([done.to, saidBy(done)]).toEqual([path, "ann is unsubscribed."]);
  expect((await rowOf(uuid)).status).toBe("unsubscribed");
  expect((await owner.get(path)).html).not.toContain("Unsubscribe ann?");
  expect((await owner.post(`${path}/unsubscribe`)).status).toBe(303);
});

test("it is deleted, and is not there any more", async () => {
  const { owner, list, add } = await newWorld();
  const { path, uuid } = await add({ user: "ann" });
  const done = await owner.post(`${path}/delete`);
  expect([done.to, saidBy(done)]).toEqual([list, "ann is deleted."]);
  expect(await rowOf(uuid)).toBeUndefined();
  expect((await owner.get(path)).status).toBe(404);
  expect((await owner.post(`${path}/delete`)).status).toBe(404);
});

test("a viewer sees it without its buttons, and may change nothing", async () => {
  const { owner, add } = await newWorld();
  const { path, uuid } = await add({ user: "ann", tags: ["box"] });
  const viewer = await signedIn("viewer", owner.account);
  const { html } = await viewer.get(path);
  expect(html).toContain("<h1>ann</h1>");
  // The frame has forms of its own.
  expect(html).not.toContain(
    `action="${path}`.replace('action="', 'method="post" action="') + '/tag"',
  );
  expect(html).not.toContain('<dialog class="dialog" id="delete-sub"');
  for (const form of ["tag", "untag", "facts", "unsubscribe", "delete"]) {
    expect((await viewer.post(`${path}/${form}`, { tag: "x" })).status, form).toBe(403);
  }
  expect((await rowOf(uuid)).tags).toBe('["box"]');
});

test("all about a person is a file, and is deleted after a dialog that says what goes", async () => {
  const { owner, list, add } = await newWorld();
  const { path, uuid } = await add({ user: "ann", tags: ["box"] });
  const other = await add({ user: "ann", platform: "web", provider: "webpush" });
  const { path: stranger } = await add({ user: "bob" });
  const { path: anonymous } = await add();
  const { html } = await owner.get(path);
  expect(html).toContain(`action="${path}/person"`);
  expect(html).toContain("Delete everything of ann?");
  expect((await owner.get(anonymous)).html).not.toContain("Delete everything");

  const file = await owner.post(`${path}/person`);
  expect(file.headers.get("content-disposition")).toBe('attachment; filename="person.json"');
  const taken = JSON.parse(file.html);
  expect(taken).toMatchObject({ user_id: "ann", is_whole: true, devices: { total_count: 2 } });
  expect(taken.devices.data.map(({ id }: any) => id)).toContain(uuid);
  expect(file.html).not.toContain("token");

  const viewer = await signedIn("viewer", owner.account);
  for (const form of ["/person", "/erase"]) {
    expect((await viewer.post(path + form)).status).toBe(403);
    expect((await owner.post(anonymous + form)).status).toBe(404);
  }
  expect((await viewer.get(path)).html).not.toContain("Delete everything");
  const erased = await owner.post(`${path}/erase`);
  expect([erased.status, erased.to]).toEqual([303, list]);
  for (const gone of [path, other.path]) expect((await owner.get(gone)).status).toBe(404);
  expect((await owner.get(stranger)).status).toBe(200);
  const noted = await rows(
    "SELECT did, facts FROM audit_entries WHERE account_id = ? AND did LIKE 'subscriber.%' ORDER BY id",
    owner.account.id,
  );
  expect(noted.map(({ did }) => did)).toEqual(["subscriber.export", "subscriber.erase"]);
  expect(JSON.stringify(noted)).not.toContain("ann");
});

test("a file about a person with many devices has them all", async () => {
  const { owner, app, add } = await newWorld();
  await addSubscribers(owner.account.id, app, 45, { user: "ann" });
  const { path } = await add({ user: "ann" });
  const { devices, is_whole: isWhole } = JSON.parse((await owner.post(`${path}/person`)).html);
  expect(isWhole).toBe(true);
  expect(new Set(devices.data.map(({ id }: any) => id)).size).toBe(46);
});
