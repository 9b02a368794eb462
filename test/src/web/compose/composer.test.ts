// The composer, as members' browsers ask for it without a script: a draft is written, saved, checked, confirmed and sent.
import { expect, test, vi } from "vitest";
import { countTripsInTurn } from "../../../support/trips.ts";
import { signedIn, type PageAnswer, type TestPerson } from "../../../support/person.ts";
import { addNotification, contentOf } from "../../../support/reports.ts";
import { newPushOwner } from "../../../support/scenario.ts";
import { beginMinute, bindings, rows } from "../../../support/worker.ts";

interface World {
  ann: TestPerson;
  app: number;
  /** The path of the app's pages. */
  path: string;
}

async function newWorld(browsers = 2): Promise<World> {
  const { account, app } = await newPushOwner(browsers);
  const ann = await signedIn("marketer", account);
  return { ann, app: app.v1_id, path: `${ann.base}/apps/${app.v1_id}` };
}

/** What the form of a page holds, as a browser would post it. */
function formOf(html: string): Record<string, string> {
  const fields: Record<string, string> = {};
  const start = html.indexOf('id="composer"');
  const form = html.slice(start, html.indexOf("</form>", start));
  for (const [tag, kind = ""] of form.matchAll(/<(input|textarea|select)\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
    const name = attribute("name");
    if (name === undefined || name === "once") continue;
    if (/type="(radio|checkbox)"/.test(tag) && !/\schecked/.test(tag)) continue;
    const at = form.indexOf(tag);
    const inner = form.slice(at + tag.length, form.indexOf(`</${kind}>`, at));
    const value =
      kind === "input"
        ? attribute("value")
        : kind === "textarea"
          ? inner.replace(/^\n/, "")
          : /<option value="([^"]*)" selected/.exec(inner)?.[1];
    fields[name] = plain(value ?? "");
  }
  return fields;
}

const plain = (text: string) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");

/** Begins a notification: its draft's path, and the fields of its form. */
async function begun({ ann, path }: World, query = "") {
  const { to } = await ann.get(`${path}/compose${query}`);
  const page = await ann.get(to!);
  expect(page.status).toBe(200);
  return { draft: to!.split("?")[0]!, fields: formOf(page.html) };
}

const post = async (
  person: TestPerson,
  draft: string,
  fields: Record<string, string>,
  what = "save",
) => person.post(draft, { ...fields, do: what });

const errorsIn = ({ html }: PageAnswer) =>
  [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text = ""]) => plain(text));

const textOf = (html: string) => plain(html.replaceAll(/<[^>]*>/g, "")).replaceAll(/\s+/g, " ");

const WORDS = { title: "Fresh plums", body: "At the north gate" };

test("a page that is only looked at makes no draft, and the first save makes one", async () => {
  const world = await newWorld();
  const { draft, fields } = await begun(world);
  const drafts = async () => rows("SELECT * FROM drafts WHERE app_id = ?", world.app);
  expect(await drafts()).toEqual([]);
  expect((await world.ann.get(draft)).status).toBe(404);
  const saved = await post(world.ann, draft, { ...fields, ...WORDS });
  expect(saved.to).toBe(draft);
  expect(await drafts()).toEqual([
    expect.objectContaining({ version: 1, created_by: world.ann.id }),
  ]);
  const again = await world.ann.get(draft);
  expect(formOf(again.html)).toMatchObject({ ...WORDS, version: "1" });
  expect(again.html).toContain("Saved as a draft by Mira Finch");
});

