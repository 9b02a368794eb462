// The owner of a website with an app of the local stack: makes it, sends, and looks at what was counted, all by the push
// API, as curl would.
import { expect, vi } from "vitest";
import webpush from "web-push";
import { StackClient } from "../../e2e/client.ts";
import { startStack } from "../../e2e/stack.ts";
import type { StackNote } from "../../../dev/state.ts";
import { SOON } from "./tab.ts";

/** How often the API is asked, ms: an account has a thousand requests a minute. */
const ASK_EVERY_MS = 200;

/** How many messages of a notification push services took, browsers reported, and people clicked. */
export interface Counted {
  sent: number;
  delivered: number;
  clicked: number;
}

/** A pair of keys with which a sender proves who it is (RFC 8292), in base64url. */
export interface VapidPair {
  publicKey: string;
  privateKey: string;
}

export class Owner {
  readonly #client: StackClient;
  readonly note: StackNote;

  private constructor(client: StackClient, note: StackNote) {
    this.#client = client;
    this.note = note;
  }

  /** Starts a local stack, with whose account the owner works. It ends with the test file. */
  static async start(): Promise<Owner> {
    const stack = startStack();
    const note = await stack.ready();
    return new Owner(new StackClient(stack), note);
  }

  /** Makes an app. */
  async newApp(): Promise<OwnApp> {
    const { data } = await this.ask("POST", "/api/v1/push/apps", { name: "My site" });
    const vapid = { publicKey: data.vapid_public_key, privateKey: data.vapid_private_key };
    return new OwnApp(this, data.id, data.public_key, vapid);
  }

  /** Calls the API. @throws for a refusal */
  async ask(method: string, path: string, json?: unknown): Promise<any> {
    const { status, body } = await this.#client.call(method, path, json, this.note.api_token);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

/** An app of the owner's. */
export class OwnApp {
  readonly owner: Owner;
  /** Its UUID. */
  readonly id: string;
  /** Its public key. */
  readonly key: string;
  vapid: VapidPair;

  constructor(owner: Owner, id: string, key: string, vapid: VapidPair) {
    this.owner = owner;
    this.id = id;
    this.key = key;
    this.vapid = vapid;
  }

  /** Where its API is: another origin than any site's. */
  get api(): string {
    return this.owner.note.url;
  }

  /** Calls the push API about it. @throws for a refusal */
  async ask(method: string, path: string, json?: unknown): Promise<any> {
    return this.owner.ask(method, `/api/v1/push/apps/${this.id}${path}`, json);
  }

  /** Sends a notification to everybody, at once. Returns its id. */
  async send(content: Record<string, unknown>): Promise<string> {
    const wanted = { targeting: { type: "all" }, send: true, ...content };
    const { data } = await this.ask("POST", "/notifications", wanted);
    return data.id as string;
  }

  /** What was counted of a notification so far. */
  async counted(id: string): Promise<Counted> {
    const { data } = await this.ask("GET", `/notifications/${id}`);
    const { sent_count: sent, delivered_count: delivered, clicked_count: clicked } = data.stats;
    return { sent, delivered, clicked };
  }

  /** Waits until just this was counted of a notification. */
  async counts(id: string, expected: Counted): Promise<void> {
    await vi.waitFor(async () => expect(await this.counted(id)).toEqual(expected), {
      ...SOON,
      interval: ASK_EVERY_MS,
    });
  }

  /** Its subscribers, the newest first. */
  async subscribers(): Promise<
    { id: string; status: string; tags: string[]; user_id: string | null }[]
  > {
    return (await this.ask("GET", "/subscribers")).data;
  }

  /** Gives it another VAPID pair. */
  async changeVapid(): Promise<void> {
    this.vapid = webpush.generateVAPIDKeys();
    const { publicKey: public_key, privateKey: private_key } = this.vapid;
    const subject = "mailto:push@example.com";
    await this.ask("PUT", "/credentials/webpush", { public_key, private_key, subject });
  }
}
