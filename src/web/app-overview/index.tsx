// An app's overview: whom it reaches, what was sent, its newest build, and what its site looks like on a phone.
import { z } from "@hono/zod-openapi";
import { appFigures, type AppFigures } from "../../domain/overviews/app-figures.ts";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { appWithBuilds } from "../../domain/builds/list-builds.ts";
import { triggerBuild } from "../../domain/builds/trigger-build.ts";
import { deleteApp } from "../../domain/deletion/delete-app.ts";
import { analytics, type DayStats } from "../../domain/notifications/analytics.ts";
import { hasRight, type Role } from "../../domain/people/roles.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { Shell } from "../dashboard/shell.tsx";
import { AppIcon } from "../parts/app-icon.tsx";
import { appPath, hostOf, sideAppOf, tileFacts } from "../parts/app-tile.tsx";
import { DayPlot, SENT_SERIES, type SentDay } from "../parts/day-plot.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/notice.tsx";
import { Audience } from "./audience.tsx";
import { DELETE, DELETE_DIALOG, DeleteDialog } from "./delete-app.tsx";
import { Facts } from "./facts.tsx";
import { LatestBuild } from "./latest-build.tsx";
import { drawnOf, LivePreview } from "./live-preview.tsx";

/** Days that the overview counts. */
const DAYS = 30;
/** The side of the app's icon beside its name, pixels. */
const HEAD_ICON = 48;
/** The path of the form that builds, below the overview's. */
const BUILD = "/build";

const OF_APP = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;

export const appOverview = memberPage({
  path: "/{account}/apps/{app}",
  operationId: "showApp",
  summary: "An app's overview",
  params: OF_APP,
  may: "apps:read",
  show: async (ctx, { params, form: state, origin }) => {
    const { app, recent } = await appWithBuilds(ctx, params.app);
    const [figures, stats] = await Promise.all([appFigures(ctx, app), analytics(ctx, app, {})]);
    const path = appPath(app);
    const mayWrite = hasRight(ctx.role, "apps:write");
    const frame = URL.parse(app.url)?.origin;
    return {
      title: app.name,
      scripts: ["live-preview"],
      also: frame && frame !== origin ? { frames: [frame] } : {},
      body: (
        <Shell
          ctx={ctx}
          here="overview"
          app={await sideAppOf(app)}
          crumbs={[{ label: app.name }]}
          after={mayWrite && <DeleteDialog app={app} figures={figures} path={path} form={state} />}
        >
          <div class="page-head">
            <div class="person">
              <AppIcon side={HEAD_ICON} {...await tileFacts(app)} />
              <div>
                <h1>{app.name}</h1>
                <p class="row">
                  <Site app={app} />
                  <span class="muted">{app.packageName}</span>
                </p>
              </div>
            </div>
            <Actions role={ctx.role} path={path} app={app} figures={figures} />
          </div>
          <Problem form={state} of={BUILD} />
          <div class="cols">
            <div class="stack stack--l">
              <Audience figures={figures} stats={stats} days={DAYS} path={`${path}/audience`} />
              <Sends stats={stats} path={path} now={ctx.now()} />
              <LatestBuild build={recent[0]} path={path} now={ctx.now()} />
              <Facts app={app} now={ctx.now()}>
                {mayWrite && (
                  <Opens dialog={DELETE_DIALOG} class="btn btn--s btn--danger">
                    Delete the app
                  </Opens>
                )}
              </Facts>
            </div>
            <LivePreview drawn={drawnOf(app)} app={app} path={path} mayWrite={mayWrite} />
          </div>
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: BUILD,
      operationId: "buildApp",
      summary: "Build the app to try it",
      may: "builds:write",
      params: OF_APP,
      run: async (ctx: MemberCtx, { params, origin }) => {
        const app = await findApp(ctx, params.app);
        const { id } = await triggerBuild(ctx, app, origin, {});
        return { to: `${appPath(app)}/builds/${id}` };
      },
    }),
    form({
      path: DELETE,
      operationId: "deleteAppByName",
      summary: "Delete the app",
      may: "apps:write",
      params: OF_APP,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        if (fields.text("name").trim() !== app.name) {
          refuse(invalidField(["name"], `must be the app's name, ${app.name}`));
        }
        await deleteApp(ctx, app);
        return {
          to: `/dashboard/${ctx.principal.accountId}`,
          says: `${app.name} is deleted.`,
        };
      },
    }),
  ],
});

const Site = ({ app }: { app: App }) =>
  app.url === "" ? (
    <span class="muted">No website yet</span>
  ) : (
    <a href={app.url} rel="noreferrer">
      {hostOf(app)}
    </a>
  );

const Sends = ({ stats, path, now }: { stats: readonly DayStats[]; path: string; now: number }) => (
  <section class="card" aria-labelledby="se-h">
    <header>
      <h2 id="se-h">Sends, last {DAYS} days</h2>
      <a class="small" href={`${path}/notifications`}>
        All notifications
      </a>
    </header>
    <div class="card-body">
      {stats.some(({ sent, failed }) => sent + failed > 0) ? (
        <DayPlot
          id="sends"
          title={`Sends a day, last ${DAYS} days`}
          days={daysOf(stats, now)}
          series={SENT_SERIES}
        />
      ) : (
        <p class="soft">
          Nothing was sent in this time. A <a href={`${path}/notifications`}>notification</a> goes
          to everybody or to some, by hand or by the API; <a href={`${path}/channels`}>channels</a>{" "}
          send to people by name.
        </p>
      )}
    </div>
  </section>
);

/** What there is to do: to write, once there is somebody to write to, and before that to build the app. */
const Actions = ({
  role,
  path,
  app,
  figures: { active },
}: {
  role: Role;
  path: string;
  app: App;
  figures: AppFigures;
}) => {
  const mayBuild = hasRight(role, "builds:write");
  const mayPush = hasRight(role, "push:write");
  const writesFirst = mayPush && (!mayBuild || active.android + active.web + active.ios > 0);
  const build = writesFirst ? "btn" : "btn btn--primary";
  return (
    <div class="row">
      {mayBuild &&
        (app.url === "" ? (
          <a class={build} href={`${path}/design`}>
            Give it a website
          </a>
        ) : (
          <form method="post" action={path + BUILD}>
            <button class={build}>
              <Icon name="build" />
              Build now
            </button>
          </form>
        ))}
      {mayPush && (
        <a class={writesFirst ? "btn btn--primary" : "btn"} href={`${path}/compose`}>
          <Icon name="send" />
          New notification
        </a>
      )}
    </div>
  );
};

/** Each of the last DAYS days, the oldest first, also those on which nothing happened. */
function daysOf(stats: readonly DayStats[], now: number): SentDay[] {
  const known = new Map(stats.map((day) => [day.date, day]));
  return Array.from({ length: DAYS }, (_, at) => {
    const date = new Date(now - (DAYS - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    const { sent = 0, failed = 0 } = known.get(date) ?? {};
    return { date, sent, failed };
  });
}
