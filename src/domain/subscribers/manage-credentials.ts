// What owners can do with a push credential besides setting and verifying it: show it, and delete it.
import { apps, pushCredentials } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp, type App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { credentialOf, type Credential } from "./credentials.ts";

/** Returns a credential of the app with this id, in one round trip. Refuses `not_found`, first for the app. */
export async function credentialOfApp(
  ctx: AccountCtx,
  appId: number,
  provider: Provider,
): Promise<Credential> {
  const [found, [credential]] = await ctx.db.batch([
    ctx.db.select({ id: apps.id }).from(apps).where(visibleApp(ctx.principal, appId)),
    ctx.db.select().from(pushCredentials).where(credentialOf(appId, provider)),
  ]);
  if (found.length === 0) refuse({ code: "not_found", what: "app" });
  return credential ?? refuse({ code: "not_found", what: "push_credential" });
}

/** Deletes the credential. Messages that are being sent with it fail. Refuses `not_found`. */
export async function deleteCredential(
  ctx: AccountCtx,
  app: App,
  provider: Provider,
): Promise<void> {
  const deletion = ctx.db
    .delete(pushCredentials)
    .where(credentialOf(app.id, provider))
    .returning({ id: pushCredentials.id });
  const gone = await audited(ctx, deletion, {
    did: "credential.delete",
    id: provider,
    name: app.name,
    facts: { app: app.id },
  });
  if (gone.length === 0) refuse({ code: "not_found", what: "push_credential" });
}
