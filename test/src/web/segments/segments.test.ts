// The pages of saved segments, with the audience builder in them, as members' browsers ask for them without a script.
import { expect, test } from "vitest";
import { importAll, PUSH } from "../../../support/push.ts";
import { browser, signedIn, type TestPerson } from "../../../support/person.ts";
import { newPushApp } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

const TAGGED = {
  "targeting.start": "built",
  "targeting.how": "all",
  "targeting.0.field": "tags",
  "targeting.0.is": "any",
  "targeting.0.values": "box, vegetables",
};
const BOX = { type: "tags", tags: ["box", "vegetables"], match: "any" };

interface World {
  owner: TestPerson;
  /** The app's UUID, and the path of its segments. */
  app: string;
  path: string;
}

async function newWorld(): Promise<World> {
  const owner = await signedIn();
  const app = await newPushApp(owner.account.key);
  return { owner, app: app.id, path: `${owner.base}/apps/${app.v1_id}/segments` };
}

const segmentsOf = async ({ owner, app }: World) =>
  (await api("GET", `${PUSH}/apps/${app}/segments`, { token: owner.account.key })).body.data;

async function newSegment(world: World, name = "Box people", targeting: unknown = BOX) {
  const json = { name, targeting };
  const made = await api("POST", `${PUSH}/apps/${world.app}/segments`, {
    token: world.owner.account.key,
    json,
  });
  expect(made.status).toBe(201);
  return made.body.data;
}

async function subscribers({ owner, app }: World) {
  const one = (at: number, more: object) => ({
    provider: "fcm",
    platform: "android",
    token: `token-of-nobody-${at}-${crypto.randomUUID()}`,
    ...more,
  });
  await importAll(owner.account, app, [
    one(1, { tags: ["box"] }),
    one(2, { tags: ["vegetables"] }),
    one(3, { tags: ["staff"] }),
  ]);
}

test("the app's tags and events are there to choose from, and no other app's", async () => {
  const world = await newWorld();
  await subscribers(world);
  const [{ id }] = (await rows("SELECT id FROM apps WHERE uuid = ?", world.app)) as [
    { id: number },
  ];
  await rows(
    "INSERT INTO lifecycle_events (app_id, name, created_at, last_used_at) VALUES (?, 'box_ordered', 1, 1)",
    id,
  );
  const offered = async ({ owner, path }: World) => {
    const { html } = await owner.get(`${path}/new`);
    const lists = html.matchAll(/<datalist id="names-of-(\w+)">(.*?)<\/datalist>/g);
    return [...lists].map(([, of, all = ""]) => [
      of,
      [...all.matchAll(/value="([^"]*)"/g)].map(([, name]) => name),
    ]);
  };
  expect(await offered(world)).toEqual([
    ["tags", ["box", "staff", "vegetables"]],
    ["events", ["box_ordered"]],
  ]);
  expect(await offered(await newWorld())).toEqual([
    ["tags", []],
    ["events", []],
  ]);
});

const errorsIn = (html: string) =>
  [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => text);

