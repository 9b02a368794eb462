// Stands in for the app where no JDK is there to run its own Java. It does as the shell does: asks for the keys, asks Play
// services for an address, registers, shows what comes, reports it, redeems codes. It is written after the API's
// documentation, and decrypts by http_ece, which shares nothing with the Worker.
import { createECDH, randomBytes, randomUUID, type ECDH } from "node:crypto";
import ece from "http_ece";
import { z } from "zod";
import { ShellConfig } from "../../src/protocol/shell-config.ts";
import type {
  App,
  AppProcess,
  Broadcast,
  HandedPush,
  Shown,
  StartProcess,
  TokenAnswer,
} from "./app.ts";

const PLAY_SERVICES = "com.google.android.gms";
const TOKEN_REQUEST = "com.google.iid.TOKEN_REQUEST";
const ENDPOINT = "https://fcm.googleapis.com/fcm/send/";
/** The channel of messages that name none. */
const CHANNEL = "Notifications";

const Keys = z.object({
  data: z.object({ public_key: z.string(), vapid_public_key: z.string().nullable() }),
});
const Registered = z.object({ data: z.object({ id: z.string(), token: z.string() }) });
const Subscribed = z.object({ data: z.object({ id: z.string(), name: z.string() }) });
const Message = z.object({
  title: z.string(),
  body: z.string(),
  tag: z.string(),
  url: z.string().optional(),
  receipt: z.string().optional(),
  channel_id: z.string().optional(),
});
type Message = z.infer<typeof Message>;

/** What the app keeps in its private storage. */
interface Store {
  pair: ECDH;
  auth: Buffer;
  subscriber: string | null;
  token: string | null;
  endpoint: string | null;
  /** Its subscription with Play services, and the VAPID key of it. */
  instance: string | null;
  vapid: string | null;
  /** A channel's code that waits for the device to be registered, and what is to be said about the last one. */
  code: string | null;
  told: string | null;
}

/** How processes of the app are started. */
export function startsScript(app: App): StartProcess {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  const store: Store = {
    pair,
    auth: randomBytes(16),
    subscriber: null,
    token: null,
    endpoint: null,
    instance: null,
    vapid: null,
    code: null,
    told: null,
  };
  const shown = new Map<string, Message>();
  return async (mayNotify, onBroadcast) => new ScriptApp(app, store, shown, mayNotify, onBroadcast);
}

class ScriptApp implements AppProcess {
  readonly #push: NonNullable<ShellConfig["push"]>;
  readonly #store: Store;
  readonly #shown: Map<string, Message>;
  readonly #onBroadcast: (broadcast: Broadcast) => void;
  readonly #host: string;
  #mayNotify: boolean;
  #publicKey: string;

  constructor(
    app: App,
    store: Store,
    shown: Map<string, Message>,
    mayNotify: boolean,
    onBroadcast: (broadcast: Broadcast) => void,
  ) {
    const { url, push } = ShellConfig.parse(JSON.parse(app.config));
    if (push === null) throw new Error("the app was built without pushes");
    const { protocol, hostname } = new URL(push.api_origin);
    const mayReach = protocol === "https:" || app.cleartextHosts.includes(hostname);
    if (!mayReach) throw new Error("it needs TLS");
    if (!app.visible.includes(PLAY_SERVICES)) throw new Error("the app does not see Play services");
    this.#push = push;
    this.#publicKey = push.public_key;
    this.#host = new URL(url).host;
    this.#store = store;
    this.#shown = shown;
    this.#mayNotify = mayNotify;
    this.#onBroadcast = onBroadcast;
  }

