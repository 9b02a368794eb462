// The process that stands for all providers: answers yes to each message as cheaply as it can, and counts them. It speaks
// HTTP/1.1 alone.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HOST } from "../../dev/port.ts";
import { answerTasks } from "./child.ts";
import type { Message, Received, ReceiverTask } from "./tasks.ts";

/** How long a connection stays open that nothing is sent by, ms: longer than any pause of the benchmark. */
const KEEP_ALIVE_MS = 600_000;
const FCM_ANSWER = JSON.stringify({
  name: "projects/bench-project/messages/0:1731931931931931%31bd1c9631bd1c96",
});

let answerAfterMs = 0;
let keeps = false;
let requests = 0;
let kept: Message[] = [];
const paths = new Set<string>();

function receive(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? "";
  const parts: Buffer[] = [];
  if (keeps) request.on("data", (part: Buffer) => parts.push(part));
  else request.resume();
  request.once("end", () => {
    requests += 1;
    paths.add(path);
    if (keeps) {
      const headers = request.headers as Record<string, string>;
      kept.push({ path, headers, body: Buffer.concat(parts) });
    }
    if (answerAfterMs > 0) setTimeout(() => answer(path, response), answerAfterMs);
    else answer(path, response);
  });
}

/** Answers as the provider does that the path is of. */
function answer(path: string, response: ServerResponse): void {
  if (path.startsWith("/fcm/")) {
    const type = "application/json; charset=UTF-8";
    response.writeHead(200, { "content-type": type, "content-length": FCM_ANSWER.length });
    response.end(FCM_ANSWER);
  } else if (path.startsWith("/3/device/")) {
    response.writeHead(200, { "content-length": 0 }).end();
  } else {
    const location = "https://push.example.net/m/1";
    response.writeHead(201, { location, ttl: "0", "content-length": 0 }).end();
  }
}

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, receive);
const { promise: origin, resolve } = Promise.withResolvers<string>();
server.listen(0, HOST, () => {
  resolve(`http://${HOST}:${(server.address() as AddressInfo).port}`);
});

answerTasks(async (task: ReceiverTask): Promise<Received> => {
  if (task.kind === "begin") {
    ({ answerAfterMs, keeps } = task);
    [requests, kept] = [0, []];
    paths.clear();
  }
  return { origin: await origin, requests, paths: paths.size, kept };
});
