// The page's end of the bridge: what the shell runs in a page of the app, to make `window.slipway` of a MessagePort that
// it sends afterwards. dev/bridge-script.ts makes builder/shell/slipway.js of this file, whose last function the shell
// calls; nothing here needs more than the oldest WebView has. The other end is builder/shell's Bridge.java.
import type {
  AppInfo,
  Channel,
  NotificationPermission,
  Push,
  PushEvents,
  PushState,
  Refusal,
  RefusalCode,
  ShareData,
  Slipway,
} from "./api.ts";

/** The window of a page. Behind a symbol is what a further run in the same document goes on with. */
export type Page = Window & typeof globalThis & { [key: symbol]: unknown };

/** What comes over the port: the answer to a call, or an event. */
interface Incoming {
  id?: number;
  value?: unknown;
  error?: RefusalCode;
  message?: string;
  event?: keyof PushEvents;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (why: Refusal) => void;
}

type Listener = (value: never) => void;
type MakeCall = <Value>(name: string, given?: object) => Promise<Value>;

/** Longest call, UTF-16 units: the shell reads no longer ones. */
const MAX_CALL = 32_768;
/** Most clicks kept for the first listener. */
const MAX_CLICKS = 10;
/** Largest file that a page hands over, bytes; the shell takes no larger one. */
const MAX_FILE = 16 * 1024 * 1024;
/** Bytes of a file in one call, of which base64 makes 28,000 characters. */
const PART = 21_000;
/** Longest name of a file, UTF-16 units: the shell cuts it shorter. */
const MAX_NAME = 200;
/** How much longer, ms, the address of a blob works: most pages give it up as soon as they have begun the download. */
const KEPT = 60_000;

function refusal(code: RefusalCode, message: string): Refusal {
  return Object.assign(new Error(message), { code });
}

/** Each on its own, so that the trouble of one is not another's. */
function tell(listener: Listener, value: unknown): void {
  void Promise.resolve(value as never).then(listener);
}

/**
 * Calls to the app, each with a promise of its answer. Returns what makes one, what takes the port to use from now on, and
 * what takes an answer.
 */
function makeCalls(): [MakeCall, (port: MessagePort) => void, (answer: Incoming) => void] {
  const waiting = new Map<unknown, Waiting>();
  let port: MessagePort;
  let last = 0;

  function call<Value>(name: string, given?: object): Promise<Value> {
    return new Promise((resolve, reject) => {
      const id = ++last;
      let text = "";
      try {
        text = JSON.stringify({ id, call: name, with: given });
      } catch {
        // refused below
      }
      if (text === "" || text.length > MAX_CALL) {
        reject(refusal("invalid", `must be JSON of at most ${MAX_CALL} characters`));
        return;
      }
      waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      port.postMessage(text);
    });
  }

  function use(given: MessagePort): void {
    port = given;
    waiting.forEach(({ reject }) => reject(refusal("offline", "the page was gone")));
    waiting.clear();
  }

  function settle({ id, value, error, message }: Incoming): void {
    const made = waiting.get(id);
    if (!made) return;
    waiting.delete(id);
    if (error === undefined) made.resolve(value);
    else made.reject(refusal(error, message as string));
  }

  return [call, use, settle];
}

/** What the app tells by itself. Returns what adds a listener, and what tells all that there are. */
function makeEvents(): [Push["on"], (event: keyof PushEvents, value: unknown) => void] {
  const listeners: Record<keyof PushEvents, Listener[]> = { message: [], click: [] };
  let clicks: unknown[] = [];

  const on: Push["on"] = (event, listener) => {
    if ((event !== "message" && event !== "click") || typeof listener !== "function") {
      throw refusal("invalid", 'takes "message" or "click", and a function');
    }
    // One of its own, so that a function that was given twice can be taken away once.
    const own: Listener = (value) => {
      if (listeners[event].includes(own)) listener(value);
    };
    listeners[event] = [...listeners[event], own];
    if (event === "click") {
      for (const click of clicks) tell(own, click);
      clicks = [];
    }
    return () => {
      listeners[event] = listeners[event].filter((each) => each !== own);
    };
  };

  function emit(event: keyof PushEvents, value: unknown): void {
    if (event === "click" && listeners.click.length === 0) {
      clicks = [...clicks, value].slice(-MAX_CLICKS);
    }
    for (const listener of listeners[event]) tell(listener, value);
  }

  return [on, emit];
}

function makeSlipway(page: Page, app: AppInfo, call: MakeCall, on: Push["on"]): Slipway {
  /** As a link of the page would; what is no address is left for the shell to refuse. */
  function absolute(url: unknown): unknown {
    try {
      return url === undefined ? url : new URL(url as string, page.document.baseURI).href;
    } catch {
      return url;
    }
  }
  return {
    app,
    push: {
      permission: () => call<NotificationPermission>("push.permission"),
      state: () => call<PushState>("push.state"),
      subscribe: (options) => call<{ id: string }>("push.subscribe", options),
      unsubscribe: () => call<void>("push.unsubscribe"),
      setTags: (tags) => call<string[]>("push.setTags", { tags }),
      identify: (token) => call<void>("push.identify", { token }),
      on,
    },
    channels: {
      redeem: (code) => call<Channel>("channels.redeem", { code }),
      list: () => call<Channel[]>("channels.list"),
      mute: (id, muted = true) => call<Channel>("channels.mute", { id, muted }),
      leave: (id) => call<void>("channels.leave", { id }),
    },
    openSettings: () => call<void>("openSettings"),
    share: (data) => call<void>("share", Object.assign({}, data, { url: absolute(data?.url) })),
    print: () => call<void>("print"),
  };
}

