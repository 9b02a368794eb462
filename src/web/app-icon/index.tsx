// An app's icon: the picture that it has or the letter that is drawn, as phones show it, and how to give it another.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { removeIcon } from "../../domain/apps/remove-icon.ts";
import { setIcon } from "../../domain/apps/set-icon.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { MAX_ICON_BYTES } from "../../protocol/builder.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { appPath, sideAppOf, tileFacts } from "../parts/app-tile.tsx";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { FileDrop } from "../parts/file-drop.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/notice.tsx";
import { Masks, SafeZone } from "./masks.tsx";

const OF_APP = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
/** The paths of the forms, below the page's. */
const UPLOAD = "";
const REMOVE = "/remove";
const REMOVE_DIALOG = "remove-icon";

const MEGABYTE = 1024 * 1024;
const TOO_LARGE = `must have at most ${MAX_ICON_BYTES / MEGABYTE} MB`;
const KINDS = "image/png,image/jpeg,image/webp,image/svg+xml";

export const appIcon = memberPage({
  path: "/{account}/apps/{app}/icon",
  operationId: "showIcon",
  summary: "An app's icon",
  params: OF_APP,
  may: "apps:read",
  show: async (ctx, { params, form: state }) => {
    const app = await findApp(ctx, params.app);
    const path = appPath(app);
    const icon = await tileFacts(app);
    const mayWrite = hasRight(ctx.role, "apps:write");
    return {
      title: `Icon of ${app.name}`,
      scripts: ["app-icon"],
      body: (
        <Shell
          ctx={ctx}
          here="design"
          app={await sideAppOf(app)}
          crumbs={[
            { label: app.name, path },
            { label: "Design", path: `${path}/design` },
            { label: "Icon" },
          ]}
          after={mayWrite && icon.src !== null && <RemoveDialog path={path} app={app} />}
        >
          <PageHead
            title="Icon"
            text="How launchers show the app. A change reaches people with the next build."
          >
            {mayWrite && icon.src !== null && (
              <Opens dialog={REMOVE_DIALOG}>
                <Icon name="trash" />
                Remove the picture
              </Opens>
            )}
          </PageHead>
          <section class="card" aria-labelledby="seen-h">
            <header>
              <h2 id="seen-h">As phones show it</h2>
              <span class="muted small">
                {icon.src === null ? "Drawn from the name" : "Your picture"}
              </span>
            </header>
            <div class="card-body stack">
              <div class="install">
                <SafeZone icon={icon} />
                <div class="stack stack--s">
                  <p>
                    The picture fills the middle of the icon. What is inside the circle is never
                    cut; masks may cut the picture's corners.
                  </p>
                  <p class="muted small">
                    {icon.src === null
                      ? "The letter stands on the theme colour, or on one made from the name."
                      : "Around a picture that fills its square is the colour of its edge; behind a transparent one is the background colour."}
                  </p>
                </div>
              </div>
              <Masks icon={icon} />
            </div>
          </section>
          {mayWrite && <Upload path={path} form={state} />}
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: UPLOAD,
      operationId: "saveIcon",
      summary: "Set an app's icon",
      params: OF_APP,
      may: "apps:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const file = fields.file("icon");
        if (file === null) return refuse(invalidField(["icon"], "must be a picture: choose one"));
        if (file.size > MAX_ICON_BYTES) refuse(invalidField(["icon"], TOO_LARGE));
        await setIcon(ctx, app, new Uint8Array(await file.arrayBuffer()));
        return { to: `${appPath(app)}/icon`, says: "The icon is set." };
      },
    }),
    form({
      path: REMOVE,
      operationId: "removeIcon",
      summary: "Remove an app's icon",
      params: OF_APP,
      may: "apps:write",
      run: async (ctx: MemberCtx, { params }) => {
        const app = await removeIcon(ctx, await findApp(ctx, params.app));
        return { to: `${appPath(app)}/icon`, says: "The picture is removed." };
      },
    }),
  ],
});

const Upload = ({ path, form: state }: { path: string; form: FormState }) => {
  return (
    <section class="card" aria-labelledby="new-h">
      <header>
        <h2 id="new-h">Another picture</h2>
        <span class="muted small">
          PNG, JPEG, WebP or SVG, up to {MAX_ICON_BYTES / MEGABYTE} MB
        </span>
      </header>
      <form
        method="post"
        action={`${path}/icon`}
        enctype="multipart/form-data"
        class="card-body stack"
      >
        <Problem form={state} of={UPLOAD} />
        <FileDrop
          form={state}
          of={UPLOAD}
          name="icon"
          icon="picture"
          what="a picture"
          hint="Square, 512 by 512 or larger"
          accept={KINDS}
          input={{ "data-pick": true }}
          drop={{ "data-drop": true }}
        />
        <div class="row">
          <button class="btn btn--primary">Set as the icon</button>
          <span class="muted small" role="status" data-picked />
        </div>
      </form>
    </section>
  );
};

const RemoveDialog = ({ path, app }: { path: string; app: App }) => (
  <Dialog id={REMOVE_DIALOG} title={`Remove the picture of ${app.name}?`}>
    <p>
      The next build has a letter drawn from the name again. Builds that are made keep the picture.
    </p>
    <form method="post" action={`${path}/icon${REMOVE}`}>
      <div class="actions">
        <Closes dialog={REMOVE_DIALOG} />
        <button class="btn btn--primary btn--danger">Remove it</button>
      </div>
    </form>
  </Dialog>
);
