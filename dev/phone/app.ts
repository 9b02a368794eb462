// An app on a phone, as the phone sees it: what its APK says about it, and what can be done with a process of it. There are
// two kinds of processes: the app's own Java (java-app.ts), and a stand-in of it (script-app.ts).
import { decodeXml } from "../../builder/android/verify/binary-xml.ts";
import {
  manifestFacts,
  type Component,
  type Filter,
} from "../../builder/android/verify/manifest-facts.ts";
import { decodeResourceTable } from "../../builder/android/verify/resource-table.ts";
import { networkFacts } from "../../builder/android/verify/network-facts.ts";
import { readArchive } from "../../builder/android/verify/zip-archive.ts";

/** What Android reads out of an APK. */
export interface App {
  packageName: string;
  label: string;
  /** The text of assets/config.json. */
  config: string;
  permissions: readonly string[];
  components: readonly Component[];
  /** What starts its activity. */
  filters: readonly Filter[];
  /** The hosts that it may reach without TLS. */
  cleartextHosts: readonly string[];
  /** The packages and actions of other apps that it may see. */
  visible: readonly string[];
  /** Names of its pictures. */
  drawables: readonly string[];
}

/** A notification on the screen. */
export interface Shown {
  tag: string;
  title: string;
  body: string;
  /** The name of its channel. */
  channel: string;
}

/** A broadcast that left the app. */
export interface Broadcast {
  action: string;
  package: string | null;
  /** Texts as they are; of what is no text, what kind it is. */
  extras: Record<string, string>;
}

/** An answer of Play services to a request for a token. */
export interface TokenAnswer {
  /** Whom it goes to: the extra `google.messenger` of the request. */
  messenger: string;
  /** The extra of the answer. */
  name: "registration_id" | "error";
  value: string;
}

/** A push as Play services hand it to an app. */
export interface HandedPush {
  id: string;
  sender: string;
  subtype: string;
  /** The encrypted bytes in base64; null for none. */
  body: string | null;
}

/** A process of the app. Each call resolves once the app has nothing more to do. */
export interface AppProcess {
  /** The person opens the app. */
  open: () => Promise<void>;
  /** The person lets the app notify, or no longer does, and comes back to it. */
  letNotify: (isAllowed: boolean) => Promise<void>;
  giveToken: (answer: TokenAnswer) => Promise<void>;
  push: (push: HandedPush) => Promise<void>;
  /** The person opens an address with the app, such as that of a channel's QR code. */
  openLink: (address: string) => Promise<void>;
  /** What the app tells the person, who then says OK; null for nothing. */
  told: () => Promise<string | null>;
  /** What a page in the app gets of a call of `window.slipway`, such as `channels.list`. @throws with the refusal's code */
  page: (name: string, given: object) => Promise<unknown>;
  screen: () => Promise<Shown[]>;
  /** The person taps a notification. Returns what the app opens: an address, or "" for itself as it is. */
  tap: (tag: string) => Promise<{ opened: string; isInside: boolean }>;
  /** The subscriber that it registered as, and its address; null for none. */
  state: () => Promise<{ subscriber: string | null; endpoint: string | null }>;
  /** Ends the process; what it stored stays. */
  end: () => Promise<void>;
}

/** Starts a process of the app. `mayNotify`: what the person said so far. */
export type StartProcess = (
  mayNotify: boolean,
  onBroadcast: (broadcast: Broadcast) => void,
) => Promise<AppProcess>;

/** Reads what the phone needs out of an APK. @throws when it is none */
export function readApp(apk: Uint8Array): App {
  const { entries } = readArchive(apk);
  const bytesOf = (name: string): Uint8Array => {
    const entry = entries.get(name);
    if (!entry) throw new Error(`the APK has no ${name}`);
    return entry.bytes;
  };
  const table = decodeResourceTable(bytesOf("resources.arsc"));
  const facts = manifestFacts(decodeXml(bytesOf("AndroidManifest.xml")), table);
  const files = new Map(Array.from(entries, ([name, { bytes }]) => [name, bytes]));
  const network = networkFacts({ table, files, decodeXml }, facts.networkConfig);
  const pictures = [...entries.keys()].flatMap(
    (name) => /^res\/.*?([^/]+)\.webp$/.exec(name)?.[1] ?? [],
  );
  return {
    packageName: facts.packageName,
    label: facts.label,
    config: new TextDecoder().decode(bytesOf("assets/config.json")),
    permissions: facts.permissions,
    components: facts.components,
    filters: facts.filters,
    cleartextHosts: network.cleartextHosts,
    visible: facts.visible,
    drawables: [...new Set(pictures)],
  };
}

const PUSHED = "com.google.android.c2dm.intent.RECEIVE";
const SEND = "com.google.android.c2dm.permission.SEND";

/** Whether Play services can hand it pushes, and no other app can. */
export function takesPushes({ components }: App): boolean {
  const receivers = components.filter(({ actions }) => actions.includes(PUSHED));
  return (
    receivers.length > 0 &&
    receivers.every(({ exported, permission }) => exported && permission === SEND)
  );
}

/** Whether Android opens an address in the app that a browser hands to it: where a filter begins an address, by that alone. */
export function opensAddress({ filters }: App, address: string): boolean {
  const { href, protocol, hostname, port, pathname } = new URL(address);
  const isAt = (one: Readonly<Record<string, string>>) =>
    one["host"] === hostname &&
    (one["port"] ?? port) === port &&
    pathname.startsWith(one["pathPrefix"] ?? "");
  const begins = (prefix: string) => href.slice(protocol.length).startsWith(prefix);
  return filters.some(
    ({ actions, categories, data }) =>
      actions.includes("android.intent.action.VIEW") &&
      ["DEFAULT", "BROWSABLE"].every((one) =>
        categories.includes(`android.intent.category.${one}`),
      ) &&
      data.some(
        (one) =>
          `${one["scheme"]}:` === protocol &&
          (one["sspPrefix"] === undefined ? isAt(one) : begins(one["sspPrefix"])),
      ),
  );
}
