// How patient tests are.

/**
 * Longest that tests wait for what other processes, objects and queues do, ms: moments, but on a busy machine seconds. It says
 * when there is nothing more to wait for, and not how fast that must come.
 */
export const PATIENCE_MS = 20_000;
