// The phone beside the overview. It is drawn from the app's settings; the script asks whether the site lets itself be
// shown in a frame, and shows it in place of the drawing. Without a script there is a link.
import { z } from "@hono/zod-openapi";
import { checkFrame, type FrameCheck } from "../../domain/overviews/frame-check.ts";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { AppConfig } from "../../protocol/config.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { hostOf } from "../parts/app-tile.tsx";
import { Phone, type PhoneProps } from "../parts/phone.tsx";

/** The path of what the script asks for, below the overview's. */
const FRAME = "/frame";

export const LivePreview = ({
  app,
  drawn,
  path,
  mayWrite,
}: {
  app: App;
  drawn: PhoneProps;
  /** The app's path. */
  path: string;
  mayWrite: boolean;
}) => {
  return (
    <aside class="sticky stack" aria-label="Preview">
      <div data-site={app.url === "" ? undefined : app.url} data-ask={path + FRAME}>
        <Phone {...drawn} />
      </div>
      <p class="small center">
        {app.url !== "" && (
          <a href={app.url} rel="noreferrer">
            Open {hostOf(app)}
          </a>
        )}
        {app.url !== "" && mayWrite && " · "}
        {mayWrite && <a href={`${path}/design`}>Change the design</a>}
      </p>
      <p class="muted small center" data-preview-says>
        Drawn from the app's settings.
      </p>
    </aside>
  );
};

/** Returns what an app's phone is drawn from. */
export function drawnOf({ name, config: stored }: App): PhoneProps {
  const config = AppConfig.parse(stored);
  return {
    name,
    theme: config.theme_color ?? "#ffffff",
    background: config.background_color ?? "#ffffff",
    isFullscreen: config.fullscreen === true,
    label: `Preview of ${name} on a phone`,
  };
}

/** Whether the site can be shown, and what to say of it, for the script. */
/** Checks a minute from one network address: each asks a website once. */
const FRAME_RATE = { name: "frame", limit: 60 };

export const frameCheck = memberPage({
  path: `/{account}/apps/{app}${FRAME}`,
  operationId: "checkFrame",
  summary: "Whether an app's site lets itself be shown in a frame",
  params: { schema: z.object({ account: Id, app: Id }), thing: "app" },
  may: "apps:read",
  rate: FRAME_RATE,
  show: async (ctx, { params, origin }) => {
    const app = await findApp(ctx, params.app);
    const check = await checkFrame(ctx, app, origin);
    return Response.json(
      { shows: check.kind === "open", says: saysOf(check, hostOf(app)) },
      { headers: { "cache-control": "no-store" } },
    );
  },
});

function saysOf(check: FrameCheck, host: string): string {
  switch (check.kind) {
    case "open":
      return `${host}, live.`;
    case "refused":
      return `${host} does not let pages show it in a frame (${check.by.slice(0, MAX_SHOWN)}). In the app it is shown all the same.`;
    case "elsewhere":
      return `${host} leads to ${check.to.slice(0, MAX_SHOWN)}, so that it is not shown here. In the app, pages of other hosts open in the browser unless they are allowed.`;
    case "failed":
      return check.status === null
        ? `${host} did not answer within 4 seconds.`
        : `${host} answered with the status ${check.status}.`;
    case "unreachable":
      return "This address can't be shown here: it is not public, or not https.";
  }
}

/** Longest text of the site's that is repeated, characters. */
const MAX_SHOWN = 120;
