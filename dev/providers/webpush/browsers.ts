// Where real browsers meet the push service: Firefox asks it over a WebSocket for endpoints and gets its messages there,
// in the protocol of Mozilla's autopush. A Firefox comes here that has the preferences `dom.push.serverURL` with this
// service's ws: address and `dom.push.testing.allowInsecureServerURL`. What one can't take yet is kept for its TTL.
import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { Bounded } from "../../../src/kit/bounded.ts";
import type { World } from "../world.ts";

/** The subprotocol that browsers ask for. */
const SUBPROTOCOL = "push-notification";
/** Longest message of a browser, bytes: a list of all its channels is the longest. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Browsers remembered at most: far more than any test starts. */
const MAX_BROWSERS = 1_000;
/** Messages kept for a browser at most; the oldest make room. */
const MAX_KEPT = 100;
/** Bytes of an endpoint's secret part. */
const ENDPOINT_BYTES = 16;

const ChannelId = z.uuid();
/** What browsers say that needs an answer or leaves something behind; anything else (nack, broadcasts) is let pass. */
const Said = z.discriminatedUnion("messageType", [
  z.object({ messageType: z.literal("hello"), uaid: z.string().default("") }),
  z.object({
    messageType: z.literal("register"),
    channelID: ChannelId,
    /** The VAPID key that alone may send, in base64url (RFC 8292, section 4), which Firefox pads. */
    key: z
      .string()
      .transform((key) => key.replace(/=+$/, ""))
      .optional(),
  }),
  z.object({ messageType: z.literal("unregister"), channelID: ChannelId }),
  z.object({
    messageType: z.literal("ack"),
    updates: z.array(z.object({ channelID: ChannelId, version: z.string() })),
  }),
]);
type Said = z.output<typeof Said>;

interface Kept {
  channelId: string;
  version: string;
  /** A later message of the same topic replaces this one (RFC 8030, section 5.4). */
  topic: string | null;
  expiresAt: number;
  body: Buffer;
}

/** One profile of a browser, known by its `uaid` over connections. */
interface Browser {
  uaid: string;
  socket: WebSocket | null;
  /** Endpoints' ids by channel. */
  endpoints: Map<string, string>;
  /** Oldest first, until the browser says that it has them. */
  kept: Kept[];
}

export class Browsers {
  #world: World;
  #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  #byUaid = new Bounded<string, Browser>(MAX_BROWSERS);
  /** Whose an endpoint is, and for which of its channels, by the endpoint's id. */
  #owners = new Bounded<string, { browser: Browser; channelId: string }>(MAX_BROWSERS);

  constructor(world: World) {
    this.#world = world;
  }

  /** Takes a connection that asks to become a WebSocket. */
  connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (connection) => this.#serve(connection));
  }

  /** Ends all connections. */
  close(): void {
    for (const connection of this.#server.clients) connection.terminate();
  }

  /** Hands a message to the browser of an endpoint, or keeps it for `ttl` seconds until that connects. */
  push(id: string, body: Buffer, { ttl, topic }: { ttl: number; topic: string | null }): void {
    const owner = this.#owners.get(id);
    if (!owner) return;
    const { browser, channelId } = owner;
    if (browser.socket === null && ttl === 0) return;
    const version = randomUUID();
    const message = { channelId, version, topic, expiresAt: Date.now() + ttl * 1000, body };
    const isReplaced = (kept: Kept) => topic !== null && kept.topic === topic;
    browser.kept = [...browser.kept.filter((each) => !isReplaced(each)), message].slice(-MAX_KEPT);
    tell(browser, message);
  }

  #serve(socket: WebSocket): void {
    let browser: Browser | null = null;
    socket.on("message", (data) => {
      const said = read(data);
      if (said === "ping") socket.send("{}");
      if (said === "ping" || said === null) return;
      if (said.messageType === "hello") browser = this.#greet(socket, said.uaid);
      // Whoever has not said who it is has nothing here.
      else if (browser === null) socket.close();
      else this.#hear(browser, said);
    });
    socket.on("close", () => {
      if (browser?.socket === socket) browser.socket = null;
    });
    socket.on("error", () => socket.terminate());
  }

  /** Answers `hello`. A browser that is not known any more gets a new id, and so registers all its channels anew. */
  #greet(socket: WebSocket, uaid: string): Browser {
    const browser = this.#byUaid.get(uaid) ?? {
      uaid: randomUUID().replaceAll("-", ""),
      socket,
      endpoints: new Map<string, string>(),
      kept: [],
    };
    browser.socket = socket;
    this.#byUaid.put(browser.uaid, browser);
    const greeting = { uaid: browser.uaid, status: 200, use_webpush: true, broadcasts: {} };
    socket.send(JSON.stringify({ messageType: "hello", ...greeting }));
    browser.kept = browser.kept.filter(({ expiresAt }) => expiresAt > Date.now());
    for (const message of browser.kept) tell(browser, message);
    return browser;
  }

  #hear(browser: Browser, said: Exclude<Said, { messageType: "hello" }>): void {
    switch (said.messageType) {
      case "register":
        return this.#register(browser, said.channelID, said.key ?? null);
      case "unregister": {
        const { channelID } = said;
        this.#retire(browser, channelID);
        browser.socket?.send(JSON.stringify({ messageType: "unregister", channelID, status: 200 }));
        return;
      }
      case "ack": {
        const taken = new Set(said.updates.map(({ version }) => version));
        browser.kept = browser.kept.filter(({ version }) => !taken.has(version));
      }
    }
  }

  /** Makes an endpoint for a channel, to which only the holder of `key` may send. */
  #register(browser: Browser, channelID: string, key: string | null): void {
    this.#retire(browser, channelID);
    const id = randomBytes(ENDPOINT_BYTES).toString("base64url");
    const made = this.#world.recipients.make("webpush", {
      count: 1,
      deadShare: 0,
      diedAt: 0,
      sender: key,
      thirdPartyRefuses: false,
      wns: false,
      tokens: [id],
    });
    const status = made === null ? 500 : 200;
    browser.endpoints.set(channelID, id);
    this.#owners.put(id, { browser, channelId: channelID });
    const pushEndpoint = `${this.#world.origin}/push/${id}`;
    const answer = { messageType: "register", channelID, status, pushEndpoint };
    browser.socket?.send(JSON.stringify(answer));
  }

  /** Ends the endpoint of a channel, to which nobody can send from then on. */
  #retire(browser: Browser, channelId: string): void {
    const id = browser.endpoints.get(channelId);
    if (id === undefined) return;
    browser.endpoints.delete(channelId);
    browser.kept = browser.kept.filter((each) => each.channelId !== channelId);
    this.#owners.delete(id);
    const recipient = this.#world.recipients.get("webpush", id);
    if (recipient) recipient.diedAt = Date.now();
  }
}

function tell({ socket }: Browser, { channelId, version, body }: Kept): void {
  const content =
    body.length > 0 ? { data: body.toString("base64url"), headers: { encoding: "aes128gcm" } } : {};
  const message = { messageType: "notification", channelID: channelId, version, ...content };
  socket?.send(JSON.stringify(message));
}

/** What a browser said; null for what needs no answer. */
function read(data: RawData): Said | "ping" | null {
  const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString();
  try {
    const value: unknown = JSON.parse(text);
    const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
    if (isEmpty || (value as { messageType?: unknown }).messageType === "ping") return "ping";
    return Said.safeParse(value).data ?? null;
  } catch {
    return null;
  }
}
