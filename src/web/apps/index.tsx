// The apps of an account: how many people each reaches, and how its newest build stands.
import { z } from "@hono/zod-openapi";
import {
  appSummaries,
  SUMMED_DAYS,
  type AppSummary,
} from "../../domain/overviews/app-summaries.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { listPushApps, type PushApp } from "../../domain/subscribers/push-apps.ts";
import { Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { AppIcon, type IconFacts } from "../parts/app-icon.tsx";
import { appPath, hostOf, tileFacts } from "../parts/app-tile.tsx";
import { Chip } from "../parts/chip.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { paged, Pager } from "../parts/pager.tsx";
import { counted, figure } from "../parts/words.ts";
import { Spark } from "../parts/spark.tsx";
import { NEW_APP_DIALOG, NewAppDialog } from "./new-app.tsx";

/** Apps on a page: full rows of two, three and four. */
const APPS_A_PAGE = 24;
/** The side of an app's icon on its card, pixels. */
const CARD_ICON = 40;

interface Shown extends PushApp {
  summary: AppSummary | undefined;
  icon: IconFacts;
}

export const appsPage = memberPage({
  path: "/{account}",
  operationId: "showApps",
  summary: "The account's apps",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "apps:read",
  show: async (ctx, { query }) => {
    const page = Number(paged(query).page);
    const { rows, total } = await listPushApps(ctx, {
      limit: String(APPS_A_PAGE),
      offset: String((page - 1) * APPS_A_PAGE),
    });
    const { of, subscribers } = await appSummaries(
      ctx,
      rows.map(({ app }) => app.id),
    );
    const shown = await Promise.all(
      rows.map(async (row) => ({
        ...row,
        summary: of.get(row.app.id),
        icon: await tileFacts(row.app),
      })),
    );
    const mayMake = hasRight(ctx.role, "apps:write");
    const path = `/dashboard/${ctx.principal.accountId}`;
    return {
      title: "Apps",
      body: (
        <Shell
          ctx={ctx}
          here="apps"
          crumbs={[{ label: "Apps" }]}
          after={mayMake && <NewAppDialog ctx={ctx} />}
        >
          {total.count === 0 ? (
            <>
              <PageHead title="Apps" />
              <NoApps ctx={ctx} mayMake={mayMake} />
            </>
          ) : (
            <>
              <PageHead
                title="Apps"
                text={`${counted(total.count, "app")}, ${figure(subscribers)} people reachable.`}
              >
                {mayMake && (
                  <Opens dialog={NEW_APP_DIALOG} class="btn btn--primary">
                    <Icon name="plus" />
                    New app
                  </Opens>
                )}
              </PageHead>
              <ul class="grid">
                {shown.map((each) => (
                  <AppCard {...each} now={ctx.now()} />
                ))}
              </ul>
              <Pager
                path={path}
                page={page}
                perPage={APPS_A_PAGE}
                shown={rows.length}
                total={total.count}
              />
            </>
          )}
        </Shell>
      ),
    };
  },
});

const AppCard = ({ app, icon, subscriberCount, summary, now }: Shown & { now: number }) => {
  const build = summary?.newestBuild;
  const lastSentAt = summary?.lastSentAt ?? null;
  return (
    <li class="card card--link">
      <div class="card-body stack">
        <div class="person">
          <AppIcon side={CARD_ICON} {...icon} />
          <span>
            <a class="cover big clip" href={appPath(app)}>
              {app.name}
            </a>
            <span class="muted small clip">{hostOf(app) || "No website yet"}</span>
          </span>
        </div>
        <dl class="facts facts--s">
          <div>
            <dt>Subscribers</dt>
            <dd>{figure(subscriberCount)}</dd>
          </div>
          <div>
            <dt>Last send</dt>
            <dd>{lastSentAt === null ? "Never" : <Moment at={lastSentAt} now={now} />}</dd>
          </div>
        </dl>
        <Spark
          values={summary?.sent ?? []}
          label={`Sends of ${app.name} in the last ${SUMMED_DAYS} days`}
        />
      </div>
      <footer>
        <span class="clip">{build ? `Build ${build.versionName}` : "Not built yet"}</span>
        {build ? <Chip state={build.status} /> : <Chip state="none" label="No build" />}
      </footer>
    </li>
  );
};

const NoApps = ({ ctx, mayMake }: { ctx: MemberCtx; mayMake: boolean }) => (
  <Empty
    title="Nothing on the ways yet"
    text={
      mayMake
        ? "Give Slipway the address of a website. About a second later you have an Android app that you can install, share and send to."
        : "Nobody has made an app yet. Owners and developers of this account can."
    }
  >
    {mayMake && (
      <>
        <Opens dialog={NEW_APP_DIALOG} class="btn btn--primary">
          <Icon name="plus" />
          Make your first app
        </Opens>
        {hasRight(ctx.role, "keys:read") && (
          <a class="btn" href={`/dashboard/${ctx.principal.accountId}/api-keys`}>
            Use the API instead
          </a>
        )}
      </>
    )}
  </Empty>
);
