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
  /** Gives the page back: the next screen takes it, since a page of its own takes a process, and three times as long. */
  close: () => Promise<void>;
}

export class Looker {
  readonly #browser: Browser;
  readonly #seed: Seed;
  /** Pages that nobody looks at, with scripts and without. */
  readonly #idle = { script: [] as Page[], plain: [] as Page[] };
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
    const idle = hasScript ? this.#idle.script : this.#idle.plain;
    const page = idle.pop() ?? (await this.#newPage(hasScript));
    await this.#signIn(page.context(), role, path(this.#seed));
    await page.setViewportSize(size);
    const complaints: string[] = [];
    const responses: Response[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // Chromium says of every 4xx that it is one: this one is meant to be.
      const isStatus = expected >= 400 && message.text().includes(`status of ${expected}`);
      if (!isStatus && message.type() !== "info") complaints.push(message.text());
    });
    let [status, visits] = [0, 0];
    page.on("response", (response) => {
      const isPage =
        response.frame() === page.mainFrame() && response.request().isNavigationRequest();
      // What a form leads to is a page that is visited for itself.
      if (isPage && status !== 0) responses.length = 0;
      responses.push(response);
      if (!isPage) return;
      status = response.status();
      visits++;
    });
    await page.goto(this.#seed.url + path(this.#seed), { waitUntil: "load" });
    // What is done on a page moves it too, and on purpose: nothing is done before all came.
    const shift = hasScript ? await page.evaluate<number>("settled()") : 0;
    const seen = visits;
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
      // What was typed there and never sent would be saved when the page is left.
      if (does !== undefined && visits === seen) return page.context().close();
      // Else it would go on asking for its parts, as somebody else.
      await page.goto("about:blank");
      idle.push(page);
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

  async #newPage(hasScript: boolean): Promise<Page> {
    const context = await this.#browser.newContext({
      javaScriptEnabled: hasScript,
      reducedMotion: "reduce",
    });
    if (hasScript) await context.addInitScript(WATCH);
    return context.newPage();
  }

  /** Makes a browser that of who has a role in the account of a path, whoever had it and whatever they did. */
  async #signIn(context: BrowserContext, role: Looking, path: string): Promise<void> {
    await context.clearCookies();
    if (role === "visitor") return;
    const { account: main, emptyAccount, suspendedAccount, long, sendings } = this.#seed;
    const account = Number(/^\/dashboard\/(\d+)/.exec(path)?.[1] ?? main);
    const accounts = [main, emptyAccount, suspendedAccount, long.account, sendings.account];
    const isOurs = accounts.includes(account);
    const cookie =
      role === "colleague" || role === "newcomer"
        ? this.#seed[role]
        : await this.#cookieOf(role, isOurs ? account : main);
    const [name = "", value = ""] = cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: this.#seed.url }]);
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
