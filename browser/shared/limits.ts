// The limits of page and worker. They are in a file that imports nothing, since esbuild then writes their numbers where they
// are used.

/** Most clicks that are kept for a page, and by a page for its first listener. */
export const MAX_CLICKS = 10;
/** How long after a click a page still counts as opened by it, ms. */
export const MAX_OPENING_MS = 60_000;
/** Most reports that are kept: the oldest go first. */
export const MAX_RECEIPTS = 100;
/** Longest that an answer of the API is waited for, ms: what follows waits as well. */
export const MAX_WAIT_MS = 20_000;
/** How long the worker's answer may take, ms: it may have to wait for others, and each for the network. */
export const MAX_ANSWER_MS = 90_000;
/** The same of one that waits for nothing but the worker's start: a site's own worker, without ours, is silent. */
export const MAX_LOOK_MS = 5000;
/** How long the bridge may be in coming, ms, where the page is shown by some Android app, perhaps another's. */
export const MAX_BRIDGE_MS = 3000;
/**
 * How long a page may take to say that it heard, ms: one that has our SDK does so at once, and a window that is opened
 * instead must be within a second of the click (Firefox).
 */
export const MAX_HEARING_MS = 500;
