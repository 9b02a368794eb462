// An app's notifications: by state and title, with what goes on at the moment; and the pages of each.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { listDrafts } from "../../domain/composing/find-draft.ts";
import { findReported } from "../../domain/reports/find-report.ts";
import { listReported, MAX_WORDS, REPORT_STATES } from "../../domain/reports/list-reported.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { sideAppOf } from "../parts/app-tile.tsx";
import { beforeOf } from "../parts/pager.tsx";
import { segmentNames } from "../targeting/segment-names.ts";
import { recipientsExport } from "./export.ts";
import { ListView, type ListFilters } from "./list-view.tsx";
import { reportPage } from "./report.tsx";
import { RowState, STATE_PART } from "./row.tsx";
import { isSending } from "./states.tsx";

/** Drafts of the composer that are shown: those that were saved last. */
const DRAFTS = "10";

const listPage = memberPage({
  path: "/{account}/apps/{app}/notifications",
  operationId: "showNotifications",
  summary: "The app's notifications",
  params: { schema: z.object({ account: Id, app: Id }), thing: "app" },
  may: "push:read",
  show: async (ctx, { params, query }) => {
    const app = await findApp(ctx, params.app);
    const filters = filtersOf(query);
    const before = beforeOf(query);
    const { state, q: words } = filters;
    const isFirst = before.before === undefined;
    const isWritten = isFirst && words === undefined && (state ?? "draft") === "draft";
    const [side, list, segments, drafts] = await Promise.all([
      sideAppOf(app),
      listReported(ctx, app, { state, words, ...before }),
      segmentNames(ctx, app),
      isWritten ? listDrafts(ctx, app, { per_page: DRAFTS }) : { rows: [], total: 0 },
    ]);
    const isMoving = list.rows.some(({ status }) => isSending(status));
    return {
      title: `Notifications of ${app.name}`,
      scripts: isMoving ? ["live"] : [],
      body: <ListView {...{ ctx, app, side, list, segments, drafts, filters, isFirst }} />,
    };
  },
  parts: {
    [STATE_PART]: async (ctx, { params, query }) => {
      const { notification } = await findReported(ctx, params.app, query["of"] ?? "");
      return {
        body: <RowState row={notification} />,
        ends: isSending(notification.status) ? undefined : "page",
      };
    },
  },
});

/** What is asked for; what the page does not offer is not filtered by. */
function filtersOf(query: Readonly<Record<string, string>>): ListFilters {
  const state = REPORT_STATES.find((each) => each === query["state"]);
  const q = (query["q"] ?? "").trim().slice(0, MAX_WORDS);
  return { ...(state ? { state } : {}), ...(q === "" ? {} : { q }) };
}

export const notificationPages = [...listPage, ...reportPage, ...recipientsExport];
