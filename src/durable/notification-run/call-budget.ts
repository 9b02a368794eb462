// The calls to other services that one look of a run may still make.

/**
 * Calls that the parts of a look share. A Worker on the free plan may make 50 in one invocation; what a look does
 * besides (begin, write progress, end the notification) takes twenty at most.
 */
const SHARED_CALLS = 30;

export class CallBudget {
  #left = SHARED_CALLS;

  /** Takes `calls` out of the budget; returns false, and takes none, when there are fewer left. */
  take(calls: number): boolean {
    if (calls > this.#left) return false;
    this.#left -= calls;
    return true;
  }
}
