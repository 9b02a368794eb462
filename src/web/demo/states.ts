// The states of the demo page, in each of which other parts of it show.

export type DemoState =
  /** Not subscribed, and may be asked. */
  | "new"
  /** The person does not want to be asked. */
  | "denied"
  /** The browser takes no pushes, or not on this page. */
  | "unsupported"
  /** An iPhone or iPad whose page is not on the Home Screen. */
  | "iphone"
  | "subscribed"
  /** What becomes of a push: handed on, shown, clicked. */
  | "sent"
  | "delivered"
  | "clicked";

/** The attributes of what shows in these states only. The script changes `hidden`; at first a browser is "new". */
export const when = (...states: DemoState[]) => ({
  "data-when": states.join(" "),
  hidden: !states.includes("new"),
});
