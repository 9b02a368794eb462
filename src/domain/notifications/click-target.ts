// What a click means: where it leads, and whether it counts. It is the same for every platform and provider. A button
// named `dismiss` closes the notification, leads nowhere and counts nothing; any other opens its own URL, or else the
// notification's, and counts as a click. A click leads only to URLs that were stored with the notification or its app.
import { z } from "zod";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { WebUrl } from "../apps/app-input.ts";
import { contentFor, type ContentDefaults } from "./content.ts";
import { MAX_ACTION_NAME, type NotificationContent } from "./content-fields.ts";
import { DISMISS } from "./shown-actions.ts";

/** The button that a report of a click names; null for the notification itself. */
export const PressedAction = z.string().max(MAX_ACTION_NAME).nullish();

const UrlIfValid = WebUrl.optional().catch(undefined);
/** What overrides can change about clicks: those of the web hold any field. */
const Shown = z.object({
  url: UrlIfValid,
  actions: z
    .array(z.object({ action: z.string(), url: UrlIfValid }))
    .optional()
    .catch(undefined),
});

/** Whether pressing this button only closes the notification. */
export function isDismissed(action: string | null | undefined): boolean {
  return action === DISMISS;
}

/**
 * Returns the URL to which a click on the button `action` leads, or on the notification itself (null, or a name that no
 * button has): as the subscriber's platform and language were shown it. Returns null when there is none.
 */
export function clickTarget(
  content: NotificationContent,
  defaults: ContentDefaults,
  shownTo: { language: string | null; platform: SubscriberPlatform | null },
  action: string | null,
): string | null {
  const overrides = shownTo.platform && content.platform_overrides?.[shownTo.platform];
  const shown = Shown.parse(overrides ?? {});
  const buttons = shown.actions ?? content.actions ?? [];
  const pressed = buttons.find((button) => button.action === action);
  const words = contentFor(content, shownTo.language);
  const url = WebUrl.safeParse(pressed?.url ?? shown.url ?? words.url ?? defaults.url);
  return url.success ? url.data : null;
}
