// The screens of the list of apps, of an app's overview, checklist, design and icon.
import { sends, type Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "apps", path: ({ base }) => base },
  { name: "apps-viewer", path: ({ base }) => base, role: "viewer" },
  { name: "apps-empty", path: ({ emptyBase }) => emptyBase },
  {
    name: "apps-new-dialog",
    path: ({ base }) => base,
    opens: "button[commandfor='new-app']",
  },
  { name: "app-new", path: ({ base }) => `${base}/apps/new` },
  { name: "app-start-new", path: ({ newAppBase }) => `${newAppBase}/start` },
  { name: "app-start", path: ({ app }) => `${app.base}/start` },
  { name: "app-start-built", path: ({ builtAppBase }) => `${builtAppBase}/start` },
  // Whether the site can be shown is asked by the script.
  { name: "app-overview", path: ({ app }) => app.base, needsScript: true },
  { name: "app-overview-new", path: ({ newAppBase }) => newAppBase, needsScript: true },
  { name: "app-overview-viewer", path: ({ app }) => app.base, role: "viewer", needsScript: true },
  {
    name: "app-delete",
    path: ({ app }) => app.base,
    opens: "button[commandfor='delete-app']",
    needsScript: true,
  },
  { name: "app-design", path: ({ app }) => `${app.base}/design` },
  { name: "app-design-viewer", path: ({ app }) => `${app.base}/design`, role: "viewer" },
  { name: "app-icon", path: ({ app }) => `${app.base}/icon` },
  {
    name: "app-icon-picture",
    path: ({ builtAppBase }) => `${builtAppBase}/icon`,
    // The shape in one colour is found by the script.
    needsScript: true,
  },
  {
    name: "app-new-refused",
    path: ({ base }) => `${base}/apps/new`,
    does: sends("main form", { url: "market", name: "", package_name: "Market" }),
    status: 422,
  },
  {
    name: "app-design-refused",
    path: ({ app }) => `${app.base}/design`,
    does: sends("form[data-design]", { name: "", url: "market", version_name: "one" }),
    status: 422,
  },
  {
    name: "app-icon-refused",
    path: ({ newAppBase }) => `${newAppBase}/icon`,
    does: async (page) => {
      const file = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
      await page.setInputFiles("[data-pick=icon]", file);
      await sends("form:has([data-pick=icon])")(page);
    },
    status: 422,
    needsScript: true,
  },
  {
    name: "app-icon-layer-refused",
    path: ({ newAppBase }) => `${newAppBase}/icon`,
    does: async (page) => {
      const file = { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
      await page.getByText("Layers, for an icon").click();
      await page.setInputFiles("[data-pick=foreground]", file);
      await sends("form:has([data-pick=foreground])")(page);
    },
    status: 422,
    needsScript: true,
  },
  {
    name: "app-icon-background-refused",
    path: ({ newAppBase }) => `${newAppBase}/icon`,
    does: sends("form:has([name='config.icon_background'])", { "config.icon_background": "red" }),
    status: 422,
  },
  {
    name: "app-icon-remove",
    path: ({ builtAppBase }) => `${builtAppBase}/icon`,
    opens: "button[commandfor='remove-icon']",
    needsScript: true,
  },
  {
    name: "app-delete-refused",
    path: ({ app }) => app.base,
    opens: "button[commandfor='delete-app']",
    does: sends("#delete-app form", { name: "Market" }),
    status: 422,
    needsScript: true,
  },
];