test("a draft is sent to everyone once the box with their number is checked, and only once", async () => {
  const world = await newWorld(2);
  const { ann } = world;
  const { draft, fields } = await begun(world);
  expect((await post(ann, draft, { ...fields, ...WORDS }, "confirm")).to).toBe(`${draft}/confirm`);
  const turns = countTripsInTurn();
  const confirm = await ann.get(`${draft}/confirm`);
  vi.restoreAllMocks();
  expect(confirm.html).toContain("Send to everyone, 2 people, now?");
  expect(confirm.html).toContain("Yes, to all 2");
  // Who is let in takes one round trip, one after the other.
  expect(turns()).toBeLessThanOrEqual(1 + 4);
  expect(confirm.html).toContain('Everyone.<small class="soft"> Web 2</small>');
  const refused = await ann.post(`${draft}/confirm`, { version: "1" });
  expect(refused.status).toBe(422);
  expect(errorsIn(refused)).toEqual(["Check this to send it to everyone."]);
  const all = await Promise.all(
    [1, 2, 3].map(async () => ann.post(`${draft}/confirm`, { version: "1", everyone: "2" })),
  );
  expect(all.filter(({ status }) => status === 303)).toHaveLength(1);
  expect(all.filter(({ status }) => status === 404)).toHaveLength(2);
  const made = await rows("SELECT * FROM notifications WHERE app_id = ?", world.app);
  expect(made).toHaveLength(1);
  expect(all.find(({ to }) => to)?.to).toBe(`${world.path}/notifications/${made[0].uuid}`);
  expect(await rows("SELECT * FROM drafts WHERE app_id = ?", world.app)).toEqual([]);
});

test("a language is added by its name, and the way back is by the notifications", async () => {
  const world = await newWorld(2);
  const { ann } = world;
  const { draft, fields } = await begun(world);
  const french = await post(
    ann,
    draft,
    { ...fields, ...WORDS, language: "french" },
    "language.add",
  );
  expect(formOf(french.html)).toHaveProperty(["translations.fr.title"]);
  expect(formOf(french.html)).not.toHaveProperty(["translations.french.title"]);
  await post(ann, draft, { ...fields, ...WORDS }, "confirm");
  const pages = [await ann.get(draft), await ann.get(`${draft}/confirm`)];
  for (const { html } of pages) {
    const [crumbs = ""] = /aria-label="Breadcrumb".*?<\/nav>/s.exec(html) ?? [];
    expect(crumbs).toContain(`href="${world.path}/notifications"`);
  }
  // Everyone is said once, by the builder itself.
  expect(/<p[^>]*data-sentence[^>]*>/.exec(pages[0]?.html ?? "")?.[0]).toContain("hidden");
});

test("the last step says for whom it is night, who gets which language, and what everyone got today", async () => {
  const world = await newWorld(2);
  const { ann } = world;
  await rows(
    "UPDATE subscribers SET language = 'de-AT' WHERE id = (SELECT min(id) FROM subscribers WHERE app_id = ?)",
    world.app,
  );
  await addNotification(
    { id: world.app, accountId: ann.account.id },
    { started_at: Date.now() - 2 * 3_600_000 },
  );
  const { draft, fields } = await begun(world);
  const german = { "translations.de.title": "Pflaumen", "translations.de.body": "Am Nordtor" };
  const local = {
    when: "local",
    scheduled_local: `${new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)}T23:00`,
  };
  await post(ann, draft, { ...fields, ...WORDS, ...german, ...local });
  const text = textOf((await ann.get(`${draft}/confirm`)).html);
  expect(text).toContain("It is night then for 2 people, from 22:00 to 07:00");
  expect(text).toContain("German 1, the first text 1");
  expect(text).toContain("Everyone got one today already, 2 h ago: “Fresh plums are in”.");
});

