// The checklist of an app: from a web address to a message on one's own phone. `/start` leads to that of the newest app.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { launchSteps, type LaunchSteps } from "../../domain/apps/launch-steps.ts";
import { listApps } from "../../domain/apps/list-apps.ts";
import { makeInstallLink, type InstallLink } from "../../domain/builds/install-links.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { RefusalError } from "../../kit/refusal.ts";
import { drawnOf } from "../app-overview/live-preview.tsx";
import { goTo, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { appPath, hostOf, sideAppOf } from "../parts/app-tile.tsx";
import { Phone } from "../parts/phone.tsx";
import { counted } from "../parts/words.ts";
import { DEVICE_PART, InstallStep, Waiting } from "./install-step.tsx";
import { nextOf, Steps, type Step } from "./steps.tsx";

/** Leads to the checklist of the newest app, and who has none to where one is made. */
export const startPage = memberPage({
  path: "/{account}/start",
  operationId: "startHere",
  summary: "The newest app's checklist",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "apps:read",
  show: async (ctx) => {
    const { rows } = await listApps(ctx, { per_page: "1" });
    const [app] = rows;
    return goTo(app ? `${appPath(app)}/start` : `/dashboard/${ctx.principal.accountId}`);
  },
});

export const checklistPage = memberPage({
  path: "/{account}/apps/{app}/start",
  operationId: "showChecklist",
  summary: "How far an app has come",
  params: { schema: z.object({ account: Id, app: Id }), thing: "app" },
  may: "apps:read",
  show: async (ctx, { params, origin }) => {
    const app = await findApp(ctx, params.app);
    const done = await launchSteps(ctx, app);
    const link = done.installable && (await linkOf(ctx, done.installable.id, origin));
    const steps = stepsOf(ctx, app, done, link);
    const next = steps[nextOf(steps)];
    const behind = steps.filter(({ isDone }) => isDone).length;
    return {
      title: `Launch ${app.name}`,
      scripts: [],
      body: (
        <Shell
          ctx={ctx}
          here="overview"
          app={await sideAppOf(app)}
          crumbs={[{ label: app.name, path: appPath(app) }, { label: "First steps" }]}
        >
          <PageHead
            title={`Launch ${app.name}`}
            text="From a web address to a message on your own phone. About two minutes."
          >
            <a class="btn btn--ghost" href={appPath(app)}>
              {next ? "Skip for now" : "To the app"}
            </a>
          </PageHead>
          <div class="cols">
            <section class="card" aria-label="Steps">
              <div class="card-body install">
                <Launching />
                <div class="stack stack--s">
                  <p class="big" id="done-l">
                    {behind} of {counted(steps.length, "step")} done
                  </p>
                  <progress
                    class="progress"
                    max={steps.length}
                    value={behind}
                    aria-labelledby="done-l"
                  />
                  <p class="muted small">
                    {next ? `Next: ${next.title.toLowerCase()}.` : `${app.name} is launched.`}
                  </p>
                </div>
              </div>
              <Steps steps={steps} />
            </section>
            <aside class="sticky" aria-label="Preview">
              <Phone {...await drawnOf(app)} />
            </aside>
          </div>
        </Shell>
      ),
    };
  },
  parts: {
    [DEVICE_PART]: async (ctx, { params }) => {
      const { isInstalled } = await launchSteps(ctx, await findApp(ctx, params.app));
      return {
        body: <Waiting isInstalled={isInstalled} />,
        ends: isInstalled ? "page" : undefined,
      };
    },
  },
});

/** A further link to install the build; null where its file was deleted. */
async function linkOf(
  ctx: MemberCtx,
  buildId: number,
  origin: string,
): Promise<InstallLink | null> {
  try {
    return await makeInstallLink(ctx, buildId, origin, {});
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.code === "not_installable") return null;
    throw error;
  }
}

