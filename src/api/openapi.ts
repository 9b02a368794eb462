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
      description: "Turns a website into a signed Android app.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: origin }],
    tags: [
      { name: "Account", description: "The account behind the key." },
      { name: "Apps", description: "Websites to make apps of." },
      { name: "Builds", description: "Making apps, and what came of it." },
      { name: "Keystores", description: "Keys that release builds are signed with." },
      { name: "API keys", description: "Keys to this API." },
      { name: "Administration", description: "For operators." },
      { name: "Downloads", description: "Signed links." },
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
}