test("what is wrong stands at its fields, by the API's names, and from three things on on top", async () => {
  const world = await newWorld();
  const { ann } = world;
  const { draft, fields } = await begun(world);
  const german = await post(ann, draft, { ...fields, language: "DE" }, "language.add");
  expect(german.html).toContain("German");
  const button = await post(ann, draft, formOf(german.html), "button.add");
  const wrong = await post(
    ann,
    draft,
    {
      ...formOf(button.html),
      title: "x".repeat(300),
      body: "Text",
      url: "market.example.com",
      "translations.de.title": "Pflaumen",
      "actions.0.title": "",
      "actions.0.url": "https://example.com",
      data: "{",
      when: "at",
      scheduled_at: "2020-01-01T09:00",
    },
    "confirm",
  );
  expect(wrong.status).toBe(422);
  expect(/(\d) things have to be mended first/.exec(wrong.html)?.[1]).toBe("6");
  for (const field of [
    "title",
    "url",
    "translations-de-body",
    "actions-0-title",
    "data",
    "scheduled_at",
  ]) {
    expect(wrong.html).toContain(`href="#f-${field}"`);
    expect(wrong.html).toContain(`id="f-${field}"`);
  }
  expect(errorsIn(wrong)).toContain("Fill this in: nothing is there yet.");
  // What was typed is saved all the same, and one goes on from there.
  expect(formOf(wrong.html)).toMatchObject({ version: "1", url: "market.example.com", data: "{" });
  const mended = {
    ...formOf(wrong.html),
    title: "Plums",
    url: "",
    data: "",
    "translations.de.body": "Am Nordtor",
    "actions.0.title": "Order",
    when: "now",
  };
  expect((await post(ann, draft, mended, "confirm")).to).toBe(`${draft}/confirm`);
});

test("nobody saves over what somebody else has saved since, and no text is lost", async () => {
  const world = await newWorld();
  const ben = await signedIn("owner", world.ann.account);
  const { draft, fields } = await begun(world);
  await post(world.ann, draft, { ...fields, ...WORDS });
  const his = formOf((await ben.get(draft)).html);
  const hers = formOf((await world.ann.get(draft)).html);
  await post(ben, draft, { ...his, body: "Ben's text" });
  const refused = await post(world.ann, draft, { ...hers, body: "Ann's text" });
  expect(refused.status).toBe(409);
  expect(refused.html).toContain("saved this draft");
  expect(formOf(refused.html)).toMatchObject({ body: "Ann's text", version: "1" });
  expect(formOf((await ben.get(draft)).html)["body"]).toBe("Ben's text");
  const over = /name="over" value="(\d+)"/.exec(refused.html)?.[1] ?? "";
  const kept = await world.ann.post(draft, { ...formOf(refused.html), over });
  expect(kept.status).toBe(303);
  expect(formOf((await ben.get(draft)).html)["body"]).toBe("Ann's text");
  const part = await ben.get(`${draft}?part=editors`);
  expect(part.html).toContain("Mira Finch has this draft open too.");
  expect(part.html).toContain('data-saved-version="3"');
});

test("what is typed into a draft that somebody sent becomes another draft", async () => {
  const world = await newWorld();
  const { draft, fields } = await begun(world);
  await post(world.ann, draft, { ...fields, ...WORDS });
  const open = formOf((await world.ann.get(draft)).html);
  expect((await world.ann.post(`${draft}/confirm`, { version: "1", everyone: "2" })).status).toBe(
    303,
  );
  const part = await world.ann.get(`${draft}?part=editors`);
  expect([part.status, part.html]).toEqual([200, '<span hidden="" data-gone=""></span>']);
  const late = await post(world.ann, draft, { ...open, body: "More" });
  expect(late.status).toBe(303);
  expect(late.to).not.toBe(draft);
  expect(formOf((await world.ann.get(late.to!)).html)).toMatchObject({
    body: "More",
    version: "1",
  });
  expect((await world.ann.get(draft)).status).toBe(404);
});

test("the script's saves are answered with the version, or with who was faster", async () => {
  const world = await newWorld();
  const { draft, fields } = await begun(world);
  const save = async (version: string, title: string) =>
    world.ann.post(`${draft}/autosave`, { ...fields, version, title });
  expect(JSON.parse((await save("0", "One")).html)).toEqual({ version: 1 });
  expect(JSON.parse((await save("1", "Two")).html)).toEqual({ version: 2 });
  const late = await save("1", "Three");
  expect(late.status).toBe(409);
  expect(JSON.parse(late.html)).toMatchObject({ version: 2, by: "Mira Finch" });
});

