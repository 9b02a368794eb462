// One build: as it runs, with its log live; and how it ended, with what to do then.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { whoTriggered } from "../../domain/audit/who-triggered.ts";
import { buildOfApp } from "../../domain/builds/build-of-app.ts";
import { logFrom } from "../../domain/builds/build-logs.ts";
import type { ListedBuild } from "../../domain/builds/builds-of-app.ts";
import { cancelBuild } from "../../domain/builds/cancel-build.ts";
import { downloadLink } from "../../domain/builds/downloads.ts";
import type { Build } from "../../domain/builds/find-build.ts";
import {
  makeInstallLink,
  revokeInstallLinks,
  type InstallLink,
} from "../../domain/builds/install-links.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { RefusalError } from "../../kit/refusal.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { form, goTo, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { Shell } from "../dashboard/shell.tsx";
import { Chip } from "../parts/chip.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { EndLinksDialog, Facts, Install } from "./build-parts.tsx";
import { CancelledNotice, FailedNotice } from "./failed.tsx";
import { LogCard } from "./log-view.tsx";
import { LaunchCard } from "./running.tsx";
import { sideAppOf } from "../parts/app-tile.tsx";
import { RunningSteps, Steps } from "./steps-view.tsx";
import { stepsOf } from "./steps.ts";
import { isActive, kindOf } from "./words.ts";

const params = {
  schema: z.object({ account: Id, app: Id, build: Id }),
  thing: "build",
} as const;

/** What the page is made of. */
interface Shown {
  ctx: MemberCtx;
  form: FormState;
  app: App;
  listed: ListedBuild;
  /** Who triggered it; null for an API key, undefined where that is not known any more. */
  by: string | null | undefined;
  log: { text: string; next: number };
  /** Where a phone installs it; null for what can't be installed. */
  link: InstallLink | null;
  /** Of the app's pages, and of the build's. */
  paths: { app: string; build: string };
}

export const buildPage = memberPage({
  path: "/{account}/apps/{app}/builds/{build}",
  operationId: "showBuild",
  summary: "One build",
  params,
  may: "builds:read",
  show: async (ctx, { params: { account, app: appId, build: buildId }, origin, form }) => {
    const { app, ...listed } = await buildOfApp(ctx, appId, buildId);
    const { build } = listed;
    const [news, link, starters] = await Promise.all([
      logFrom(ctx, build, 0, build.status, 0),
      installLinkOf(ctx, build, origin),
      whoTriggered(ctx, [build.id]),
    ]);
    const by = starters.get(build.id);
    const log = { text: news?.text ?? "", next: news?.next ?? 0 };
    const appPath = `/dashboard/${account}/apps/${appId}`;
    const paths = { app: appPath, build: `${appPath}/builds/${build.id}` };
    const shown: Shown = { ctx, form, app, listed, by, log, link, paths };
    return {
      title: `Build ${build.id} of ${app.name}`,
      scripts: isActive(build) ? ["log"] : [],
      body: (
        <Shell
          ctx={ctx}
          here="builds"
          app={await sideAppOf(app)}
          crumbs={[
            { label: app.name, path: paths.app },
            { label: "Builds", path: `${paths.app}/builds` },
            { label: `#${build.id}` },
          ]}
        >
          <BuildView shown={shown} />
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: "/cancel",
      operationId: "cancelBuildOnPage",
      summary: "Cancel the build",
      params,
      may: "builds:write",
      run: async (ctx: MemberCtx, { params: { account, app, build } }) => {
        await buildOfApp(ctx, app, build);
        await cancelBuild(ctx, build);
        return { to: `/dashboard/${account}/apps/${app}/builds/${build}`, says: "Cancelled" };
      },
    }),
    form({
      path: "/end-links",
      operationId: "endInstallLinks",
      summary: "End all links to install the build",
      params,
      may: "builds:write",
      run: async (ctx: MemberCtx, { params: { account, app, build } }) => {
        await buildOfApp(ctx, app, build);
        await revokeInstallLinks(ctx, build);
        return {
          to: `/dashboard/${account}/apps/${app}/builds/${build}`,
          says: "The links have ended",
        };
      },
    }),
  ],
});

/** Leads to the build's file, by a link that ends. */
export const buildFilePage = memberPage({
  path: "/{account}/apps/{app}/builds/{build}/download",
  operationId: "downloadBuild",
  summary: "The file of a build",
  params,
  may: "builds:read",
  show: async (ctx, { params: { account, app, build }, origin }) => {
    await buildOfApp(ctx, app, build);
    try {
      const { url } = await downloadLink(ctx, build, origin);
      return goTo(url);
    } catch (error) {
      // The page of the build says why there is none.
      if (!(error instanceof RefusalError) || error.refusal.code === "not_found") throw error;
      return goTo(`/dashboard/${account}/apps/${app}/builds/${build}`);
    }
  },
});

/** Where a phone installs the build; null if it can't. */
async function installLinkOf(
  ctx: MemberCtx,
  build: Build,
  origin: string,
): Promise<InstallLink | null> {
  if (build.status !== "completed" || build.buildFormat !== "apk") return null;
  try {
    return await makeInstallLink(ctx, build.id, origin, {});
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.code === "not_installable") return null;
    throw error;
  }
}

