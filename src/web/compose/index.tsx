// The composer: a draft of a notification, which saves itself, is tried, checked and confirmed, and then sent or scheduled.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { checkDraft, sizesOfDraft } from "../../domain/composing/check-draft.ts";
import { deleteDraft } from "../../domain/composing/delete-drafts.ts";
import type { DraftFields } from "../../domain/composing/draft-fields.ts";
import { seeDraft } from "../../domain/composing/editors.ts";
import { draftOrNew, newDraftId } from "../../domain/composing/draft-id.ts";
import type { Draft } from "../../domain/composing/find-draft.ts";
import { contentInputOf } from "../../domain/composing/input-of.ts";
import type { Audience } from "../../domain/audiences/targeting.ts";
import { refuse, RefusalError } from "../../kit/refusal.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { refused, UNTOUCHED, type FormState } from "../dashboard/form-state.ts";
import { form, goTo, Id, memberPage, type MemberCtx, type Seen } from "../dashboard/page.ts";
import { testForms } from "../own-devices/forms.tsx";
import { RECENT_PART, recentPart, testDevices } from "../own-devices/test-dialog.tsx";
import { appPath, hostOf, sideAppOf, tileFacts } from "../parts/app-tile.tsx";
import type { PreviewContent } from "../preview/shown.ts";
import { offeredIn } from "../targeting/offers.tsx";
import { segmentNames } from "../targeting/segment-names.ts";
import { askedSize, sizeAnswer } from "../targeting/size.tsx";
import { builderStep, DO } from "../targeting/steps.ts";
import type { SegmentName } from "../targeting/values.ts";
import { ComposerView, FORM } from "./composer-view.tsx";
import { confirmPage } from "./confirm.tsx";
import { OF } from "./issues.ts";
import { Editors, EDITORS, GoneMark } from "./presence.tsx";
import { composerPath, save, versionOf } from "./saving.ts";
import { presentDraft, startOf, STARTS } from "./starting.ts";
import { composerStep } from "./steps.ts";
import { AUDIENCE, draftOf, fieldsOf } from "./typed.ts";

const OfApp = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
const Params = z.object({ account: Id, app: Id, draft: z.uuid() });
type Params = z.output<typeof Params>;
const OfDraft = { schema: Params, thing: "draft" } as const;

/** The composer of what is not saved yet: an address of its own, under which the first save makes the draft. */
const newPage = memberPage({
  path: "/{account}/apps/{app}/compose",
  operationId: "showNewNotification",
  summary: "A new notification",
  params: OfApp,
  may: "push:write",
  show: async (ctx, { params, query }) => {
    const app = await findApp(ctx, params.app);
    const present = await presentDraft(ctx, app, query);
    if (present !== null) return goTo(composerPath(app, present));
    const asked = STARTS.flatMap((name): [string, string][] => {
      const value = query[name] ?? "";
      return value === "" ? [] : [[name, value]];
    });
    const search = new URLSearchParams([["new", "1"], ...asked]);
    return goTo(`${composerPath(app, newDraftId(ctx, app))}?${search.toString()}`);
  },
});

/** The app of a draft, which is there or new. Refuses `not_found`. */
async function found(ctx: MemberCtx, params: Params): Promise<App> {
  const app = await findApp(ctx, params.app);
  await draftOrNew(ctx, app, params.draft);
  return app;
}

/** What the page shows as typed, and what a form that is posted next goes on from. */
interface Shown {
  typed: DraftFields;
  state: FormState;
  hidden: { version: number; notification: string; copied_from: string };
}

async function shownOf(
  ctx: MemberCtx,
  app: App,
  { query, form: state }: Seen<Params>,
  draft: Draft | null,
  segments: readonly SegmentName[],
): Promise<Shown> {
  const { fields } = state;
  if (state.posted !== null && fields.names.includes("title")) {
    const typed = draftOf(fields, segments);
    // What was saved before something else was refused is what one goes on from.
    const isSaved = draft !== null && JSON.stringify(draft.fields) === JSON.stringify(typed);
    return {
      typed,
      state: isSaved ? { ...state, fields: fieldsOf(typed) } : state,
      hidden: {
        version: isSaved ? draft.version : versionOf(fields),
        notification: fields.text("notification"),
        copied_from: fields.text("copied_from"),
      },
    };
  }
  if (draft === null && state.posted === null && query["new"] === undefined) {
    return refuse({ code: "not_found", what: "draft" });
  }
  const start = draft ?? (await startOf(ctx, app, query));
  const notification = draft ? (draft.notification?.uuid ?? "") : (start.notification as string);
  const copied = draft ? (draft.copiedFrom ?? "") : (start as { copied_from: string }).copied_from;
  return {
    typed: start.fields,
    state: { ...UNTOUCHED, ...state, fields: fieldsOf(start.fields) },
    hidden: { version: draft?.version ?? 0, notification, copied_from: copied },
  };
}

/** What keeps a draft from being sent, as the state of its form; null where nothing does. */
async function wrongWith(
  ctx: MemberCtx,
  app: App,
  typed: DraftFields,
  state: FormState,
): Promise<FormState | null> {
  try {
    await checkDraft(ctx, app, typed);
    return null;
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return refused(OF, state.fields, error.refusal).form;
  }
}

