// The pages of an account's sendings, as members' browsers ask for them.
import { expect, test } from "vitest";
import { instantWorld, notificationsOf, PUSH } from "../../../support/instant.ts";
import { signedIn } from "../../../support/person.ts";
import { useInternet } from "../../../support/receiver.ts";
import { rows } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

const LATER = () => ({
  date: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
  time: "15:04",
  local_time: false,
  timezone: "+00:00",
});
const namesIn = (html: string) =>
  [...html.matchAll(/class="row-link"[^>]*>([^<]*)</g)].map(([, name]) => name);

test("the list has instant and scheduled ones with what became of them, by state", async () => {
  const world = await instantWorld(2);
  const person = await signedIn("viewer", world.account);
  await world.call("POST", "/sched/onesend", { name: "Fair", all_apps: true, ...LATER() });
  const gone = (await world.send({}, { name: "Plums" })).body.sched_id;
  const ended = (await world.send({}, { name: "Pears" })).body.sched_id;
  await rows(
    "UPDATE notifications SET status = 'sent', sent_count = 1200, clicked_count = 31 WHERE id IN (SELECT notification_id FROM campaign_notifications WHERE campaign_id = ?)",
    gone,
  );
  await rows("UPDATE campaigns SET due_at = 1 WHERE id = ?", gone);
  await rows("UPDATE campaigns SET ended_at = 5 WHERE id = ?", ended);
  const path = `${person.base}/sendings`;
  const { status, html } = await person.get(path);
  expect(status).toBe(200);
  expect(namesIn(html)).toEqual(["Pears", "Plums", "Fair"]);
  expect(html).toContain(">2,400<");
  expect(html).toContain(">62<");
  expect(html).toMatch(/data-tone="ok">Done</);
  expect(html).toMatch(/data-tone="wait">Waiting</);
  expect(html).toMatch(/data-tone="off">Ended</);
  const by = async (state: string) => namesIn((await person.get(`${path}?state=${state}`)).html);
  expect(await by("waiting")).toEqual(["Fair"]);
  expect(await by("begun")).toEqual(["Plums"]);
  expect(await by("ended")).toEqual(["Pears"]);
  expect(await by("nonsense")).toHaveLength(3);
});

test("the list goes on by the id of its last row", async () => {
  const world = await instantWorld(1);
  const person = await signedIn("viewer", world.account);
  await rows(
    `INSERT INTO campaigns (account_id, name, due_at, template_ids, filters, revision, created_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 23)
     SELECT ?, 'No ' || i, 1, '[]', '{"apps":{"include":null,"exclude":[]}}', ? || i, 1 FROM n`,
    world.account.id,
    `${world.account.id}-`,
  );
  const path = `${person.base}/sendings`;
  const first = (await person.get(path)).html;
  expect(namesIn(first)).toHaveLength(20);
  const older = /href="([^"]*before=\d+)"/.exec(first)?.[1] ?? "";
  expect(namesIn((await person.get(older)).html)).toEqual(["No 3", "No 2", "No 1"]);
  expect(namesIn((await person.get(`${path}?before=x`)).html)).toHaveLength(20);
});

test("an account without sendings is told what they are", async () => {
  const person = await signedIn();
  const { html } = await person.get(`${person.base}/sendings`);
  expect(html).toContain("No sendings yet");
  expect((await person.get(`${person.base}/sendings?state=ended`)).html).toContain("None of these");
});

test("one sending shows whom it reaches, what it says in each language, and what it made", async () => {
  const world = await instantWorld(2);
  const person = await signedIn("marketer", world.account);
  await rows("UPDATE apps SET name = 'Market' WHERE id = ?", world.apps[0]);
  const sent = await world.send(
    {
      app_ids_include: [world.apps[0]],
      countries_include: ["DE", "FR"],
      languages_exclude: ["pt"],
      event_include: "ordered",
    },
    {
      name: "<b>Spring</b>",
      push: {
        ...PUSH,
        translations: [...PUSH.translations, { language: "de", title: "<i>", text: "Wie geht's?" }],
      },
    },
  );
  const path = `${person.base}/sendings/${sent.body.sched_id}`;
  const { status, html } = await person.get(path);
  expect(status).toBe(200);
  expect(html).toContain("&lt;b&gt;Spring&lt;/b&gt;");
  expect(html).toContain("Germany or France");
  expect(html).toContain("All, but not Portuguese");
  expect(html).toContain(">ordered<");
  expect(html).toContain("Olá");
  expect(html).toContain("&lt;i&gt;");
  expect(html).toMatch(
    /<th scope="row"><a class="row-link" href="[^"]*\/notifications\/[^"]*">Market</,
  );
  expect(html).toContain("End it");
  expect(await notificationsOf(sent.body.sched_id)).toHaveLength(1);
  const part = await person.get(`${path}?part=results`);
  expect(part.html).toContain("1 still due");
  expect(part.headers.get("slipway-ends")).toBeNull();
  await rows(
    "UPDATE notifications SET status = 'sent', sent_count = 3 WHERE app_id = ?",
    world.apps[0],
  );
  const after = await person.get(`${path}?part=results`);
  expect(after.headers.get("slipway-ends")).toBe("page");
});

test("a template with many languages shows some texts and names the others", async () => {
  const world = await instantWorld(1);
  const person = await signedIn("viewer", world.account);
  const languages = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "fi", "cs"];
  const push = {
    default_lang: "cs",
    translations: languages.map((language) => ({ language, title: `T ${language}`, text: "t" })),
  };
  const sent = await world.send({}, { push });
  const { html } = await person.get(`${person.base}/sendings/${sent.body.sched_id}`);
  expect(html.match(/<strong>T \w+<\/strong>/g)).toHaveLength(8);
  expect(html).toContain("<strong>T cs</strong>");
  expect(html).toContain("And in Swedish, Danish, Finnish");
});

test("another account's sending is as one that is not there", async () => {
  const world = await instantWorld(1);
  const { sched_id: id } = (await world.send()).body;
  const stranger = await signedIn();
  for (const path of [`/sendings/${id}`, "/sendings/999999999", `/sendings/${id}?part=results`]) {
    expect((await stranger.get(stranger.base + path)).status).toBe(404);
  }
});
