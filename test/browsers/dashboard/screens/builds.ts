// The screens of builds, distribution and keystores.
import { sends, type Screen } from "../screen.ts";

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
  { name: "builds-empty", path: ({ newAppBase }) => `${newAppBase}/builds` },
  { name: "builds-all", path: ({ builds }) => `${builds.base}/builds` },
  { name: "build-failed", path: ({ builds }) => `${builds.base}/builds/${builds.failed}` },
  { name: "build-cancelled", path: ({ builds }) => `${builds.base}/builds/${builds.cancelled}` },
  { name: "build-bundle", path: ({ builds }) => `${builds.base}/builds/${builds.bundle}` },
  { name: "distribution-released", path: ({ builds }) => `${builds.base}/distribution` },
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
    // The newest first: that of the release is the older one.
    opens: "section:last-of-type button[commandfor^='delete-key']",
  },
  {
    name: "builds-refused",
    path: ({ builds }) => `${builds.base}/builds`,
    opens: "button[commandfor='new-build']",
    does: sends("#new-build form", { preset: "aab" }),
    status: 409,
  },
  {
    name: "keystores-generate-refused",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor='new-key']",
    does: sends("#new-key form", { name: "" }),
    status: 422,
  },
  {
    name: "keystores-upload-refused",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor='upload-key']",
    does: async (page) => {
      const file = {
        name: "key.jks",
        mimeType: "application/octet-stream",
        buffer: Buffer.from("no key"),
      };
      await page.setInputFiles("#upload-key input[type=file]", file);
      await sends("#upload-key form", { name: "tides-upload", store_password: "tidestides" })(page);
    },
    status: 422,
  },
  {
    name: "keystores-export-refused",
    path: ({ base }) => `${base}/keystores`,
    opens: "button[commandfor^='export-key']",
    does: sends("dialog[open] form", { password: "tide" }),
    status: 422,
  },
  {
    name: "keystores-delete-refused",
    path: ({ base }) => `${base}/keystores`,
    opens: "section:last-of-type button[commandfor^='delete-key']",
    does: sends("dialog[open] form", { name: "tides" }),
    status: 422,
  },
];
