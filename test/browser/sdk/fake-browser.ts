// A browser with tabs of one site, each of which runs the real script in a context of its own, and with a push service. What
// browsers refuse is refused here.
import vm from "node:vm";
import type { Slipway, InitOptions } from "../../../browser/page/api.ts";
import { makeSdkScripts } from "../../../dev/sdk.ts";
import { API, APP, FakeApi, KEY } from "./fake-api.ts";
import { FakeDialogs } from "./fake-dialogs.ts";
import { FakeStorage } from "./fake-storage.ts";
import { FakeRegistration } from "./fake-worker.ts";

export const SITE = "https://shop.example";
const scripts = await makeSdkScripts();

/** A tab with a page of the site. */
export class FakePage {
  readonly browser: FakeBrowser;
  href: string;
  hidden: boolean;
  isFocused = false;
  /** Until when its script hears nothing, since it is busy. */
  busy: Promise<unknown> = Promise.resolve();
  /** Where the page went by itself. */
  readonly went: string[] = [];
  readonly dialogs = new FakeDialogs();
  /** What the page's global object has. */
  readonly window: Record<string, any>;
  readonly #listeners: Record<string, ((event: any) => unknown)[]> = {};

  constructor(browser: FakeBrowser, href: string, hidden: boolean) {
    this.browser = browser;
    this.href = href;
    this.hidden = hidden;
    // oxlint-disable-next-line typescript/no-this-alias -- getters have a `this` of their own
    const page = this;
    this.window = {
      addEventListener: (type: string, listener: (event: any) => unknown) =>
        this.#add(type, listener),
      document: {
        baseURI: href,
        currentScript: { src: `${API}/sdk/slipway.classic.js` },
        get hidden() {
          return page.hidden;
        },
        addEventListener: (type: string, listener: (event: any) => unknown) =>
          this.#add(type, listener),
        ...this.dialogs.document,
      },
      location: {
        get href() {
          return page.href;
        },
        assign: (to: string) => {
          page.went.push(to);
          page.href = to;
        },
      },
      navigator: { userAgent: "Browser/1.0", language: "de-DE", ...browser.pageNavigator(this) },
      localStorage: browser.localStorage,
      MessageChannel: browser.MessageChannel,
      CSSStyleSheet: this.dialogs.CSSStyleSheet,
      ...(browser.hasPush && { PushManager: {}, Notification: browser.Notification }),
      URL,
      setTimeout,
      queueMicrotask,
      console,
      loadExtra: async (url: string) => {
        if (url !== `${API}/sdk/extra.js`) throw new Error(`no such script: ${url}`);
        if (browser.isOffline) throw new TypeError("Failed to fetch dynamically imported module");
        const named = scripts["extra.js"].replace(/export\{(.*)\};$/, (_, names: string) => {
          const pairs = names.split(",").map((each) => each.split(" as ").toReversed().join(":"));
          return `({${pairs.join()}})`;
        });
        return vm.runInContext(`{${named}}`, this.window);
      },
    };
    this.window["window"] = this.window;
    vm.createContext(this.window);
  }

  #add(type: string, listener: (event: any) => unknown): void {
    (this.#listeners[type] ??= []).push(listener);
  }

  /** What a worker has of it: with the address that it has now. */
  client() {
    const url = this.href;
    return {
      url,
      postMessage: (data: any, ports: any[] = []) => {
        const copy = structuredClone(data);
        const hear = () => this.dispatch("message", { data: copy, ports });
        void this.busy.then(() => setImmediate(hear));
      },
      focus: async () => {
        // It was the client of the document before.
        if (this.href.split("#")[0] !== url.split("#")[0]) throw new TypeError("no such client");
        for (const each of this.browser.pages) each.isFocused = false;
        this.isFocused = true;
        await this.show();
      },
    };
  }

  dispatch(type: string, init: object): void {
    let isStopped = false;
    const event = { ...init, stopImmediatePropagation: () => void (isStopped = true) };
    for (const listener of this.#listeners[type] ?? []) {
      listener(event);
      if (isStopped) break;
    }
  }

  async show(): Promise<void> {
    if (!this.hidden) return;
    this.hidden = false;
    this.dispatch("visibilitychange", {});
  }