function stepsOf(ctx: MemberCtx, app: App, done: LaunchSteps, link: InstallLink | null): Step[] {
  const path = appPath(app);
  const may = (right: Parameters<typeof hasRight>[1]) => hasRight(ctx.role, right);
  const { completed, installable } = done;
  return [
    {
      title: "Make an app",
      isDone: true,
      canWait: false,
      fact: hostOf(app) || "No website yet",
      todo: "",
      later: "",
    },
    {
      title: "Give it an icon",
      isDone: done.hasIcon,
      canWait: true,
      fact: "Your own picture",
      todo: (
        <>
          <p class="soft">
            A square picture of 512 pixels or more. Until then a letter is drawn from the name.
          </p>
          <div class="row">
            {may("apps:write") && (
              <a class="btn btn--s btn--primary" href={`${path}/icon`}>
                Choose a picture
              </a>
            )}
            {may("builds:write") && <BuildForm path={path} label="Build with the letter" />}
          </div>
        </>
      ),
      later: <a href={`${path}/icon`}>A letter is drawn from the name until you give it one.</a>,
    },
    {
      title: "Build it",
      isDone: completed !== null,
      canWait: false,
      fact: completed && (
        <a href={`${path}/builds/${completed.id}`}>Build {completed.versionName}</a>
      ),
      todo: <BuildTodo app={app} done={done} mayBuild={may("builds:write")} />,
      later: "Takes about a second.",
    },
    {
      title: "Install it",
      isDone: done.isInstalled,
      canWait: false,
      fact: "A device has registered",
      todo: installable && (
        <InstallStep
          appName={app.name}
          build={installable}
          link={link}
          buildsPath={`${path}/builds`}
          now={ctx.now()}
        />
      ),
      later: "By a QR code, once there is a build.",
    },
    {
      title: "Send to yourself",
      isDone: done.sent > 0,
      canWait: false,
      fact: counted(done.sent, "message"),
      todo: (
        <>
          <p class="soft">
            A channel is a line from you to people you name. Make one, let your phone join by its QR
            code, and send it a test.
          </p>
          <div class="row">
            <a class="btn btn--s btn--primary" href={`${path}/channels`}>
              {done.channels === 0 && may("channels:write") ? "Make a channel" : "To the channels"}
            </a>
          </div>
        </>
      ),
      later: "Ready as soon as your phone has started the app once.",
    },
    ...(may("keys:read") ? [keyStep(ctx, done)] : []),
  ];
}

const keyStep = (ctx: MemberCtx, done: LaunchSteps): Step => ({
  title: "Make an API key",
  isDone: done.keys > 0,
  canWait: true,
  fact: counted(done.keys, "key"),
  todo: (
    <>
      <p class="soft">So that your server builds, sends and reads what came of it.</p>
      <div class="row">
        <a class="btn btn--s" href={`/dashboard/${ctx.principal.accountId}/api-keys`}>
          To the API keys
        </a>
      </div>
    </>
  ),
  later: (
    <a href={`/dashboard/${ctx.principal.accountId}/api-keys`}>
      For your server, whenever you want one.
    </a>
  ),
});

const BuildForm = ({ path, label }: { path: string; label: string }) => (
  <form method="post" action={`${path}/build`}>
    <button class="btn btn--s">{label}</button>
  </form>
);

const BuildTodo = ({ app, done, mayBuild }: { app: App; done: LaunchSteps; mayBuild: boolean }) => {
  const path = appPath(app);
  const { newestBuild } = done;
  if (app.url === "") {
    return (
      <p class="soft">
        It has no website yet. <a href={`${path}/design`}>Give it one</a>
      </p>
    );
  }
  const isActive = newestBuild?.status === "pending" || newestBuild?.status === "building";
  return (
    <>
      <p class="soft">
        {newestBuild === null &&
          "Takes about a second and one build credit, given back if it fails."}
        {isActive && "It is being built."}
        {newestBuild?.status === "failed" && `The last build failed: ${newestBuild.errorMessage}`}
        {newestBuild?.status === "cancelled" && "The last build was cancelled."}
      </p>
      <div class="row">
        {newestBuild !== null && (
          <a class="btn btn--s" href={`${path}/builds/${newestBuild.id}`}>
            {isActive ? "Watch it" : "What happened"}
          </a>
        )}
        {!isActive && mayBuild && <BuildForm path={path} label="Build now" />}
      </div>
    </>
  );
};

/** The hull on its way down. */
const Launching = () => (
  <svg class="ways" viewBox="0 0 220 96" aria-hidden="true">
    <g transform="translate(91.2 30.6) rotate(17)">
      <path class="hull-hi" d="M0 0h62l-6.2 10.5H2.4z" />
      <path
        class="hull-lo"
        d="M2.4 10.5h53.4l-2.3 4a7.5 7.5 0 0 1-6.5 3.7H12.5a9.5 9.5 0 0 1-8.8-6z"
      />
    </g>
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="1.25"
      stroke-linecap="round"
      d="M6 26 142 67.5M6 26v58M34 34.5V84M62 43.1V84M90 51.6V84M118 60.2V84M6 84h112"
    />
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="1.25"
      stroke-linecap="round"
      d="M130 70h84M150 79h20M184 79h14M140 84h12M166 86h30"
    />
  </svg>
);
