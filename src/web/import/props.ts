// What the parts of an import's page are given.
import type { Import } from "../../domain/imports/find-import.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import type { SideApp } from "../dashboard/side.tsx";

/** The paths of the page's forms, below its own. */
export const START = "/start";
export const STOP = "/cancel";

export interface ImportProps {
  ctx: MemberCtx;
  side: SideApp;
  /** The path of the app's pages. */
  ofApp: string;
  form: FormState;
  /** The page's path. */
  path: string;
  one: Import;
  mayImport: boolean;
}