/** The fields of the builder in a page, as a browser would send them. */
function fieldsIn(html: string): Record<string, string> {
  const shown = html.replaceAll(/<template[\s\S]*?<\/template>/g, "");
  const found: Record<string, string> = {};
  for (const [, name = "", inner = ""] of shown.matchAll(
    /<select[^>]* name="(targeting[^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    found[name] = /<option value="([^"]*)" selected/.exec(inner)?.[1] ?? "";
  }
  for (const [input] of shown.matchAll(/<input[^>]* name="targeting[^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(input)?.[1] ?? "";
    if (input.includes("checkbox") && !input.includes("checked")) continue;
    found[name] = (/ value="([^"]*)"/.exec(input)?.[1] ?? "").replaceAll("&quot;", '"');
  }
  return found;
}

test("a segment is made by conditions, listed with how it is used, changed and deleted", async () => {
  const world = await newWorld();
  const { owner, path } = world;
  const empty = await owner.get(path);
  expect(empty.html).toContain("No saved segments yet");
  expect((await owner.get(`${path}/new`)).status).toBe(200);
  const made = await owner.post(`${path}/new`, { name: "Box people", ...TAGGED });
  expect([made.status, made.to]).toEqual([303, path]);
  const [segment] = await segmentsOf(world);
  expect(segment).toMatchObject({ name: "Box people", targeting: BOX });

  const list = await owner.get(path);
  expect(list.html).toContain("Tagged box or vegetables.");
  expect(list.html).toContain("Never");
  expect(list.html).toContain(`${path}/${segment.id}?delete`);

  const one = `${path}/${segment.id}`;
  const shown = await owner.get(one);
  expect(fieldsIn(shown.html)).toMatchObject(TAGGED);
  const changed = await owner.post(one, {
    ...fieldsIn(shown.html),
    name: "Box folk",
    "targeting.0.is": "none",
  });
  expect(changed.to).toBe(one);
  expect((await segmentsOf(world))[0]).toMatchObject({
    name: "Box folk",
    targeting: { type: "not", of: [BOX] },
  });
  expect((await owner.post(`${one}/delete`)).to).toBe(path);
  expect(await segmentsOf(world)).toEqual([]);
  expect((await owner.get(one)).status).toBe(404);
});

test("the builder's buttons give the page back with the tree changed and all that was typed", async () => {
  const world = await newWorld();
  const { owner, path } = world;
  const typed = { name: "Some <b>", ...TAGGED, "targeting.0.values": '"a, b", c' };
  const press = async (what: string, fields: Record<string, string>) => {
    const { status, html } = await owner.post(`${path}/new`, {
      ...fields,
      do: `targeting.${what}`,
    });
    expect(status).toBe(200);
    expect(html).toContain('value="Some &lt;b&gt;"');
    expect(errorsIn(html)).toEqual([]);
    return { html, fields: { ...fieldsIn(html), name: typed.name } as Record<string, string> };
  };
  const added = await press("add:", typed);
  expect(added.fields).toMatchObject({ ...typed, "targeting.1.field": "tags" });
  const grouped = await press("group:", { ...added.fields, "targeting.1.field": "platform" });
  expect(grouped.fields).toMatchObject({
    "targeting.1.field": "platform",
    "targeting.2.how": "any",
    "targeting.2.0.field": "tags",
  });
  expect(grouped.html.match(/<input type="checkbox" name="targeting\.1\.values"/g)).toHaveLength(3);
  const deeper = await press("group:2", { ...grouped.fields, "targeting.2.0.values": "x" });
  expect(deeper.fields).toMatchObject({ "targeting.2.1.0.field": "tags" });
  expect(deeper.html).not.toContain('value="targeting.group:2.1"');
  const removed = await press("remove:1", deeper.fields);
  expect(Object.keys(removed.fields).filter((name) => name.startsWith("targeting.1."))).toEqual([]);
  const json = await press("json:", { ...removed.fields, "targeting.2.1.0.values": "y" });
  expect(json.html).toContain("&quot;any_of&quot;");
  const text = JSON.stringify({ type: "all_of", of: [BOX, { type: "not", of: [BOX] }] });
  const back = await press("fields:", {
    name: typed.name,
    "targeting.start": "json",
    "targeting.json": text,
  });
  expect(back.fields).toMatchObject({ "targeting.start": "built", "targeting.1.is": "none" });
  expect(await segmentsOf(world)).toEqual([]);
});

test("what is wrong stands at its condition, and what was typed stays", async () => {
  const world = await newWorld();
  const { owner, path } = world;
  const post = async (fields: Record<string, string>) => {
    const { status, html } = await owner.post(`${path}/new`, { name: "N", ...TAGGED, ...fields });
    expect(status).toBe(422);
    return html;
  };
  expect(errorsIn(await post({ "targeting.0.values": " ," }))).toEqual([
    "Add a value, or remove the condition.",
  ]);
  const html = await post({ "targeting.0.field": "countries", "targeting.0.values": "Atlantis" });
  expect(errorsIn(html)).toEqual(["“Atlantis” is no country: type its name, or its two letters."]);
  expect(html).toMatch(
    /<input id="([^"]*)-0" name="targeting\.0\.values" value="Atlantis"[^>]*aria-invalid="true" aria-describedby="\1-0-error"/,
  );
  expect(errorsIn(await post({ name: "" }))).toEqual(["Fill this in: nothing is there yet."]);
  expect(
    errorsIn(await post({ "targeting.start": "json", "targeting.json": '{"type":"tags"' })),
  ).toHaveLength(1);
  await newSegment(world, "Taken");
  expect(errorsIn(await post({ name: "TAKEN" }))).toEqual([
    "Must not be the name of another segment of the app.",
  ]);
  // A form without the builder's fields is not for everybody.
  expect((await owner.post(`${path}/new`, { name: "All" })).status).toBe(422);
  expect(await segmentsOf(world)).toHaveLength(1);
});

test("the size is counted for the script and for the button, with the audience in words", async () => {
  const world = await newWorld();
  const { owner, path } = world;
  await subscribers(world);
  const counted = await owner.post(`${path}/new/size`, TAGGED);
  expect(counted.status).toBe(200);
  expect(counted.html).toContain("data-total");
  expect(counted.html.replaceAll(/\s+/g, " ")).toMatch(/<b[^>]*> ?2 ?<\/b> people right now/);
  expect(counted.html).toContain("67% of all");
  expect(counted.html).toContain("Tagged box or vegetables.");
  expect(counted.html).toContain("1 of 40 parts, 1 of 4 levels");

  const button = await owner.post(`${path}/new`, { ...TAGGED, name: "", do: "targeting.size:" });
  expect([button.status, errorsIn(button.html)]).toEqual([200, []]);
  expect(button.html).toContain("67% of all");

  const nothing = { ...TAGGED, "targeting.0.values": "", do: "targeting.size:" };
  const uncounted = await owner.post(`${path}/new`, nothing);
  expect(uncounted.html).toContain("Not counted: a condition has no value yet.");
  expect(errorsIn(uncounted.html)).toEqual(["Add a value, or remove the condition."]);

  const blank = await owner.post(`${path}/new/size`, { ...TAGGED, "targeting.0.values": "" });
  expect(blank.status).toBe(200);
  expect(blank.html).toContain("Not counted: a condition has no value yet.");
  expect(errorsIn(blank.html)).toEqual([]);
  const wrong = await owner.post(`${path}/new/size`, {
    ...TAGGED,
    "targeting.0.field": "countries",
    "targeting.0.values": "x",
  });
  expect(wrong.html).toContain('data-at="0"');
  expect(
    await rows("SELECT id FROM idempotency_keys WHERE account_id = ?", owner.account.id),
  ).toEqual([]);

  const segment = await newSegment(world);
  const part = await owner.get(`${path}?part=size&segment=${segment.id}`);
  expect(part.html).toContain('<td class="num act">2</td>');
  expect((await owner.get(`${path}?count=${segment.id}`)).html).toContain(
    '<td class="num act">2</td>',
  );
  expect((await owner.get(`${path}?part=size&segment=x`)).status).toBe(404);
});

test("an answer with the size is within 2 KB, whatever the audience is called", async () => {
  const world = await newWorld();
  const { owner, path } = world;
  await subscribers(world);
  for (const letter of ["'", "&", "𝕏", "<"]) {
    const tags = Array.from({ length: 5 }, (_, at) => letter.repeat(200) + at);
    for (const field of ["tags", "countries"]) {
      const fields = {
        ...TAGGED,
        "targeting.0.field": field,
        "targeting.0.values": tags.join(", "),
      };
      const { status, html } = await owner.post(`${path}/new/size`, fields);
      expect(status).toBe(200);
      expect(new TextEncoder().encode(html).byteLength).toBeLessThanOrEqual(2048);
    }
  }
});

test("who uses a segment is said before it is changed or deleted, and it is not deleted then", async () => {
  const world = await newWorld();
  const { owner, path, app } = world;
  const segment = await newSegment(world);
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  const waiting = await api("POST", `${PUSH}/apps/${app}/notifications`, {
    token: owner.account.key,
    json: {
      title: "Saturday <box>",
      body: "b",
      targeting: { type: "segment", id: segment.id },
      scheduled_at: soon,
    },
  });
  expect(waiting.status, JSON.stringify(waiting.body)).toBe(201);
  const one = `${path}/${segment.id}`;
  const { html } = await owner.get(`${one}?delete`);
  expect(html).toContain("1 notification will go to these people.");
  expect(html).toContain("Saturday &lt;box&gt;");
  expect(html).toMatch(/<dialog [^>]*id="delete-seg"[^>]* open/);
  expect(html).not.toContain("Delete it");
  const refused = await owner.post(`${one}/delete`);
  expect(refused.status).toBe(409);
  expect(refused.html).toContain("Notifications that are still to be sent use this segment");
  expect(await segmentsOf(world)).toHaveLength(1);
});

test("drafts that somebody is writing with it are named too, and don't keep it", async () => {
  const world = await newWorld();
  const { owner, path, app } = world;
  const [named, other] = [await newSegment(world), await newSegment(world, "Others")];
  const of = path.slice(0, -"/segments".length);
  const draft = async (title: string, fields: Record<string, string>) => {
    const { to } = await owner.get(`${of}/compose`);
    const at = String(to).split("?")[0];
    const saved = await owner.post(`${at}`, { title, body: "b", ...fields });
    expect(saved.status).toBeLessThan(400);
    return at;
  };
  const start = { "targeting.start": `segment:${named.id}` };
  const at = await draft("Half a <thing>", start);
  await draft("", {
    "targeting.start": "built",
    "targeting.how": "all",
    "targeting.0.field": "segment",
    "targeting.0.is": "none",
    "targeting.0.values": "Box people",
  });
  await draft(`About ${named.id}`, { "targeting.start": `segment:${other.id}` });
  const one = `${path}/${named.id}`;
  const { html } = await owner.get(`${one}?delete`);
  expect(html).toContain("2 unsent drafts name it.");
  expect(html).toContain(`<a href="${at}">Half a &lt;thing&gt;</a>`);
  expect(html).toContain("Without a title");
  expect(html).not.toContain("About ");
  const viewer = await signedIn("viewer", owner.account);
  const seen = await viewer.get(one);
  expect(seen.html).toContain("Half a &lt;thing&gt;");
  expect(seen.html).not.toContain("/compose/");
  const deleted = await owner.post(`${one}/delete`);
  expect(deleted.to).toBe(path);
  // It goes to nobody, and surely not to everybody.
  const sent = await owner.post(`${at}/confirm`, { version: "1", everyone: "0" });
  expect(sent.to).toBe(`${at}?check=1`);
  expect(
    await rows(
      "SELECT 1 FROM notifications WHERE app_id = (SELECT id FROM apps WHERE uuid = ?)",
      app,
    ),
  ).toEqual([]);
});

test("viewers see segments and nothing to change them; others' are not there", async () => {
  const world = await newWorld();
  const { owner, path } = world;
  const segment = await newSegment(world);
  const one = `${path}/${segment.id}`;
  const viewer = await signedIn("viewer", owner.account);
  const list = await viewer.get(path);
  expect(list.html).toContain("Box people");
  expect(list.html).not.toContain("New segment");
  const shown = await viewer.get(one);
  expect(shown.html).toContain("Tagged box or vegetables.");
  expect(shown.html).not.toContain('<form method="post" action="' + one);
  for (const [where, fields] of [
    [one, TAGGED],
    [`${path}/new`, TAGGED],
    [`${one}/delete`, {}],
  ] as const) {
    expect((await viewer.post(where, { name: "n", ...fields })).status).toBe(403);
  }
  const marketer = await signedIn("marketer", owner.account);
  expect((await marketer.post(one, { name: "Mine", ...TAGGED })).status).toBe(303);
  const stranger = await newWorld();
  for (const where of [`${stranger.path}/${segment.id}`, one]) {
    expect((await stranger.owner.get(where)).status).toBe(404);
    expect((await stranger.owner.post(`${where}/size`, TAGGED)).status).toBe(404);
    expect((await stranger.owner.post(`${where}/delete`)).status).toBe(404);
  }
  expect(
    (await stranger.owner.get(`${stranger.path}?part=size&segment=${segment.id}`)).status,
  ).toBe(404);
  expect((await browser().get(path)).status).toBe(303);
});
