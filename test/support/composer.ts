// Somebody who writes a notification, in a context as the dashboard's pages have it.
import { eq } from "drizzle-orm";
import { apps } from "../../src/db/schema/index.ts";
import type { App } from "../../src/domain/apps/find-app.ts";
import type { ComposerCtx } from "../../src/domain/composing/own-devices.ts";
import type { Role } from "../../src/domain/people/roles.ts";
import { testContext } from "./context.ts";
import { signedIn, type TestPerson } from "./person.ts";
import { newPushOwner, type PushOwner } from "./scenario.ts";

export interface ComposerWorld extends PushOwner {
  ctx: ComposerCtx;
  person: TestPerson;
  /** The row of the app. */
  row: App;
}

/** An app, which has Web Push, and a member with `role` who writes for it; `now` is what their clock says. */
export async function composerWorld(now: () => number = Date.now): Promise<ComposerWorld> {
  const owner = await newPushOwner();
  const { ctx, person } = await writerOf(owner, "marketer", now);
  const [row] = await ctx.db.select().from(apps).where(eq(apps.id, owner.app.v1_id));
  if (!row) throw new Error("no app");
  return { ...owner, ctx, person, row };
}

/** Another member, with a context of their own. */
export async function writerOf(
  { account }: PushOwner,
  role: Role = "marketer",
  now: () => number = Date.now,
): Promise<{ ctx: ComposerCtx; person: TestPerson }> {
  const person = await signedIn(role, account);
  const { id, name, email } = person;
  const who = { id, name, email, sessionId: `s${id}` };
  const principal = {
    accountId: account.id,
    appIds: null,
    by: { kind: "person", person: who, role },
  };
  const ctx = { ...testContext(now).ctx, principal, person: who } as unknown as ComposerCtx;
  return { ctx, person };
}
