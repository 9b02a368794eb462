// A tab of either browser, as tests use it, and how long they wait for what browsers do.
import { expect, vi } from "vitest";

/** Longest for a browser, or for what a push sets off, to do the next thing on a loaded machine, ms. */
export const SOON = { timeout: 20_000, interval: 50 };

export interface Tab {
  url: () => string;
  /** Loads an address, or the present one again. */
  goto: (url: string) => Promise<void>;
  /** Runs an expression in the page, and returns what it, or the promise that it is, comes to. */
  run: <T>(expression: string) => Promise<T>;
  /** Presses what a selector finds, with the trust that a person's press has. */
  press: (selector: string) => Promise<void>;
  /** A picture of the page, as a PNG. */
  picture: () => Promise<Uint8Array>;
  /** Brings it before the other tabs. */
  show: () => Promise<void>;
  close: () => Promise<void>;
}

/** What the pages of both drivers have in common, as far as a tab needs it. */
interface DriverPage {
  url: () => string;
  goto: (url: string) => Promise<unknown>;
  evaluate: (expression: string) => Promise<unknown>;
  click: (selector: string) => Promise<void>;
  screenshot: (options: { fullPage: true }) => Promise<Uint8Array>;
  bringToFront: () => Promise<void>;
  close: () => Promise<void>;
}

/** A page of either driver, as a tab. */
export function tabOf(page: DriverPage): Tab {
  return {
    url: () => page.url(),
    goto: async (url) => void (await page.goto(url)),
    run: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    press: async (selector) => page.click(selector),
    picture: async () => page.screenshot({ fullPage: true }),
    show: async () => page.bringToFront(),
    close: async () => page.close(),
  };
}

/** A notification as it is shown. */
export interface Shown {
  title: string;
  body: string;
}

/** Waits until an expression is true in the page. */
export async function holds(tab: Tab, expression: string): Promise<void> {
  await vi.waitFor(async () => expect(await tab.run(expression), expression).toBe(true), SOON);
}
