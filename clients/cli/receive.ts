// The server to which a webhook delivers: takes what is signed, refuses what is not, and hands on what it took.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "./failure.ts";
import { problemOf } from "./signature.ts";

/** Largest delivery, bytes: Slipway's are a few kilobytes. */
const MAX_BYTES = 1_000_000;

/** A delivery that was taken. */
export interface Delivery {
  id: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Who is told what came. */
export interface Told {
  taken: (delivery: Delivery) => Promise<void>;
  refused: (why: string) => void;
}

/** Starts the server on this machine alone. It answers where a path ends in `/<mark>`, and 404 elsewhere. */
export async function receiver(
  port: number,
  mark: string,
  secret: string,
  told: Told,
): Promise<{ port: number; close: () => void }> {
  const server = createServer((request, response) => {
    answer(request, response, mark, secret, told).catch(() => response.destroy());
  });
  await listening(server, port);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function listening(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure("failed", `Nothing can listen at port ${port}: ${why}.`);
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mark: string,
  secret: string,
  told: Told,
): Promise<void> {
  const end = (status: number, text: string) => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
  };
  // a tunnel may hand its own path on, or take it away
  if (!request.url?.split("?")[0]?.endsWith(`/${mark}`)) return end(404, "not here\n");
  // by this, another listener of this machine sees that we are there
  if (request.method === "GET") return end(200, mark);
  if (request.method !== "POST") return end(405, "POST deliveries\n");
  const body = await bodyOf(request);
  const problem = body === null ? "it is too large" : problemWith(request, body, secret);
  if (problem !== null || body === null) {
    told.refused(problem ?? "");
    return end(body === null ? 413 : 401, `refused: ${problem}\n`);
  }
  end(200, "ok\n");
  await told.taken({
    id: String(request.headers["webhook-id"]),
    headers: kept(request),
    body,
  });
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BYTES ? Buffer.concat(chunks) : null;
}

function problemWith(
  { headers }: IncomingMessage,
  body: Uint8Array,
  secret: string,
): string | null {
  const one = (name: string) => {
    const value = headers[name];
    return typeof value === "string" ? value : undefined;
  };
  const proof = {
    id: one("webhook-id"),
    timestamp: one("webhook-timestamp"),
    signature: one("webhook-signature"),
  };
  return problemOf(proof, body, secret, Date.now());
}

/** The headers that are the delivery's own, and not those of its connection. */
function kept({ headers }: IncomingMessage): Record<string, string> {
  const own = /^(?:webhook-|x-slipway-|content-type$|user-agent$)/;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      own.test(name) && typeof value === "string" ? [[name, value]] : [],
    ),
  );
}
