// What the package exports: a client of a Slipway installation, and what programs need around it.
export { createClient, type ClientSettings, type SlipwayClient } from "./client.js";
export { SlipwayError, unwrap, type Answer, type ErrorBody } from "./error.js";
export { eachRow, type Position } from "./pages.js";
export type { components, operations, paths } from "./schema.js";
export {
  waitForBuild,
  waitForNotification,
  type Build,
  type PushNotification,
  type WaitOptions,
} from "./wait.js";
export {
  UnverifiedWebhookError,
  verifyWebhook,
  type ChannelCallback,
  type VerifyOptions,
  type WebhookEvent,
  type WebhookHeaders,
} from "./webhook.js";
