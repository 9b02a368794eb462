// Chooses the port that the stack listens on.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** The default port, the same as wrangler's. */
const USUAL_PORT = 8787;
/** The stack is reachable only from this machine. */
export const HOST = "127.0.0.1";

/**
 * The range of automatically chosen ports: below those that systems use for outgoing connections (from 32768 or 49152),
 * which could take the port before the stack listens on it, or while it restarts.
 */
const FREE = { from: 20_000, below: 32_768 };
/** The number of ports attempted in that range, nearly all of which are free. */
const ATTEMPTS = 100;

async function anyPort(): Promise<number | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await tryPort(randomInt(FREE.from, FREE.below));
    if (port !== null) return port;
  }
  return null;
}

/** The port if it is free, else null. */
async function tryPort(port: number): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(null);
    else reject(error);
  });
  server.listen({ host: HOST, port, exclusive: true }, () => {
    server.close(() => resolve(port));
  });
  return promise;
}

/**
 * Returns the requested port (0: any free one). Without a request, it is the usual port, or any free one if that is
 * taken. @throws if the requested port is taken.
 */
export async function choosePort(wanted: number | null): Promise<number> {
  const port = wanted === 0 ? null : await tryPort(wanted ?? USUAL_PORT);
  if (port !== null) return port;
  const other = wanted ? null : await anyPort();
  if (other !== null) return other;
  throw new Error(`Port ${wanted} is taken; set PORT to another one, or leave it out.`);
}
