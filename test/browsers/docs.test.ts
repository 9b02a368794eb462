// /docs on the local stack: what is at its addresses; that the reference shows every operation and tries one with a key, in a
// sandbox and without a request to anybody else; that the guides' pages fit a phone, and everybody can read them.
import { chromium, type Browser, type Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { StackNote } from "../../dev/state.ts";
import { guides } from "../../site/documents.ts";
import { startStack } from "../e2e/stack.ts";
import { DESKTOP, findings, NARROW, overflow, PHONE } from "./dashboard/look.ts";
import { describeIn } from "./support/installed.ts";
import { SOON } from "./support/tab.ts";

const METHODS = ["get", "post", "put", "patch", "delete"];
const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ summary: z.string() }))),
});

let note: StackNote;
beforeAll(async () => {
  note = await startStack().ready();
});

describe("the addresses of /docs", () => {
  const asked = async (path: string) => fetch(note.url + path, { redirect: "manual" });

  test.each(["/docs", "/docs/guides", "/docs/guides/first-build"])(
    "%s is a page under its own policy, and with a slash it leads there",
    async (path) => {
      const { status, headers } = await asked(path);
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      const policy = headers.get("content-security-policy");
      expect(policy).toContain("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe-eval");
      if (path !== "/docs") expect(policy).not.toMatch(/script|unsafe/);
      const withSlash = await asked(`${path}/`);
      expect([withSlash.status, withSlash.headers.get("location")]).toEqual([307, path]);
    },
  );

  test.each([
    ["/docs/guides/first-build.md", "text/markdown; charset=utf-8"],
    ["/docs/using.md", "text/markdown; charset=utf-8"],
    ["/llms.txt", "text/plain; charset=utf-8"],
  ])("%s is there as %s", async (path, type) => {
    const { status, headers } = await asked(path);
    expect([status, headers.get("content-type")]).toEqual([200, type]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("what is not there is refused by the Worker", async () => {
    for (const path of ["/docs/nothing", "/docs/guides/nothing", "/_headers"]) {
      const answer = await asked(path);
      expect(answer.status, path).toBe(404);
      expect(answer.headers.has("x-request-id"), path).toBe(true);
    }
  });
});

describeIn("headless Chromium", (program) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: program,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  /** A page in a browser of its own, what it complains of, whom else it asks, and what closes it. */
  async function open(colorScheme: "light" | "dark" = "light") {
    const context = await browser.newContext({ viewport: DESKTOP, colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    const others: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() !== "info") complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${note.url}/`)) others.push(request.url());
    });
    return { page, complaints, others, close: async () => context.close() };
  }

  describe("the reference", () => {
    // All look at one page, which takes a processor some seconds.
    let page: Page;
    let complaints: string[];
    let others: string[];
    beforeAll(async () => {
      const opened = await open();
      ({ page, complaints, others } = opened);
      await page.goto(`${note.url}/docs`);
      await page.getByRole("heading", { name: "Slipway API" }).waitFor();
      return opened.close;
    });
    afterEach(() => {
      expect(complaints).toEqual([]);
      expect(others).toEqual([]);
    });

    test("fits a phone, and has the way to the guides there", async () => {
      for (const size of [NARROW, PHONE]) expect(await overflow(page, size)).toBe(0);
      expect(await page.getByRole("link", { name: "Guides", exact: true }).isVisible()).toBe(true);
      await page.setViewportSize(DESKTOP);
    });

    test("tries an operation with a key", async () => {
      await page.locator("aside").getByText("Account", { exact: true }).click();
      await page
        .getByRole("button", { name: /^Test Request/ })
        .first()
        .click();
      const client = page.getByRole("dialog");
      await client.getByPlaceholder("Token").fill(note.api_token);
      const send = client.locator("[data-addressbar-action=send]").filter({ visible: true });
      const [answer] = await Promise.all([
        page.waitForResponse(`${note.url}/api/v1/account`),
        send.click(),
      ]);
      expect(answer.status()).toBe(200);
      await client.getByText("200 OK").first().waitFor();
      await page.keyboard.press("Escape");
    });

    test("shows every operation", async () => {
      const { paths } = OpenApi.parse(await (await fetch(`${note.url}/openapi.json`)).json());
      const summaries = Object.values(paths).flatMap((item) =>
        METHODS.flatMap((method) => item[method]?.summary ?? []),
      );
      expect(summaries.length).toBeGreaterThan(150);
      await expect
        .poll(async () => {
          // Groups of the side bar are made when they are opened, and may hold others.
          const text = await page.evaluate<string>(`(() => {
            for (const each of document.querySelectorAll("aside [aria-expanded=false]")) each.click();
            return document.querySelector("aside").textContent;
          })()`);
          return summaries.filter((summary) => !text.includes(summary));
        }, SOON)
        .toEqual([]);
    });
  });

  test("what runs in the reference can't reach the dashboard of whoever is signed in", async () => {
    const { page, close } = await open();
    onTestFinished(close);
    await page.goto(note.dashboard_url);
    const dashboard = page.url();
    await page.goto(`${note.url}/docs`, { waitUntil: "commit" });
    const reached = `fetch(${JSON.stringify(dashboard)}).then(() => "reached", () => "refused")`;
    expect(await page.evaluate(reached)).toBe("refused");
    // What goes without CORS is sent, but the session does not go along.
    const signOut = `fetch("/dashboard/sign-out", { method: "POST", mode: "no-cors", credentials: "include" }).then(() => "sent")`;
    expect(await page.evaluate(signOut)).toBe("sent");
    expect(await page.evaluate("origin")).toBe("null");
    await expect(page.evaluate("document.cookie")).rejects.toThrow(/sandbox/);
    await page.goto(dashboard);
    expect(page.url()).toBe(dashboard);
  });

  test.each(["light", "dark"] as const)(
    "nothing is found wrong with the guides in the %s, and they fit a phone",
    async (colorScheme) => {
      const { page, complaints, others, close } = await open(colorScheme);
      onTestFinished(close);
      for (const path of ["", ...guides().map(({ name }) => `/${name}`)]) {
        await page.goto(`${note.url}/docs/guides${path}`);
        for (const size of [PHONE, NARROW, DESKTOP]) {
          expect(await overflow(page, size), path).toBe(0);
        }
        expect(await findings(page), path).toEqual([]);
      }
      expect(complaints).toEqual([]);
      expect(others).toEqual([]);
    },
  );
});
