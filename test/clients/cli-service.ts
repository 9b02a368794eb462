// A service that answers as a test says, for faults that the local stack does not have.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that came. */
export type Asked = Pick<IncomingMessage, "method" | "url" | "headers">;

/** Starts a service for one test; `asked` has what came to it. */
export async function service(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.setHeader("content-type", "application/json");
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Answers with JSON. */
export function say(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status).end(JSON.stringify(value));
}
