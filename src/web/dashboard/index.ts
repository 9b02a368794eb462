// The dashboard: all pages below /dashboard. Those whose first segment is a word come before those of an account.
import type { Operation } from "../../http/operation.ts";
import type { Surface } from "../../http/surface.ts";
import { apiKeysPage } from "../api-keys/index.tsx";
import { appDesign } from "../app-design/index.tsx";
import { appIcon } from "../app-icon/index.tsx";
import { iconPicture } from "../app-icon/picture.ts";
import { appOverview } from "../app-overview/index.tsx";
import { frameCheck } from "../app-overview/live-preview.tsx";
import { appsPage } from "../apps/index.tsx";
import { newAppPage } from "../apps/new-app.tsx";
import { audiencePages } from "../audience/index.tsx";
import { auditExport } from "../audit/export.ts";
import { auditPage } from "../audit/index.tsx";
import { buildFilePage, buildPage } from "../builds/build.tsx";
import { buildsPage } from "../builds/index.tsx";
import { buildLogPage } from "../builds/log.ts";
import { channelPersonPage } from "../channel-person/index.tsx";
import { channelPages } from "../channels/index.tsx";
import { comingIn } from "../coming-in/index.ts";
import { composePages } from "../compose/index.tsx";
import { distributionPage } from "../distribution/index.tsx";
import { importPages } from "../import/index.tsx";
import { keystoresPage } from "../keystores/index.tsx";
import { providersPage } from "../providers/index.tsx";
import { notificationPages } from "../notifications/index.tsx";
import { securityPages } from "../security/index.tsx";
import { segmentPages } from "../segments/index.tsx";
import { sendingPages } from "../sendings/index.tsx";
import { settingsPage } from "../settings/index.tsx";
import { checklistPage, startPage } from "../start/index.tsx";
import { teamPage } from "../team/index.tsx";
import { webPushPage } from "../web-push/index.tsx";
import { faultPage, refusalPage } from "./errors.tsx";
import { themePage } from "./theme.ts";

const OF_EVERYBODY: readonly Operation[] = [
  ...themePage,
  ...comingIn,
  ...securityPages,
  ...channelPersonPage,
];

const OF_ACCOUNTS: readonly Operation[] = [
  ...appsPage,
  ...newAppPage,
  ...startPage,
  ...sendingPages,
  ...apiKeysPage,
  ...keystoresPage,
  ...teamPage,
  ...auditPage,
  ...auditExport,
  ...settingsPage,
];

const OF_APPS: readonly Operation[] = [
  ...checklistPage,
  ...appOverview,
  ...frameCheck,
  ...appDesign,
  ...appIcon,
  ...iconPicture,
  ...buildsPage,
  ...buildPage,
  ...buildFilePage,
  ...buildLogPage,
  ...distributionPage,
  ...webPushPage,
  ...providersPage,
  // Before the page of one of the audience, whose id is where these have a word.
  ...importPages,
  ...audiencePages,
  ...notificationPages,
  ...segmentPages,
  ...channelPages,
  ...composePages,
];

export const dashboard: Surface = {
  prefix: "/dashboard",
  operations: [...OF_EVERYBODY, ...OF_ACCOUNTS, ...OF_APPS],
  refusal: refusalPage,
  fault: faultPage,
};
