// The screens of operators: builder hosts, builds and sends of all accounts.
import { sends, type Screen } from "../screen.ts";

/**
 * What others of the screens build or send must not change what is seen: these are of builds that failed, and of sends that are
 * over.
 */
const BUILDS = "/dashboard/admin/builds?status=failed";
const SENDS = "/dashboard/admin/sends?state=sent";

export const screens: Screen[] = [
  {
    name: "admin-builders",
    path: () => "/dashboard/admin/builders",
    role: "operator",
    // What hosts do differs from one look to the next.
    needsScript: true,
  },
  {
    name: "admin-builder-remove",
    path: () => "/dashboard/admin/builders",
    role: "operator",
    opens: "button[commandfor^='remove-']",
    needsScript: true,
  },
  { name: "admin-builds", path: () => BUILDS, role: "operator" },
  {
    name: "admin-build-failed",
    path: ({ builds }) => `/dashboard/admin/builds/${builds.failed}`,
    role: "operator",
  },
  {
    name: "admin-build-log",
    path: ({ builds }) => `/dashboard/admin/builds/${builds.failed}`,
    role: "operator",
    does: sends("form[action$='/log']"),
  },
  { name: "admin-sends", path: () => SENDS, role: "operator" },
  {
    name: "admin-builder-made",
    path: () => "/dashboard/admin/builders",
    role: "operator",
    opens: "button[commandfor='new-host']",
    does: sends("#new-host form", { name: "spare-cellar" }),
    needsScript: true,
  },
];
