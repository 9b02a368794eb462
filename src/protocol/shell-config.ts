// assets/config.json: what the packager writes and the Java shell reads. Every key is always present, so
// that the shell needs no defaults of its own.
import { z } from "zod";
import { AppPermission } from "./config.ts";

export const ShellConfig = z.strictObject({
  /** Grows when a key changes its meaning. */
  schema: z.literal(1),
  /** The page the app opens with. */
  url: z.string(),
  /** Host patterns that open inside the app; the start page's own host comes first. */
  hosts: z.array(z.string()).min(1),
  /** Appended to the WebView's user agent after a space; "" for none. */
  user_agent_suffix: z.string(),
  /** #rrggbb, lower case. */
  theme_color: z.string(),
  background_color: z.string(),
  fullscreen: z.boolean(),
  keep_awake: z.boolean(),
  /** What a page may be granted. */
  permissions: z.array(AppPermission),
});
export type ShellConfig = z.infer<typeof ShellConfig>;
