// The dashboard: all pages below /dashboard. Those whose first segment is a word come before those of an account.
import type { Operation } from "../../http/operation.ts";
import type { Surface } from "../../http/surface.ts";
import { adminAccountPages } from "../admin-accounts/index.tsx";
import { adminPlansPage } from "../admin-plans/index.tsx";
import { adminBuilders } from "../admin-builders/index.tsx";
import { adminBuilds } from "../admin-builds/index.tsx";
import { adminSends } from "../admin-sends/index.tsx";
import { healthPage } from "../admin-health/index.tsx";
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
import { webhookPages } from "../webhooks/index.tsx";
import { usagePage } from "../usage/index.tsx";
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
  ...webhookPages,
  ...usagePage,
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

/** Pages of the installation, for its operators. */
const OF_INSTALLATION: readonly Operation[] = [
  ...adminAccountPages,
  ...adminPlansPage,
  ...adminBuilders,
  ...adminBuilds,
  ...adminSends,
  ...healthPage,
];

export const dashboard: Surface = {
  prefix: "/dashboard",
  operations: [...OF_EVERYBODY, ...OF_INSTALLATION, ...OF_ACCOUNTS, ...OF_APPS],
  refusal: refusalPage,
  fault: faultPage,
};
