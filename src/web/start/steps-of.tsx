// The steps of an app's checklist, each with what is to be done and where.
import type { App } from "../../domain/apps/find-app.ts";
import type { InstallLink } from "../../domain/builds/install-links.ts";
import type { LaunchSteps } from "../../domain/overviews/launch-steps.ts";
import { hasRight } from "../../domain/people/roles.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { appPath, hostOf } from "../parts/app-tile.tsx";
import { counted } from "../parts/words.ts";
import { InstallStep } from "./install-step.tsx";
import type { Step } from "./steps.tsx";

interface Known {
  ctx: MemberCtx;
  app: App;
  done: LaunchSteps;
  /** A link to install the newest APK; null where there is none. */
  link: InstallLink | null;
}

/** Returns the steps in their order. Those of the account's keys are for who may see them. */
export function stepsOf(known: Known): Step[] {
  const { ctx, app } = known;
  const made: Step = {
    title: "Make an app",
    isDone: true,
    canWait: false,
    fact: hostOf(app) || "No website yet",
    todo: "",
    later: "",
  };
  const all = [made, iconStep(known), buildStep(known), installStep(known), sendStep(known)];
  return hasRight(ctx.role, "keys:read") ? [...all, keyStep(known)] : all;
}

const iconStep = ({ ctx, app, done }: Known): Step => ({
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
        {hasRight(ctx.role, "apps:write") && (
          <a class="btn btn--s btn--primary" href={`${appPath(app)}/icon`}>
            Choose a picture
          </a>
        )}
        {hasRight(ctx.role, "builds:write") && app.url !== "" && (
          <BuildForm app={app} label="Build with the letter" />
        )}
      </div>
    </>
  ),
  later: (
    <a href={`${appPath(app)}/icon`}>A letter is drawn from the name until you give it one.</a>
  ),
});

const buildStep = ({ ctx, app, done }: Known): Step => ({
  title: "Build it",
  isDone: done.completed !== null,
  canWait: false,
  fact: done.completed && (
    <a href={`${appPath(app)}/builds/${done.completed.id}`}>Build {done.completed.versionName}</a>
  ),
  todo: <BuildTodo app={app} done={done} mayBuild={hasRight(ctx.role, "builds:write")} />,
  later: "Takes about a second.",
});

const installStep = ({ ctx, app, done, link }: Known): Step => ({
  title: "Install it",
  isDone: done.isInstalled,
  canWait: false,
  fact: "A device has registered",
  todo: done.installable ? (
    <InstallStep
      appName={app.name}
      build={done.installable}
      link={link}
      buildsPath={`${appPath(app)}/builds`}
      path={`${appPath(app)}/start`}
      now={ctx.now()}
    />
  ) : (
    <p class="soft">
      Phones install APKs, and this app has bundles for stores alone.{" "}
      <a href={`${appPath(app)}/builds`}>Build an APK</a>
    </p>
  ),
  later: "By a QR code, once there is a build.",
});

const sendStep = ({ ctx, app, done }: Known): Step => ({
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
        <a class="btn btn--s btn--primary" href={`${appPath(app)}/channels`}>
          {done.channels === 0 && hasRight(ctx.role, "channels:write")
            ? "Make a channel"
            : "To the channels"}
        </a>
      </div>
    </>
  ),
  later: "Ready as soon as your phone has started the app once.",
});

const keyStep = ({ app, done }: Known): Step => {
  const path = `/dashboard/${app.accountId}/api-keys`;
  return {
    title: "Make an API key",
    isDone: done.keys > 0,
    canWait: true,
    fact: counted(done.keys, "key"),
    todo: (
      <>
        <p class="soft">So that your server builds, sends and reads what came of it.</p>
        <div class="row">
          <a class="btn btn--s" href={path}>
            To the API keys
          </a>
        </div>
      </>
    ),
    later: <a href={path}>For your server, whenever you want one.</a>,
  };
};

const BuildForm = ({ app, label }: { app: App; label: string }) => (
  <form method="post" action={`${appPath(app)}/build`}>
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
        {!isActive && mayBuild && <BuildForm app={app} label="Build now" />}
      </div>
    </>
  );
};