  async open(): Promise<void> {
    if (!this.#mayNotify) return this.#unsubscribe();
    const { data } = await this.#call("GET", `/public/apps/${this.#push.app_id}/keys`, Keys);
    this.#publicKey = data.public_key;
    const vapid = data.vapid_public_key ?? this.#push.vapid_public_key;
    const store = this.#store;
    if (store.vapid !== vapid) {
      store.instance = randomUUID();
      store.vapid = vapid;
      store.endpoint = null;
    }
    if (store.endpoint !== null) await this.#register();
    const subtype = `wp:${store.instance}`;
    const extras = {
      scope: "GCM",
      sender: vapid,
      subscription: vapid,
      "X-subscription": vapid,
      subtype,
      "X-subtype": subtype,
      app: "PendingIntent",
      kid: "|ID|1|",
      "google.messenger": "0",
    };
    this.#onBroadcast({ action: TOKEN_REQUEST, package: PLAY_SERVICES, extras });
    return undefined;
  }

  async letNotify(isAllowed: boolean): Promise<void> {
    this.#mayNotify = isAllowed;
    await this.open();
  }

  async giveToken({ name, value }: TokenAnswer): Promise<void> {
    if (name === "error") throw new Error(`Play services refused: ${value}`);
    const endpoint = ENDPOINT + value.replace(/^\|ID\|[^|]*\|:?/, "");
    if (endpoint === this.#store.endpoint) return;
    this.#store.endpoint = endpoint;
    await this.#register();
  }

  async push({ subtype, body }: HandedPush): Promise<void> {
    if (subtype !== `wp:${this.#store.instance}` || body === null || !this.#mayNotify) return;
    const { pair: privateKey, auth } = this.#store;
    const params = {
      version: "aes128gcm",
      privateKey,
      authSecret: auth.toString("base64url"),
    } as const;
    const text = ece.decrypt(Buffer.from(body, "base64"), params).toString();
    const message = Message.parse(JSON.parse(text));
    this.#shown.set(message.tag, message);
    if (message.receipt !== undefined) await report(message.receipt);
  }

  async openLink(address: string): Promise<void> {
    const code = address.startsWith(`${this.#push.api_origin}/qrcode/`)
      ? address.split("/").at(-1)
      : "";
    this.#store.code = code || null;
    await this.#redeem();
  }

  async told(): Promise<string | null> {
    const { told } = this.#store;
    this.#store.told = null;
    return told;
  }

  async page(name: string): Promise<never> {
    throw new Error(`${name}: the stand-in has no pages`);
  }

  async screen(): Promise<Shown[]> {
    return [...this.#shown.values()].map(({ tag, title, body, channel_id: channel = CHANNEL }) => {
      return { tag, title, body, channel };
    });
  }

  async tap(tag: string): Promise<{ opened: string; isInside: boolean }> {
    const message = this.#shown.get(tag);
    if (!message) throw new Error(`no notification ${tag}`);
    this.#shown.delete(tag);
    if (message.receipt !== undefined)
      await report(message.receipt.replace(/delivered$/, "clicked"));
    const { url = "" } = message;
    return { opened: url, isInside: url === "" || URL.parse(url)?.host === this.#host };
  }

  async state(): Promise<{ subscriber: string | null; endpoint: string | null }> {
    const { subscriber, endpoint } = this.#store;
    return { subscriber, endpoint };
  }

  async end(): Promise<void> {}

  async #register(): Promise<void> {
    const { pair, auth, endpoint } = this.#store;
    const p256dh = pair.getPublicKey("base64url");
    const keys = { p256dh, auth: auth.toString("base64url") };
    const { language, region } = new Intl.Locale(
      new Intl.DateTimeFormat().resolvedOptions().locale,
    );
    const timezone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const device = {
      platform: "android",
      provider: "webpush",
      endpoint,
      keys,
      language,
      country: region,
      timezone,
    };
    const path = `/public/apps/${this.#push.app_id}/subscribers`;
    const { data } = await this.#call("POST", path, Registered, device);
    this.#store.subscriber = data.id;
    this.#store.token = data.token;
    await this.#redeem();
  }

  /** Redeems the code that waits, once the device is registered. */
  async #redeem(): Promise<void> {
    const { code, token, endpoint } = this.#store;
    if (code === null || token === null || endpoint === null) return;
    this.#store.code = null;
    try {
      const { data } = await this.#call("POST", `/public/codes/${code}/redeem`, Subscribed);
      this.#store.told = `You get the notifications of ${data.name}.`;
    } catch (error) {
      this.#store.told = `This code does not work: ${String(error)}`;
    }
  }

  async #unsubscribe(): Promise<void> {
    const { subscriber } = this.#store;
    if (subscriber === null || this.#store.endpoint === null) return;
    await this.#call("DELETE", `/public/subscribers/${subscriber}`, z.unknown());
    this.#store.endpoint = null;
  }

  async #call<T>(method: string, path: string, answer: z.ZodType<T>, body?: object): Promise<T> {
    const { token } = this.#store;
    const response = await fetch(this.#push.api_origin + path, {
      method,
      headers: {
        "x-app-key": this.#publicKey,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return answer.parse(text === "" ? null : JSON.parse(text));
  }
}

async function report(link: string): Promise<void> {
  const response = await fetch(link, { method: "POST" });
  if (!response.ok) throw new Error(`the receipt was answered ${response.status}`);
}
