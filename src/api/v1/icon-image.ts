// Reads the image from a request that sets an icon: the raw body, or the field `icon` of a form (RFC 7578), the only one.
import { z } from "zod";
import { readBytes } from "../../http/body.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { MAX_ICON_BYTES } from "../../protocol/builder.ts";

/** Room for the boundaries and headers of a form around the image, bytes. */
const FORM_OVERHEAD = 16 * 1024;
/** Most fields of a form that are parsed, to tell which are not known: what a form has beside its files takes long. */
const MAX_FORM_FIELDS = 10;

const IconForm = z.strictObject({
  icon: z.instanceof(File, {
    error: ({ input }) => (Array.isArray(input) ? "must be given once" : "must be a file"),
  }),
});

/** The boundary in the Content-Type of a form (RFC 2046 section 5.1.1). */
const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;
const HEADERS_END = "\r\n\r\n";

/** Returns the image, of at most `MAX_ICON_BYTES`. Refuses `malformed`, `invalid`, `too_large`. */
export async function imageOf(request: Request): Promise<Uint8Array> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.toLowerCase().startsWith("multipart/form-data")) {
    return readBytes(request, MAX_ICON_BYTES);
  }
  const bytes = await readBytes(request, MAX_ICON_BYTES + FORM_OVERHEAD);
  const malformed = () =>
    refuse({ code: "malformed", message: "The request body is not a valid form." });
  const boundary = BOUNDARY.exec(type)
    ?.slice(1)
    .find((text) => text !== undefined);
  if (boundary === undefined) return malformed();
  if (!isLight(Buffer.from(bytes.buffer), `--${boundary}`)) {
    const message = `must be a form of at most ${MAX_FORM_FIELDS} fields, whose headers have ${FORM_OVERHEAD} bytes at most`;
    refuse(invalidField(["body"], message));
  }
  const form = await new Response(bytes, { headers: { "content-type": type } })
    .formData()
    .catch(malformed);
  // Each name with its values, as JSON would have them: a file, or a list where a name is given twice.
  const fields = [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  const { icon } = parse(IconForm, Object.fromEntries(fields));
  if (icon.size > MAX_ICON_BYTES) refuse({ code: "too_large", limit: MAX_ICON_BYTES });
  return new Uint8Array(await icon.arrayBuffer());
}

/** Whether a form has few fields and short headers; what the fields hold does not matter. */
function isLight(form: Buffer, delimiter: string): boolean {
  let fields = 0;
  for (let at = form.indexOf(delimiter); at !== -1; fields++) {
    if (fields > MAX_FORM_FIELDS) return false;
    // The last delimiter ends the form.
    const end = form.indexOf(HEADERS_END, at);
    if ((end === -1 ? form.length : end) - at > FORM_OVERHEAD) return false;
    at = end === -1 ? -1 : form.indexOf(delimiter, end);
  }
  return true;
}
