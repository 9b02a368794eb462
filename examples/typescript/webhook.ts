// Receives deliveries of a webhook, verifies them, and prints what they tell. SLIPWAY_WEBHOOK_SECRET is the secret that was shown when
// the webhook was made; PORT is where to listen.
import { createServer, type IncomingMessage } from "node:http";
import { UnverifiedWebhookError, verifyWebhook } from "slipway-client";

const LONGEST_BODY = 1_000_000;
const { SLIPWAY_WEBHOOK_SECRET: secret = "", PORT: port = "3000" } = process.env;
if (secret === "" || secret === "whsec_") throw new Error("SLIPWAY_WEBHOOK_SECRET holds no key.");
/** Ids of deliveries. In a service of yours this is a table, whose rows go after a month. */
const seen = new Set<string>();

/** The body as it came; null when it is too long for a delivery. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += part.length;
    if (length > LONGEST_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const server = createServer(async (request, response) => {
  try {
    const body = await bodyOf(request);
    if (body === null) {
      response.writeHead(413, { connection: "close" }).end();
      return;
    }
    const event = await verifyWebhook(request.headers, body, secret);
    response.writeHead(204).end();
    // a retry has the id of the first attempt
    const id = String(request.headers["webhook-id"]);
    if (seen.has(id)) return;
    seen.add(id);
    if (event.type === "build.completed") {
      console.log(`Build ${event.data.build_id} is done: ${event.data.version_name}.`);
    } else {
      console.log(`${event.type} ${event.id}`);
    }
  } catch (error) {
    // what is not answered by 2xx is tried again; a forgery need not be
    response.writeHead(error instanceof UnverifiedWebhookError ? 400 : 500).end();
  }
});
// what the internet sends comes by a proxy of yours, which has the certificate
server.listen(Number(port), "127.0.0.1", () => console.log(`Listening on port ${port}.`));
