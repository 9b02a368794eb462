// The floor in a Worker of its own: what sending can't do without, which is to encrypt and to fetch. It makes no links, knows no
// turns and keeps no outcomes; it throws unless each message is taken. Each request is a task.
import { eachOf } from "../../at-once.ts";
import { apnsPost, CONTENT, fcmPost, type Post } from "../../requests.ts";
import { BATCH, PROJECT, SENDS_AT_ONCE, TOPIC, type Field, type FloorTask } from "../tasks.ts";
import { ENCRYPTIONS, type Browser, type Shared } from "./encryptions.ts";

/** The links that a message of src/delivery has, so that the texts are as long. */
const LINK = `https://slipway.example.com/public/c/${"a".repeat(46)}`;

interface Known extends Field {
  browsers: Browser[];
  shared: Shared;
}

let known: Known | null = null;

/** Reads what is sent with, once: keys are decoded before they are measured. */
function read(env: { FIELD: string }): Known {
  if (known) return known;
  const field = JSON.parse(env.FIELD) as Field;
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
  const text = JSON.stringify({ ...CONTENT, tag: crypto.randomUUID(), click: LINK, receipt: LINK });
  known = {
    ...field,
    browsers: field.audience.webpush.map((one) => {
      return { ...one, point: bytes(one.p256dh), secret: bytes(one.auth) };
    }),
    shared: {
      text,
      plaintext: new TextEncoder().encode(text),
      vapid: field.vapid,
      headers: {
        authorization: field.authorization,
        ttl: "86400",
        urgency: "normal",
        topic: "0123456789abcdef0123456789abcdef",
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
      },
    },
  };
  return known;
}

async function send({ url, headers, body }: Post): Promise<void> {
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual" });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  // FCM answers at length, and is cheaper to read than to cancel.
  if (response.status === 200) await response.arrayBuffer();
  else await response.body?.cancel();
}

async function sendWebPush(task: FloorTask, { browsers, shared }: Known): Promise<void> {
  const { count, atOnce, encryption, isBatched, isSent } = task;
  const encrypt = ENCRYPTIONS[encryption];
  const made = async (browser: Browser): Promise<Post> => {
    return { url: browser.endpoint, ...(await encrypt(browser, shared)) };
  };
  const recipients = browsers.slice(0, count);
  if (!isBatched) {
    return eachOf(recipients, atOnce, async (browser) => {
      const post = await made(browser);
      if (isSent) await send(post);
    });
  }
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, at) =>
    recipients.slice(at * BATCH, (at + 1) * BATCH),
  );
  return eachOf(batches, atOnce / SENDS_AT_ONCE, async (batch) => {
    const posts: Post[] = [];
    for (const browser of batch) posts.push(await made(browser));
    await eachOf(posts, SENDS_AT_ONCE, send);
  });
}

async function sendPlainly({ provider, count, atOnce }: FloorTask, known: Known): Promise<void> {
  const { receiver, bearer, audience } = known;
  const fcmUrl = `${receiver}/fcm/v1/projects/${PROJECT}/messages:send`;
  const tokens = provider === "fcm" ? audience.fcm : audience.apns;
  await eachOf(tokens.slice(0, count), atOnce, async (token) =>
    send(
      provider === "fcm"
        ? fcmPost(fcmUrl, bearer, token)
        : apnsPost(receiver, bearer, TOPIC, token),
    ),
  );
}

export default {
  async fetch(request, env) {
    const task: FloorTask = await request.json();
    const known = read(env);
    if (task.provider === "webpush") await sendWebPush(task, known);
    else await sendPlainly(task, known);
    return new Response("done");
  },
} satisfies ExportedHandler<{ FIELD: string }>;
