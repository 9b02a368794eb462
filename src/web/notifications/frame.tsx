// The frame around the page of one notification, in whatever state: its title and state, a sentence, and what can be done.
import type { Child } from "hono/jsx";
import type { Report } from "../../domain/reports/find-report.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { Shell } from "../dashboard/shell.tsx";
import type { SideApp } from "../dashboard/side.tsx";
import type { IconFacts } from "../parts/app-icon.tsx";
import { appPath } from "../parts/app-tile.tsx";
import type { SegmentName } from "../targeting/values.ts";
import { notificationsPath } from "./paths.ts";
import { StateChip } from "./states.tsx";

export interface ReportProps {
  ctx: MemberCtx;
  report: Report;
  form: FormState;
  /** The page's path. */
  path: string;
  side: SideApp;
  /** Those that its audience may name. */
  segments: readonly SegmentName[];
  /** What the app's icon is drawn from. */
  tile: IconFacts;
}

export const ReportFrame = ({
  ctx,
  report,
  side,
  text,
  actions,
  dialogs,
  says,
  children,
}: Omit<ReportProps, "form" | "path" | "tile" | "segments"> & {
  text: Child;
  actions?: Child;
  dialogs?: Child;
  /** What is said when this page takes the place of one that moved. */
  says?: string;
  children?: Child;
}) => {
  const { app, notification } = report;
  const { title } = notification.content as { title: string };
  return (
    <Shell
      ctx={ctx}
      here="notifications"
      app={side}
      crumbs={[
        { label: app.name, path: appPath(app) },
        { label: "Notifications", path: notificationsPath(app) },
        { label: title },
      ]}
      after={dialogs}
    >
      <div class="page-head">
        <div>
          <div class="row">
            <h1 class="break">{title}</h1>
            <span data-says={says}>
              <StateChip status={notification.status} />
            </span>
          </div>
          <p>{text}</p>
        </div>
        {actions && <div class="row">{actions}</div>}
      </div>
      {children}
    </Shell>
  );
};
