// The subscribers of an app: figures, a list that can be filtered, and the same as a file.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { analytics } from "../../domain/notifications/analytics.ts";
import { appFigures } from "../../domain/overviews/app-figures.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { exportSubscribers } from "../../domain/subscribers/export-subscribers.ts";
import {
  offeredTags,
  pageSubscribers,
  type ListedSubscriber,
} from "../../domain/subscribers/page-subscribers.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { csvResponse, type CsvColumns } from "../parts/csv.ts";
import { filtersOf, placeOf } from "./filters.ts";
import { AudienceView, EXPORT } from "./list-view.tsx";
import { subscriberPage } from "./subscriber-page.tsx";

const OfApp = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;

/** Exports a minute from one network address: each may read the whole list. */
const EXPORT_RATE = { name: "audience-export", limit: 10 };

const listPage = memberPage({
  path: "/{account}/apps/{app}/audience",
  operationId: "showAudience",
  summary: "The app's subscribers",
  params: OfApp,
  may: "push:read",
  show: async (ctx, { params, query, form: state }) => {
    const app = await findApp(ctx, params.app);
    const filters = filtersOf((name) => query[name]);
    const place = placeOf(query);
    const [side, figures, stats, page, tags] = await Promise.all([
      sideAppOf(app),
      appFigures(ctx, app),
      analytics(ctx, app, {}),
      pageSubscribers(ctx, app, { ...filters, ...place }),
      offeredTags(ctx, app),
    ]);
    const ofApp = appPath(app);
    const isFirst = place.after === undefined;
    const mayWrite = hasRight(ctx.role, "push:write");
    const props = { ctx, ofApp, side, form: state, filters, figures, stats, page, tags };
    return {
      title: `Audience of ${app.name}`,
      body: <AudienceView {...props} isFirst={isFirst} mayWrite={mayWrite} />,
    };
  },
  forms: [
    form({
      path: EXPORT,
      operationId: "exportAudience",
      summary: "The app's subscribers, as CSV",
      params: OfApp,
      may: "push:write",
      rate: EXPORT_RATE,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const filters = filtersOf((name) => fields.given(name));
        return csvResponse("subscribers", COLUMNS, await exportSubscribers(ctx, app, filters));
      },
    }),
  ],
});

const moment = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** The names are those of the API; tags can hold commas, but no line ends. */
const COLUMNS: CsvColumns<ListedSubscriber> = [
  ["id", ({ uuid }) => uuid],
  ["user_id", ({ userId }) => userId],
  ["platform", ({ platform }) => platform],
  ["provider", ({ provider }) => provider],
  ["status", ({ status }) => status],
  ["tags", ({ tags }) => tags.join(", ")],
  ["language", ({ language }) => language],
  ["country", ({ country }) => country],
  ["timezone", ({ timezone }) => timezone],
  ["created_at", ({ createdAt }) => moment(createdAt)],
  ["last_active_at", ({ lastActiveAt }) => moment(lastActiveAt)],
  ["unsubscribed_at", ({ unsubscribedAt }) => moment(unsubscribedAt)],
];

export const audiencePages = [...listPage, ...subscriberPage];
