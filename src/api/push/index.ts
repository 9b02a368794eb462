// The push API: apps, credentials, subscribers, notifications, analytics, webhooks (docs/contracts.md, Push).
import type { Surface } from "../../http/surface.ts";
import { getAnalytics, trackClick } from "./analytics.ts";
import { createApp, deleteApp, getApp, listApps, updateApp } from "./apps.ts";
import { deleteCredential, getCredential, putCredential, verifyCredential } from "./credentials.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import {
  deleteIdentitySecret,
  getIdentitySecret,
  replaceIdentitySecret,
} from "./identity-secret.ts";
import {
  cancelNotification,
  createNotification,
  estimate,
  getNotification,
  listNotifications,
  sendNotification,
  updateNotification,
} from "./notifications.ts";
import { getResults, listRecipients } from "./recipients.ts";
import {
  createSegment,
  deleteSegment,
  getSegment,
  getSegmentUses,
  listSegments,
  updateSegment,
} from "./segments.ts";
import {
  deleteSubscriber,
  getSubscriber,
  importSubscribers,
  listSubscribers,
  registerSubscriber,
  unsubscribeSubscriber,
  updateSubscriber,
} from "./subscribers.ts";
import { deleteUser, getUser } from "./users.ts";
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

export const push: Surface = {
  prefix: "/api/v1/push",
  operations: [
    listApps,
    createApp,
    getApp,
    updateApp,
    deleteApp,
    getCredential,
    putCredential,
    deleteCredential,
    verifyCredential,
    getIdentitySecret,
    replaceIdentitySecret,
    deleteIdentitySecret,
    listSubscribers,
    registerSubscriber,
    importSubscribers,
    getSubscriber,
    updateSubscriber,
    unsubscribeSubscriber,
    deleteSubscriber,
    getUser,
    deleteUser,
    listSegments,
    createSegment,
    getSegment,
    updateSegment,
    deleteSegment,
    getSegmentUses,
    listNotifications,
    createNotification,
    estimate,
    getNotification,
    updateNotification,
    sendNotification,
    cancelNotification,
    getResults,
    listRecipients,
    trackClick,
    getAnalytics,
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
  ],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: InvalidBody },
};
