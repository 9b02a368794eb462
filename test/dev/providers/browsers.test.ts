// The push service as a browser meets it: the protocol of Mozilla's autopush by WebSocket, with messages of npm web-push.
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import webpush from "web-push";
import { WebSocket } from "ws";
import { standin, type Standin } from "./support.ts";

const CHANNEL = "4f1c7ad5-9a3d-4f4b-8f39-6a2ad40e6b5d";
/** The keys of a browser that decrypts nothing here. */
const KEYS = {
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

/** One connection of a browser. */
class Connection {
  readonly #socket: WebSocket;
  readonly #heard: any[] = [];
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      this.#heard.push(JSON.parse((data as Buffer).toString()));
      this.#wake();
    });
  }

  static async open({ url }: Standin): Promise<Connection> {
    const socket = new WebSocket(url.replace("http", "ws"), "push-notification");
    onTestFinished(() => socket.terminate());
    const connection = new Connection(socket);
    await once(socket, "open");
    return connection;
  }

  say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message, in the order in which they came. */
  async hear(): Promise<any> {
    while (this.#heard.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.#heard.shift();
  }

  async ask(message: object): Promise<any> {
    this.say(message);
    return this.hear();
  }

  /** Waits until the service has done all that was said before. */
  async settle(): Promise<void> {
    expect(await this.ask({ messageType: "ping" })).toEqual({});
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}

const hello = (uaid = "") => ({ messageType: "hello", uaid, use_webpush: true, broadcasts: {} });

interface Ready {
  service: Standin;
  browser: Connection;
  uaid: string;
  endpoint: string;
  vapid: { publicKey: string; privateKey: string };
}

/** A browser with one subscription. */
async function ready(): Promise<Ready> {
  const service = await standin();
  const browser = await Connection.open(service);
  const { uaid } = await browser.ask(hello());
  const vapid = webpush.generateVAPIDKeys();
  // As Firefox writes it.
  const key = `${vapid.publicKey}=`;
  const answer = await browser.ask({ messageType: "register", channelID: CHANNEL, key });
  expect(answer).toMatchObject({ messageType: "register", channelID: CHANNEL, status: 200 });
  return { service, browser, uaid, endpoint: answer.pushEndpoint, vapid };
}

/** Sends a message, and returns the status of the answer. */
async function push(
  { endpoint, vapid }: Pick<Ready, "endpoint" | "vapid">,
  text: string | undefined,
  options: webpush.RequestOptions = {},
): Promise<number> {
  const vapidDetails = { subject: "mailto:push@example.com", ...vapid };
  const request = webpush.generateRequestDetails({ endpoint, keys: KEYS }, text, {
    vapidDetails,
    TTL: 60,
    ...options,
  });
  const answer = await fetch(request.endpoint, {
    method: "POST",
    headers: new Headers(request.headers),
    ...(request.body && { body: new Uint8Array(request.body) }),
  });
  return answer.status;
}

test("a message reaches the browser as it was encrypted", async () => {
  const { browser, ...sender } = await ready();
  expect(await push(sender, "hello")).toBe(201);
  const told = await browser.hear();
  expect(told).toMatchObject({
    messageType: "notification",
    channelID: CHANNEL,
    headers: { encoding: "aes128gcm" },
  });
  const body = Buffer.from(told.data, "base64url");
  // RFC 8188, section 2.1: salt, record size, and the sender's key of 65 bytes.
  expect([body.readUInt32BE(16), body[20]]).toEqual([4096, 65]);
});

test("a message without content has neither data nor an encoding", async () => {
  const { browser, ...sender } = await ready();
  expect(await push(sender, undefined)).toBe(201);
  const told = await browser.hear();
  expect(Object.keys(told).toSorted()).toEqual(["channelID", "messageType", "version"]);
});

test("only the key that the browser named may send", async () => {
  const { browser, ...sender } = await ready();
  expect(await push({ ...sender, vapid: webpush.generateVAPIDKeys() }, "hello")).toBe(400);
  await browser.settle();
});

test("what comes while the browser is away is told once it is back, until the browser says that it has it", async () => {
  const { browser, service, uaid, ...sender } = await ready();
  await browser.close();
  expect(await push(sender, "kept")).toBe(201);
  expect(await push(sender, "not kept", { TTL: 0 })).toBe(201);
  const again = await Connection.open(service);
  expect(await again.ask(hello(uaid))).toMatchObject({ uaid });
  const { version } = await again.hear();
  await again.settle();
  await again.close();

  const third = await Connection.open(service);
  await third.ask(hello(uaid));
  expect(await third.hear()).toMatchObject({ version });
  const updates = [{ channelID: CHANNEL, version, code: 100 }];
  third.say({ messageType: "ack", updates });
  await third.settle();
  await third.close();

  const last = await Connection.open(service);
  await last.ask(hello(uaid));
  await last.settle();
});

test("a message of the same topic takes the place of one that was not told yet", async () => {
  const { browser, service, uaid, ...sender } = await ready();
  await browser.close();
  await push(sender, "first", { topic: "news" });
  await push(sender, "second, which is longer", { topic: "news" });
  const again = await Connection.open(service);
  await again.ask(hello(uaid));
  const { data } = await again.hear();
  // The text, and 103 bytes of header, padding and tag.
  expect(Buffer.from(data, "base64url")).toHaveLength("second, which is longer".length + 103);
  await again.settle();
});

test("a channel that is unregistered is gone, and one that is registered again has another endpoint", async () => {
  const { browser, ...sender } = await ready();
  const { pushEndpoint } = await browser.ask({ messageType: "register", channelID: CHANNEL });
  expect(pushEndpoint).not.toBe(sender.endpoint);
  expect(await push(sender, "hello")).toBe(410);
  await browser.ask({ messageType: "unregister", channelID: CHANNEL });
  expect(await push({ ...sender, endpoint: pushEndpoint }, "hello")).toBe(410);
});

test("a browser that the service does not know gets a new id", async () => {
  const { service, uaid } = await ready();
  const other = await Connection.open(service);
  const answer = await other.ask(hello("0123456789abcdef0123456789abcdef"));
  expect(answer.uaid).toMatch(/^[0-9a-f]{32}$/);
  expect([uaid, "0123456789abcdef0123456789abcdef"]).not.toContain(answer.uaid);
});

test("who says nothing of itself, or what nobody understands, harms nothing", async () => {
  const service = await standin();
  const socket = new WebSocket(service.url.replace("http", "ws"), "push-notification");
  await once(socket, "open");
  for (const text of ["", "[]", "null", "7", '{"messageType":"nack"}', '{"messageType":"ack"}']) {
    socket.send(text);
  }
  socket.send(JSON.stringify({ messageType: "register", channelID: CHANNEL }));
  await once(socket, "close");
  const browser = await Connection.open(service);
  expect(await browser.ask(hello())).toMatchObject({ status: 200, use_webpush: true });
});
