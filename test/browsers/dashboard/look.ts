// Looks at screens in Chromium: opens them as somebody with a role would, at a width and in a theme, and measures what every
// page has to hold.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type axe from "axe-core";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
  type Response,
} from "playwright-core";
import { WATCH } from "./late.ts";
import type { Role, Screen } from "./screen.ts";
import type { Seed } from "./seed.ts";

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
/** The narrowest phone that is still sold. */
export const NARROW = { width: 360, height: 844 };

/** What the headers of an answer take, bytes, roughly: HTTP/2 packs those that repeat. */
const HEADER_BYTES = 300;

/** What pages run of axe-core: its small build, which half as much has to be carried of into each page, and read there. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

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
  /** How much of the page was moved by what came late, with each of its parts that move once: CLS, 0 for nothing. */
  shifted: () => Promise<number>;
  /** Gives the page back: the next screen of the same person takes it, since a page of its own takes a process. */
  close: () => Promise<void>;
}

export class Looker {
  readonly #browser: Browser;
  readonly #seed: Seed;
  readonly #contexts = new Map<string, Promise<BrowserContext>>();
  readonly #idle = new Map<BrowserContext, Page[]>();
  readonly #sizes = new Map<string, number>();
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
    const responses: Response[] = [];
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
      if (isPage && status !== 0) responses.length = 0;
      responses.push(response);
      if (isPage) status = response.status();
    });
    await page.goto(this.#seed.url + path(this.#seed), { waitUntil: "load" });
    // What is done on a page moves it too, and on purpose: nothing is done before all came.
    const shift = hasScript ? await page.evaluate<number>("settled()") : 0;
    if (hasScript || !needsScript) {
      if (opens !== undefined) await page.click(opens);
      await does?.(page, this.#seed);
    }
    const transferred = async () => {
      const sizes = responses.map(async (response) => this.#sizeOf(response));
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    };
    const shifted = async () => shift + (await page.evaluate<number>("moved()"));
    const close = async () => {
      page.removeAllListeners();
      if (does !== undefined) return context.close();
      this.#idle.set(context, [...(this.#idle.get(context) ?? []), page]);
    };
    return { page, status, complaints, transferred, shifted, close };
  }

  /** What the answer takes. Files whose addresses have their hash are the same on all pages. */
  async #sizeOf(response: Response): Promise<number> {
    const url = response.url();
    if (!url.startsWith(`${this.#seed.url}/assets/`)) return sizeOf(response);
    const known = this.#sizes.get(url) ?? (await sizeOf(response));
    this.#sizes.set(url, known);
    return known;
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
    if (hasScript) await context.addInitScript(WATCH);
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

async function sizeOf(response: Response): Promise<number> {
  // A redirect has none.
  const hasBody = response.status() < 300 || response.status() >= 400;
  const body = hasBody ? await response.body() : Buffer.alloc(0);
  const isText = /text|javascript|json|svg/.test(response.headers()["content-type"] ?? "");
  return HEADER_BYTES + (isText ? gzipSync(body).byteLength : body.byteLength);
}

/** What axe-core finds on the page as it is, a sentence each. */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(AXE);
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
