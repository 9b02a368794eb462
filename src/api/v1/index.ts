// API v1: account, apps, builds, keystores, API keys and administration (docs/contracts.md, App-builder).
import type { Surface } from "../../http/surface.ts";
import { getAccount } from "./account/get-account.ts";
import { getSubscription } from "./account/get-subscription.ts";
import { getUsage } from "./account/get-usage.ts";
import { createAccount, updateAccount } from "./admin/accounts.ts";
import { createBuilder, deleteBuilder, listBuilders } from "./admin/builders.ts";
import { createAccountApiKey } from "./admin/create-api-key.ts";
import { listPlans, putPlans } from "./admin/plans.ts";
import { createApiKey } from "./api-keys/create-api-key.ts";
import { deleteApiKey } from "./api-keys/delete-api-key.ts";
import { listApiKeys } from "./api-keys/list-api-keys.ts";
import { createApp } from "./apps/create-app.ts";
import { deleteApp } from "./apps/delete-app.ts";
import { getApp } from "./apps/get-app.ts";
import { listApps } from "./apps/list-apps.ts";
import { putIcon } from "./apps/put-icon.ts";
import { updateApp } from "./apps/update-app.ts";
import { cancelBuild } from "./builds/cancel-build.ts";
import { getBuild } from "./builds/get-build.ts";
import { getDownload } from "./builds/get-download.ts";
import { getLogs } from "./builds/get-logs.ts";
import { listBuilds } from "./builds/list-builds.ts";
import { triggerBuild } from "./builds/trigger-build.ts";
import { bindSubscriber } from "./channels/bind-subscriber.ts";
import { createChannel } from "./channels/create-channel.ts";
import { deleteChannel } from "./channels/delete-channel.ts";
import { getChannel } from "./channels/get-channel.ts";
import { listChannels } from "./channels/list-channels.ts";
import { rotateKey } from "./channels/rotate-key.ts";
import { updateChannel } from "./channels/update-channel.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import { createKeystore } from "./keystores/create-keystore.ts";
import { deleteKeystore } from "./keystores/delete-keystore.ts";
import { exportKeystore } from "./keystores/export-keystore.ts";
import { listKeystores } from "./keystores/list-keystores.ts";
import { cancelNotification } from "./notifications/cancel-notification.ts";
import { createNotification } from "./notifications/create-notification.ts";
import { getNotification } from "./notifications/get-notification.ts";
import { listNotifications } from "./notifications/list-notifications.ts";
import { deleteCredential } from "./push/delete-credential.ts";
import { getCredential } from "./push/get-credential.ts";
import { putCredential } from "./push/put-credential.ts";
import { verifyCredential } from "./push/verify-credential.ts";

export const v1: Surface = {
  prefix: "/api/v1",
  operations: [
    getAccount,
    getSubscription,
    getUsage,
    listApps,
    createApp,
    getApp,
    updateApp,
    deleteApp,
    putIcon,
    listBuilds,
    triggerBuild,
    getBuild,
    cancelBuild,
    getDownload,
    getLogs,
    listNotifications,
    createNotification,
    getNotification,
    cancelNotification,
    getCredential,
    putCredential,
    deleteCredential,
    verifyCredential,
    listChannels,
    createChannel,
    getChannel,
    updateChannel,
    deleteChannel,
    rotateKey,
    bindSubscriber,
    listKeystores,
    createKeystore,
    deleteKeystore,
    exportKeystore,
    listApiKeys,
    createApiKey,
    deleteApiKey,
    createAccount,
    updateAccount,
    createAccountApiKey,
    listPlans,
    putPlans,
    createBuilder,
    listBuilders,
    deleteBuilder,
  ],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: InvalidBody },
};
