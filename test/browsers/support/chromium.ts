// A real Chromium. It can't subscribe without Google's push service (push-stand-in.ts takes its place), so pushes are handed
// to the service worker by DevTools, decrypted. Everything from the push event on is Chromium's own.
//
// No protocol presses a notification: `click` hands the worker a `notificationclick` with the real Notification, which
// does not have a person's consent. So the worker may open no window and focus none, as it may after a real click.
import { type BrowserContext, chromium, type CDPSession } from "playwright-core";
import { newProfile } from "./profile.ts";
import { type Shown, type Tab, tabOf } from "./tab.ts";

/**
 * The lines that a worker file begins with whose notifications are asked for. Chromium forgets one that is asked for while
 * it is being shown: it lies in the database already, not on the screen yet, and counts as taken away. So the one
 * waits for the other.
 */
export const NOTIFICATIONS_IN_TURN = `{
  const its = ServiceWorkerRegistration.prototype;
  let turn = Promise.resolve();
  for (const name of ["showNotification", "getNotifications"]) {
    const call = its[name];
    its[name] = function (...given) {
      const called = turn.then(() => call.apply(this, given));
      turn = called.catch(() => null);
      return called;
    };
  }
}
`;

interface Registration {
  registrationId: string;
  scopeURL: string;
  isDeleted: boolean;
}

export class Chromium {
  readonly #context: BrowserContext;
  /** What pages complained of so far: errors of scripts, and what a policy or a file that is missing refused them. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext) {
    this.#context = context;
    context.on("weberror", (error) => this.complaints.push(error.error().message));
    context.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
  }

  /**
   * Starts it.
   * @param program its path
   * @returns the browser, and what ends it and removes all it wrote
   */
  static async start(program: string): Promise<{ chromium: Chromium; end: () => Promise<void> }> {
    const profile = newProfile();
    try {
      const context = await chromium.launchPersistentContext(profile.folder, {
        executablePath: program,
        headless: true,
        // Chromium refuses to run as root in its sandbox, and CI is root.
        chromiumSandbox: process.getuid?.() !== 0,
      });
      const end = async () => {
        await context.close();
        profile.remove();
      };
      return { chromium: new Chromium(context), end };
    } catch (error) {
      profile.remove();
      throw error;
    }
  }

  /** Lets pages of an origin show notifications, as a person who says yes. */
  async allow(origin: string): Promise<void> {
    await this.#context.grantPermissions(["notifications"], { origin });
  }

  /** Answers the question of pages of an origin as a person who says no. */
  async refuse(origin: string): Promise<void> {
    // The answer is forgotten with the session, and so with its page: the first one stays open.
    const [first] = this.#context.pages();
    const session = await this.#context.newCDPSession(first ?? (await this.#context.newPage()));
    const permission = { name: "notifications" };
    await session.send("Browser.setPermission", { permission, setting: "denied", origin });
  }

  /** Opens an address in a new tab, `width` pixels wide; `script` runs before any of the page's. */
  async open(
    url: string,
    { script = "", width = 1280, height = 800, dark = false } = {},
  ): Promise<Tab> {
    const page = await this.#context.newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    if (script !== "") await page.addInitScript(script);
    await page.goto(url);
    return tabOf(page);
  }

  /** Takes the network away from pages and workers, or gives it back. */
  async goOffline(isOffline: boolean): Promise<void> {
    await this.#context.setOffline(isOffline);
  }

  /** All tabs of an origin. */
  tabs(origin: string): Tab[] {
    const pages = this.#context.pages();
    return pages.filter((page) => URL.parse(page.url())?.origin === origin).map(tabOf);
  }

  /**
   * Hands a push with this text (none: an empty one) to the worker of a scope.
   * @param scope its address, of which a tab must be open
   */
  async push(scope: string, data: string): Promise<void> {
    const { session, registration } = await this.#registration(scope);
    const { origin } = new URL(scope);
    const { registrationId } = registration;
    await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
    await session.detach();
  }

  /** The notifications of the worker of a scope, whose file begins with `NOTIFICATIONS_IN_TURN`. */
  async shown(scope: string): Promise<Shown[]> {
    return this.inWorker(
      scope,
      "registration.getNotifications().then((all) => all.map(({ title, body }) => ({ title, body })))",
    );
  }

  /** Hands the worker a click on the notification with this title, or on its button `action`. */
  async click(scope: string, title: string, action = ""): Promise<void> {
    await this.inWorker(
      scope,
      `registration.getNotifications().then((all) => {
        const notification = all.find(({ title }) => title === ${JSON.stringify(title)});
        const init = { notification, action: ${JSON.stringify(action)} };
        dispatchEvent(new NotificationEvent("notificationclick", init));
      })`,
    );
  }

  /** Runs an expression in the worker of a scope, which must run. */
  async inWorker<T>(scope: string, expression: string): Promise<T> {
    for (const worker of this.#context.serviceWorkers()) {
      // One that has ended meanwhile is none.
      const its = await worker.evaluate("registration.scope").catch(() => null);
      if (its === scope) return (await worker.evaluate(expression)) as T;
    }
    throw new Error(`no worker of ${scope} runs`);
  }

  async #registration(scope: string): Promise<{ session: CDPSession; registration: Registration }> {
    const { origin } = new URL(scope);
    const page = this.#context.pages().find((each) => each.url().startsWith(`${origin}/`));
    if (!page) throw new Error(`no tab of ${origin} is open`);
    const session = await this.#context.newCDPSession(page);
    const found = Promise.withResolvers<Registration>();
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const its = registrations.find(({ scopeURL, isDeleted }) => scopeURL === scope && !isDeleted);
      if (its) found.resolve(its);
    });
    await session.send("ServiceWorker.enable");
    return { session, registration: await found.promise };
  }
}