test("a scheduled notification is changed in a draft, and stays as it was until that is confirmed", async () => {
  const world = await newWorld();
  const { ann } = world;
  const first = await begun(world);
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const at = { when: "at", scheduled_at: `${day}T09:00`, zone: "Europe/Berlin" };
  await post(ann, first.draft, { ...first.fields, ...WORDS, ...at });
  const made = await ann.post(`${first.draft}/confirm`, { version: "1", everyone: "2" });
  const uuid = made.to!.split("/").at(-1)!;
  const notification = async () =>
    (await rows("SELECT * FROM notifications WHERE uuid = ?", uuid))[0];
  const { scheduled_at } = await notification();
  expect([7, 8]).toContain(new Date(scheduled_at).getUTCHours());
  const second = await begun(world, `?notification=${uuid}`);
  expect(second.fields).toMatchObject({ ...WORDS, when: "at", zone: "UTC" });
  await post(ann, second.draft, { ...second.fields, title: "Changed" });
  expect((await ann.get(`${world.path}/compose?notification=${uuid}`)).to).toBe(second.draft);
  expect(JSON.parse((await notification()).content).title).toBe(WORDS.title);
  expect((await ann.get(second.draft)).html).toContain("It is scheduled for");
  const done = await ann.post(`${second.draft}/confirm`, { version: "1", everyone: "2" });
  expect(done.to).toBe(made.to);
  expect(await notification()).toMatchObject({ status: "scheduled", scheduled_at });
  expect(JSON.parse((await notification()).content).title).toBe("Changed");
});

test("a new notification begins with a person, or with the words of another one", async () => {
  const world = await newWorld();
  const { fields } = await begun(world, "?user=customer-7");
  expect(Object.values(fields)).toContain("customer-7");
  const first = await begun(world);
  await post(world.ann, first.draft, { ...first.fields, ...WORDS, urgency: "high" });
  const made = await world.ann.post(`${first.draft}/confirm`, { version: "1", everyone: "2" });
  const copy = await begun(world, `?copy=${made.to!.split("/").at(-1)}`);
  expect(copy.fields).toMatchObject({ ...WORDS, urgency: "high", when: "now", notification: "" });
  expect((await world.ann.get(`${world.path}/compose?copy=${crypto.randomUUID()}`)).status).toBe(
    303,
  );
  const none = await world.ann.get((await world.ann.get(`${world.path}/compose?copy=x`)).to!);
  expect(none.status).toBe(404);
});

test("what a channel sent to somebody is neither copied nor changed", async () => {
  const world = await newWorld();
  const app = { id: world.app, accountId: world.ann.account.id };
  const content = contentOf({ title: "For Bob alone", body: "A secret of Bob's." });
  const targeting = JSON.stringify({ type: "subscribers", ids: [1] });
  const { uuid } = await addNotification(app, { content, targeting });
  const copied = await world.ann.get(`${world.path}/compose?copy=${uuid}`);
  expect((await world.ann.get(copied.to!)).status).toBe(404);
  expect((await world.ann.get(`${world.path}/compose?notification=${uuid}`)).status).toBe(404);
  const { draft, fields } = await begun(world);
  const posted = await post(world.ann, draft, { ...fields, ...WORDS, notification: uuid });
  expect(posted.status).toBe(404);
});

test("others who have a draft open are told of, whatever they are called", async () => {
  const world = await newWorld();
  const { draft, fields } = await begun(world);
  await post(world.ann, draft, { ...fields, ...WORDS });
  for (let at = 0; at < 6; at += 1) {
    const other = await signedIn("marketer", world.ann.account);
    await rows("UPDATE users SET name = ? WHERE id = ?", `"`.repeat(60), other.id);
    await post(other, draft, { ...fields, ...WORDS, over: String(at + 1) });
  }
  const part = await world.ann.get(`${draft}?part=editors`);
  expect(part.status).toBe(200);
  expect(part.html).toContain("have this draft open too");
});

