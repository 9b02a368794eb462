// Import of subscribers from a file, as members' browsers do it: upload, what it would do, begin, how far it is, refused rows.
import { expect, test } from "vitest";
import { browserKeys } from "../../../support/keys.ts";
import { android, csv, utf16, windows1252 } from "../../../support/csv.ts";
import {
  counted,
  importAt,
  imported,
  importWorld,
  reaches,
  upload,
} from "../../../support/imports.ts";
import { signedIn } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { newEndpoint, rows } from "../../../support/worker.ts";

const HEADERS = ["platform", "token", "user_id", "tags", "language", "country", "timezone"];
const subscribersOf = async (app: number) =>
  rows("SELECT * FROM subscribers WHERE app_id = ? ORDER BY token", app);
const errorsIn = (html: string) =>
  [...html.matchAll(/<p class="error"[^>]*>([^<]*)</g)].map(([, text]) => text);

test("a file is checked, shown, and imported once somebody says so", async () => {
  const world = await importWorld();
  const first = csv([HEADERS, android("known", "ann", "old")]);
  await imported(world, first);
  const file = csv([
    HEADERS,
    android("known", "ann", "gold; early", "de", "DE", "Europe/Berlin"),
    android("new-1", "bob", "gold|late", "pt_BR"),
    [],
    android("new-2", "eve", "", "", "XX"),
    android("new-3"),
  ]);
  const path = await counted(world, file);
  const ready = await world.owner.get(path);
  expect(ready.status).toBe(200);
  for (const part of [
    "Import 3 rows",
    "gold, early",
    "<dd>2</dd><dd>become subscribers",
    "<dd>1</dd><dd>change",
    "Europe/Berlin",
    "must be an ISO 3166 code",
  ]) {
    expect(ready.html).toContain(part);
  }
  // Nothing has changed yet.
  expect((await subscribersOf(world.app.id)).map(({ tags }) => tags)).toEqual(['["old"]']);
  const begun = await world.owner.post(`${path}/start`);
  expect([begun.status, begun.to]).toEqual([303, path]);
  expect(await reaches(path, "done")).toMatchObject({
    created: 2,
    changed: 1,
    refused: 1,
    preview: "[]",
  });
  const made = await subscribersOf(world.app.id);
  expect(
    made.map((each) => [each.token, each.user_id, each.tags, each.language, each.country]),
  ).toEqual([
    ["known", "ann", '["gold","early"]', "de", "DE"],
    ["new-1", "bob", '["gold","late"]', "pt-BR", null],
    ["new-3", null, "[]", null, null],
  ]);
  const done = await world.owner.get(path);
  expect(done.html).toContain("Refused rows");
  const errors = await world.owner.get(`${path}/errors`);
  expect(errors.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  // The text has lost its byte order mark as it was read.
  expect(errors.html).toBe(
    csv([
      ["row", "column", "problem", ...HEADERS],
      [
        "5",
        "country",
        "country must be an ISO 3166 code of two letters such as DE",
        "android",
        "new-2",
        "eve",
        "",
        "",
        "XX",
      ],
    ]),
  );
});

test("an empty cell overwrites nothing", async () => {
  const world = await importWorld();
  await imported(world, csv([HEADERS, android("t", "ann", "gold", "de", "DE", "Europe/Berlin")]));
  await imported(world, csv([HEADERS, android("t", "", " ; ", "", "", "")]));
  await imported(
    world,
    csv([
      ["Token", "Platform"],
      ["t", "ANDROID"],
    ]),
  );
  expect(await subscribersOf(world.app.id)).toMatchObject([
    { user_id: "ann", tags: '["gold"]', language: "de", country: "DE", timezone: "Europe/Berlin" },
  ]);
});

const UMLAUTS = [
  ["User ID", "TAGS", "Token", "Plat-form", "Time Zone"],
  ["jürgen", 'größe;"süß"', "t-1", "Android", "Europe/Berlin"],
  ["zoë\r\nline", "a", "t-2", "android", ""],
];
test.each([
  ["Excel: semicolons, UTF-8 with a byte order mark", `\ufeff${csv(UMLAUTS, ";")}`],
  ["Excel: semicolons, Windows-1252", windows1252(csv(UMLAUTS, ";"))],
  ["Excel: Unicode text, UTF-16 with tabs", utf16(csv(UMLAUTS, "\t"))],
  ["Excel: a line that says what is between cells", `sep=;\r\n${csv(UMLAUTS, ";")}`],
  ["LibreOffice: commas, UTF-8, line feeds", csv(UMLAUTS, ",", "\n")],
  ["Numbers: semicolons, CRLF, no end of the last line", csv(UMLAUTS, ";").trimEnd()],
  ["Google Sheets: commas, CRLF, no end of the last line", csv(UMLAUTS).trimEnd()],
  ["an old Mac: carriage returns", csv(UMLAUTS.slice(0, 2), ",", "\r")],
])("a file is read as it is written by %s", async (_, content) => {
  const world = await importWorld();
  const path = await counted(world, content);
  expect(await importAt(path)).toMatchObject({ new_rows: 1, invalid_rows: expect.any(Number) });
  await world.owner.post(`${path}/start`);
  await reaches(path, "done");
  expect(await subscribersOf(world.app.id)).toMatchObject([
    { user_id: "jürgen", tags: '["größe","\\"süß\\""]', token: "t-1", timezone: "Europe/Berlin" },
  ]);
});

test("browsers and Apple's devices are imported by the API's rules", async () => {
  const world = await importWorld();
  const { p256dh, auth } = await browserKeys();
  const apns = "ab".repeat(32);
  const path = await imported(
    world,
    csv([
      ["platform", "endpoint", "p256dh", "auth", "token"],
      ["web", newEndpoint(), p256dh, auth, ""],
      ["web", "http://10.0.0.1/x", p256dh, auth, ""],
      ["ios", "", "", "", apns],
      ["web", newEndpoint(), p256dh, "", ""],
      ["android", "", "", "", ""],
      ["palm", "", "", "", "x"],
    ]),
  );
  expect(await importAt(path)).toMatchObject({ created: 2, refused: 4 });
  const made = await subscribersOf(world.app.id);
  expect(new Set(made.map(({ provider }) => provider))).toEqual(new Set(["apns", "webpush"]));
  const { html } = await world.owner.get(`${path}/errors`);
  expect(html.split("\r\n").map((line) => line.split(",").slice(0, 3).join(","))).toEqual([
    "row,column,problem",
    "3,endpoint,endpoint must be an https URL on a public host",
    "5,auth,auth is required",
    "6,token,token is required",
    '7,platform,"platform must be one of web',
    "",
  ]);
});

test("known subscribers are changed by their ids, and keep their addresses", async () => {
  const world = await importWorld();
  await imported(world, csv([HEADERS, android("a", "ann", "x"), android("b", "bob", "x")]));
  const [a, b] = await subscribersOf(world.app.id);
  const other = await importWorld();
  await imported(other, csv([HEADERS, android("c")]));
  const [foreign] = await subscribersOf(other.app.id);
  const path = await imported(
    world,
    csv([
      ["id", "platform", "tags", "user_id", "token", "provider", "registered_at"],
      [a.uuid, "android", "gold", "", "", "fcm"],
      [a.uuid.toUpperCase(), "", "", "anna", "a"],
      [b.uuid, "ios", "gold", "", ""],
      [b.uuid, "android", "gold", "", "another"],
      [foreign.uuid, "", "gold", "", ""],
      ["nobody", "", "gold", "", ""],
      [b.uuid, "", "gold", "", "", "webpush"],
      [b.uuid, "", "gold", "", "", "", "2026-01-01T00:00:00Z"],
    ]),
  );
  expect(await importAt(path)).toMatchObject({
    known_rows: 2,
    invalid_rows: 6,
    changed: 2,
    refused: 6,
  });
  expect(await subscribersOf(world.app.id)).toMatchObject([
    { token: "a", tags: '["gold"]', user_id: "anna" },
    { token: "b", tags: '["x"]', user_id: "bob" },
  ]);
  expect(await subscribersOf(other.app.id)).toMatchObject([{ tags: "[]" }]);
});

test("columns that mean nothing are named, and left out only when somebody ticks it", async () => {
  const world = await importWorld();
  const path = await counted(
    world,
    csv([
      ["platform", "token", "Shoe size"],
      ["android", "t", "44"],
    ]),
  );
  const ready = await world.owner.get(path);
  expect(ready.html).toContain("Shoe size");
  const refused = await world.owner.post(`${path}/start`);
  expect([refused.status, errorsIn(refused.html)]).toEqual([
    422,
    ["Must be ticked: these columns can&#39;t be imported."],
  ]);
  expect((await importAt(path)).state).toBe("ready");
  expect((await world.owner.post(`${path}/start`, { leave_out: "on" })).status).toBe(303);
  await reaches(path, "done");
});

test.each([
  ["no file", "", "Must be a file with something in it: choose one."],
  [
    "a workbook",
    "PK\x03\x04...",
    "Must be a CSV file, and this is a workbook or an archive: save or export it as CSV in your spreadsheet first.",
  ],
  ["a PDF", "%PDF-1.7", "Must be a CSV file, and this is a PDF."],
  ["zero bytes", "platform,token\r\nandroid,\0\r\n", "Must be a CSV file, and this is no text."],
  [
    "no headers",
    "android,abc\r\n",
    "Must have headers in its first row, of them “platform”, or “id” for subscribers that are known already.",
  ],
  [
    "no address",
    "platform,tags\r\nandroid,abc\r\n",
    "Must have a column “token”, or “endpoint” with “p256dh” and “auth”.",
  ],
  [
    "no keys",
    "platform,endpoint\r\nweb,abc\r\n",
    "Must have the columns “p256dh” and “auth” beside “endpoint”: browsers take no push without these keys.",
  ],
  [
    "a column twice",
    "platform,token,Tag,labels\r\nandroid,abc\r\n",
    "Must have one column for tags, not two: “Tag” and “labels”.",
  ],
  ["no rows", "platform,token\r\n,\r\n", "Must have rows below its headers, and there are none."],
  [
    "an open quote",
    `platform,token\r\nandroid,a\r\nandroid,"b\r\n`,
    "Must close each quotation mark, and one in row 3 is open.",
  ],
  [
    "a stray quote",
    `platform,token\r\nandroid,"a"b\r\n`,
    "Must have quotation marks around whole cells, doubled inside of them, and row 2 has one elsewhere.",
  ],
  [
    "100,000 columns",
    `platform,token${",x".repeat(100_000)}\r\nandroid,a\r\n`,
    expect.stringContaining("Must"),
  ],
  [
    "a quote of megabytes",
    `platform,token\r\nandroid,"${"x\n".repeat(2_000_000)}`,
    "Must not have longer rows than 64 KB, and row 2 is: perhaps a quotation mark in it is never closed.",
  ],
  [
    "too many rows",
    `platform,token\r\n${"android,a\r\n".repeat(50_001)}`,
    "Must have at most 50,000 rows: divide it.",
  ],
])("a file with %s is refused with what is wrong", async (_, content, says) => {
  const world = await importWorld();
  const { status, html } = await upload(world, content);
  expect([status, errorsIn(html)]).toEqual([422, [says]]);
  expect(await rows("SELECT 1 FROM imports WHERE app_id = ?", world.app.id)).toEqual([]);
});

test("a file that is too large is refused before it is read", async () => {
  const world = await importWorld();
  const { status } = await upload(world, "x".repeat(11 * 1024 * 1024));
  expect(status).toBe(413);
});

test("cells that spreadsheets take for formulas are text, and come back as such", async () => {
  const world = await importWorld();
  const path = await imported(
    world,
    csv([HEADERS, android("t", "=1+1"), android("u", "'=2+2"), android("", "@SUM(A1)", "-x")]),
  );
  const made = await subscribersOf(world.app.id);
  expect(made.map(({ user_id }) => user_id)).toEqual(["=1+1", "=2+2"]);
  expect((await world.owner.get(`${path}/errors`)).html).toContain("android,,'@SUM(A1),'-x\r\n");
});

test("a file that is posted twice is imported once, and a second one waits for the first", async () => {
  const world = await importWorld();
  const file = csv([HEADERS, android("t")]);
  const [one, two] = await Promise.all([
    upload(world, file, { once: "the-form" }),
    upload(world, file, { once: "the-form" }),
  ]);
  expect(one.to).not.toBeNull();
  expect(two.to).toBe(one.to);
  const another = await upload(world, file);
  expect([another.status, errorsIn(another.html)]).toEqual([422, []]);
  expect(another.html).toContain("An import is not over yet");
  expect(await rows("SELECT 1 FROM imports WHERE app_id = ?", world.app.id)).toHaveLength(1);
  const path = one.to ?? "";
  await reaches(path, "ready");
  // Two people press the button at once.
  const begun = await Promise.all([
    world.owner.post(`${path}/start`),
    world.owner.post(`${path}/start`),
  ]);
  expect(begun.map(({ status }) => status)).toEqual([303, 303]);
  await reaches(path, "done");
  const entries = await rows(
    "SELECT facts FROM audit_entries WHERE account_id = ? AND did = 'subscriber.import'",
    world.owner.account.id,
  );
  expect(entries.map(({ facts }) => JSON.parse(facts))).toEqual([{ app: world.app.id, rows: 1 }]);
  expect((await upload(world, file)).status).toBe(303);
});

test("an import that was cancelled changes nothing, and can't be begun", async () => {
  const world = await importWorld();
  const path = await counted(world, csv([HEADERS, android("t")]));
  expect((await world.owner.post(`${path}/cancel`)).to).toBe(path);
  expect((await world.owner.post(`${path}/start`)).status).toBe(409);
  const page = await world.owner.get(path);
  expect(page.html).toContain("Nothing was imported.");
  expect(await subscribersOf(world.app.id)).toEqual([]);
  // Again it is what it is.
  expect((await world.owner.post(`${path}/cancel`)).status).toBe(303);
});

test("a viewer sees imports, and neither uploads, begins, cancels nor has the refused rows", async () => {
  const world = await importWorld();
  const path = await counted(world, csv([HEADERS, android("t"), android("")]));
  const viewer = await signedIn("viewer", world.owner.account);
  const list = await viewer.get(world.path);
  expect(list.html).toContain("people.csv");
  expect(list.html).not.toContain('type="file"');
  const page = await viewer.get(path);
  expect(page.status).toBe(200);
  expect(page.html).not.toMatch(/action="[^"]*(start|cancel)"/);
  expect((await upload({ owner: viewer, path: world.path }, "x")).status).toBe(403);
  for (const form of ["start", "cancel"]) {
    expect((await viewer.post(`${path}/${form}`)).status).toBe(403);
  }
  expect((await viewer.get(`${path}/errors`)).status).toBe(403);
});

test("an import of another app of the account is not there", async () => {
  const world = await importWorld();
  const path = await counted(world, csv([HEADERS, android("t")]));
  const other = await newApp(world.owner.account.key);
  const wrong = path.replace(`/apps/${world.app.id}/`, `/apps/${other.id}/`);
  for (const answer of [
    await world.owner.get(wrong),
    await world.owner.get(`${wrong}/errors`),
    await world.owner.post(`${wrong}/start`),
    await world.owner.post(`${wrong}/cancel`),
  ]) {
    expect(answer.status).toBe(404);
  }
});

test("the part that moves says how far it is, and ends with the whole page", async () => {
  const world = await importWorld();
  const path = await counted(world, csv([HEADERS, android("t")]));
  const over = await world.owner.get(`${path}?part=progress`);
  expect(over.headers.get("slipway-ends")).toBe("page");
  await rows(
    "UPDATE imports SET state = 'running', created = 7 WHERE uuid = ?",
    path.split("/").at(-1),
  );
  const going = await world.owner.get(`${path}?part=progress`);
  expect(going.headers.get("slipway-ends")).toBeNull();
  expect(going.html).toContain("<dd>7</dd>");
});
