// Webhooks of an app and of its account: one that is well, one whose receiver is gone, one whose receiver asked for a pause.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";
import { SOON } from "../support/tab.ts";

export interface SeedWebhooks {
  /** The path of the account's webhooks. */
  base: string;
  /** The paths of webhooks, and of a delivery of each. */
  well: string;
  delivered: string;
  gone: string;
  givenUp: string;
  paused: string;
  pending: string;
}

type Ask = (method: string, path: string, json?: unknown) => Promise<any>;

/** What receivers answer, by path. */
const ANSWERS: Record<string, [status: number, headers: Record<string, string>, text: string]> = {
  "/slipway/events": [200, {}, '{"ok":true}'],
  "/gone": [
    410,
    { "content-type": "text/html" },
    "<h1>Moved away</h1>\n<p>Ask the new owners.</p>",
  ],
  "/busy": [503, { "retry-after": "3600" }, "upstream connect error: the queue is full"],
};

const EVENTS = ["notification.sent", "notification.clicked", "subscriber.created"];

/** Makes it. */
export async function makeWebhooks(ask: Ask, base: string, app: string): Promise<SeedWebhooks> {
  const server = createServer(({ url = "" }, answer) => {
    const [status, headers, text] = ANSWERS[url] ?? [404, {}, ""];
    answer.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const list = `${base}/webhooks`;
  const make = async (api: string, path: string, events: readonly string[], tests = 1) => {
    const { data } = await ask("POST", api, { url: at + path, events });
    const own = `${api}/${data.id}`;
    let delivery = "";
    for (let test = 0; test < tests; test++) {
      const made = await ask("POST", `${own}/test`);
      delivery = test === 0 ? made.data.id : delivery;
      await vi.waitFor(async () => {
        const { data: now } = await ask("GET", `${own}/deliveries/${made.data.id}`);
        // Beyond the first, one may be held.
        if (now.attempted_at === null && test === 0) throw new Error(`${path} was not tried`);
      }, SOON);
    }
    return { hook: `${list}/${data.id}`, delivery: `${list}/${data.id}/deliveries/${delivery}` };
  };
  const ofApp = `/api/v1/push/apps/${app}/webhooks`;
  const builds = ["build.completed", "build.failed"];
  const well = await make(ofApp, "/slipway/events", EVENTS, 3);
  const gone = await make("/api/v1/webhooks", "/gone", builds);
  const paused = await make(ofApp, "/busy", builds, 2);
  return {
    base: list,
    well: well.hook,
    delivered: well.delivery,
    gone: gone.hook,
    givenUp: gone.delivery,
    paused: paused.hook,
    pending: paused.delivery,
  };
}
