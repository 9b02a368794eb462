// The settings of an app for pushes: defaults of notifications, and which pages may register subscribers.
import { z } from "zod";
import { isPossibleHost } from "../../kit/public-host.ts";
import { WebUrl } from "../apps/app-input.ts";

/** Most origins an app's pages can be on. */
const MAX_ORIGINS = 50;

const Origin = z
  .string()
  .max(300)
  .refine(isOrigin, { message: "must be an origin such as https://example.com" })
  .meta({ pattern: "^https?://[^\\s/?#@\\\\]+$" });

/** Settings as a request gives them: those left out stay as they are, null clears one. */
export const GivenSettings = z.strictObject({
  default_icon: WebUrl.nullish().meta({
    description: "The icon of notifications that name none. null clears it.",
    example: "https://example.com/icon.png",
  }),
  default_url: WebUrl.nullish().meta({
    description: "What a click opens where the notification names nothing. null clears it.",
    example: "https://example.com",
  }),
  /** Origins of pages that may register subscribers; empty for any. */
  allowed_origins: z
    .array(Origin)
    .max(MAX_ORIGINS)
    .optional()
    .meta({
      description:
        "Origins of pages that may register subscribers, as https://example.com; empty: any.",
      example: ["https://example.com"],
    }),
});

/** Settings as they are stored and shown. */
export const PushSettings = z.object({
  default_icon: z.string().nullable().default(null),
  default_url: z.string().nullable().default(null),
  allowed_origins: z.array(z.string()).default([]),
});
export type PushSettings = z.output<typeof PushSettings>;

/** Returns the settings in an app's row. */
export function settingsOf(app: { pushSettings: Record<string, unknown> }): PushSettings {
  return PushSettings.parse(app.pushSettings);
}

/** Whether `text` has scheme, host and port alone, as browsers send it (RFC 6454 section 6.1). */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { origin, hostname } = new URL(text);
  return origin === text && isPossibleHost(hostname);
}
