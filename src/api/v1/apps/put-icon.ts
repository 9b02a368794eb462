// PUT /apps/{id}/icon: the image as the raw body, or as the field `icon` of a form.
import { findApp } from "../../../domain/apps/visible.ts";
import { setIcon } from "../../../domain/apps/set-icon.ts";
import { readBytes } from "../../../http/body.ts";
import { keyOperation } from "../../../http/operation.ts";
import { invalidField, refuse } from "../../../kit/refusal.ts";
import { MAX_ICON_BYTES } from "../../../protocol/builder.ts";
import { AppForm, appForm, IdParams, wrapped } from "../forms.ts";

/** Room for a form's own boundaries and headers around the image, bytes. */
const FORM_OVERHEAD = 16 * 1024;

export const putIcon = keyOperation({
  method: "put",
  path: "/apps/{id}/icon",
  operationId: "putAppIcon",
  summary: "Set an app's icon",
  description: "PNG, JPEG, WebP or SVG, up to 5 MiB, best square and at least 512 pixels wide.",
  tag: "Apps",
  scope: "apps:write",
  params: { schema: IdParams, thing: "app" },
  rawBody: ["image/png", "image/jpeg", "image/webp", "image/svg+xml", "multipart/form-data"],
  success: { status: 200, description: "The app with its icon.", schema: wrapped(AppForm) },
  run: async (ctx, { params, request }) => {
    const app = await findApp(ctx, params.id);
    return { data: appForm(await setIcon(ctx, app, await imageOf(request))) };
  },
});

async function imageOf(request: Request): Promise<Uint8Array> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.toLowerCase().startsWith("multipart/form-data")) {
    return readBytes(request, MAX_ICON_BYTES);
  }
  const bytes = await readBytes(request, MAX_ICON_BYTES + FORM_OVERHEAD);
  const form = await new Response(bytes, { headers: { "content-type": type } })
    .formData()
    .catch(() => refuse({ code: "malformed", message: "The request body is not a valid form." }));
  const icon = form.get("icon");
  if (!(icon instanceof File)) return refuse(invalidField(["icon"], "is required"));
  if (icon.size > MAX_ICON_BYTES) refuse({ code: "too_large", limit: MAX_ICON_BYTES });
  return new Uint8Array(await icon.arrayBuffer());
}
