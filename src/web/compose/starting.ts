// What a new notification begins with: nothing, a saved segment, one person, or the words of an earlier one.
import { z } from "zod";
import type { App } from "../../domain/apps/find-app.ts";
import { EVERYBODY, Targeting, type Audience } from "../../domain/audiences/targeting.ts";
import { notificationOf } from "../../domain/composing/create-draft.ts";
import { NOTHING_TYPED, type DraftFields } from "../../domain/composing/draft-fields.ts";
import { fieldsOfNotification } from "../../domain/composing/fields-of.ts";
import { draftOf } from "../../domain/composing/find-draft.ts";
import { refuse } from "../../kit/refusal.ts";
import type { MemberCtx } from "../dashboard/page.ts";

type Query = Readonly<Record<string, string>>;

/** What a composer shows of which nothing is saved yet. */
export interface Start {
  fields: DraftFields;
  notification: string;
  copied_from: string;
}

/** What of the query a start knows. */
export const STARTS = ["segment", "user", "copy", "notification"] as const;

const Uuid = z.uuid();
/** Longest user id, characters, as audiences have it. */
const MAX_USER_ID = 255;
/** A condition for somebody to fill in, which is refused as it is, so that it never means everybody. */
const TO_BE_SAID: Audience = { type: "tags", tags: [], match: "any" };

/** Returns what the query asks to begin with. Refuses `not_found` for a notification that is not the app's. */
export async function startOf(ctx: MemberCtx, app: App, query: Query): Promise<Start> {
  const copied = query["copy"] ?? "";
  const changed = query["notification"] ?? "";
  if (copied !== "" || changed !== "") {
    const notification = await notificationOf(ctx, app, idOf(changed || copied));
    const fields = fieldsOfNotification(notification);
    return changed === ""
      ? {
          fields: {
            ...fields,
            targeting: copiedAudience(fields.targeting),
            when: "now",
            scheduled_at: "",
          },
          notification: "",
          copied_from: copied,
        }
      : { fields, notification: changed, copied_from: "" };
  }
  return {
    fields: { ...NOTHING_TYPED, targeting: targetingOf(query) },
    notification: "",
    copied_from: "",
  };
}

/** Returns the id of the draft in which the notification of the query is being changed; null for none. */
export async function presentDraft(ctx: MemberCtx, app: App, query: Query): Promise<string | null> {
  const id = query["notification"] ?? "";
  if (id === "") return null;
  const draft = await draftOf(ctx, await notificationOf(ctx, app, idOf(id)));
  return draft?.id ?? null;
}

const idOf = (text: string): string =>
  Uuid.safeParse(text).data ?? refuse({ code: "not_found", what: "notification" });

/** The audience for a copy: a list that was made for one notification alone is none that another can have. */
function copiedAudience(targeting: unknown): unknown {
  return Targeting.safeParse(targeting).success ? targeting : TO_BE_SAID;
}

function targetingOf({ segment = "", user = "" }: Query): Audience {
  if (Uuid.safeParse(segment).success) return { type: "segment", id: segment };
  if (user !== "") return { type: "user_ids", ids: [user.slice(0, MAX_USER_ID)] };
  return EVERYBODY;
}
