// The screens of builds, distribution and keystores.
import type { Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "builds", path: ({ app }) => `${app.base}/builds` },
  { name: "builds-viewer", path: ({ app }) => `${app.base}/builds`, role: "viewer" },
  {
    name: "builds-new",
    path: ({ app }) => `${app.base}/builds`,
    opens: "button[commandfor='new-build']",
  },
  { name: "build", path: ({ app, build }) => `${app.base}/builds/${build}` },
  {
    name: "build-end-links",
    path: ({ app, build }) => `${app.base}/builds/${build}`,
    opens: "button[commandfor='end-links']",
  },
  { name: "distribution", path: ({ app }) => `${app.base}/distribution` },
  { name: "distribution-viewer", path: ({ app }) => `${app.base}/distribution`, role: "viewer" },
  { name: "keystores", path: ({ base }) => `${base}/keystores` },
  { name: "keystores-empty", path: ({ emptyBase }) => `${emptyBase}/keystores` },
  {
    name: "keystores-generate",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor='new-key']",
  },
  {
    name: "keystores-upload",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor='upload-key']",
  },
  {
    name: "keystores-export",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor^='export-key']",
  },
  {
    name: "keystores-delete",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor^='delete-key']",
  },
];
