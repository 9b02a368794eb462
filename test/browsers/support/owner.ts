// The owner of a website with an app of the local stack: makes it, sends, and looks at what was counted, all by the push
// API, as curl would.
import { StackClient } from "../../e2e/client.ts";
import { startStack } from "../../e2e/stack.ts";
import type { StackNote } from "../../../dev/state.ts";

export interface Stats {
  sent_count: number;
  failed_count: number;
  delivered_count: number;
  clicked_count: number;
}

export class Owner {
  readonly client: StackClient;
  readonly note: StackNote;
  /** The app's UUID, its public key and the public half of its VAPID pair. */
  app = "";
  key = "";
  vapidKey = "";

  private constructor(client: StackClient, note: StackNote) {
    this.client = client;
    this.note = note;
  }

  /** Starts a local stack and makes an app there. The stack ends with the test file. */
  static async start(): Promise<Owner> {
    const stack = startStack();
    const note = await stack.ready();
    const owner = new Owner(new StackClient(stack), note);
    await owner.client.openAccount();
    const { data } = await owner.ask("POST", "/api/v1/push/apps", { name: "My site" });
    owner.app = data.id;
    owner.key = data.public_key;
    owner.vapidKey = data.vapid_public_key;
    return owner;
  }

  /** Calls the API. @throws for a refusal */
  async ask(method: string, path: string, json?: unknown): Promise<any> {
    const { status, body } = await this.client.call(method, path, json);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** The path of the app in the push API. */
  get path(): string {
    return `/api/v1/push/apps/${this.app}`;
  }

  /** Sends a notification to everybody, at once. Returns its id. */
  async send(content: Record<string, unknown>): Promise<string> {
    const wanted = { targeting: { type: "all" }, send: true, ...content };
    const { data } = await this.ask("POST", `${this.path}/notifications`, wanted);
    return data.id as string;
  }

  /** What was counted of a notification so far. */
  async stats(id: string): Promise<Stats> {
    const { data } = await this.ask("GET", `${this.path}/notifications/${id}`);
    return data.stats as Stats;
  }

  /** The ids of subscribers that are active. */
  async subscribers(): Promise<string[]> {
    const { data } = await this.ask("GET", `${this.path}/subscribers?status=active`);
    return data.map(({ id }: { id: string }) => id);
  }
}
