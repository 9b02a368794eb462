// The process that sends from Node as others do.
//
//   node bench/delivery/node-peer.ts FIELD       FIELD is a file (tasks.ts)
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { eachOf } from "../at-once.ts";
import { post, postByFetch, webPushPost } from "../peers.ts";
import { apnsPost, fcmPost, type Post } from "../requests.ts";
import { answerTasks } from "./child.ts";
import { PROJECT, TOPIC, type Field, type PeerTask } from "./tasks.ts";

const [, , file = ""] = process.argv;
const { receiver, vapid, authorization, bearer, audience } = JSON.parse(
  readFileSync(file, "utf8"),
) as Field;
const fcmUrl = `${receiver}/fcm/v1/projects/${PROJECT}/messages:send`;
/** One for each number of connections, so that those of one task stay open for the next. */
const agents = new Map<number, Agent>();

answerTasks(async ({ by, provider, count, atOnce }: PeerTask): Promise<void> => {
  const agent = agents.get(atOnce) ?? new Agent({ keepAlive: true, maxSockets: atOnce });
  agents.set(atOnce, agent);
  const expected = provider === "webpush" ? 201 : 200;
  const send = async (made: Post) =>
    by === "fetch" ? postByFetch(made, expected) : post(agent, made, expected);
  if (provider === "webpush") {
    const signs = by === "web-push" ? { vapidDetails: vapid } : { headers: { authorization } };
    const browsers = audience.webpush.slice(0, count);
    return eachOf(browsers, atOnce, async (browser) => send(webPushPost(browser, signs)));
  }
  const toPost = (token: string) =>
    provider === "fcm" ? fcmPost(fcmUrl, bearer, token) : apnsPost(receiver, bearer, TOPIC, token);
  return eachOf(audience[provider].slice(0, count), atOnce, async (token) => send(toPost(token)));
});
