// A marketer's way with a spreadsheet of 5,000 people, in Chromium with the whole stack: upload, what it would do, begin, see
// how far it is, the rows that were refused; the same file again changes nothing; a larger one is stopped; and one for which
// the plan has no room says where it ended.
import { readFileSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { StackNote } from "../../../dev/state.ts";
import { StackClient } from "../../e2e/client.ts";
import { startStack } from "../../e2e/stack.ts";
import { csv, windows1252 } from "../../support/csv.ts";
import { describeIn } from "../support/installed.ts";
import { SOON } from "../support/tab.ts";
import { look } from "./look-at.ts";
import { DESKTOP } from "./look.ts";

const COUNT = 5000;
/** Longest for some thousand rows on a loaded machine, ms, and for a test with several such files. */
const LONG = { timeout: 50_000 };
const TEST_MS = 150_000;

const HEADERS = [
  "Platform",
  "Token",
  "User ID",
  "Tags",
  "Language",
  "Country",
  "Time zone",
  "Name",
];
const person = (at: number) => [
  "Android",
  `fcm:${at}`,
  `customer-${at}`,
  at % 2 === 0 ? "gold;süß" : "",
  "de",
  at % 500 === 499 ? "Deutschland" : "DE",
  "Europe/Berlin",
  `Jürgen "${at}"`,
];
/** As Excel writes it in Germany: semicolons, CRLF, Windows-1252. Ten rows are not right. */
const file = (count: number) =>
  windows1252(csv([HEADERS, ...Array.from({ length: count }, (_, at) => person(at))], ";"));

async function upload(page: Page, imports: string, count: number): Promise<void> {
  await page.goto(imports);
  const buffer = Buffer.from(file(count));
  await page.setInputFiles("[name='file']", { name: "Kunden.csv", mimeType: "text/csv", buffer });
  await page.click("button:text('Check the file')");
}

/** The numbers that the page shows, in their order. */
const figures = async (page: Page) =>
  page.locator(".stats .stat dd:first-of-type").allTextContents();

describeIn("headless Chromium", (program) => {
  let note: StackNote;
  let client: StackClient;
  let browser: Browser;
  beforeAll(async () => {
    const stack = startStack();
    note = await stack.ready();
    client = new StackClient(stack);
    browser = await chromium.launch({
      executablePath: program,
      // Chromium refuses to run as root in its sandbox, and CI is root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return async () => browser.close();
  });

  async function ask(method: string, path: string, json: unknown, token: string): Promise<any> {
    const { status, body } = await client.call(method, path, json, token);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** A page of somebody signed in, and the address of the imports of a new app. */
  async function atImports(account?: number, token = note.api_token) {
    const page = await browser.newPage({ viewport: DESKTOP });
    page.setDefaultTimeout(SOON.timeout);
    const address = note.dashboard_url.replace(
      /(\d+)\/owner$/,
      (_, own: string) => `${account ?? own}/marketer`,
    );
    await page.goto(address);
    const wanted = { name: "Marrowby Market", url: "https://market.example.com" };
    const { data: app } = await ask("POST", "/api/v1/apps", wanted, token);
    const base = /\/dashboard\/\d+/.exec(page.url())?.[0] ?? "";
    return { page, imports: `${note.url}${base}/apps/${app.id}/audience/import` };
  }

  test(
    "5,000 people from a spreadsheet, with a preview, counts, progress and refused rows",
    { timeout: TEST_MS },
    async () => {
      const { page, imports } = await atImports();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
      await upload(page, imports, COUNT);
      await page.waitForSelector("h2:text('What it will do')", LONG);
      expect(await figures(page)).toEqual(["4,990", "0", "10"]);
      expect(await page.textContent("table")).toContain("gold, süß");

      await page.check("text=Leave out the column that means nothing here: Name");
      // Gone if somebody loaded the page again but the form and the end.
      await page.click("button:text('Import 4,990 rows')");
      await page.waitForSelector("progress, h2:text('What it did')");
      await page.waitForSelector("h2:text('What it did')", LONG);
      expect(await figures(page)).toEqual(["4,990", "0", "10"]);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.click("a:text('Refused rows')"),
      ]);
      expect(download.suggestedFilename()).toBe("Refused rows of Kunden.csv");
      const errors = readFileSync((await download.path()) ?? "", "utf8").split("\r\n");
      expect(errors).toHaveLength(12);
      expect(errors[0]).toBe(`\ufeffrow;column;problem;${HEADERS.join(";")}`);
      expect(errors[1]).toContain("501;Country;Country must be an ISO 3166 code of two letters");
      expect(errors[1]).toContain('"Jürgen ""499"""');

      await upload(page, imports, COUNT);
      await page.waitForSelector("h2:text('What it will do')", LONG);
      expect(await figures(page)).toEqual(["0", "4,990", "10"]);
      await page.click("button:text('Cancel')");
      await page.waitForSelector("text=Nothing was imported.");
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test(
    "a large file is watched while it is checked and imported, and is stopped",
    { timeout: TEST_MS },
    async () => {
      const { page, imports } = await atImports();
      await upload(page, imports, 8 * COUNT);
      await page.waitForSelector("h2:text('Checked:')");
      await look(page, "import-counting");
      await page.waitForSelector("h2:text('What it will do')", LONG);
      await page.check("[name='leave_out']");
      await page.click("button:text('Import 39,920 rows')");
      await page.waitForSelector("h2:text('Imported:')");
      await look(page, "import-running");
      await page.click("button:text('Stop importing')");
      await look(page, "import-stop");
      await page.click("dialog[open] button:text('Stop it')");
      await page.waitForSelector("text=What was imported stays.");
      await look(page, "import-stopped");
      await page.close();
    },
  );

  test(
    "an import for which the plan has no room says where it ended",
    { timeout: TEST_MS },
    async () => {
      const admin = async (method: string, path: string, json: unknown) =>
        ask(method, `/api/v1/admin${path}`, json, note.admin_token);
      const plan = { name: "Small", price: 0, monthly_credits: 0, rate_limit: 100 };
      await admin("PUT", "/plans", { plans: [{ ...plan, max_subscribers: 700 }] });
      const opened = { name: "Small Shop", email: "small@example.com", plan: "Small" };
      const { data: account } = await admin("POST", "/accounts", opened);
      const minted = await admin("POST", `/accounts/${account.id}/api-keys`, { name: "k" });
      const { page, imports } = await atImports(account.id, minted.data.key);
      await upload(page, imports, 1200);
      await page.check("[name='leave_out']");
      await page.click("button:text('Import 1,198 rows')");
      await page.waitForSelector("text=It ended after 500 of 1,200 rows.");
      await look(page, "import-failed");
      await page.close();
    },
  );
});
