// Measures each screen on the local stack: the server's time, and what a first visit transfers. It is no part of the tests:
// bench/pages.ts runs it, and prints what it writes.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Role } from "./screen.ts";
import { header, row } from "../../../bench/report.ts";
import { allScreens } from "./all-screens.ts";
import { makeSeed } from "./seed.ts";

/** Screens that are asked for by one session of a person. */
const SCREENS_A_SESSION = 25;
/** Measured requests of each page, and those before them. */
const RUNS = 15;
const WARM_UP_RUNS = 3;
/** Longest median, ms, and most bytes of a first visit: the bars. */
const MAX_MEDIAN_MS = 50;
const MAX_BYTES = 100_000;
const MEASURE_WITHIN_MS = 600_000;

let networks = 0;
const newNetwork = () => `10.${(networks += 1) >> 8}.${networks & 255}.1`;
const sizeOf = async (answer: Response) => gzipSync(await answer.bytes()).byteLength;

test.runIf(process.env["MEASURE"] === "1")(
  "pages are within their bars",
  { timeout: MEASURE_WITHIN_MS },
  async () => {
    const seed = await makeSeed();
    const cookies = new Map<string, string>();
    const cookieOf = async (role: Role, account: number) => {
      const key = `${role} ${account}`;
      const known = cookies.get(key) ?? (await seed.cookieOf(role, account));
      cookies.set(key, known);
      return known;
    };
    const slow: string[] = [];
    header("pages, the server's time");
    // What is opened or done on a page is the page itself.
    const shown = allScreens.filter(({ opens, does }) => !opens && !does);
    for (const [at, screen] of shown.entries()) {
      // A session may ask so often a minute: others go on.
      if (at % SCREENS_A_SESSION === 0) cookies.clear();
      const path = screen.path(seed);
      const { account: main, emptyAccount, suspendedAccount, long, sendings } = seed;
      const account =
        [emptyAccount, suspendedAccount, long.account, sendings.account].find(
          (id) => path.split(/[/?]/)[2] === String(id),
        ) ?? main;
      const { role = "owner" } = screen;
      const cookie =
        role === "visitor"
          ? ""
          : role === "colleague" || role === "newcomer"
            ? seed[role]
            : await cookieOf(role, account);
      const ask = async (at: string) => {
        // Each from another network, since the pages by which people come in are counted by that.
        const headers = { cookie, accept: "text/html", "cf-connecting-ip": newNetwork() };
        return fetch(seed.url + at, { headers, redirect: "manual" });
      };
      // A new notification has an address of its own, to which the way leads.
      const end = (await ask(path)).headers.get("location") ?? path;
      const times: number[] = [];
      let html = "";
      for (let run = 0; run < WARM_UP_RUNS + RUNS; run++) {
        const begin = performance.now();
        const answer = await ask(end);
        html = await answer.text();
        expect(answer.status, screen.name).toBe(screen.status ?? 200);
        if (run >= WARM_UP_RUNS) times.push(performance.now() - begin);
      }
      const files = [...html.matchAll(/(?:href|src)="(\/(?:assets\/|[^"]*\/icon\/)[^"]+)"/g)];
      const sizes = files.map(async ([, file = ""]) => sizeOf(await ask(file)));
      const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      const total = gzipSync(html).byteLength + bytes;
      const median = row(`${screen.name}, ${(total / 1000).toFixed(1)} kB`, times);
      if (median > MAX_MEDIAN_MS || total > MAX_BYTES) slow.push(screen.name);
    }
    expect(slow, `over ${MAX_MEDIAN_MS} ms or ${MAX_BYTES} bytes`).toEqual([]);
  },
);
