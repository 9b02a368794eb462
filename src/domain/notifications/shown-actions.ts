// The buttons of a notification as devices get them.

/** The name of a button that closes the notification and does nothing else, on every platform. */
export const DISMISS = "dismiss";

/** A button as devices get it: `dismiss` opens nothing, so it has no URL. */
export function shownAction<Shown extends { action: string; url?: unknown }>(
  button: Shown,
): Shown | Omit<Shown, "url"> {
  if (button.action !== DISMISS) return button;
  const { url: _, ...others } = button;
  return others;
}

/** Overrides of the web as browsers get them. They hold anything, so only what has a button's form is one. */
export function shownOverrides(overrides: Record<string, unknown> | null): typeof overrides {
  const actions = overrides?.["actions"];
  if (!Array.isArray(actions)) return overrides;
  return { ...overrides, actions: actions.map((one) => (isButton(one) ? shownAction(one) : one)) };
}

function isButton(value: unknown): value is { action: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "action" in value &&
    typeof value.action === "string"
  );
}
