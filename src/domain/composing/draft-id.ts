// Ids of drafts that nobody has saved yet: a page has one in its address before the draft is there, so that the first save makes
// it however often it is asked. They are signed for their app, so that an id that was made up leads nowhere.
import { hex, mac } from "../../kit/crypto.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { draftIfThere, type Draft } from "./find-draft.ts";

const RANDOM_BYTES = 6;

/** Returns a new id for a draft of the app: a UUID of version 8, 48 bits of it random and the rest a signature. */
export function newDraftId(ctx: AccountCtx, app: Pick<App, "uuid">): string {
  return signed(ctx, app, hex(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))));
}

/** Returns the app's draft with this id; null for a new id. Refuses `not_found` for any other. */
export async function draftOrNew(ctx: AccountCtx, app: App, id: string): Promise<Draft | null> {
  const draft = await draftIfThere(ctx, app, id);
  if (draft !== null) return draft;
  const random = id.replace("-", "").slice(0, 2 * RANDOM_BYTES);
  if (id !== signed(ctx, app, random)) refuse({ code: "not_found", what: "draft" });
  return null;
}

function signed(
  { linkSigningKey }: AccountCtx,
  { uuid }: Pick<App, "uuid">,
  random: string,
): string {
  const signature = hex(mac(linkSigningKey, `draft ${uuid} ${random}`));
  const part = (from: number, to: number) => signature.slice(from, to);
  return `${random.slice(0, 8)}-${random.slice(8)}-8${part(0, 3)}-8${part(3, 6)}-${part(6, 18)}`;
}
