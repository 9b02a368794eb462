// Which port the stack listens on.
import { createServer } from "node:net";

/** The port of a stack that was not told one; wrangler's own habit. */
const USUAL_PORT = 8787;
/** The stack answers this machine only. */
export const HOST = "127.0.0.1";

/** The port if it is free (0: any free one), else null. */
async function tryPort(port: number): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const server = createServer();
  server.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") resolve(null);
    else reject(error);
  });
  server.listen({ host: HOST, port, exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address ? address.port : port));
  });
  return promise;
}

/**
 * The port asked for, or the usual one, or, when nobody asked and that is taken, any free one.
 * @throws when the port asked for is taken.
 */
export async function choosePort(wanted: number | null): Promise<number> {
  const port = await tryPort(wanted ?? USUAL_PORT);
  if (port !== null) return port;
  const other = wanted === null ? await tryPort(0) : null;
  if (other !== null) return other;
  throw new Error(`Port ${wanted} is taken; set PORT to another one, or leave it out.`);
}
