// Imports as screens show them: one that is done, with rows that were refused, one that was cancelled, and one that waits,
// whose names are long. They belong to an app of their own.
import { expect, vi } from "vitest";
import { csv } from "../../support/csv.ts";
import { SOON } from "../support/tab.ts";

export interface SeedImports {
  /** The path of the app's imports, and of single ones. */
  path: string;
  done: string;
  cancelled: string;
  ready: string;
}

type Ask = (method: string, path: string, json?: unknown) => Promise<any>;

const HEADERS = ["platform", "token", "user_id", "tags", "language", "country", "timezone"];
const people = (count: number) =>
  Array.from({ length: count }, (_, at) => [
    "android",
    `fcm:${at}`,
    `customer-${1000 + at}`,
    at % 3 === 0 ? "gold; early" : "",
    "de-DE",
    "DE",
    "Europe/Berlin",
  ]);
const WRONG = [
  ["android", "", "customer-1", "", "", "", ""],
  ["android", "fcm:x", "customer-2", "", "", "Germany", ""],
];

/** Makes them; `cookie` is the owner's. */
export async function makeImports(
  url: string,
  cookie: string,
  base: string,
  ask: Ask,
): Promise<SeedImports> {
  const wanted = { name: "Wharfside Books", url: "https://books.example.com" };
  const { data: app } = await ask("POST", "/api/v1/apps", wanted);
  const path = `${base}/apps/${app.id}/audience/import`;
  const headers = { cookie, "sec-fetch-site": "same-origin" };
  const post = async (to: string, body: FormData | URLSearchParams) => {
    const answer = await fetch(url + to, { method: "POST", redirect: "manual", headers, body });
    if (answer.status !== 303) throw new Error(`${to}: ${answer.status} ${await answer.text()}`);
    return answer.headers.get("location") ?? "";
  };
  const says = async (of: string, text: string) =>
    vi.waitFor(async () => {
      const page = await fetch(url + of, { headers });
      expect(await page.text()).toContain(text);
    }, SOON);
  const ready = async (name: string, table: readonly string[][]) => {
    const form = new FormData();
    form.set("file", new File([csv(table, ";")], name));
    const made = await post(path, form);
    await says(made, "What it will do");
    return made;
  };
  const done = await ready("loyalty-programme.csv", [HEADERS, ...people(40), ...WRONG]);
  await post(`${done}/start`, new URLSearchParams());
  await says(done, "What it did");
  const cancelled = await ready("newsletter.csv", [HEADERS, ...people(10)]);
  await post(`${cancelled}/cancel`, new URLSearchParams());
  const long = "w".repeat(80);
  const waiting = await ready(
    `${"subscribers-of-the-autumn-sale".repeat(6)}.csv`,
    [
      [...HEADERS, "Shoe size", long, ""],
      ...people(60).map((row) => [...row, "44", long, "x"]),
      [
        "android",
        "t".repeat(900),
        "<b>Mira</b>",
        Array(20).fill("tag").join("|"),
        "",
        "",
        "",
        "",
        "",
        "",
      ],
      ...WRONG.map((row) => [...row, "", "", ""]),
    ].toSorted(
      (a, b) =>
        Number(b[0] === "platform") - Number(a[0] === "platform") ||
        (b[1]?.length ?? 0) - (a[1]?.length ?? 0),
    ),
  );
  return { path, done, cancelled, ready: waiting };
}