/** Gives pages what they ask of browsers by its own names, which a WebView lacks, or has and does nothing. */
function standIn(page: Page, { share, print }: Slipway): void {
  page.print = () => void print().catch(() => undefined);
  const navigator: Partial<Pick<Navigator, "share" | "canShare">> = page.navigator;
  if (navigator.share) return;
  navigator.canShare = ({ title, text = title, url = text, files } = {}) =>
    url !== undefined && files === undefined;
  navigator.share = ({ title, text, url, files } = {}) =>
    files === undefined
      ? share({ title, url, text: url === undefined ? (text ?? title) : text } as ShareData)
      : Promise.reject(new TypeError("files can't be shared"));
}

/** Bytes in base64; none for no bytes. */
function textOf(part: Blob): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve((reader.result as string).split(",")[1]);
    };
    reader.onerror = reject;
    reader.readAsDataURL(part);
  });
}

/**
 * Downloads whose addresses mean something in the page alone (blob:). Returns what the shell calls for one: it hands the file
 * over in parts. It tells what name the link gives to the file, too, of which the shell does not hear: to none, of the last
 * one to a file that is in its address (data:).
 */
function makeFiles(page: Page, call: MakeCall): (url: string) => string {
  const { URL: urls, HTMLAnchorElement: Anchor } = page;
  const revoke = urls.revokeObjectURL.bind(urls);
  let link: HTMLAnchorElement | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Nothing says that there is no file. */
  const give = (part?: object) => call<void>("file", part);

  const note = (clicked: HTMLAnchorElement | undefined) => {
    link = clicked || link;
  };

  // Most that are made for a download never are in the document, where an event would tell of them.
  for (const name of ["click", "dispatchEvent"] as const) {
    const own = Anchor.prototype[name] as (event?: Event) => boolean;
    Anchor.prototype[name] = function noted(event?: Event) {
      note(this);
      return own.call(this, event);
    };
  }
  page.addEventListener(
    "click",
    (event) => {
      // Into shadow trees; old WebViews can't tell.
      if ("composedPath" in event) note(event.composedPath().find((one) => one instanceof Anchor));
    },
    true,
  );
  urls.revokeObjectURL = (url) => {
    setTimeout(revoke, KEPT, url);
  };

  function send(blob: Blob, name: string, from = 0): Promise<unknown> {
    const end = from + PART;
    const isLast = end >= blob.size;
    const rest = isLast ? { name, type: blob.type || "application/octet-stream" } : {};
    return textOf(blob.slice(from, end))
      .then((data) => give(Object.assign({ data }, rest)))
      .then(() => isLast || send(blob, name, end));
  }

  return (url) => {
    const name = link?.href.startsWith(url || "data:") ? link.download.slice(0, MAX_NAME) : "";
    if (url !== "") {
      last = last
        .then(() => fetch(url))
        .then((answer) => answer.blob())
        .then((blob) => (blob.size > MAX_FILE ? give() : send(blob, name)))
        .catch(() => give())
        .catch(() => undefined);
    }
    return name;
  };
}

/**
 * Waits for the port that the shell sends to this document alone, which is known by the nonce: a frame could send one
 * too, but knows none. May be run again in a document; then the port of the newest nonce takes the place of another.
 * @param nonce of this run
 * @param origin of the page that the shell means: it may have gone meanwhile
 * @returns the nonce of the port that the document has, "" if it has none yet; null where it gets none
 */
export default function install(
  page: Page,
  nonce: string,
  origin: string,
  app: AppInfo,
): string | null {
  if (page.top !== page || page.location.origin !== origin) return null;
  const key = Symbol.for("slipway");
  const known = page[key] as typeof expect | undefined;
  if (known) return known(nonce);

  const [call, use, settle] = makeCalls();
  const [on, emit] = makeEvents();
  let expected: unknown;
  let held = "";
  let port: MessagePort | undefined;

  function expect(next: string): string {
    expected = next;
    page.addEventListener("message", take, true); // once more, since document.open() removes it
    return held;
  }

  function take(event: MessageEvent): void {
    const [given] = event.ports;
    if (event.data !== expected || given === undefined) return;
    event.stopImmediatePropagation();
    held = expected as string;
    expected = take; // which nobody can send
    const former = port;
    port = given;
    port.onmessage = ({ data }) => {
      const incoming = JSON.parse(data as string) as Incoming;
      if (incoming.event === undefined) settle(incoming);
      else emit(incoming.event, incoming.value);
    };
    use(port);
    if (former) {
      former.close();
      return;
    }
    page.slipway = makeSlipway(page, app, call, on);
    standIn(page, page.slipway);
    page.dispatchEvent(new Event("slipway-ready"));
  }

  Object.defineProperty(page, key, { value: expect });
  Object.defineProperty(page, Symbol.for("slipway-file"), { value: makeFiles(page, call) });
  return expect(nonce);
}
