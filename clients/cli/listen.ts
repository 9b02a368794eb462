// `slipway webhooks listen`: a webhook that delivers to this machine for as long as the command runs.
import { randomUUID } from "node:crypto";
import { Api, reasonOf } from "./api.ts";
import { pushAppOf } from "./apps.ts";
import { usage } from "./args.ts";
import { textOf, type Call, type Command } from "./command.ts";
import { aborted, Failure, Interrupted } from "./failure.ts";
import { note, removeLeftOver, unnote } from "./left-over.ts";
import { printable, type Output } from "./output.ts";
import { receiver, type Delivery } from "./receive.ts";
import { accessOf, isLoopback, urlOf } from "./settings.ts";
import { isSecret, newSecret } from "./signature.ts";

const WEBHOOKS = "/api/v1/webhooks";
const BUILD_EVENTS = "build.completed,build.failed";
const PUSH_EVENTS =
  "notification.sent,notification.failed,notification.clicked,subscriber.created,subscriber.unsubscribed";
/** Longest that a local app may take to answer, ms. */
const FORWARD_MS = 10_000;
/** What is said where a second Ctrl-C leaves the webhook. */
const LEFT = "Whether there is a webhook now is unknown. The next start deletes it.";
const MAX_PORT = 65_535;

export const listen: Command = {
  name: "webhooks listen",
  summary: "show what webhooks deliver, as it comes",
  words: { shown: "", least: 0, most: 0 },
  options: {
    app: {
      type: "string",
      value: "PUSH-APP",
      help: "the app whose events it hears; those of the whole account where not said",
    },
    events: { type: "string", value: "LIST", help: "the events, with commas; all where not said" },
    port: {
      type: "string",
      value: "N",
      help: "the port on this machine; a free one where not said",
    },
    "public-url": { type: "string", value: "URL", help: "where a tunnel of yours leads here" },
    forward: {
      type: "string",
      value: "URL",
      help: "hand each verified delivery on to this address",
    },
  },
  more:
    "It makes a webhook, and deletes it when it ends, by Ctrl-C or SIGTERM. One of the account hears of the builds of all apps;\n" +
    "one of an app, which --app names by its id in the push API (a UUID) or in API v1 (a number), of its pushes and\n" +
    "subscribers, too. A deployment delivers to public addresses alone: let a tunnel lead to the port, and give its address.\n" +
    "What is not signed is refused with 401.\n" +
    "With SLIPWAY_WEBHOOK_SECRET set, the webhook has that secret, so that the app behind --forward can verify by it.\n" +
    "Without --app, it needs a key that is not limited to some apps.",
  examples: [
    ["slipway webhooks listen", "with a local stack"],
    ["slipway webhooks listen --app 7 --events notification.clicked", "only clicks, of one app"],
    [
      "slipway webhooks listen --port 4000 --public-url https://my-tunnel.example",
      "with a deployment",
    ],
    [
      "slipway webhooks listen --forward http://localhost:3000/webhooks --json",
      "hands them on, and prints JSON",
    ],
  ],
  run,
};

