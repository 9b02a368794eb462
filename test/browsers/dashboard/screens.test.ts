// Walks all screens of the dashboard in Chromium: what axe-core finds in both themes, messages of the browser, what scrolls
// sideways on a phone, what a first visit transfers, what moves when live parts do, and what is there without a script.
//
//   npm run screenshots                 also writes pictures to dist/screenshots, and the README's
//   npm run screenshots -- -t apps      only of screens whose names have "apps"
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, inject, test } from "vitest";
import { describeIn } from "../support/installed.ts";
import { allAreas, allScreens } from "./all-screens.ts";
import { DESKTOP, findings, Looker, NARROW, overflow, PHONE } from "./look.ts";
import { takePicture } from "./pictures.ts";
import type { Screen } from "./screen.ts";
import { makeSeed, type Seed } from "./seed.ts";

const PICTURES = join(import.meta.dirname, "../../../dist/screenshots");
const TAKES_PICTURES = process.env["SCREENSHOTS"] === "1";
/** Most that any page transfers on a first visit, bytes: the bar. */
const MAX_BYTES = 100_000;

/**
 * What differs between looks: times, which a script writes in the viewer's zone, ids of requests and things, tokens of links,
 * beginnings of keys, secrets and codes of a second factor; and whether a browser is subscribed, or may be, which its script alone knows.
 */
const PASSING = new RegExp(
  [
    /[Tt]oday|\b[Nn]ow\b|\d+ [A-Z][a-z]{2}|,? \d\d:\d\d(?: UTC)?|\d+ (?:min|h) ago/,
    /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{16,}|\/(?:install|qrcode)\/[\w-]+|sw_[\w-]+/,
    /\b[A-Z2-7]{4}\b|\b\w{5}-\w{5}\b|Not subscribed|Notifications are blocked\.[^.]+\./,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** Here each page as it opens. CI also tries what is opened and sent on it, and pictures are taken of all. */
const isWalked = ({ opens, does }: Screen): boolean =>
  inject("allRuns") || TAKES_PICTURES || (opens === undefined && does === undefined);

test("screens have names of their own", ({ expect }) => {
  const names = allScreens.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

describeIn("headless Chromium", (program) => {
  let seed: Seed;
  let looker: Looker;
  beforeAll(async () => {
    seed = await makeSeed();
    looker = await Looker.start(program, seed);
    if (TAKES_PICTURES) mkdirSync(PICTURES, { recursive: true });
    return async () => looker.end();
  });

  // Areas side by side, since a page mostly waits; the screens of one in turn, since some change what others of it show.
  describe.concurrent.each(allAreas)("$area", ({ screens }) => {
    test.for(screens.filter(isWalked))(
      "$name",
      { concurrent: false },
      async (screen, { expect }) => {
        const look = await looker.open(screen);
        const { page, status, complaints } = look;
        const picture = async (kind: string) => {
          if (!TAKES_PICTURES) return;
          await page.screenshot({
            fullPage: true,
            path: join(PICTURES, `${screen.name}-${kind}.png`),
          });
          await takePicture(page, `${screen.name}-${kind}`);
        };
        expect(status).toBe(screen.status ?? 200);
        expect(await look.transferred(), "bytes on a first visit").toBeLessThanOrEqual(MAX_BYTES);
        const shift = await look.shifted();
        if (!screen.grows) expect(shift, "layout shift by what comes late").toBe(0);

        await picture("desktop");
        expect(await findings(page), "axe-core, light").toEqual([]);
        expect(await overflow(page, DESKTOP), `pixels too wide for ${DESKTOP.width}`).toBe(0);
        await page.emulateMedia({ colorScheme: "dark" });
        await picture("desktop-dark");
        expect(await overflow(page, NARROW), `pixels too wide for ${NARROW.width}`).toBe(0);
        expect(await overflow(page, PHONE), `pixels too wide for ${PHONE.width}`).toBe(0);
        expect(await findings(page), "axe-core, dark, on a phone").toEqual([]);
        await page.emulateMedia({ colorScheme: "light" });
        await picture("phone");

        const words = await wordsOf(page);
        const plain = await looker.open(screen, { hasScript: false });
        const missing = words.difference(await wordsOf(plain.page));
        if (!screen.needsScript) expect([...missing], "words that only scripts show").toEqual([]);
        expect([...complaints, ...plain.complaints], "the browser's messages").toEqual([]);
        await Promise.all([look.close(), plain.close()]);
      },
    );
  });
});

/** The words of the page itself, but for what differs from one look to the next. */
async function wordsOf(page: Page): Promise<Set<string>> {
  const text = await page.locator("main").last().innerText();
  return new Set(text.replaceAll(PASSING, "").split(/\s+/));
}
