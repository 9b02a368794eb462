// Notifications that were sent, as rows: their counters, and what became of each recipient.
import {
  packResults,
  resultKey,
  type RecipientResult,
} from "../../src/domain/notifications/results.ts";
import { z } from "zod";
import { ContentFields } from "../../src/domain/notifications/content-fields.ts";
import { rows } from "./worker.ts";

type Given = Pick<RecipientResult, "id" | "status"> & Partial<RecipientResult>;

/** Stores the results of a batch of a notification, by its id of API v1. */
export async function addResults(
  notification: number,
  batch: number,
  results: readonly Given[],
): Promise<void> {
  const whole = results.map((result) => ({
    attempts: 1,
    error: result.status === "sent" ? null : "ERROR",
    reason: null,
    dueAt: 0,
    begunAt: 0,
    ...result,
  }));
  await rows(
    "INSERT INTO batch_results (id, results) VALUES (?, ?)",
    resultKey(notification, batch),
    packResults(whole),
  );
}

const Content = z.object(ContentFields);

/** A content as it is stored. */
export function contentOf(
  given: { title: string; body: string } & Record<string, unknown>,
): string {
  return JSON.stringify(Content.parse(given));
}

/** Columns of `notifications` by their names in the database. */
type Columns = Record<string, string | number | null>;

/** Puts a notification of the app into the database; returns its ids. */
export async function addNotification(
  app: { id: number; accountId: number },
  columns: Columns = {},
): Promise<{ id: number; uuid: string }> {
  const now = Date.now();
  const all: Columns = {
    uuid: crypto.randomUUID(),
    account_id: app.accountId,
    app_id: app.id,
    status: "sent",
    content: contentOf({ title: "Fresh plums are in", body: "Until they are gone." }),
    targeting: JSON.stringify({ type: "all" }),
    created_at: now - 60_000,
    updated_at: now,
    ...columns,
  };
  const names = Object.keys(all);
  const [made] = await rows(
    `INSERT INTO notifications (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")}) RETURNING id, uuid`,
    ...Object.values(all),
  );
  return { id: made.id, uuid: made.uuid };
}
