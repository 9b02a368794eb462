// The headers by which a receiver can tell that a request is ours, and a repetition from a new delivery.
import { hex, mac } from "../../kit/crypto.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import type { WebhookDelivery } from "./list-deliveries.ts";
import { openSecrets, signingKey } from "./secrets.ts";

/** Where a callback's secret stands in the clear. */
const SECRET_HEADER = "authorization";

/** The headers that a delivery has in all its attempts. */
export function plainHeaders({ event, uuid }: WebhookDelivery): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Slipway-Webhooks/1",
    "x-slipway-event": event,
    "x-slipway-delivery": uuid,
  };
}

/** What may be kept of a proof: all but the header in which a callback's secret stands as it is. */
export function keptProof(proof: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(proof).filter(([name]) => name !== SECRET_HEADER));
}

/**
 * Returns the headers of an attempt that is made now. All deliveries have those of Standard Webhooks 1.0: the id, which
 * stays the same, the time, and a signature by each secret that counts, the newest first. Besides, a callback has its secret
 * as its contract wants it, and any other webhook our own signature, over time and body.
 */
export async function proofOf(
  ctx: Ctx,
  webhook: Webhook,
  { uuid, body }: WebhookDelivery,
): Promise<Record<string, string>> {
  const secrets = await openSecrets(ctx, webhook);
  const timestamp = String(Math.floor(ctx.now() / SECOND_MS));
  const signatures = secrets.map((secret) => {
    const signature = mac(signingKey(secret), `${uuid}.${timestamp}.${body}`);
    return `v1,${Buffer.from(signature).toString("base64")}`;
  });
  const [secret] = secrets;
  const own =
    webhook.kind === "callback"
      ? { [SECRET_HEADER]: `Basic ${secret}` }
      : {
          "x-slipway-timestamp": timestamp,
          "x-slipway-signature": `sha256=${hex(mac(secret, `${timestamp}.${body}`))}`,
        };
  return {
    "webhook-id": uuid,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
    ...own,
  };
}
