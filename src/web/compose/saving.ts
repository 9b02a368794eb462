// Saves what the composer's form says, whatever else its buttons do.
import { z } from "zod";
import type { App } from "../../domain/apps/find-app.ts";
import { newDraftId } from "../../domain/composing/draft-id.ts";
import { createDraft } from "../../domain/composing/create-draft.ts";
import type { DraftFields } from "../../domain/composing/draft-fields.ts";
import type { Draft } from "../../domain/composing/find-draft.ts";
import { saveDraft } from "../../domain/composing/save-draft.ts";
import { RefusalError } from "../../kit/refusal.ts";
import type { Fields } from "../dashboard/fields.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { appPath } from "../parts/app-tile.tsx";
import { segmentNames } from "../targeting/segment-names.ts";
import { draftOf } from "./typed.ts";

const Version = z.coerce.number().int().nonnegative().catch(0);
const Uuid = z.uuid();

export const composerPath = (app: App, id: string) => `${appPath(app)}/compose/${id}`;

/** The version that the form's page showed, or the one that somebody chose to save over; 0 while nothing is saved. */
export const versionOf = (fields: Fields): number =>
  Version.parse(fields.given("over") ?? fields.given("version"));

/** What the form says, and the draft in which it is saved. `isNew`: the one that it was of is gone. */
export interface Saved {
  draft: Draft;
  typed: DraftFields;
  isNew: boolean;
}

/**
 * Saves the form as the draft `id`, which is made by the first save. One that somebody has sent or deleted in the meantime
 * becomes another one, so that nobody's text is lost. Refuses `draft_changed`, `invalid`.
 */
export async function save(ctx: MemberCtx, app: App, id: string, fields: Fields): Promise<Saved> {
  const typed = draftOf(fields, await segmentNames(ctx, app));
  const version = versionOf(fields);
  const make = async (uuid: string) =>
    createDraft(ctx, app, {
      id: uuid,
      fields: typed,
      notification: Uuid.safeParse(fields.text("notification")).data,
      copied_from: Uuid.safeParse(fields.text("copied_from")).data,
    });
  if (version === 0) return { draft: await make(id), typed, isNew: false };
  try {
    return {
      draft: await saveDraft(ctx, app, id, { version, fields: typed }),
      typed,
      isNew: false,
    };
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "not_found") throw error;
    return { draft: await make(newDraftId(ctx, app)), typed, isNew: true };
  }
}
