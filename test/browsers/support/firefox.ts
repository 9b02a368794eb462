// A real Firefox, whose push service is the local stack's. What it shows are windows of its own, since no desktop is
// there to show notifications; tests read them and press them through WebDriver BiDi, in the browser's own scope. So a
// click is Firefox's own from that window on: it grants what a click grants, and wakes the service worker.
import { rmSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";
import { newProfile } from "./profile.ts";
import { type Shown, type Tab, tabOf } from "./tab.ts";

/** Preferences besides puppeteer's own, which let Firefox connect to nobody but this machine. */
const preferences = (pushServer: string) => ({
  "dom.push.serverURL": pushServer,
  "dom.push.testing.allowInsecureServerURL": true,
  "dom.push.connection.enabled": true,
  "dom.push.enabled": true,
  "dom.push.userAgentID": "",
  // Notifications are windows of the browser, and every page may show them without a question.
  "alerts.useSystemBackend": false,
  "permissions.default.desktop-notification": 1,
  "dom.webnotifications.requireuserinteraction": false,
  // A worker may open a window for a second after a click, ms: on a loaded machine it needs longer.
  "dom.webnotifications.disable_open_click_delay": 20_000,
  "network.connectivity-service.enabled": false,
  "network.captive-portal-service.enabled": false,
});

/** What automation sets by itself is that a focused window is not brought to the front, as a click is to do. */
const FOCUS_FOR_REAL = `Services.prefs.setBoolPref("focusmanager.testmode", false)`;

/** Finds the windows of notifications, in the browser's own scope. */
const ALERTS = `[...Services.wm.getEnumerator("alert:alert")]`;
const TITLE = `window.document.getElementById("alertTitleLabel").value`;
const BODY = `window.document.getElementById("alertTextLabel").textContent`;

/** Of WebDriver BiDi, what puppeteer has no call for. */
interface Connection {
  send: (method: string, params: object) => Promise<{ result: any }>;
}

export class Firefox {
  readonly #browser: Browser;
  readonly #connection: Connection;

  private constructor(browser: Browser) {
    this.#browser = browser;
    this.#connection = (browser as unknown as { connection: Connection }).connection;
  }

  /**
   * Starts it.
   * @param program its path
   * @param providersUrl where the stand-in push service is
   * @returns the browser, and what ends it and removes all it wrote
   */
  static async start(
    program: string,
    providersUrl: string,
  ): Promise<{ firefox: Firefox; end: () => Promise<void> }> {
    const profile = newProfile();
    try {
      const browser = await puppeteer.launch({
        browser: "firefox",
        executablePath: program,
        headless: true,
        userDataDir: profile.folder,
        // Lets BiDi into the browser's own scope.
        args: ["--remote-allow-system-access"],
        extraPrefsFirefox: preferences(`${providersUrl.replace(/^http/, "ws")}/`),
      });
      const end = async () => {
        await browser.close();
        profile.remove();
      };
      const firefox = new Firefox(browser);
      await firefox.#inBrowser(FOCUS_FOR_REAL);
      return { firefox, end };
    } catch (error) {
      rmSync(profile.folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Opens an address in a new tab. */
  async open(url: string): Promise<Tab> {
    const page = await this.#browser.newPage();
    await page.goto(url);
    return tabOf(page);
  }

  /** All tabs of an origin. */
  async tabs(origin: string): Promise<Tab[]> {
    const pages = await this.#browser.pages();
    return pages.filter((page) => URL.parse(page.url())?.origin === origin).map(tabOf);
  }

  /** The notifications on the screen, oldest first. */
  async shown(): Promise<Shown[]> {
    const found = `${ALERTS}.map((window) => ({ title: ${TITLE}, body: ${BODY} }))`;
    return JSON.parse(await this.#inBrowser(`JSON.stringify(${found})`)) as Shown[];
  }

  /** Clicks the notification with this title, which must be on the screen. */
  async click(title: string): Promise<void> {
    const window = `${ALERTS}.find((window) => ${TITLE} === ${JSON.stringify(title)})`;
    await this.#inBrowser(`${window}.document.getElementById("alertBox").click()`);
  }

  /** Takes away all notifications on the screen, as a person does who wants none of them. */
  async clear(): Promise<void> {
    await this.#inBrowser(`${ALERTS}.forEach((window) => window.close())`);
  }

  /** Runs an expression in the browser's own scope, in its main window. */
  async #inBrowser(expression: string): Promise<string> {
    const scope = { "moz:scope": "chrome" };
    const { result: tree } = await this.#connection.send("browsingContext.getTree", scope);
    const main = tree.contexts.find(({ url }: { url: string }) => url.endsWith("/browser.xhtml"));
    const { result } = await this.#connection.send("script.evaluate", {
      expression,
      target: { context: main.context },
      awaitPromise: true,
    });
    if (result.type === "exception") throw new Error(result.exceptionDetails.text);
    return String(result.result.value ?? "");
  }
}
