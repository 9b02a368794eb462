// Service worker registrations of a site: the real script in a context of its own, which is ended and begun as browsers do,
// a push manager and notifications that refuse what browsers refuse.
import vm from "node:vm";
import type { FakeBrowser } from "./fake-browser.ts";

const exception = (name: string, message = name) => new DOMException(message, name);
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer;

/** What NotificationOptions has. */
const OPTIONS = new Set(
  "actions badge body data dir icon image lang renotify requireInteraction silent tag timestamp vibrate navigate".split(
    " ",
  ),
);

export interface ShownNotification {
  title: string;
  options: any;
  isClosed: boolean;
}

export class FakeSubscription {
  readonly registration: FakeRegistration;
  readonly endpoint: string;
  readonly key: string;

  constructor(registration: FakeRegistration, endpoint: string, key: string) {
    this.registration = registration;
    this.endpoint = endpoint;
    this.key = key;
  }

  get options() {
    return { userVisibleOnly: true, applicationServerKey: bytesOf(this.key) };
  }
  toJSON() {
    const { endpoint } = this;
    return { endpoint, expirationTime: null, keys: { p256dh: "p256dh", auth: "auth" } };
  }
  async unsubscribe() {
    if (this.registration.subscription === this) this.registration.subscription = null;
    return true;
  }
}

export class FakeRegistration {
  readonly browser: FakeBrowser;
  readonly scope: string;
  scriptUrl = "";
  installing: any = null;
  readonly waiting = null;
  active: any = null;
  subscription: FakeSubscription | null = null;
  readonly shown: ShownNotification[] = [];
  readonly syncs: string[] = [];
  readonly sync = {
    register: async (tag: string) => {
      this.syncs.push(tag);
    },
  };
  #listeners: Map<string, ((event: any) => unknown)[]> | null = null;

  constructor(browser: FakeBrowser, scope: string) {
    this.browser = browser;
    this.scope = scope;
  }

  readonly pushManager = {
    getSubscription: async () => (this.browser.permission === "granted" ? this.subscription : null),
    subscribe: async (given: any) => {
      const { userVisibleOnly, applicationServerKey: key } = given;
      if (userVisibleOnly !== true || typeof key !== "string") throw exception("NotSupportedError");
      if (!this.active) throw exception("AbortError", "no active Service Worker");
      if (this.browser.permission !== "granted") throw exception("NotAllowedError");
      if (!this.browser.hasPushService) throw exception("AbortError", "push service not available");
      if (this.subscription && this.subscription.key !== key) throw exception("InvalidStateError");
      const endpoint = () => `https://push.example/${++this.browser.endpoints}`;
      this.subscription ??= new FakeSubscription(this, endpoint(), key);
      return this.subscription;
    },
  };

  readonly showNotification = async (title: string, options: any) => {
    if (this.browser.permission !== "granted") throw new TypeError("no permission");
    const unknown = Object.keys(options).filter((name) => !OPTIONS.has(name));
    if (unknown.length > 0) throw new Error(`not an option: ${unknown.join()}`);
    if (options.renotify && !options.tag) throw new TypeError("renotify without tag");
    for (const each of options.actions ?? []) {
      if (each.action === undefined || each.title === undefined) throw new TypeError("action");
    }
    if (options.dir && !/^(?:auto|ltr|rtl)$/.test(options.dir)) throw new TypeError("dir");
    this.shown.push({ title, options: structuredClone(options), isClosed: false });
  };

  readonly unregister = async () => this.browser.registrations.delete(this.scope);

  /** Ends the worker, as browsers do whenever they like: the next event begins it again. */
  stop(): void {
    this.#listeners = null;
  }

  #run(): Map<string, ((event: any) => unknown)[]> {
    if (this.#listeners) return this.#listeners;
    const { browser } = this;
    const listeners = new Map<string, ((event: any) => unknown)[]>();
    const self: Record<string, unknown> = {
      registration: this,
      location: new URL(this.scriptUrl),
      clients: {
        matchAll: async ({ type, includeUncontrolled }: any) => {
          // No page is below the scope.
          if (type !== "window" || !includeUncontrolled) return [];
          return browser.pages.map((page) => page.client());
        },
        openWindow: async (url: string) => browser.openedWindow(url),
      },
      addEventListener: (type: string, listener: (event: any) => unknown) => {
        listeners.set(type, [...(listeners.get(type) ?? []), listener]);
      },
      Notification: {
        get permission() {
          return browser.permission;
        },
      },
      navigator: { language: "de-DE" },
      indexedDB: browser.storage.indexedDB,
      fetch: browser.fetch,
      MessageChannel: browser.MessageChannel,
      URL,
      AbortSignal,
      Response,
      setTimeout,
      clearTimeout,
      structuredClone,
      console,
    };
    const context = vm.createContext(Object.assign(self, { self }));
    const load = (url: string) => {
      const text = browser.files.get(new URL(url, this.scriptUrl).href);
      if (text === undefined) throw exception("NetworkError", url);
      vm.runInContext(text, context, { filename: url });
    };
    self["importScripts"] = load;
    load(this.scriptUrl);
    this.#listeners = listeners;
    return listeners;
  }

  /** Runs the script as a new worker. */
  async install(scriptUrl: string): Promise<void> {
    this.scriptUrl = scriptUrl;
    this.stop();
    const worker = {
      state: "installing",
      scriptURL: scriptUrl,
      changed: [] as (() => void)[],
      addEventListener: (_: "statechange", listener: () => void) => worker.changed.push(listener),
      postMessage: (data: any, ports: any[] = []) => {
        const copy = structuredClone(data);
        setImmediate(() => void this.dispatch("message", { data: copy, ports, source: null }));
      },
    };
    this.installing = worker;
    setImmediate(() => {
      let state = "activated";
      try {
        this.#run();
      } catch {
        state = "redundant";
      }
      this.installing = null;
      if (state === "activated") this.active = worker;
      worker.state = state;
      for (const listener of worker.changed) listener();
    });
  }

  /** Has an event happen in the worker, and waits until all is done that it waits for. */
  async dispatch(type: string, init: object): Promise<void> {
    const waits: Promise<unknown>[] = [];
    let isStopped = false;
    const event = {
      type,
      ...init,
      waitUntil: (work: Promise<unknown>) => void waits.push(Promise.resolve(work)),
      stopImmediatePropagation: () => {
        isStopped = true;
      },
    };
    for (const listener of this.#run().get(type) ?? []) {
      listener(event);
      if (isStopped) break;
    }
    const results = await Promise.allSettled(waits);
    const failed = results.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
  }

  /** A push comes; what is no text is JSON. */
  async push(payload: unknown): Promise<void> {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    const data = payload === undefined ? null : { text: () => text, json: () => JSON.parse(text) };
    await this.dispatch("push", { data });
  }

  /** The newest notification is clicked. */
  async click(action = ""): Promise<void> {
    const notification = this.shown.at(-1)!;
    await this.dispatch("notificationclick", {
      action,
      notification: {
        data: notification.options.data,
        close: () => {
          notification.isClosed = true;
        },
      },
    });
  }
}
