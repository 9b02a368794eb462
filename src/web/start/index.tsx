// The checklist of an app: from a web address to a message on one's own phone. `/start` leads to that of the newest app.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { launchSteps } from "../../domain/overviews/launch-steps.ts";
import { listApps } from "../../domain/apps/list-apps.ts";
import { makeInstallLink, type InstallLink } from "../../domain/builds/install-links.ts";
import { RefusalError } from "../../kit/refusal.ts";
import { drawnOf } from "../app-overview/live-preview.tsx";
import { goTo, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { Phone } from "../parts/phone.tsx";
import { Ways } from "../parts/ways.tsx";
import { counted } from "../parts/words.ts";
import { DEVICE_PART, Waiting } from "./install-step.tsx";
import { nextOf, Steps } from "./steps.tsx";
import { stepsOf } from "./steps-of.tsx";

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
    const steps = stepsOf({ ctx, app, done, link });
    const next = steps[nextOf(steps)];
    const behind = steps.filter(({ isDone }) => isDone).length;
    return {
      title: `Launch ${app.name}`,
      scripts: ["live"],
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
                <Ways hull="launched" />
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
              <Phone {...drawnOf(app)} />
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
