// A window for the page's end of the bridge, with real MessagePorts, and the app's end of those. It is the script as it was
// built that runs, since that is what pages get.
import { readFileSync } from "node:fs";
import { expect, onTestFinished } from "vitest";
import type { Slipway } from "../../browser/api.ts";
import type install from "../../browser/bridge.ts";
import type { Page } from "../../browser/bridge.ts";
import { BRIDGE_SCRIPT_FILE } from "../../dev/bridge-script.ts";

export const ORIGIN = "https://www.example.com";
export const APP = { package: "com.example.app", version: "1.2.3" };
export const NONCE = "AAAAAAAAAAAAAAAAAAAAAA";

const script = readFileSync(BRIDGE_SCRIPT_FILE, "utf8");

export interface TestPage extends EventTarget {
  top: unknown;
  location: { origin: string };
  document: { baseURI: string };
  navigator: Partial<Navigator>;
  print?: () => void;
  slipway?: Slipway;
  HTMLElement: new () => Link;
  HTMLAnchorElement: new () => Link;
  URL: { revokeObjectURL: (url: string) => void };
}

/** What a page makes to download what it has made. */
interface Link {
  href: string;
  download: string;
  clicks: number;
  click: () => void;
  dispatchEvent: (event: Event) => boolean;
}

export function aPage(changes: Partial<TestPage> = {}): TestPage {
  const page = new EventTarget() as TestPage;
  page.top = page;
  page.location = { origin: ORIGIN };
  page.document = { baseURI: `${ORIGIN}/shop/` };
  page.navigator = {};
  class Element {
    href = "";
    download = "";
    clicks = 0;
    click(): void {
      this.clicks++;
    }
    dispatchEvent({ type }: Event): boolean {
      if (type === "click") this.clicks++;
      return true;
    }
  }
  page.HTMLElement = Element;
  page.HTMLAnchorElement = class extends Element {};
  page.URL = { revokeObjectURL: () => undefined };
  return Object.assign(page, changes);
}

/** What evaluateJavascript does. */
export function run(page: TestPage, nonce = NONCE, origin = ORIGIN): string | null {
  // oxlint-disable-next-line no-eval -- what is tested is a text
  const evaluated = (0, eval)(script) as typeof install;
  return evaluated(page as unknown as Page, nonce, origin, APP);
}

/** The app's end of a port, which the page gets by a message of these data. */
export function send(page: TestPage, data: unknown): AppEnd {
  const { port1, port2 } = new MessageChannel();
  const message = new Event("message");
  Object.assign(message, { data, ports: [port2] });
  page.dispatchEvent(message);
  onTestFinished(() => {
    port1.close();
    port2.close();
  });
  return new AppEnd(port1);
}

interface Call {
  id: number;
  call: string;
  with?: unknown;
}

export class AppEnd {
  readonly calls: Call[] = [];
  /** The page has closed its end. */
  readonly closed: Promise<unknown>;
  readonly #port: MessagePort;
  #heard: () => void = () => undefined;
  constructor(port: MessagePort) {
    this.#port = port;
    this.closed = new Promise((resolve) => {
      port.addEventListener("close", resolve);
    });
    port.addEventListener("message", ({ data }) => {
      this.calls.push(JSON.parse(data));
      this.#heard();
    });
    port.start();
  }
  says(message: object): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has two ends and no origins
    this.#port.postMessage(JSON.stringify(message));
  }
  /** The call that comes next. */
  async call(): Promise<Call> {
    while (this.calls.length === 0) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.calls.shift()!;
  }
}

/** A page that has its port. */
export function connected(): { page: TestPage; slipway: Slipway; app: AppEnd } {
  const page = aPage();
  expect(run(page)).toBe("");
  const app = send(page, NONCE);
  return { page, slipway: page.slipway!, app };
}

/** Lets all that was sent be heard. */
export async function settled(slipway: Slipway, app: AppEnd): Promise<void> {
  const asked = slipway.push.permission();
  const { id } = await app.call();
  app.says({ id, value: "granted" });
  await asked;
}
