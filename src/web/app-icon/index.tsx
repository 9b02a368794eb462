// An app's icon: the picture that it has or the letter that is drawn, as phones show it, and how to give it another.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { shownPicture } from "../../domain/apps/icon-pictures.ts";
import { removeIcon } from "../../domain/apps/remove-icon.ts";
import { setIcon } from "../../domain/apps/set-icon.ts";
import { updateApp } from "../../domain/apps/update-app.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { MAX_ICON_BYTES, type IconPicture } from "../../protocol/builder.ts";
import { AppConfig } from "../../protocol/config.ts";
import type { Fields } from "../dashboard/fields.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { appPath, sideAppOf, tileFacts } from "../parts/app-tile.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Background, COLOR, LayerCards, RemoveDialog, Upload } from "./cards.tsx";
import { LAYERS, MEGABYTE, formPath, removePath, type LayerWords } from "./layers.ts";
import { Seen, type Layers } from "./masks.tsx";

const OF_APP = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;
/** The paths of the forms, below the page's. */
const BACKGROUND = "/background";

const TOO_LARGE = `must have at most ${MAX_ICON_BYTES / MEGABYTE} MB`;

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
    const config = AppConfig.parse(app.config);
    const srcOf = (picture: IconPicture) => {
      const shown = shownPicture(app, picture);
      return shown && `${path}/icon/${shown.sha256}`;
    };
    const layers: Layers = { foreground: srcOf("foreground"), monochrome: srcOf("monochrome") };
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
          after={
            mayWrite &&
            (["icon", "foreground", "monochrome"] as const)
              .filter((picture) => srcOf(picture) !== null)
              .map((picture) => <RemoveDialog picture={picture} path={path} app={app} />)
          }
        >
          <PageHead
            title="Icon"
            text="How launchers show the app. A change reaches people with the next build."
          >
            {mayWrite && icon.src !== null && (
              <Opens dialog="remove-icon">
                <Icon name="trash" />
                Remove the picture
              </Opens>
            )}
          </PageHead>
          <Seen icon={icon} layers={layers} />
          {mayWrite && <Upload path={path} form={state} />}
          {mayWrite && (
            <Background
              path={`${path}/icon${BACKGROUND}`}
              of={BACKGROUND}
              form={state}
              value={config.icon_background}
            />
          )}
          <LayerCards path={path} form={state} layers={layers} mayWrite={mayWrite} />
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: formPath("icon"),
      operationId: "saveIcon",
      summary: "Set an app's icon",
      params: OF_APP,
      may: "apps:write",
      run: (ctx: MemberCtx, { params, fields }) =>
        save(ctx, params.app, fields, "icon", "The icon is set."),
    }),
    form({
      path: removePath("icon"),
      operationId: "removeIcon",
      summary: "Remove an app's icon",
      params: OF_APP,
      may: "apps:write",
      run: (ctx: MemberCtx, { params }) =>
        remove(ctx, params.app, "icon", "The picture is removed."),
    }),
    form({
      path: BACKGROUND,
      operationId: "saveIconBackground",
      summary: "Set the colour behind an app's icon",
      params: OF_APP,
      may: "apps:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const color = fields.text(COLOR).trim();
        await updateApp(ctx, app, { config: { icon_background: color === "" ? null : color } });
        return { to: `${appPath(app)}/icon`, says: "Saved." };
      },
    }),
    ...LAYERS.flatMap(formsOf),
  ],
});

/** The two forms of a layer. */
function formsOf({ picture, id, title }: LayerWords) {
  const name = title.toLowerCase();
  return [
    form({
      path: formPath(picture),
      operationId: `save${id}`,
      summary: `Set the ${name} of an app's icon`,
      params: OF_APP,
      may: "apps:write",
      run: (ctx: MemberCtx, { params, fields }) =>
        save(ctx, params.app, fields, picture, `The ${name} is set.`),
    }),
    form({
      path: removePath(picture),
      operationId: `remove${id}`,
      summary: `Remove the ${name} of an app's icon`,
      params: OF_APP,
      may: "apps:write",
      run: (ctx: MemberCtx, { params }) =>
        remove(ctx, params.app, picture, `The ${name} is removed.`),
    }),
  ];
}

async function save(
  ctx: MemberCtx,
  id: number,
  fields: Fields,
  picture: IconPicture,
  says: string,
) {
  const app = await findApp(ctx, id);
  const file = fields.file("icon");
  if (file === null) return refuse(invalidField(["icon"], "must be a picture: choose one"));
  if (file.size > MAX_ICON_BYTES) refuse(invalidField(["icon"], TOO_LARGE));
  await setIcon(ctx, app, new Uint8Array(await file.arrayBuffer()), picture);
  return { to: `${appPath(app)}/icon`, says };
}

async function remove(ctx: MemberCtx, id: number, picture: IconPicture, says: string) {
  const app = await removeIcon(ctx, await findApp(ctx, id), picture);
  return { to: `${appPath(app)}/icon`, says };
}
