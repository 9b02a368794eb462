// A stack whose push service has browsers, for tests that kill it while it sends to them.
import { expect, onTestFinished } from "vitest";
import { providersClient, type ProvidersClient } from "../../dev/providers/client.ts";
import { StackClient } from "./client.ts";
import { startStack } from "./stack.ts";

/** Rows of one bulk import. */
const IMPORT_SIZE = 1000;

/** Starts a stack, and makes an app with `count` browsers of the stand-in push service, which all have these `facts`. */
export async function stackWithBrowsers(
  count: number,
  facts: { user_id?: string } = {},
): Promise<{ client: StackClient; providers: ProvidersClient; app: string }> {
  const stack = startStack();
  const { providers_url: url } = await stack.ready();
  if (!url) throw new Error("stack.json names no providers");
  const client = new StackClient(stack);
  onTestFinished(async () => client.stop());
  await client.openAccount();
  const providers = providersClient(url);
  const made = await client.call("POST", "/api/v1/push/apps", { name: "Browsers" });
  const { id, vapid_public_key: sender } = made.body.data;
  const app = `/api/v1/push/apps/${id}`;
  const browsers = await providers.makeSubscriptions({ count, sender });
  for (let from = 0; from < count; from += IMPORT_SIZE) {
    const subscribers = browsers
      .slice(from, from + IMPORT_SIZE)
      .map(({ endpoint, p256dh, auth }) => {
        return { platform: "web", endpoint, keys: { p256dh, auth }, ...facts };
      });
    const imported = await client.call("POST", `${app}/subscribers/bulk`, { subscribers });
    expect(imported.status).toBe(200);
  }
  return { client, providers, app };
}
