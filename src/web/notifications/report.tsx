// One notification: what becomes of it while it is sent, what became of it, and what can be done about it.
import { z } from "@hono/zod-openapi";
import { cancelNotification } from "../../domain/notifications/cancel-notification.ts";
import { sendNotification } from "../../domain/notifications/send-notification.ts";
import { findReport, findReported, type Report } from "../../domain/reports/find-report.ts";
import { notedDeeds, reportDetails } from "../../domain/reports/report-details.ts";
import { sendToUnreached } from "../../domain/reports/send-to-unreached.ts";
import { wavesOf } from "../../domain/reports/waves.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { form, Id, memberPage, type MemberCtx, type View } from "../dashboard/page.ts";
import { sideAppOf, tileFacts } from "../parts/app-tile.tsx";
import { segmentNames } from "../targeting/segment-names.ts";
import { people } from "../parts/words.ts";
import { AGAIN, CANCEL, SEND } from "./dialogs.tsx";
import { notificationsPath } from "./paths.ts";
import { DONE, Progress, PROGRESS, SETTLES, Settling, StaysDone } from "./progress.tsx";
import { OUTCOMES } from "./recipients-card.tsx";
import { ReportView } from "./report-view.tsx";
import { isSending, isSettling } from "./states.tsx";
import { STARTS, UnsentView } from "./unsent-view.tsx";

const Params = z.object({ account: Id, app: Id, notification: z.uuid() });
type Params = z.output<typeof Params>;
const OfNotification = { schema: Params, thing: "notification" } as const;

/** Recipients of a page. */
const PER_PAGE = "20";
const CURSOR = /^\d{1,6}\.\d{1,3}$/;

const found = async (ctx: MemberCtx, { app, notification }: Params) =>
  findReported(ctx, app, notification);

export const reportPage = memberPage({
  path: "/{account}/apps/{app}/notifications/{notification}",
  operationId: "showNotification",
  summary: "One notification and its report",
  params: OfNotification,
  may: "push:read",
  show: async (ctx, { params, form: state, query }) => {
    const report = await findReport(ctx, params.app, params.notification);
    return report.notification.startedAt === null
      ? unsent(ctx, report, state)
      : started(ctx, report, state, query);
  },
  parts: {
    [PROGRESS]: async (ctx, { params }) => {
      const { notification } = await found(ctx, params);
      return {
        body: <Progress notification={notification} now={ctx.now()} />,
        ends: isSending(notification.status) ? undefined : "swap",
      };
    },
    [DONE]: async (ctx, { params }) => {
      const { notification } = await found(ctx, params);
      return {
        body: <StaysDone notification={notification} />,
        ends: isSending(notification.status) ? undefined : "here",
      };
    },
    [SETTLES]: async (ctx, { params }) => {
      const { notification } = await found(ctx, params);
      return { body: <Settling />, ends: isSettling(notification, ctx.now()) ? undefined : "swap" };
    },
    [STARTS]: async (ctx, { params }) => {
      const { notification } = await found(ctx, params);
      return { body: null, ends: notification.status === "scheduled" ? undefined : "swap" };
    },
  },
  forms: [
    form({
      path: CANCEL,
      operationId: "submitCancelNotification",
      summary: "Cancel the notification, or stop its sending",
      params: OfNotification,
      may: "push:write",
      run: async (ctx: MemberCtx, { params }) => {
        const { app, notification } = await found(ctx, params);
        await cancelNotification(ctx, notification.id);
        const says = isSending(notification.status)
          ? "Stopped. Nobody else gets it."
          : "Cancelled. Nobody gets it.";
        return { to: notificationsPath(app, notification.uuid), says };
      },
    }),
    form({
      path: SEND,
      operationId: "submitSendNotification",
      summary: "Send the notification now",
      params: OfNotification,
      may: "push:write",
      run: async (ctx: MemberCtx, { params }) => {
        const ofApp = await found(ctx, params);
        await sendNotification(ctx, ofApp);
        const to = notificationsPath(ofApp.app, ofApp.notification.uuid);
        return { to, says: "It is being sent." };
      },
    }),
    form({
      path: AGAIN,
      operationId: "submitSendAgain",
      summary: "Send the notification again to whom it did not reach",
      params: OfNotification,
      may: "push:write",
      run: async (ctx: MemberCtx, { params }) => {
        const ofApp = await found(ctx, params);
        const { uuid, people: count } = await sendToUnreached(ctx, ofApp);
        const says =
          count === null
            ? "They have been sent it again already: this is how that went."
            : `On its way again, to ${people(count)} at most.`;
        return { to: notificationsPath(ofApp.app, uuid), says };
      },
    }),
  ],
});

/** What every view of one notification gets. */
async function common(ctx: MemberCtx, report: Report, form: FormState) {
  const path = notificationsPath(report.app, report.notification.uuid);
  const [side, tile, segments] = await Promise.all([
    sideAppOf(report.app),
    tileFacts(report.app),
    segmentNames(ctx, report.app),
  ]);
  return { ctx, report, form, path, side, tile, segments };
}

async function unsent(ctx: MemberCtx, report: Report, form: FormState): Promise<View> {
  const isScheduled = report.notification.status === "scheduled";
  const [all, deeds, waves] = await Promise.all([
    common(ctx, report, form),
    notedDeeds(ctx, report.notification),
    isScheduled ? wavesOf(ctx, report) : null,
  ]);
  return {
    title: titleOf(report),
    scripts: isScheduled ? ["live"] : [],
    body: <UnsentView {...all} {...{ deeds, waves }} />,
  };
}

async function started(
  ctx: MemberCtx,
  report: Report,
  form: FormState,
  query: Readonly<Record<string, string>>,
): Promise<View> {
  const outcome = OUTCOMES.find((each) => each === query["outcome"]) ?? null;
  const cursor = CURSOR.test(query["cursor"] ?? "") ? query["cursor"] : undefined;
  const wanted = { limit: PER_PAGE, cursor, ...(outcome === null ? {} : { status: outcome }) };
  const [all, details] = await Promise.all([
    common(ctx, report, form),
    reportDetails(ctx, report.notification, wanted),
  ]);
  const isFirst = cursor === undefined;
  const { notification } = report;
  const isMoving = isSending(notification.status) || isSettling(notification, ctx.now());
  return {
    title: titleOf(report),
    scripts: isMoving ? ["live"] : [],
    body: <ReportView {...all} {...{ details, outcome, isFirst }} />,
  };
}

const titleOf = ({ notification }: Report) => (notification.content as { title: string }).title;
