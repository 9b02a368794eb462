// API v1: account, apps, builds, keystores, API keys, webhooks and administration (docs/contracts.md, App-builder).
import type { Surface } from "../../http/surface.ts";
import { getAccount, getLimits, getSubscription, getUsage } from "./account.ts";
import {
  createAccount,
  createAccountApiKey,
  getAdminAccount,
  listAccounts,
  resumeAccount,
  suspendAccount,
  updateAccount,
} from "./admin/accounts.ts";
import {
  createBuilder,
  deleteBuilder,
  drainBuilder,
  listBuilders,
  resumeBuilder,
} from "./admin/builders.ts";
import { listPlans, putPlans } from "./admin/plans.ts";
import { resealPart } from "./admin/sealing-keys.ts";
import { createApiKey, deleteApiKey, listApiKeys } from "./api-keys.ts";
import { createApp, deleteApp, getApp, listApps, putIcon, updateApp } from "./apps.ts";
import { getAssetLinks } from "./asset-links.ts";
import { cancelBuild, getBuild, getDownload, getLogs, listBuilds, triggerBuild } from "./builds.ts";
import {
  bindSubscriber,
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  rotateKey,
  updateChannel,
} from "./channels.ts";
import { deleteCredential, getCredential, putCredential, verifyCredential } from "./credentials.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import { getInstallLink, revokeInstallLinks } from "./install-links.ts";
import {
  createKeystore,
  deleteKeystore,
  exportKeystore,
  listKeystores,
  updateKeystore,
} from "./keystores.ts";
import {
  cancelNotification,
  createNotification,
  getNotification,
  getResults,
  listNotifications,
} from "./notifications.ts";
import {
  createWebhook,
  deleteWebhook,
  getDelivery,
  getWebhook,
  listDeliveries,
  listWebhooks,
  replayOne,
  replayWebhook,
  rotateSecret,
  testWebhook,
  updateWebhook,
} from "./webhooks.ts";

export const v1: Surface = {
  prefix: "/api/v1",
  operations: [
    getAccount,
    getSubscription,
    getUsage,
    getLimits,
    listApps,
    createApp,
    getApp,
    updateApp,
    getAssetLinks,
    deleteApp,
    putIcon,
    listBuilds,
    triggerBuild,
    getBuild,
    cancelBuild,
    getDownload,
    getInstallLink,
    revokeInstallLinks,
    getLogs,
    listNotifications,
    createNotification,
    getNotification,
    getResults,
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
    updateKeystore,
    deleteKeystore,
    exportKeystore,
    listApiKeys,
    createApiKey,
    deleteApiKey,
    listWebhooks,
    createWebhook,
    getWebhook,
    updateWebhook,
    deleteWebhook,
    rotateSecret,
    testWebhook,
    listDeliveries,
    getDelivery,
    replayOne,
    replayWebhook,
    listAccounts,
    createAccount,
    getAdminAccount,
    updateAccount,
    suspendAccount,
    resumeAccount,
    createAccountApiKey,
    listPlans,
    putPlans,
    createBuilder,
    listBuilders,
    drainBuilder,
    resumeBuilder,
    deleteBuilder,
    resealPart,
  ],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: InvalidBody },
};
