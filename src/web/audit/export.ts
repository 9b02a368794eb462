// The audit log as a file for spreadsheets, by the filters of the page.
import { z } from "@hono/zod-openapi";
import type { AuditEntry } from "../../domain/audit/list-audit.ts";
import { exportAudit } from "../../domain/audit/list-audit.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { csvResponse, type CsvColumns } from "../parts/csv.ts";
import { filtersOf } from "./filters.ts";
import { factsOf } from "./thing.ts";
import { throughOf } from "./words.ts";

/** Files a minute from one network address: each reads thousands of entries. */
const EXPORT_RATE = { name: "audit-export", limit: 10 };

export const auditExport = memberPage({
  path: "/{account}/audit/export",
  operationId: "exportAudit",
  summary: "The newest entries of the audit log, as CSV",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "audit:read",
  rate: EXPORT_RATE,
  show: async (ctx, { query }) =>
    csvResponse("audit-log", COLUMNS, [await exportAudit(ctx, filtersOf(query))]),
});

const COLUMNS: CsvColumns<AuditEntry> = [
  ["at", ({ createdAt }) => new Date(createdAt).toISOString()],
  ["who", ({ who }) => who],
  ["who_name", ({ whoName }) => whoName],
  ["did", ({ did }) => did],
  ["thing_id", ({ thingId }) => thingId],
  ["thing_name", ({ thingName }) => thingName],
  ["facts", (entry) => factsOf(entry)],
  ["through", ({ who }) => throughOf(who)],
  ["address", ({ address }) => address],
  ["agent", ({ agent }) => agent],
  ["request_id", ({ requestId }) => requestId],
];
