// The frame of the OpenAPI document; the operations describe themselves.
import type { OpenAPIHono } from "@hono/zod-openapi";

type Registry = OpenAPIHono["openAPIRegistry"];

/** Everything about the API but its operations, served at `origin`. */
export function documentInfo(origin: string) {
  return {
    openapi: "3.1.0" as const,
    info: {
      title: "Slipway API",
      version: "1.0.0",
      description:
        "Turns a website into a signed Android app, and pushes notifications to everyone who " +
        "installs it or subscribes on the web.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: origin }],
    tags: [
      { name: "Account", description: "The account behind the key." },
      { name: "Apps", description: "Websites to make apps of." },
      { name: "Builds", description: "Making apps, and what came of it." },
      { name: "Notifications", description: "Messages to the users of an app." },
      { name: "Keystores", description: "Keys that release builds are signed with." },
      { name: "API keys", description: "Keys to this API." },
      { name: "Administration", description: "For operators." },
      { name: "Downloads", description: "Signed links." },
      { name: "Push credentials", description: "How an app reaches FCM, APNs and Web Push." },
      { name: "Push apps", description: "The same apps, as the push API shows them." },
      { name: "Subscribers", description: "Devices and browsers that take notifications." },
      { name: "Analytics", description: "What became of notifications, by day and click." },
      { name: "Webhooks", description: "Where an app's events are sent." },
      { name: "Tracking", description: "Signed links in pushes." },
      {
        name: "Push notifications",
        description: "The same notifications, as the push API shows them.",
      },
      { name: "Channels", description: "Notifications to single people, by an owner's own ids." },
      {
        name: "Instant sending",
        description: "One-time sendings over several apps, with pushes in several languages.",
      },
      { name: "Instances", description: "Installations of apps, as they speak for themselves." },
      { name: "Devices", description: "What browsers and devices do for themselves." },
    ],
  };
}

/** Names the ways to authenticate that operations refer to. */
export function registerSecurity(registry: Registry): void {
  registry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An API key, `sw_live_...`.",
  });
  registry.registerComponent("securitySchemes", "adminToken", {
    type: "http",
    scheme: "bearer",
    description: "The operators' token.",
  });
  registry.registerComponent("securitySchemes", "appKey", {
    type: "apiKey",
    in: "header",
    name: "x-app-key",
    description: "An app's `public_key`, `pk_...`; not secret.",
  });
  registry.registerComponent("securitySchemes", "channelKey", {
    type: "apiKey",
    in: "header",
    name: "x-channel-api-key",
    description: "A channel's key, `sw_chn_...`.",
  });
  registry.registerComponent("securitySchemes", "subscriberToken", {
    type: "http",
    scheme: "bearer",
    description: "What a device got when it registered, `sw_sub_...`.",
  });
}
