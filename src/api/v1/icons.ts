// The pictures of an app's icon: the icon itself and the two layers that an owner may draw, each set and removed alike.
import { findApp } from "../../domain/apps/find-app.ts";
import { removeIcon } from "../../domain/apps/remove-icon.ts";
import { setIcon } from "../../domain/apps/set-icon.ts";
import { keyOperation } from "../../http/operation.ts";
import type { IconPicture } from "../../protocol/builder.ts";
import { AppForm, appForm } from "./app-form.ts";
import { IdParams, wrapped } from "./forms.ts";
import { imageOf } from "./icon-image.ts";

/** One picture, as its operations describe it. */
interface Described {
  picture: IconPicture;
  path: string;
  /** The end of the operations' ids. */
  id: string;
  /** What it is, after "an app's". */
  what: string;
  /** What it is best like. */
  best: string;
  /** What is there when it is removed. */
  without: string;
}

const ICON: Described = {
  picture: "icon",
  path: "/apps/{id}/icon",
  id: "AppIcon",
  what: "icon",
  best: "ideally square and at least 512 pixels wide",
  without: "The next build has a letter drawn from the name again.",
};
const FOREGROUND: Described = {
  picture: "foreground",
  path: "/apps/{id}/icon/foreground",
  id: "AppIconForeground",
  what: "icon's foreground layer",
  best:
    "a square of 108 units, whose middle 72 launchers show, and whose middle circle of 66 no launcher cuts. It stands on " +
    "`config.icon_background` in adaptive icons, in place of the icon",
  without: "The next build makes it of the icon again.",
};
const MONOCHROME: Described = {
  picture: "monochrome",
  path: "/apps/{id}/icon/monochrome",
  id: "AppIconMonochrome",
  what: "icon's layer of one colour",
  best:
    "a square of 108 units like the foreground layer. Only its opacity counts: themed launchers and the status bar give it " +
    "their own colour",
  without: "The next build makes it of the icon again.",
};

const put = ({ picture, path, id, what, best }: Described) =>
  keyOperation({
    method: "put",
    path,
    operationId: `put${id}`,
    summary: `Set an app's ${what}`,
    description:
      `PNG, JPEG, WebP or SVG, up to 5 MiB; ${best}. As the body itself, or as \`icon\`, the only field of a form. ` +
      "A picture that is damaged, cut short, animated or empty is refused with the reason, and so is an SVG that refers to " +
      "anything outside itself.",
    tag: "Apps",
    scope: "apps:write",
    params: { schema: IdParams, thing: "app" },
    rawBody: ["image/png", "image/jpeg", "image/webp", "image/svg+xml", "multipart/form-data"],
    success: { status: 200, description: "The app with its icon.", schema: wrapped(AppForm) },
    run: async (ctx, { params, request }) => {
      const app = await findApp(ctx, params.id);
      return { data: appForm(await setIcon(ctx, app, await imageOf(request), picture)) };
    },
  });

const remove = ({ picture, path, id, what, without }: Described) =>
  keyOperation({
    method: "delete",
    path,
    operationId: `delete${id}`,
    summary: `Remove an app's ${what}`,
    description: `${without} An app without it stays as it is.`,
    tag: "Apps",
    scope: "apps:write",
    params: { schema: IdParams, thing: "app" },
    success: { status: 200, description: "The app without it.", schema: wrapped(AppForm) },
    run: async (ctx, { params }) => ({
      data: appForm(await removeIcon(ctx, await findApp(ctx, params.id), picture)),
    }),
  });

export const putIcon = put(ICON);
export const deleteIcon = remove(ICON);
export const putForeground = put(FOREGROUND);
export const deleteForeground = remove(FOREGROUND);
export const putMonochrome = put(MONOCHROME);
export const deleteMonochrome = remove(MONOCHROME);
