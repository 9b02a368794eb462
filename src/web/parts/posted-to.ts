// Forms that a page has once for each row: which row's was posted is said by the path, "/3/end".
import type { FormState } from "../dashboard/form-state.ts";

/** The state with the path that was really posted to, below the page's path `base`, in place of "/{key}/end". */
export function postedTo(form: FormState, request: Request, base: string): FormState {
  if (form.posted === null) return form;
  const { pathname } = new URL(request.url);
  return { ...form, posted: decodeURIComponent(pathname.slice(base.length)) };
}
