// "Test to me" as members' browsers ask for it: devices that are picked, this browser, and why nothing was sent.
import { expect, test } from "vitest";
import { entries, newDevice } from "../../../support/inbox.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { webSubscriber } from "../../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../../support/scenario.ts";
import { eventually, rows } from "../../../support/worker.ts";

interface World extends PushOwner {
  person: TestPerson;
  /** The composer of a draft that is not saved yet. */
  path: string;
}

async function newWorld(): Promise<World> {
  const owner = await newPushOwner();
  const person = await signedIn("marketer", owner.account);
  const { to } = await person.get(`${person.base}/apps/${owner.app.v1_id}/compose`);
  const [path = ""] = (to ?? "").split("?");
  return { ...owner, person, path };
}

/** What the composer's form has, of a draft that is not saved yet. */
const WORDS = {
  title: "Saturday box",
  body: "Order by Friday noon.",
  urgency: "normal",
  ttl: "24",
  ttl_unit: "hours",
  version: "0",
};

const saidBy = ({ headers }: { headers: Headers }) =>
  decodeURIComponent(/slipway_flash=([^;]*)/.exec(headers.get("set-cookie") ?? "")?.[1] ?? "");

/** The page's dialog. */
async function dialog({ person, path }: World): Promise<string> {
  const { status, html } = await person.get(`${path}?new=1`);
  expect(status).toBe(200);
  return /<dialog[^>]* id="test".*?<\/dialog>/s.exec(html)?.[0] ?? "";
}

const isOpen = (html: string) => /<dialog[^>]* id="test"[^>]* data-open/.test(html);

const ownIn = (html: string) => [...html.matchAll(/id="own-([\da-f-]{36})"/g)].map(([, id]) => id);

test("nobody picks more devices at once than they can have", async () => {
  const world = await newWorld();
  const picked = Array.from({ length: 200 }, () => crypto.randomUUID());
  const { id } = await newDevice(world);
  const refused = await world.person.post(`${world.path}/test`, {
    ...WORDS,
    test_pick: [id, ...picked],
  });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain("as many devices here as you can have");
  expect(await rows("SELECT * FROM own_devices WHERE user_id = ?", world.person.id)).toEqual([]);
});

test("who picks a device that just registered makes it their own, and gets the test there", async () => {
  const world = await newWorld();
  const { person, path } = world;
  const device = await newDevice(world);
  const before = await dialog(world);
  expect(before).toContain("None yet.");
  expect(before).toContain(`/apps/${world.app.v1_id}/audience"`);
  expect(before).toContain(`value="${device.id}"`);
  const sent = await person.post(`${path}/test`, { ...WORDS, test_pick: device.id });
  expect(sent).toMatchObject({ status: 303, to: path });
  expect(saidBy(sent)).toBe("The test is on its way to one device.");
  await eventually(async () => (await entries(device)).length > 0);
  expect(await entries(device)).toMatchObject([{ message: { title: WORDS.title } }]);
  expect(ownIn(await dialog(world))).toEqual([device.id]);
  // What was typed is kept as a draft, which it needs no second save for.
  expect((await person.get(path)).html).toContain("Saturday box");
  // A colleague has devices of their own.
  const colleague = await signedIn("owner", world.account);
  expect(ownIn(await dialog({ ...world, person: colleague }))).toEqual([]);
});

test("a test that goes nowhere says so in the dialog, and what was typed stays", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  const none = await person.post(`${path}/test`, WORDS);
  expect(none.status).toBe(422);
  expect(isOpen(none.html)).toBe(true);
  expect(none.html).toContain("Choose one, or subscribe this browser.");
  // The dialog says it, and the page behind it nothing.
  expect(none.html.match(/class="notice" data-tone="bad"/g)).toHaveLength(1);
  expect(none.html).toContain("Order by Friday noon.");
  // What is wrong with the content stands at its fields, and the dialog is closed.
  const device = await newDevice(world);
  const empty = await person.post(`${path}/test`, {
    ...WORDS,
    version: "1",
    title: "",
    test_pick: device.id,
  });
  expect(empty.status).toBe(422);
  expect(isOpen(empty.html)).toBe(false);
  expect(empty.html).toContain('aria-invalid="true"');
  await rows("DELETE FROM push_credentials WHERE app_id = ?", app.v1_id);
  const unset = await person.post(`${path}/test`, { ...WORDS, version: "2", test_pick: device.id });
  expect(unset.html).toContain("No push service is set up for this app.");
  expect(await dialog(world)).toContain("Web Push is not set up for Push App yet.");
  const foreign = await newDevice(await newPushOwner());
  const stranger = await person.post(`${path}/test`, {
    ...WORDS,
    version: "3",
    test_pick: foreign.id,
  });
  expect(stranger.status).toBe(404);
});

test("this browser is subscribed by the page's script, and can be taken away again", async () => {
  const world = await newWorld();
  const { person, path, app } = world;
  const { endpoint, keys } = await webSubscriber();
  const browser = { endpoint, ...keys, language: "de", timezone: "Europe/Berlin" };
  const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" };
  const made = await person.post(`${path}/test/browser`, browser, headers);
  expect(made.status).toBe(200);
  expect(made.html).toMatch(/^<div id="own-devices">/);
  expect(made.html).toContain("Firefox on Linux");
  const [id] = ownIn(made.html);
  expect(await rows("SELECT uuid, vouched FROM subscribers WHERE app_id = ?", app.v1_id)).toEqual([
    { uuid: id, vouched: 1 },
  ]);
  expect((await person.post(`${path}/test/browser`, { ...browser, auth: "" })).status).toBe(422);
  const removed = await person.post(`${path}/test/remove`, { ...WORDS, test_remove: String(id) });
  expect(removed).toMatchObject({ status: 303, to: path });
  expect(ownIn(await dialog(world))).toEqual([]);
  const again = { ...WORDS, version: "1", test_remove: String(id) };
  expect((await person.post(`${path}/test/remove`, again)).status).toBe(404);
});

test("neither viewers nor members of other accounts send tests or subscribe browsers", async () => {
  const world = await newWorld();
  const viewer = await signedIn("viewer", world.account);
  const stranger = await signedIn();
  const elsewhere = world.path.replace(world.person.base, stranger.base);
  for (const form of ["/test", "/test/browser", "/test/remove"]) {
    expect((await viewer.post(world.path + form, WORDS)).status, form).toBe(403);
    expect((await stranger.post(world.path + form, WORDS)).status, form).toBe(404);
    expect((await stranger.post(elsewhere + form, WORDS)).status, form).toBe(404);
  }
});

test("the part with devices that just registered stays small", async () => {
  const world = await newWorld();
  const { person, path } = world;
  await newDevice(world);
  const id = (await rows("SELECT uuid FROM subscribers WHERE app_id = ?", world.app.v1_id))[0].uuid;
  for (let each = 0; each < 6; each++) await newDevice(world);
  const part = await person.get(`${path}?part=recent-devices`);
  expect(part.status).toBe(200);
  expect(part.html).not.toContain(id);
  expect(part.html.match(/test_pick/g)).toHaveLength(5);
});