const draftPage = memberPage({
  path: "/{account}/apps/{app}/compose/{draft}",
  operationId: "showComposer",
  summary: "A draft of a notification",
  params: OfDraft,
  may: "push:write",
  show: async (ctx, seen) => {
    const { params, query } = seen;
    const app = await findApp(ctx, params.app);
    const [draft, segments] = await Promise.all([
      draftOrNew(ctx, app, params.draft),
      segmentNames(ctx, app),
    ]);
    const shown = await shownOf(ctx, app, seen, draft, segments);
    const isCheck = seen.form.posted === null && query["check"] !== undefined;
    const [side, offered, icon, devices, size, others, wrong] = await Promise.all([
      sideAppOf(app),
      offeredIn(ctx, app),
      tileFacts(app),
      testDevices(ctx, app),
      askedSize(ctx, app, shown.state.fields, { segments }),
      draft ? seeDraft(ctx, app, draft) : [],
      isCheck ? wrongWith(ctx, app, shown.typed, shown.state) : null,
    ]);
    const isTooLong = shown.state.issues.has("payload");
    const sizes = isCheck || isTooLong ? await sizesOfDraft(ctx, app, shown.typed) : null;
    const props = {
      ctx,
      app,
      side,
      draft,
      segments,
      offered,
      size,
      devices,
      base: composerPath(app, params.draft),
      form: wrong ?? shown.state,
      hidden: shown.hidden,
      targeting: shown.typed.targeting as Audience | null,
      content: contentInputOf(shown.typed) as PreviewContent,
      previewApp: { name: app.name, host: hostOf(app), icon },
      others,
      checked: isCheck || isTooLong ? { isRight: isCheck && wrong === null, sizes } : null,
    };
    return {
      title: shown.typed.title || "New notification",
      scripts: ["audience", "composer", "live", "preview", "subscribe-here"],
      body: <ComposerView {...props} />,
      ...(wrong ? { status: 422 } : {}),
    };
  },
  parts: {
    [EDITORS]: async (ctx, { params }) => {
      const app = await findApp(ctx, params.app);
      // A draft that is not there was never saved, or is gone; only its page knows which.
      const draft = await draftOrNew(ctx, app, params.draft);
      if (draft === null) return { body: <GoneMark /> };
      const others = await seeDraft(ctx, app, draft);
      return { body: <Editors draft={draft} others={others} personId={ctx.person.id} /> };
    },
    [RECENT_PART]: async (ctx, { params }) => recentPart(ctx, await found(ctx, params), FORM),
  },
  forms: [
    form({
      path: OF,
      operationId: "submitDraft",
      summary: "Save the draft, and go on with it",
      params: OfDraft,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await found(ctx, params);
        const again =
          composerStep(fields) ?? builderStep(fields, AUDIENCE, await segmentNames(ctx, app));
        if (again) return { again };
        const { draft, typed, isNew } = await save(ctx, app, params.draft, fields);
        const path = composerPath(app, draft.id);
        if (isNew) {
          return { to: path, says: "The draft was gone: yours is kept in a new one." };
        }
        switch (fields.text(DO)) {
          case "check":
            return { to: `${path}?check=1#check` };
          case "confirm":
            await checkDraft(ctx, app, typed);
            return { to: `${path}/confirm` };
          default:
            return { to: path, says: "Saved as a draft." };
        }
      },
    }),
    form({
      path: "/autosave",
      operationId: "autosaveDraft",
      summary: "Save the draft, for its page's script",
      params: OfDraft,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await found(ctx, params);
        try {
          const { draft, isNew } = await save(ctx, app, params.draft, fields);
          const path = isNew ? { path: composerPath(app, draft.id) } : {};
          return json(200, { version: draft.version, ...path });
        } catch (error) {
          if (!(error instanceof RefusalError) || error.refusal.code !== "draft_changed")
            throw error;
          const { version, by, at } = error.refusal;
          return json(409, { version, by: by ?? "Somebody", at: wholeSeconds(at) });
        }
      },
    }),
    form({
      path: "/size",
      operationId: "countDraft",
      summary: "Count whom the draft is for",
      params: OfDraft,
      may: "push:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await found(ctx, params);
        return sizeAnswer(ctx, app, fields, { segments: await segmentNames(ctx, app) });
      },
    }),
    form({
      path: "/delete",
      operationId: "submitDeleteDraft",
      summary: "Delete the draft",
      params: OfDraft,
      may: "push:write",
      run: async (ctx: MemberCtx, { params }) => {
        const app = await findApp(ctx, params.app);
        await deleteDraft(ctx, app, params.draft);
        return { to: `${appPath(app)}/notifications`, says: "The draft is deleted." };
      },
    }),
    ...testForms({
      params: OfDraft,
      formId: FORM,
      find: async (ctx, params) => {
        const app = await found(ctx, params);
        return { app, path: composerPath(app, params.draft) };
      },
      contentOf: async (ctx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const { typed } = await save(ctx, app, params.draft, fields);
        const { targeting: _, ...content } = contentInputOf(typed);
        return content;
      },
    }),
  ],
});

const json = (status: number, body: unknown) =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

export const composePages = [...newPage, ...draftPage, ...confirmPage];
