// Reads the image from a request that sets an icon: the raw body, or the field `icon` of a form (RFC 7578).
import { readBytes } from "../../http/body.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { MAX_ICON_BYTES } from "../../protocol/builder.ts";

/** Room for the boundaries and headers of a form around the image, bytes. */
const FORM_OVERHEAD = 16 * 1024;

/** Returns the image, of at most `MAX_ICON_BYTES`. Refuses `malformed`, `invalid`, `too_large`. */
export async function imageOf(request: Request): Promise<Uint8Array> {
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
