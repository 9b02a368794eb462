// The recipients of a notification as a file: what is in it, and that no more than a page of it is held.
import { afterEach, expect, test, vi } from "vitest";
import { signedIn } from "../../../support/person.ts";
import { addSubscribers } from "../../../support/notifications.ts";
import { addNotification, addResults } from "../../../support/reports.ts";
import { countTrips } from "../../../support/trips.ts";
import { rows, send } from "../../../support/worker.ts";
import { newWorld } from "./world.ts";

afterEach(() => vi.restoreAllMocks());

test("the file has a line for each recipient, by outcome too, and no formulas", async () => {
  const { person, path, app } = await newWorld();
  const [ann, bob] = (await addSubscribers(app, [
    { platform: "android", user_id: "=HYPERLINK(1)" },
    { platform: "web", user_id: 'b,"ob' },
  ])) as [number, number];
  const { id, uuid } = await addNotification(app, { started_at: 1, total_count: 3, sent_count: 1 });
  await addResults(id, 0, [
    { id: ann, status: "sent" },
    { id: bob, status: "failed", error: "503", reason: "unavailable", attempts: 6 },
    { id: 999_999_999, status: "gone", error: "410", reason: "unregistered" },
  ]);
  await rows("INSERT INTO engagements VALUES (?, ?, 'delivered', 1000)", id, ann);
  const all = await person.get(`${path}/${uuid}/recipients`);
  expect(all.headers.get("content-type")).toContain("text/csv");
  const [head, ...lines] = all.html.trimEnd().split("\r\n");
  expect(head).toBe(
    "subscriber,user_id,platform,outcome,reason,error,tries,delivered_at,clicked_at",
  );
  expect(lines.map((line) => line.replace(/^[\da-f-]{36}/, "<uuid>"))).toEqual([
    "<uuid>,'=HYPERLINK(1),android,sent,,,1,1970-01-01T00:00:01.000Z,",
    '<uuid>,"b,""ob",web,failed,unavailable,503,6,,',
    ",,,gone,unregistered,410,1,,",
  ]);
  const gone = await person.get(`${path}/${uuid}/recipients?outcome=gone`);
  expect(gone.html.trimEnd().split("\r\n")).toHaveLength(2);
  const others = await newWorld();
  expect((await others.person.get(`${others.path}/${uuid}/recipients`)).status).toBe(404);
});

test("people are taken along as a file by who may write to them, and others see no button for it", async () => {
  const { person, path, app } = await newWorld();
  const [ann] = (await addSubscribers(app, [{ platform: "web" }])) as [number];
  const { id, uuid } = await addNotification(app, { started_at: 1, total_count: 1, sent_count: 1 });
  await addResults(id, 0, [{ id: ann, status: "sent" }]);
  expect((await person.get(`${path}/${uuid}`)).html).toContain("/recipients");
  const viewer = await signedIn("viewer", person.account);
  const report = await viewer.get(`${path}/${uuid}`);
  expect(report.status).toBe(200);
  expect(report.html).not.toContain("/recipients");
  expect((await viewer.get(`${path}/${uuid}/recipients`)).status).toBe(403);
});

test("100,000 recipients are read page by page, as the browser takes them", async () => {
  const { person, path, app } = await newWorld();
  const { id, uuid } = await addNotification(app, { started_at: 1, total_count: 100_000 });
  await rows(
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 399)
     INSERT INTO batch_results (id, results) SELECT ? * 1000000 + i * 5, (
       WITH RECURSIVE m (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM m WHERE j < 249)
       SELECT json_object('ids', json_group_array(1000000000 + i * 250 + j), 's', printf('%.*c', 250, 's'),
         'a', json_group_array(1), 'e', json('{}')) FROM m) FROM n`,
    id,
  );
  const trips = countTrips();
  const answer = await send("GET", `${path}/${uuid}/recipients`, {
    headers: { cookie: person.cookie },
  });
  const atFirst = trips();
  const reader = answer.body!.getReader();
  let lines = 0;
  let largest = 0;
  let rest = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    largest = Math.max(largest, part.value.byteLength);
    for (const byte of part.value) lines += Number(byte === 10);
    rest += part.value.byteLength;
  }
  expect(lines).toBe(100_001);
  // A page of 5,000, and not the file.
  expect(largest).toBeLessThan(rest / 15);
  // Twenty pages of two each, and one that finds the end; most of them once somebody takes what came before.
  expect(trips()).toBeLessThanOrEqual(atFirst + 41);
  expect(atFirst).toBeLessThan(12);
});

test("where few have the outcome that is asked for, pages look further", async () => {
  const { person, path, app } = await newWorld();
  const { id, uuid } = await addNotification(app, { started_at: 1, total_count: 75_000 });
  await rows(
    `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
     INSERT INTO batch_results (id, results) SELECT ? * 1000000 + i * 5, (
       WITH RECURSIVE m (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM m WHERE j < 249)
       SELECT json_object('ids', json_group_array(1000000000 + i * 250 + j), 's', 'f' || printf('%.*c', 249, 's'),
         'a', json_group_array(1), 'e', json('{"0":"503"}')) FROM m) FROM n`,
    id,
  );
  const trips = countTrips();
  const failed = await person.get(`${path}/${uuid}/recipients?outcome=failed`);
  expect(failed.html.trimEnd().split("\r\n")).toHaveLength(301);
  // Pages of 20, 40, 80, 100 and 60 rows are two round trips each; the request itself has a few.
  expect(trips()).toBeLessThanOrEqual(10 + 5);
});
