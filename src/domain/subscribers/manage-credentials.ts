// What else owners do with push credentials: have a provider asked about one, take one away.
import { pushCredentials } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/visible.ts";
import type { AccountCtx } from "../context.ts";
import { credentialOf, findCredential } from "./credentials.ts";

/** What a provider said of a credential. */
export type Verification = { ok: true } | { ok: false; error: string; detail: string };

/** Asks the provider itself whether the credential works; nobody gets a message. Refuses `not_found`. */
export async function verifyCredential(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
): Promise<Verification> {
  const { id } = await findCredential(ctx, app.id, provider);
  const complaint = await ctx.verifyCredential(id);
  return complaint === null ? { ok: true } : { ok: false, ...complaint };
}

/** Removes the credential; what is being sent by it fails. Refuses `not_found`. */
export async function deleteCredential(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
): Promise<void> {
  const gone = await ctx.db
    .delete(pushCredentials)
    .where(credentialOf(app.id, provider))
    .returning({ id: pushCredentials.id });
  if (gone.length === 0) refuse({ code: "not_found", what: "push_credential" });
}
