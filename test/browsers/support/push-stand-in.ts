// What stands in for Google's push service in Chromium, which can't subscribe without it: in a site's worker, in place of
// the browser's `PushManager`, subscriptions of the local stack's push service, which decrypts what comes for them. The site
// itself hands them out, and forgets them with the test.
import { providersClient, type Subscription } from "../../../dev/providers/client.ts";
import type { Served } from "./website.ts";

/** Where the site has it. */
const PATH = "/push-stand-in.json";

/**
 * The lines that a worker file begins with. `subscribe` with another key than that of the present subscription fails as in
 * Chromium (W3C Push API, section 7.3).
 */
const LINES = `{
  const ask = async (method, key = "") => {
    const answer = await fetch("${PATH}?key=" + key, { method });
    const made = await answer.json();
    if (!made) return null;
    const { endpoint, p256dh, auth, key: base64url } = made;
    const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
    const applicationServerKey = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0)).buffer;
    const keys = { p256dh, auth };
    return {
      endpoint,
      expirationTime: null,
      options: { userVisibleOnly: true, applicationServerKey },
      toJSON: () => ({ endpoint, expirationTime: null, keys }),
      unsubscribe: () => ask("DELETE").then(() => true),
      key: base64url,
    };
  };
  PushManager.prototype.getSubscription = () => ask("GET");
  PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
    const present = await ask("GET");
    if (present && present.key !== key) throw new DOMException("another key", "InvalidStateError");
    return present ?? ask("POST", key);
  };
}
`;

export class PushStandIn {
  readonly #providers;
  #present: (Subscription & { key: string }) | null = null;

  constructor(providersUrl: string) {
    this.#providers = providersClient(providersUrl);
  }

  /** What the site has to serve besides its own files. */
  get files(): Record<string, Served> {
    return {
      [PATH]: async (method, query) => {
        if (method === "POST") await this.subscribe(query.get("key") ?? "");
        if (method === "DELETE") this.#present = null;
        return JSON.stringify(this.#present);
      },
    };
  }

  /** The worker file of a site, with the stand-in before it. */
  worker(file: string): string {
    return LINES + file;
  }

  /** Makes a subscription that is the browser's from now on, as if the push service had given it. */
  async subscribe(key: string): Promise<void> {
    const [made] = await this.#providers.makeSubscriptions({ count: 1, sender: key });
    if (!made) throw new Error("no subscription was made");
    this.#present = { ...made, key };
  }

  /** The texts of all messages for the present subscription, the oldest first. */
  async received(): Promise<string[]> {
    const recipient = this.#present?.endpoint.split("/").at(-1) ?? "";
    const messages = await this.#providers.deliveries("webpush", { recipient });
    return messages.map(({ content }) => String(content));
  }
}
