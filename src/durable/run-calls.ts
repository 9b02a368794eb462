// How many calls to the outside one look of a run may still make.

/**
 * Calls that the parts of a look share: a Worker's free plan allows 50 an invocation, and beginning, progress
 * and the end take twenty at most.
 */
const SHARED_CALLS = 30;

export class RunCalls {
  #left = SHARED_CALLS;

  /** Takes `calls` of what is left; false when it is less. */
  take(calls: number): boolean {
    if (calls > this.#left) return false;
    this.#left -= calls;
    return true;
  }
}