const BuildView = ({ shown }: { shown: Shown }) => {
  const { ctx, form, app, listed, log, link, paths } = shown;
  const { build } = listed;
  const { id, status } = build;
  const mayBuild = hasRight(ctx.role, "builds:write");
  const isLive = isActive(build);
  return (
    <>
      <div class="page-head">
        <div>
          <div class="row">
            <h1>Build {id}</h1>
            <span data-status>
              <Chip state={status} />
            </span>
          </div>
          <p>
            <bdi>{app.name}</bdi> <bdi>{build.versionName}</bdi> ({build.versionCode}),{" "}
            {kindOf(build)}, <Moment at={build.createdAt} now={ctx.now()} />
          </p>
        </div>
        {/* Names of their own, so that at the end none of the buttons becomes another under a finger that presses it. */}
        <div class="row" id={isLive ? "while-built" : "when-ended"}>
          {mayBuild && !isLive && <BuildAgain build={build} path={`${paths.app}/builds`} />}
          {isLive && mayBuild && (
            <form method="post" action={`${paths.build}/cancel`}>
              <button class="btn btn--danger">Cancel build</button>
            </form>
          )}
          {status === "completed" && build.artifactKey !== null && (
            <a class="btn btn--primary" href={`${paths.build}/download`}>
              <Icon name="download" />
              Download {build.buildFormat.toUpperCase()}
            </a>
          )}
        </div>
      </div>
      <Problem form={form} of="/cancel" />
      {status === "failed" && <FailedNotice build={build} path={paths.app} mayChange={mayBuild} />}
      {status === "cancelled" && <CancelledNotice build={build} />}
      {status === "completed" && build.artifactKey === null && (
        <Notice tone="warn">
          <p>
            <strong>Its file was deleted.</strong> Build again to have another.
          </p>
        </Notice>
      )}
      <div class="cols">
        <div class="stack stack--l">
          {isLive && <RunningSteps build={build} now={ctx.now()} />}
          {status === "completed" && <Steps steps={stepsOf(build, log.text)} />}
          <LogCard
            text={log.text}
            href={`${paths.build}/log`}
            next={isLive ? log.next : undefined}
          />
        </div>
        <aside class="stack stack--l">
          {isLive && build.buildFormat === "apk" && <LaunchCard />}
          {link && (
            <Install link={link} id={id} path={paths.build} now={ctx.now()} mayEnd={mayBuild} />
          )}
          <Facts listed={listed} by={shown.by} path={paths.app} />
        </aside>
      </div>
      {link && mayBuild && <EndLinksDialog id={id} path={paths.build} />}
    </>
  );
};

/** The same once more: a proof needs its token anew, which only Distribution asks for. */
const BuildAgain = ({ build, path }: { build: Build; path: string }) => {
  const { buildType, buildFormat, keystoreId, adiToken } = build;
  const isRelease = buildType === "release";
  if (adiToken !== null) return null;
  if (isRelease ? keystoreId === null : keystoreId !== null || buildFormat === "aab") return null;
  return (
    <form method="post" action={path}>
      <input type="hidden" name="preset" value={isRelease ? buildFormat : "debug"} />
      <input type="hidden" name="keystore_id" value={keystoreId ?? ""} />
      <button class={build.status === "completed" ? "btn" : "btn btn--primary"}>
        <Icon name="again" />
        Build again
      </button>
    </form>
  );
};