  /** Runs the SDK; with other options than usual. */
  init(options: Partial<InitOptions> = {}): Promise<Slipway> {
    if (!this.window["Slipway"]) {
      const text = scripts["slipway.classic.js"].replaceAll(/\bimport\(/g, "loadExtra(");
      vm.runInContext(text, this.window);
    }
    return this.window["Slipway"].init({ app: APP, key: KEY, ...options });
  }
}

class FakePort {
  other: FakePort | null = null;
  #waiting: unknown[] = [];
  #listener: ((event: any) => void) | null = null;

  postMessage(data: unknown): void {
    this.other!.#waiting.push(structuredClone(data));
    this.other!.#deliver();
  }
  set onmessage(listener: (event: any) => void) {
    this.#listener = listener;
    this.#deliver();
  }
  #deliver(): void {
    if (!this.#listener) return;
    for (const data of this.#waiting.splice(0)) {
      setImmediate(() => this.#listener?.({ data, ports: [] }));
    }
  }
}

export class FakeBrowser {
  readonly api = new FakeApi();
  readonly storage = new FakeStorage();
  readonly localStorage: Record<string, string> = {};
  readonly registrations = new Map<string, FakeRegistration>();
  readonly pages: FakePage[] = [];
  /** Addresses of windows that clicks opened. */
  readonly opened: string[] = [];
  /** The scripts by their addresses: the SDK's, and the site's own. */
  readonly files = new Map<string, string>([
    ...Object.entries(scripts).map(([name, text]) => [`${API}/sdk/${name}`, text] as const),
    [`${SITE}/slipway-sw.js`, `importScripts("${API}/sdk/sw.js")`],
  ]);
  permission: NotificationPermission = "default";
  /** What the user answers when asked. */
  answer: NotificationPermission = "granted";
  asks = 0;
  hasPush = true;
  hasPushService = true;
  isOffline = false;
  endpoints = 0;
  /** What each page's navigator has in addition. */
  navigator: Record<string, unknown> = {};
  readonly permissionStatus = { onchange: null as (() => void) | null };

  readonly fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    if (this.isOffline) throw new TypeError("Failed to fetch");
    return this.api.fetch(url, init);
  };

  /** Ports that clone what they carry, and hand it over later, to who listens then. */
  readonly MessageChannel = class {
    readonly port1 = new FakePort();
    readonly port2 = new FakePort();
    constructor() {
      this.port1.other = this.port2;
      this.port2.other = this.port1;
    }
  };

  get Notification() {
    // oxlint-disable-next-line typescript/no-this-alias -- getters have a `this` of their own
    const browser = this;
    return {
      get permission() {
        return browser.permission;
      },
      async requestPermission() {
        browser.asks++;
        if (browser.permission === "default") browser.permission = browser.answer;
        return browser.permission;
      },
    };
  }

  pageNavigator(page: FakePage): object {
    const { hasPush } = this;
    return {
      ...(hasPush && { serviceWorker: this.#container(page) }),
      permissions: { query: async () => this.permissionStatus },
      ...this.navigator,
    };
  }

  #container(page: FakePage) {
    return {
      addEventListener: (type: string, listener: (event: any) => unknown) =>
        page.window["addEventListener"](type, listener),
      getRegistration: async (url: string) =>
        [...this.registrations.values()]
          .filter(({ scope }) => url.startsWith(scope))
          .toSorted((a, b) => b.scope.length - a.scope.length)[0],
      register: async (url: string, { scope, updateViaCache }: any) => {
        if (updateViaCache !== "none")
          throw new Error("would miss an update of the imported script");
        if (new URL(url).origin !== SITE || !scope.startsWith(new URL("./", url).href)) {
          throw new DOMException("scope is not below the script", "SecurityError");
        }
        if (!this.files.has(url)) throw new TypeError("404");
        const known = this.registrations.get(scope);
        if (known?.scriptUrl === url) return known;
        const registration = known ?? new FakeRegistration(this, scope);
        this.registrations.set(scope, registration);
        await registration.install(url);
        return registration;
      },
    };
  }

  /** Opens a tab of the site. */
  open(path = "/", { hidden = false } = {}): FakePage {
    const page = new FakePage(this, SITE + path, hidden);
    this.pages.push(page);
    return page;
  }

  close(page: FakePage): void {
    this.pages.splice(this.pages.indexOf(page), 1);
  }

  async openedWindow(url: string): Promise<null> {
    this.opened.push(url);
    return null;
  }

  /** The worker of the usual scope. */
  get worker(): FakeRegistration {
    return this.registrations.get(`${SITE}/slipway-push/`)!;
  }
}

/** Waits until nothing is on its way any more. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 150; round++) await new Promise((resolve) => setImmediate(resolve));
}