test("an account saves so many drafts a minute, and what was typed is not lost", async () => {
  const world = await newWorld();
  const { draft, fields } = await begun(world);
  const limiter = bindings.RATE_LIMITER;
  const count = limiter.get(limiter.idFromName(`dashboard-drafts:${world.ann.account.id}`));
  beginMinute();
  await Promise.all(Array.from({ length: 300 }, async () => count.hit()));
  const saved = await world.ann.post(`${draft}/autosave`, { ...fields, ...WORDS });
  expect(saved.status).toBe(429);
  const byHand = await post(world.ann, draft, { ...fields, ...WORDS });
  expect(byHand.status).toBe(429);
  expect(formOf(byHand.html)).toMatchObject(WORDS);
});

test("a copy of what went to whom another did not reach has no audience, and one to certain devices is not there", async () => {
  const world = await newWorld();
  const first = await begun(world);
  await post(world.ann, first.draft, { ...first.fields, ...WORDS });
  const made = await world.ann.post(`${first.draft}/confirm`, { version: "1", everyone: "2" });
  const uuid = made.to!.split("/").at(-1)!;
  const aim = async (targeting: object) =>
    rows("UPDATE notifications SET targeting = ? WHERE uuid = ?", JSON.stringify(targeting), uuid);
  await aim({ type: "unreached", notification: uuid });
  const copy = await begun(world, `?copy=${uuid}`);
  expect(copy.fields).toMatchObject({ ...WORDS, "targeting.start": "built" });
  expect(JSON.stringify(copy.fields)).not.toContain("unreached");
  await post(world.ann, copy.draft, copy.fields);
  expect((await world.ann.get(`${copy.draft}/confirm`)).to).toBe(`${copy.draft}?check=1`);
  // What a channel sent to somebody is between the two.
  await aim({ type: "subscribers", ids: [1] });
  const { to } = await world.ann.get(`${world.path}/compose?copy=${uuid}`);
  expect((await world.ann.get(to!)).status).toBe(404);
});

test("a copy of what was sent to a list of its own asks for an audience, and never means everybody", async () => {
  const world = await newWorld();
  const { account } = world.ann;
  const { uuid } = await addNotification(
    { id: world.app, accountId: account.id },
    { targeting: JSON.stringify({ type: "unreached", notification: crypto.randomUUID() }) },
  );
  const copy = await begun(world, `?copy=${uuid}`);
  expect(copy.fields).toMatchObject({ "targeting.start": "built", "targeting.0.values": "" });
  const refused = await post(world.ann, copy.draft, copy.fields, "confirm");
  expect(refused.status).toBe(422);
  expect(errorsIn(refused)).toEqual(["Add a value, or remove the condition."]);
  const aimed = { ...copy.fields, version: "1", "targeting.0.values": "box" };
  expect((await post(world.ann, copy.draft, aimed, "confirm")).to).toBe(`${copy.draft}/confirm`);
});

test("a draft is its app's alone, and viewers see none", async () => {
  const world = await newWorld();
  const { draft, fields } = await begun(world);
  await post(world.ann, draft, { ...fields, ...WORDS });
  const other = await newWorld();
  const id = draft.split("/").at(-1);
  for (const path of [`${other.path}/compose/${id}`, `${other.path}/compose/${id}/confirm`]) {
    expect((await other.ann.get(path)).status).toBe(404);
  }
  const written = { ...fields, ...WORDS };
  for (const form of [
    "",
    "/autosave",
    "/size",
    "/test",
    "/test/remove",
    "/test/browser",
    "/delete",
  ]) {
    for (const each of [id, crypto.randomUUID()]) {
      const there = `${other.path}/compose/${each}${form}`;
      expect((await other.ann.post(there, written)).status, form).toBe(404);
    }
  }
  expect((await other.ann.get(draft)).status).toBe(404);
  const viewer = await signedIn("viewer", world.ann.account);
  expect((await viewer.get(draft)).status).toBe(403);
  expect((await viewer.get(`${world.path}/compose`)).status).toBe(403);
  const gone = await world.ann.post(`${draft}/delete`);
  expect(gone.to).toBe(`${world.path}/notifications`);
  expect((await world.ann.get(draft)).status).toBe(404);
});
