// Looks at screens in Chromium: opens them as somebody with a role would, at a width and in a theme, and measures what every
// page has to hold.
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import type { Role, Screen } from "./screen.ts";
import type { Seed } from "./seed.ts";

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
/** The narrowest phone that is still sold. */
export const NARROW = { width: 360, height: 844 };

/** What the headers of an answer take, bytes, roughly: HTTP/2 packs those that repeat. */
const HEADER_BYTES = 300;

type Looking = NonNullable<Screen["role"]>;

/** A screen that is open. */
export interface Look {
  page: Page;
  /** The status of its page. */
  status: number;
  /** What the browser complained of so far. */
  complaints: string[];
  /** What was transferred for it on a first visit, bytes, where text is packed by gzip. */
  transferred: () => Promise<number>;
  /** Gives the page back: the next screen of the same person takes it, since a page of its own takes a process. */
  close: () => Promise<void>;
}

export class Looker {
  readonly #browser: Browser;
  readonly #seed: Seed;
  readonly #contexts = new Map<string, Promise<BrowserContext>>();
  readonly #idle = new Map<BrowserContext, Page[]>();
  readonly #cookies = new Map<string, Promise<string>>();

  private constructor(browser: Browser, seed: Seed) {
    this.#browser = browser;
    this.#seed = seed;
  }

  /** Starts the browser; `program` is its path. */
  static async start(program: string, seed: Seed): Promise<Looker> {
    const browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return new Looker(browser, seed);
  }

  async end(): Promise<void> {
    await this.#browser.close();
  }

  /** Opens a screen, by default at a desk with scripts. */
  async open(screen: Screen, { hasScript = true, size = DESKTOP } = {}): Promise<Look> {
    const { role = "owner", path, opens, does, needsScript, status: expected = 200 } = screen;
    const context = await this.#context(role, path(this.#seed), hasScript, does !== undefined);
    const page = this.#idle.get(context)?.pop() ?? (await context.newPage());
    await page.setViewportSize(size);
    const complaints: string[] = [];
    const sizes: Promise<number>[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // Chromium says of every 4xx that it is one: this one is meant to be.
      const isStatus = expected >= 400 && message.text().includes(`status of ${expected}`);
      if (!isStatus && message.type() !== "info") complaints.push(message.text());
    });
    let status = 0;
    page.on("response", (response) => {
      const isPage =
        response.frame() === page.mainFrame() && response.request().isNavigationRequest();
      // What a form leads to is a page that is visited for itself.
      if (isPage && status !== 0) sizes.length = 0;
      sizes.push(sizeOf(response));
      if (isPage) status = response.status();
    });
    await page.goto(this.#seed.url + path(this.#seed), { waitUntil: "load" });
    if (hasScript || !needsScript) {
      if (opens !== undefined) await page.click(opens);
      await does?.(page, this.#seed);
    }
    const transferred = async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    const close = async () => {
      page.removeAllListeners();
      if (does !== undefined) return context.close();
      this.#idle.set(context, [...(this.#idle.get(context) ?? []), page]);
    };
    return { page, status, complaints, transferred, close };
  }

  /** What who has a role in the account of a path browses with. Each keeps its own cookies; nothing is kept of files. */
  async #context(
    role: Looking,
    path: string,
    hasScript: boolean,
    isOwn: boolean,
  ): Promise<BrowserContext> {
    const account = Number(/^\/dashboard\/(\d+)/.exec(path)?.[1] ?? this.#seed.account);
    // What is done can change who is signed in: others don't look with the same cookies.
    if (isOwn) return this.#newContext(role, account, hasScript);
    const key = `${role} ${account} ${hasScript}`;
    const known = this.#contexts.get(key);
    if (known) return known;
    const made = this.#newContext(role, account, hasScript);
    this.#contexts.set(key, made);
    return made;
  }

  async #newContext(role: Looking, account: number, hasScript: boolean): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      javaScriptEnabled: hasScript,
      reducedMotion: "reduce",
    });
    if (role === "visitor") return context;
    const { account: main, emptyAccount, suspendedAccount, long, sendings } = this.#seed;
    const accounts = [main, emptyAccount, suspendedAccount, long.account, sendings.account];
    const isOurs = accounts.includes(account);
    const cookie =
      role === "colleague" || role === "newcomer"
        ? this.#seed[role]
        : await this.#cookieOf(role, isOurs ? account : main);
    const [name = "", value = ""] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: this.#seed.url }]);
    return context;
  }

  /** The cookie of one session of who has the role: a person's twenty-first session would end the first. */
  async #cookieOf(role: Role, account: number): Promise<string> {
    const key = `${role} ${account}`;
    const known = this.#cookies.get(key) ?? this.#seed.cookieOf(role, account);
    this.#cookies.set(key, known);
    return known;
  }
}

async function sizeOf(response: {
  headers: () => Record<string, string>;
  body: () => Promise<Buffer>;
}): Promise<number> {
  const body = await response.body().catch(() => Buffer.alloc(0)); // a redirect has none
  const isText = /text|javascript|json|svg/.test(response.headers()["content-type"] ?? "");
  return HEADER_BYTES + (isText ? gzipSync(body).byteLength : body.byteLength);
}

/** What axe-core finds on the page as it is, a sentence each. */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  // What was fine is not asked for, since listing it takes longer than finding it.
  const run = "axe.run({ resultTypes: ['violations'] })";
  const results = (await page.evaluate(run)) as axe.AxeResults;
  return results.violations.map(
    ({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
  );
}

/** By how many pixels the page is wider than its window of this size. */
export async function overflow(page: Page, size: { width: number; height: number }) {
  await page.setViewportSize(size);
  return page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
}

/**
 * Watches the parts of a page that move until each came once and was drawn. Returns how much they shifted of the page: CLS,
 * 0 for nothing.
 */
export async function shifted(page: Page): Promise<number> {
  return page.evaluate<number>(`(async () => {
    // A part in a closed dialog is not asked for.
    const places = [...document.querySelectorAll("[data-live]")].filter((each) => each.checkVisibility());
    if (places.length === 0) return 0;
    let shift = 0;
    const shifts = (list) => list.getEntries().forEach(({ value }) => { shift += value; });
    const watching = new PerformanceObserver(shifts);
    watching.observe({ type: "layout-shift" });
    const awaited = new Set(places.map(({ dataset }) => new URL(dataset.live, location.href).href));
    await new Promise((resolve) => {
      new PerformanceObserver((list) => {
        for (const { name } of list.getEntries()) awaited.delete(name);
        if (awaited.size === 0) resolve();
      }).observe({ type: "resource" });
    });
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => { setTimeout(resolve); });
    watching.takeRecords().forEach(({ value }) => { shift += value; });
    return shift;
  })()`);
}
