// The last step before a draft is sent or scheduled: what, to how many people, when. For everyone it wants a box checked.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { EVERYBODY, type Audience } from "../../domain/audiences/targeting.ts";
import { checkDraft, sizesOfDraft } from "../../domain/composing/check-draft.ts";
import { lookAhead } from "../../domain/composing/look-ahead.ts";
import { findDraft } from "../../domain/composing/find-draft.ts";
import { isForEverybody, publishDraft } from "../../domain/composing/publish-draft.ts";
import { RefusalError } from "../../kit/refusal.ts";
import { form, goTo, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { segmentNames } from "../targeting/segment-names.ts";
import { sentenceOf } from "../targeting/sentence.ts";
import { ConfirmView } from "./confirm-view.tsx";
import { composerPath } from "./saving.ts";

const Params = z.object({ account: Id, app: Id, draft: z.uuid() });
const OfDraft = { schema: Params, thing: "draft" } as const;

export const confirmPage = memberPage({
  path: "/{account}/apps/{app}/compose/{draft}/confirm",
  operationId: "showConfirm",
  summary: "A draft before it is sent",
  params: OfDraft,
  may: "push:write",
  show: async (ctx, { params, form: state }) => {
    const app = await findApp(ctx, params.app);
    const draft = await findDraft(ctx, app, params.draft);
    const base = composerPath(app, draft.id);
    try {
      const [size, ahead, isEverybody, side, sizes, segments] = await Promise.all([
        checkDraft(ctx, app, draft.fields),
        lookAhead(ctx, app, draft.fields),
        isForEverybody(ctx, app, draft.fields),
        sideAppOf(app),
        sizesOfDraft(ctx, app, draft.fields),
        segmentNames(ctx, app),
      ]);
      const audience = (draft.fields.targeting as Audience | null) ?? EVERYBODY;
      const sentence = sentenceOf(audience, segments);
      const about = { size, sizes: sizes ?? [], ahead, isEverybody, sentence };
      const props = { ctx, side, base, draft, ...about };
      return { title: "Review and send", body: <ConfirmView {...props} form={state} /> };
    } catch (error) {
      // What is wrong stands at its fields there.
      if (!(error instanceof RefusalError) || error.refusal.code === "rate_limited") throw error;
      return goTo(`${base}?check=1`);
    }
  },
  forms: [
    form({
      path: "",
      operationId: "publishDraft",
      summary: "Send or schedule the draft",
      params: OfDraft,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const everyone = fields.checked("everyone") ? Number(fields.text("everyone")) : undefined;
        const { uuid, status } = await publishDraft(ctx, app, params.draft, {
          version: Number(fields.text("version")),
          ...(everyone === undefined ? {} : { everyone }),
        });
        const says = status === "scheduled" ? "It is scheduled." : "It is on its way.";
        return { to: `${appPath(app)}/notifications/${uuid}`, says };
      },
    }),
  ],
});
