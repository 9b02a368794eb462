// The form of assets/config.json, which the packager writes and the Java shell reads. Every key is always present, so
// that the shell needs no defaults.
import { z } from "zod";
import { AppPermission } from "./config-parts.ts";

/** Where an app registers for pushes, and by which keys. */
export const PushSource = z.strictObject({
  /** Of the API, without a path: `https://push.example.com`. */
  api_origin: z.string(),
  /** The app's UUID. */
  app_id: z.string(),
  /** The app's `pk_...`, which registers subscribers. */
  public_key: z.string(),
  /** The VAPID public key, an uncompressed P-256 point in base64url (RFC 8292 section 3.2). */
  vapid_public_key: z.string(),
  /** Whether Android lets the app open the links of that origin, channels' codes. Left out for no, as builders of before know it. */
  code_links: z.boolean().optional(),
});
export type PushSource = z.infer<typeof PushSource>;

export const ShellConfig = z.strictObject({
  /** Grows when the meaning of a key changes. */
  schema: z.literal(1),
  /** The page that the app opens with. */
  url: z.string(),
  /**
   * What opens inside the app, beginning with the host of the start page: hosts, `*.` and a host for all below it, each perhaps
   * with a path of which a `*` at the end stands for all that follows.
   */
  hosts: z.array(z.string()).min(1),
  /** What opens in a tab of the browser above the app, in the same form; it counts before `hosts`. */
  custom_tab_hosts: z.array(z.string()),
  /** Hosts that may be reached without TLS, so that their addresses stay as they are: hosts, `*.` and a host. */
  cleartext_hosts: z.array(z.string()),
  /** The scheme whose links open pages of the start page's origin; null for none. */
  custom_scheme: z.string().nullable(),
  /** Appended to the user agent of the WebView after a space, or "" for none. */
  user_agent_suffix: z.string(),
  /** #rrggbb, lower case. */
  theme_color: z.string(),
  background_color: z.string(),
  /** Per cent; null for what the system's settings say. */
  text_zoom: z.int().nullable(),
  pull_to_refresh: z.boolean(),
  /** Whether assets/offline.html is shown in place of a page that can't be reached. */
  offline_page: z.boolean(),
  third_party_cookies: z.boolean(),
  /** Whether pages may play media that the device protects. */
  protected_media: z.boolean(),
  fullscreen: z.boolean(),
  keep_awake: z.boolean(),
  /** The device features that a page may be granted. */
  permissions: z.array(AppPermission),
  /** How the app receives pushes; null if it receives none. Nothing here is secret. */
  push: z
    .strictObject({
      ...PushSource.omit({ code_links: true }).shape,
      play_services: z.boolean(),
      poll: z.boolean(),
      /** What is said before the question for the permission at the first start; null if only pages ask. */
      prompt: z.string().nullable(),
    })
    .nullable(),
});
export type ShellConfig = z.infer<typeof ShellConfig>;
