// The screen of the installation's health: a provider complains of a credential, and a build, a send and a webhook failed.
import type { Screen } from "../screen.ts";

export const screens: Screen[] = [
  {
    name: "admin-health",
    path: () => "/dashboard/admin/health",
    role: "operator",
    grows: true,
    // How long things waited and took differs from one look to the next.
    needsScript: true,
  },
];
