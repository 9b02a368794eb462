// The form of assets/config.json, which the packager writes and the Java shell reads. Every key is always present, so
// that the shell needs no defaults.
import { z } from "zod";
import { AppPermission } from "./config.ts";

export const ShellConfig = z.strictObject({
  /** Grows when the meaning of a key changes. */
  schema: z.literal(1),
  /** The page that the app opens with. */
  url: z.string(),
  /** Patterns of hosts that open inside the app, beginning with the host of the start page. */
  hosts: z.array(z.string()).min(1),
  /** Appended to the user agent of the WebView after a space, or "" for none. */
  user_agent_suffix: z.string(),
  /** #rrggbb, lower case. */
  theme_color: z.string(),
  background_color: z.string(),
  fullscreen: z.boolean(),
  keep_awake: z.boolean(),
  /** The device features that a page may be granted. */
  permissions: z.array(AppPermission),
});
export type ShellConfig = z.infer<typeof ShellConfig>;
