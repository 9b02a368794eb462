// Sends from Node as others do, at their best: npm web-push encrypts, and node:http or fetch posts by connections that stay
// open.
import { request, type Agent } from "node:http";
import webPush, { type RequestOptions } from "web-push";
import { CONTENT, type Post, type Subscription } from "./requests.ts";

/** How long push services keep a message, s. */
const TTL_S = 86_400;

const text = JSON.stringify(CONTENT);

/** Returns the request that npm web-push makes for one browser. `signs` is what it signs with, or the signed header. */
export function webPushPost(
  { endpoint, p256dh, auth }: Subscription,
  signs: Pick<RequestOptions, "vapidDetails" | "headers">,
): Post {
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    text,
    { ...signs, TTL: TTL_S },
  );
  return {
    url: endpoint,
    headers,
    body: body as Buffer<ArrayBuffer>,
  };
}

/** Posts by node:http. Rejects unless the answer has the status `expected`. */
export function post(agent: Agent, { url, headers, body }: Post, expected: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method: "POST", headers }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === expected) resolve();
        else reject(new Error(`${new URL(url).host} answered ${response.statusCode}`));
      });
    });
    call.once("error", reject);
    call.end(body);
  });
}

/** Does the same by fetch. */
export async function postByFetch({ url, headers, body }: Post, expected: number): Promise<void> {
  const response = await fetch(url, { method: "POST", headers, body });
  await response.arrayBuffer();
  if (response.status !== expected) {
    throw new Error(`${new URL(url).host} answered ${response.status}`);
  }
}
