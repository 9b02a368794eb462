// The push API: apps, credentials, subscribers, notifications (docs/contracts.md, Push). Its errors are flat.
import type { Surface } from "../../http/surface.ts";
import { getAnalytics } from "./analytics/get-analytics.ts";
import { trackClick } from "./analytics/track-click.ts";
import { createApp } from "./apps/create-app.ts";
import { deleteApp } from "./apps/delete-app.ts";
import { getApp } from "./apps/get-app.ts";
import { listApps } from "./apps/list-apps.ts";
import { updateApp } from "./apps/update-app.ts";
import { deleteCredential } from "./credentials/delete-credential.ts";
import { getCredential } from "./credentials/get-credential.ts";
import { putCredential } from "./credentials/put-credential.ts";
import { verifyCredential } from "./credentials/verify-credential.ts";
import { ErrorBody, faultAnswer, InvalidBody, refusalAnswer } from "./errors.ts";
import { cancelNotification } from "./notifications/cancel-notification.ts";
import { createNotification } from "./notifications/create-notification.ts";
import { estimate } from "./notifications/estimate.ts";
import { getNotification } from "./notifications/get-notification.ts";
import { listNotifications } from "./notifications/list-notifications.ts";
import { listRecipients } from "./notifications/list-recipients.ts";
import { sendNotification } from "./notifications/send-notification.ts";
import { updateNotification } from "./notifications/update-notification.ts";
import { deleteSubscriber } from "./subscribers/delete-subscriber.ts";
import { getSubscriber } from "./subscribers/get-subscriber.ts";
import { importSubscribers } from "./subscribers/import-subscribers.ts";
import { listSubscribers } from "./subscribers/list-subscribers.ts";
import { registerSubscriber } from "./subscribers/register-subscriber.ts";
import { unsubscribeSubscriber } from "./subscribers/unsubscribe-subscriber.ts";
import { updateSubscriber } from "./subscribers/update-subscriber.ts";
import { createWebhook } from "./webhooks/create-webhook.ts";
import { deleteWebhook } from "./webhooks/delete-webhook.ts";
import { listDeliveries } from "./webhooks/list-deliveries.ts";
import { listWebhooks } from "./webhooks/list-webhooks.ts";
import { testWebhook } from "./webhooks/test-webhook.ts";
import { updateWebhook } from "./webhooks/update-webhook.ts";

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
    listSubscribers,
    registerSubscriber,
    importSubscribers,
    getSubscriber,
    updateSubscriber,
    unsubscribeSubscriber,
    deleteSubscriber,
    listNotifications,
    createNotification,
    estimate,
    getNotification,
    updateNotification,
    sendNotification,
    cancelNotification,
    listRecipients,
    trackClick,
    getAnalytics,
    listWebhooks,
    createWebhook,
    updateWebhook,
    deleteWebhook,
    listDeliveries,
    testWebhook,
  ],
  refusal: refusalAnswer,
  fault: faultAnswer,
  errors: { error: ErrorBody, invalid: InvalidBody },
};
