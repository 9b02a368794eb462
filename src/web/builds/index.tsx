// The builds of an app: how many, how they went, and a new one.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { whoTriggered } from "../../domain/audit/who-triggered.ts";
import { buildsOfApp } from "../../domain/builds/builds-of-app.ts";
import { listBuilds } from "../../domain/builds/list-builds.ts";
import { triggerBuild } from "../../domain/builds/trigger-build.ts";
import { listKeystores } from "../../domain/keystores/find-keystore.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { MAX_PER_PAGE } from "../../kit/pagination.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon } from "../parts/icon.tsx";
import { BuildList } from "./build-list.tsx";
import { ACTIVE } from "./build-row.tsx";
import { buildInput, NEW_BUILD, NEW_BUILD_DIALOG, NewBuildDialog } from "./new-build.tsx";
import { RefusedBuild } from "./refused-build.tsx";
import { sideAppOf } from "../parts/app-tile.tsx";
import { duration, isActive } from "./words.ts";

const params = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;

export const buildsPage = memberPage({
  path: "/{account}/apps/{app}/builds",
  operationId: "showBuilds",
  summary: "The builds of an app",
  params,
  may: "builds:read",
  show: async (ctx, { params: { account, app: appId }, query, form: state }) => {
    const path = `/dashboard/${account}/apps/${appId}/builds`;
    const [listed, { rows: keystores }] = await Promise.all([
      buildsOfApp(ctx, appId, query),
      listKeystores(ctx, { per_page: String(MAX_PER_PAGE) }),
    ]);
    const { app, rows, total } = listed;
    const ids = rows.map(({ build }) => build.id);
    const starters = ids.length === 0 ? new Map<number, null>() : await whoTriggered(ctx, ids);
    const mayBuild = hasRight(ctx.role, "builds:write");
    const active = rows.find(({ build }) => isActive(build));
    const names = new Map(keystores.map(({ keystore }) => [keystore.id, keystore.name]));
    const isOpen = state.posted === NEW_BUILD && state.issues.size > 0;
    return {
      title: `Builds of ${app.name}`,
      scripts: active ? ["live"] : [],
      body: (
        <Shell
          ctx={ctx}
          here="builds"
          app={await sideAppOf(app)}
          crumbs={[
            { label: app.name, path: `/dashboard/${account}/apps/${app.id}` },
            { label: "Builds" },
          ]}
          after={
            mayBuild && (
              <NewBuildDialog
                ctx={ctx}
                app={app}
                form={state}
                keystores={keystores}
                path={path}
                isOpen={isOpen}
              />
            )
          }
        >
          <PageHead title="Builds" text={headline(ctx, total, listed.medianMs)}>
            {mayBuild && (
              <Opens dialog={NEW_BUILD_DIALOG} class="btn btn--primary">
                <Icon name="build" />
                New build
              </Opens>
            )}
          </PageHead>
          <RefusedBuild
            ctx={ctx}
            form={state}
            of={NEW_BUILD}
            path={path}
            activeId={active?.build.id ?? null}
            names={names}
          />
          {total === 0 ? (
            <NothingBuilt path={path} mayBuild={mayBuild} />
          ) : (
            <BuildList
              listed={listed}
              starters={starters}
              path={path}
              now={ctx.now()}
              total={total}
            />
          )}
        </Shell>
      ),
    };
  },
  parts: {
    // The app's newest build, as it is the one that can go on.
    [ACTIVE]: async (ctx, { params: { app } }) => {
      const {
        rows: [build],
      } = await listBuilds(ctx, app, { per_page: "1" });
      if (!build) return { body: null, ends: "page" };
      return {
        body: <Chip state={build.status} />,
        ends: isActive(build) ? undefined : "page",
      };
    },
  },
  forms: [
    form({
      path: NEW_BUILD,
      operationId: "startBuild",
      summary: "Start a build",
      params,
      may: "builds:write",
      run: async (ctx: MemberCtx, { params: { account, app: appId }, fields, origin }) => {
        const app = await findApp(ctx, appId);
        const { id } = await triggerBuild(ctx, app, origin, buildInput(fields));
        return { to: `/dashboard/${account}/apps/${appId}/builds/${id}` };
      },
    }),
  ],
});

/** "49 so far, 0.95 s in the middle, 58 credits left." */
function headline({ principal }: MemberCtx, total: number, medianMs: number | null): string {
  const credits =
    principal.plan.monthlyCredits === null
      ? []
      : [`${principal.account.buildCredits} credits left`];
  const median = medianMs === null ? [] : [`${duration(medianMs)} in the middle`];
  return `${[`${total} so far`, ...median, ...credits].join(", ")}.`;
}

const NothingBuilt = ({ path, mayBuild }: { path: string; mayBuild: boolean }) => (
  <Empty
    title="Nothing built yet"
    text="A build makes an Android app of the site, in about a second. The first is signed with a debug key, so that you can try it on a phone."
  >
    {mayBuild && (
      <form method="post" action={path}>
        <input type="hidden" name="preset" value="debug" />
        <button class="btn">Build it to try</button>
      </form>
    )}
  </Empty>
);
