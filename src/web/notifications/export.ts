// The recipients of a notification as a file for spreadsheets, read page by page while it is sent.
import { z } from "@hono/zod-openapi";
import { exportRecipients } from "../../domain/reports/export-recipients.ts";
import { findReported } from "../../domain/reports/find-report.ts";
import type { ReportedRecipient } from "../../domain/reports/report-details.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { csvResponse, type CsvColumns } from "../parts/csv.ts";
import { OUTCOMES } from "./recipients-card.tsx";

/** Files that one network address may ask for a minute. */
const EXPORT_RATE = { name: "recipients-export", limit: 10 };

export const recipientsExport = memberPage({
  path: "/{account}/apps/{app}/notifications/{notification}/recipients",
  operationId: "exportRecipients",
  summary: "The recipients of a notification, as CSV",
  params: {
    schema: z.object({ account: Id, app: Id, notification: z.uuid() }),
    thing: "notification",
  },
  // Who takes people along as a file has to be somebody who may write to them, as with the list of all.
  may: "push:write",
  rate: EXPORT_RATE,
  show: async (ctx, { params, query }) => {
    const { notification } = await findReported(ctx, params.app, params.notification);
    const outcome = OUTCOMES.find((each) => each === query["outcome"]) ?? null;
    return csvResponse("recipients", COLUMNS, exportRecipients(ctx, notification, outcome));
  },
});

const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const COLUMNS: CsvColumns<ReportedRecipient> = [
  ["subscriber", ({ subscriber }) => subscriber?.uuid ?? null],
  ["user_id", ({ subscriber }) => subscriber?.userId ?? null],
  ["platform", ({ subscriber }) => subscriber?.platform ?? null],
  ["outcome", ({ status }) => status],
  ["reason", ({ reason }) => reason],
  ["error", ({ error }) => error],
  ["tries", ({ attempts }) => String(attempts)],
  ["delivered_at", ({ deliveredAt }) => timeOf(deliveredAt)],
  ["clicked_at", ({ clickedAt }) => timeOf(clickedAt)],
];
