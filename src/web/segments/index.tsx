// The saved segments of an app: which there are and how many people each has, and making one.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { createSegment, MAX_SEGMENTS_AN_APP } from "../../domain/audiences/create-segment.ts";
import { findSegment, listSegments } from "../../domain/audiences/find-segment.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { paged, PER_PAGE } from "../parts/pager.tsx";
import { offeredIn } from "../targeting/offers.tsx";
import { askedSize, countedSize, sizeAnswer } from "../targeting/size.tsx";
import { builderStep } from "../targeting/steps.ts";
import { targetingOf } from "../targeting/targeting-of.ts";
import { SegmentsView, SizeCells } from "./list-view.tsx";
import { NewSegmentView } from "./new-view.tsx";
import { segmentPage } from "./segment-page.tsx";

const OfApp = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
const SegmentId = z.uuid();
/** Pages of the list that there can be; what is asked for after them is the one after the last. */
const MAX_PAGES = MAX_SEGMENTS_AN_APP / PER_PAGE + 1;

const listPage = memberPage({
  path: "/{account}/apps/{app}/segments",
  operationId: "showSegments",
  summary: "The app's saved segments",
  params: OfApp,
  may: "push:read",
  show: async (ctx, { params, form: state, query }) => {
    const app = await findApp(ctx, params.app);
    const at = Math.min(Number(paged(query).page), MAX_PAGES);
    const range = { limit: String(PER_PAGE), offset: String((at - 1) * PER_PAGE) };
    const [side, { rows, total }] = await Promise.all([
      sideAppOf(app),
      listSegments(ctx, app, range),
    ]);
    // Asked for by a link where no script does.
    const counted = rows.find(({ id }) => id === query["count"]);
    const size = counted && (await countedSize(ctx, app, counted.targeting, []));
    const props = {
      ctx,
      app,
      side,
      form: state,
      rows,
      total: total.count,
      page: at,
      counted: counted && size ? { id: counted.id, size } : null,
      mayChange: hasRight(ctx.role, "push:write"),
    };
    return {
      title: `Saved segments of ${app.name}`,
      scripts: ["segments"],
      body: <SegmentsView {...props} />,
    };
  },
  parts: {
    // The size of one: the script asks for one after the other, since each can take long.
    size: async (ctx, { params, query }) => {
      const app = await findApp(ctx, params.app);
      const id = SegmentId.safeParse(query["segment"]).data ?? "";
      const { targeting } = await findSegment(ctx, app, id);
      return { body: <SizeCells size={await countedSize(ctx, app, targeting, [])} /> };
    },
  },
});

const newPage = memberPage({
  path: "/{account}/apps/{app}/segments/new",
  operationId: "showNewSegment",
  summary: "A segment to save",
  params: OfApp,
  may: "push:write",
  show: async (ctx, { params, form: state }) => {
    const app = await findApp(ctx, params.app);
    const [side, offered, size] = await Promise.all([
      sideAppOf(app),
      offeredIn(ctx, app),
      askedSize(ctx, app, state.fields, { segments: [] }),
    ]);
    const base = `${appPath(app)}/segments`;
    return {
      title: "New segment",
      scripts: ["audience"],
      body: <NewSegmentView {...{ ctx, base, side, form: state, offered, size }} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "submitNewSegment",
      summary: "Save a segment",
      params: OfApp,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const again = builderStep(fields, "targeting", []);
        if (again) return { again };
        const targeting = targetingOf(fields);
        const { name } = await createSegment(ctx, app, { name: fields.text("name"), targeting });
        return { to: `${appPath(app)}/segments`, says: `“${name}” is saved.` };
      },
    }),
    form({
      path: "/size",
      operationId: "countNewSegment",
      summary: "Count whom the conditions have",
      params: OfApp,
      may: "push:read",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        return sizeAnswer(ctx, app, fields, { segments: [] });
      },
    }),
  ],
});

export const segmentPages = [...listPage, ...newPage, ...segmentPage];
