// The dashboard: all pages below /dashboard. Those whose first segment is a word come before those of an account.
import type { Operation } from "../../http/operation.ts";
import type { Surface } from "../../http/surface.ts";
import { apiKeysPage } from "../api-keys/index.tsx";
import { iconPicture } from "../app-icon/picture.ts";
import { appsPage } from "../apps/index.tsx";
import { comingIn } from "../coming-in/index.ts";
import { securityPages } from "../security/index.tsx";
import { auditPage } from "../audit/index.tsx";
import { channelPages } from "../channels/index.tsx";
import { settingsPage } from "../settings/index.tsx";
import { teamPage } from "../team/index.tsx";
import { faultPage, refusalPage } from "./errors.tsx";
import { themePage } from "./theme.ts";

const operations: readonly Operation[] = [
  ...themePage,
  ...comingIn,
  ...securityPages,
  ...appsPage,
  ...iconPicture,
  ...apiKeysPage,
  ...teamPage,
  ...channelPages,
  ...auditPage,
  ...settingsPage,
];

export const dashboard: Surface = {
  prefix: "/dashboard",
  operations,
  refusal: refusalPage,
  fault: faultPage,
};
