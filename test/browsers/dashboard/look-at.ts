// A look at a screen on the way of a journey: pictures of it, if asked for, and what every page has to hold.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { DESKTOP, findings, overflow, PHONE } from "./look.ts";

const PICTURES = join(import.meta.dirname, "../../../dist/screenshots");

/** The looks of a screen, named as those of the screens that an address leads to. */
const LOOKS = [
  { kind: "desktop", colorScheme: "light", size: DESKTOP },
  { kind: "desktop-dark", colorScheme: "dark", size: DESKTOP },
  { kind: "phone", colorScheme: "light", size: PHONE },
] as const;

/** Takes pictures of what moves, or what no address leads to, and has axe-core look at it. */
export async function look(page: Page, name: string): Promise<void> {
  for (const { kind, colorScheme, size } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    if (process.env["SCREENSHOTS"] === "1") {
      await page.screenshot({ path: join(PICTURES, `${name}-${kind}.png`), fullPage: true });
    }
    expect(await findings(page)).toEqual([]);
    expect(await overflow(page, size)).toBe(0);
  }
  await page.setViewportSize(DESKTOP);
  // Until it was drawn at that size: what looks for shifts from here on would take this for one.
  await page.evaluate(`(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  })()`);
}
