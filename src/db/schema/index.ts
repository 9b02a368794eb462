// Every table; drizzle-kit reads this file to write migrations.
export * from "./accounts.ts";
export * from "./apps.ts";
export * from "./builds.ts";
export * from "./push.ts";
export * from "./webhooks.ts";
export * from "./channels.ts";
export * from "./campaigns.ts";
export * from "./drafts.ts";
export * from "./people.ts";
export * from "./audit.ts";
export * from "./reports.ts";
export * from "./segments.ts";
export * from "./reports.ts";
export * from "./own-devices.ts";
export * from "./imports.ts";
export * from "./own-devices.ts";
