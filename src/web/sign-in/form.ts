// What a form posts.
import { readBytes } from "../../http/body.ts";

/** Largest body of a form, bytes. */
const MAX_FORM_BYTES = 16 * 1024;

/** The fields of a form, each once; the last one counts. */
export async function readForm(request: Request): Promise<Record<string, string>> {
  const bytes = await readBytes(request, MAX_FORM_BYTES);
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)));
}
