// A stand-in of Cloudflare's API on this machine, for wrangler with CLOUDFLARE_API_BASE_URL. It is as strict as the real one
// is documented and wrangler's source shows it to be: a token is needed, names are taken once, secrets are write-only, SQL
// runs. What it does not know is refused and noted, so that a test fails on it instead of passing by chance.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Hono } from "hono";
import { HOST } from "../port.ts";
import type { Account } from "./account.ts";
import { fail, Refused, succeed, succeedWithList } from "./answers.ts";
import { addScripts } from "./scripts.ts";
import { addStores, type Ask } from "./stores.ts";

export interface Cloudflare {
  /** What CLOUDFLARE_API_BASE_URL takes. */
  url: string;
  /** `PUT /accounts/...`: each request that was answered, in order. */
  requests: string[];
  /** Requests that the stand-in does not know: an empty list, or the stand-in is to be extended. */
  unknown: string[];
  close: () => Promise<void>;
}

/** Most accounts on a page, as Cloudflare documents it. */
const MOST_ACCOUNTS = 50;

/** The routes for somebody whose token is `token`, and who is a member of these accounts. */
function makeApp(token: string, accounts: readonly Account[], log: Cloudflare): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    if (c.req.header("authorization") !== `Bearer ${token}`) {
      return fail(new Refused(403, 10_000, "Authentication error"));
    }
    log.requests.push(`${c.req.method} ${c.req.path}`);
    return next();
  });
  app.onError((error) => {
    if (error instanceof Refused) return fail(error);
    throw error;
  });
  app.notFound((c) => {
    log.unknown.push(`${c.req.method} ${c.req.path}`);
    return fail(new Refused(404, 7000, "No route for that URI"));
  });
  const accountOf: Ask = (c) => {
    const found = accounts.find(({ id }) => id === c.req.param("account"));
    if (!found) throw new Refused(403, 10_000, "Authentication error");
    return found;
  };
  const named = accounts.map(({ id, name }) => ({ id, name }));
  app.get("/user/tokens/verify", (c) => succeed(c, { id: "token", status: "active" }));
  app.get("/user", (c) => succeed(c, { id: "user", email: "ada@example.com" }));
  app.get("/accounts", (c) => succeedWithList(c, named, MOST_ACCOUNTS));
  app.get("/memberships", (c) =>
    succeedWithList(
      c,
      named.map((account) => ({ id: account.id, account })),
      MOST_ACCOUNTS,
    ),
  );
  addStores(app, accountOf);
  addScripts(app, accountOf);
  return app;
}

async function answer(app: Hono, incoming: IncomingMessage, out: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = incoming;
  const body = await buffer(incoming);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  const request = new Request(`http://${HOST}${url}`, {
    method,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: body.length === 0 ? null : new Uint8Array(body),
  });
  const response = await app.fetch(request);
  out.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) Readable.fromWeb(response.body as never).pipe(out);
  else out.end();
}

/** Starts the stand-in on a free port. The accounts are the caller's, to prepare and to look at. */
export async function startCloudflare(
  token: string,
  accounts: readonly Account[],
): Promise<Cloudflare> {
  const log: Cloudflare = { url: "", requests: [], unknown: [], close: async () => {} };
  const app = makeApp(token, accounts, log);
  const server = createServer((incoming, out) => {
    answer(app, incoming, out).catch((error: unknown) => {
      log.unknown.push(String(error));
      out.writeHead(500).end();
    });
  });
  server.listen(0, HOST);
  await once(server, "listening");
  log.url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  log.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return log;
}
