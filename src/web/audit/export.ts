// The audit log as a file for spreadsheets (RFC 4180), by the filters of the page.
import { z } from "@hono/zod-openapi";
import type { AuditEntry } from "../../domain/audit/list-audit.ts";
import { exportAudit } from "../../domain/audit/list-audit.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { filtersOf } from "./filters.ts";
import { factsOf } from "./thing.ts";
import { throughOf } from "./words.ts";

export const auditExport = memberPage({
  path: "/{account}/audit/export",
  operationId: "exportAudit",
  summary: "The newest entries of the audit log, as CSV",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "audit:read",
  rate: { name: "audit-export", limit: 10 },
  show: async (ctx, { query }) =>
    new Response(csvOf(await exportAudit(ctx, filtersOf(query))), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="audit-log.csv"',
        "cache-control": "no-store",
      },
    }),
});

const COLUMNS: readonly (readonly [string, (entry: AuditEntry) => string | null])[] = [
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

function csvOf(entries: readonly AuditEntry[]): string {
  const lines = entries.map((entry) => COLUMNS.map(([, of]) => cellOf(of(entry) ?? "")).join(","));
  return [COLUMNS.map(([name]) => name).join(","), ...lines, ""].join("\r\n");
}

/** A cell. Spreadsheets take one that begins like this for a formula, and names are typed by people. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
