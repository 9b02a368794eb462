// Which port the stack listens on.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** The port of a stack that was not told one; wrangler's own habit. */
const USUAL_PORT = 8787;
/** The stack answers this machine only. */
export const HOST = "127.0.0.1";

/**
 * Where a free port is looked for: below those that systems give to outgoing connections (from 32768 or 49152),
 * one of which could take it before it is listened on, or while who listens is started again.
 */
const FREE = { from: 20_000, below: 32_768 };
/** Ports tried in there: nearly all of them are free. */
const TRIES = 100;

async function anyPort(): Promise<number | null> {
  for (let tries = 0; tries < TRIES; tries += 1) {
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
 * The port asked for (0: any free one), or the usual one, or, when nobody asked and that is taken, any free one.
 * @throws when the port asked for is taken.
 */
export async function choosePort(wanted: number | null): Promise<number> {
  const port = wanted === 0 ? null : await tryPort(wanted ?? USUAL_PORT);
  if (port !== null) return port;
  const other = wanted ? null : await anyPort();
  if (other !== null) return other;
  throw new Error(`Port ${wanted} is taken; set PORT to another one, or leave it out.`);
}