async function run(call: Call): Promise<void> {
  const { out, env, signal } = call;
  const word = textOf(call, "app");
  const all = word === null ? BUILD_EVENTS : `${PUSH_EVENTS},${BUILD_EVENTS}`;
  const events = (textOf(call, "events") ?? all).split(",").map((each) => each.trim());
  const port = portOf(textOf(call, "port"));
  const forward = addressOf(call, "forward");
  const publicUrl = addressOf(call, "public-url");
  const secret = secretOf(env);
  const access = accessOf(env);
  const api = new Api(access);
  requireWay(access.url, publicUrl);
  const app = word === null ? null : await pushAppOf(api, word, signal);
  const path = app === null ? WEBHOOKS : `/api/v1/push/apps/${encodeURIComponent(app)}/webhooks`;
  const removed = await removeLeftOver(api, env, signal);
  if (removed > 0) out.say("Deleted a webhook that was left over.");

  const mark = randomUUID();
  const told = {
    taken: (delivery: Delivery) => show(delivery, forward, out),
    refused: (why: string) => out.result({ refused: why }, `refused: ${why}`),
  };
  const server = await receiver(port, mark, secret, told);
  const base = publicUrl?.replace(/\/+$/, "") ?? `http://127.0.0.1:${server.port}`;
  note(env, { mark, url: access.url, path, port: server.port });
  let webhook: string | null = null;
  let isRefused = false;
  try {
    webhook = await out.uninterrupted(LEFT, () =>
      made(api, path, { url: `${base}/${mark}`, events, secret }),
    );
    out.say(`Listening for ${printable(events.join(", "))} at ${base}. Ctrl-C ends it.`);
    await aborted(signal).catch(() => {
      throw new Interrupted("Stopped listening.");
    });
  } catch (error) {
    isRefused = webhook === null && isDefinite(error);
    throw error;
  } finally {
    server.close();
    const id = webhook ?? "";
    const isGone =
      webhook === null
        ? isRefused
        : await out.uninterrupted(LEFT, () => deleted(api, `${path}/${id}`));
    if (isGone) unnote(env, mark);
    else if (webhook === null) out.say(LEFT);
    else out.say("The webhook could not be deleted. The next start deletes it.");
  }
}

/** Refuses to listen where no delivery could come. */
function requireWay(url: string, publicUrl: string | null): void {
  if (publicUrl !== null || isLoopback(new URL(url).hostname)) return;
  throw new Failure(
    "failed",
    `${url} delivers to public addresses, and not to this machine. Open a tunnel that leads here, and give its address by --public-url.`,
  );
}

async function made(
  api: Api,
  path: string,
  body: { url: string; events: string[]; secret: string },
): Promise<string> {
  const sent = { body, idempotencyKey: randomUUID() };
  return (await api.call<{ data: { id: string } }>("POST", path, sent)).data.id;
}

/** Whether a refusal says that nothing was made: without an answer, and where an earlier try may have done it, nobody knows. */
function isDefinite(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const { status } = error.facts;
  return typeof status === "number" && status < 500 && status !== 409 && status !== 429;
}

/** The secret that a receiver of ours has too, where the environment names one. */
function secretOf(env: NodeJS.ProcessEnv): string {
  const { SLIPWAY_WEBHOOK_SECRET: named } = env;
  if (!named) return newSecret();
  if (isSecret(named)) return named;
  throw usage("SLIPWAY_WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes.", listen);
}

async function deleted(api: Api, path: string): Promise<boolean> {
  try {
    await api.call("DELETE", path);
    return true;
  } catch (error) {
    return error instanceof Failure && error.facts["status"] === 404;
  }
}

/** Prints a delivery, and what a local app answered to it. */
async function show(delivery: Delivery, forward: string | null, out: Output): Promise<void> {
  const answered = forward === null ? null : await forwarded(delivery, forward);
  const payload = payloadOf(delivery);
  const { event, timestamp, data } = Object(payload) as Record<string, unknown>;
  const to = answered === null ? "" : `  forwarded: ${answered.status ?? answered.error}`;
  const line = `${String(timestamp)}  ${String(event)}  ${JSON.stringify(data)}${to}`;
  out.result(
    { id: delivery.id, payload, ...(answered !== null && { forwarded: answered }) },
    printable(line),
  );
}

function payloadOf({ body }: Delivery): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

async function forwarded(
  { headers, body }: Delivery,
  url: string,
): Promise<{ status: number } | { status: null; error: string }> {
  try {
    const signal = AbortSignal.timeout(FORWARD_MS);
    const bytes = new Uint8Array(body);
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: bytes,
      redirect: "manual",
      signal,
    });
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { status: null, error: reasonOf(error) };
  }
}

function portOf(text: string | null): number {
  if (text === null) return 0;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw usage(`--port must be a number up to ${MAX_PORT}.`, listen);
}

function addressOf(call: Call, name: string): string | null {
  const text = textOf(call, name);
  if (text === null) return null;
  // a local app rarely speaks TLS, and a tunnel always does
  const isBare = name === "forward" && !/^[a-z]+:\/\//i.test(text);
  const url = urlOf(isBare ? `http://${text}` : text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw usage(`--${name} must be an address such as http://localhost:3000/webhooks.`, listen);
}
