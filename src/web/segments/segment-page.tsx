// One saved segment: who is in it, what uses it, changing and deleting it.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { deleteSegment } from "../../domain/audiences/delete-segment.ts";
import { findSegment, type Segment } from "../../domain/audiences/find-segment.ts";
import { segmentUses } from "../../domain/audiences/segment-uses.ts";
import { updateSegment } from "../../domain/audiences/update-segment.ts";
import { draftsWithSegment } from "../../domain/composing/drafts-with-segment.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { offeredIn } from "../targeting/offers.tsx";
import { askedSize, sizeAnswer } from "../targeting/size.tsx";
import { builderStep } from "../targeting/steps.ts";
import { targetingOf } from "../targeting/targeting-of.ts";
import { SegmentView } from "./segment-view.tsx";

const Params = z.object({ account: Id, app: Id, segment: z.uuid() });
type Params = z.output<typeof Params>;
const OfSegment = { schema: Params, thing: "segment" } as const;

/** The app and its segment that a path names. Refuses `not_found`. */
async function found(
  ctx: MemberCtx,
  params: Params,
): Promise<{ app: App; segment: Segment; base: string }> {
  const app = await findApp(ctx, params.app);
  const segment = await findSegment(ctx, app, params.segment);
  return { app, segment, base: `${appPath(app)}/segments` };
}

export const segmentPage = memberPage({
  path: "/{account}/apps/{app}/segments/{segment}",
  operationId: "showSegment",
  summary: "One saved segment of the app",
  params: OfSegment,
  may: "push:read",
  show: async (ctx, { params, form: state, query }) => {
    const { app, segment, base } = await found(ctx, params);
    const [side, offered, uses, drafts, size] = await Promise.all([
      sideAppOf(app),
      offeredIn(ctx, app),
      segmentUses(ctx, app, segment),
      draftsWithSegment(ctx, app, segment),
      askedSize(ctx, app, state.fields, { segments: [] }),
    ]);
    const mayChange = hasRight(ctx.role, "push:write");
    const isDeleting = "delete" in query;
    const shown = { segment, offered, uses, drafts, size };
    const props = { ctx, base, side, form: state, ...shown, mayChange, isDeleting };
    return { title: segment.name, scripts: ["audience"], body: <SegmentView {...props} /> };
  },
  forms: [
    form({
      path: "",
      operationId: "submitSegment",
      summary: "Change the segment",
      params: OfSegment,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { app, segment, base } = await found(ctx, params);
        const again = builderStep(fields, "targeting", []);
        if (again) return { again };
        const wanted = { name: fields.text("name"), targeting: targetingOf(fields) };
        const { id, name } = await updateSegment(ctx, app, segment.id, wanted);
        return { to: `${base}/${id}`, says: `“${name}” is changed.` };
      },
    }),
    form({
      path: "/size",
      operationId: "countSegment",
      summary: "Count whom the conditions have",
      params: OfSegment,
      may: "push:read",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { app } = await found(ctx, params);
        return sizeAnswer(ctx, app, fields, { segments: [] });
      },
    }),
    form({
      path: "/delete",
      operationId: "submitDeleteSegment",
      summary: "Delete the segment",
      params: OfSegment,
      may: "push:write",
      run: async (ctx: MemberCtx, { params }) => {
        const { app, segment, base } = await found(ctx, params);
        await deleteSegment(ctx, app, segment.id);
        return { to: base, says: `“${segment.name}” is deleted.` };
      },
    }),
  ],
});
