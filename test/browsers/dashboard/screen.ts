// A screen: a page of the dashboard in one of its states, which screens.test.ts walks. The screens of an area are in
// screens/<area>.ts, which exports a list of them as `screens`.
import type { Seed } from "./seed.ts";

/** The roles of members. */
export type Role = "owner" | "developer" | "marketer" | "viewer";

export interface Screen {
  /** Its name, unique, of which its pictures' names are made: "apps-empty". */
  name: string;
  path: (seed: Seed) => string;
  /** Who looks; the owner by default. A visitor is not signed in; the colleague has every way to sign in. */
  role?: Role | "visitor" | "colleague";
  /** A selector of what is pressed before one looks, such as the button of a dialog or menu. */
  opens?: string;
  /** The status that the page has; 200 by default. */
  status?: number;
  /** What of it nobody can see without a script: then only its heading is looked for. */
  needsScript?: true;
}
