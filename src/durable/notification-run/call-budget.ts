// How many calls to the outside one look of a run may still make.

/**
 * Calls that the parts of a look share. A Worker's free plan allows 50 an invocation; what a look does besides
 * (begin, write progress, end the notification) takes twenty at most.
 */
const SHARED_CALLS = 30;

export class CallBudget {
  #left = SHARED_CALLS;

  /** Takes `calls` of what is left; answers false, and takes none, when there are fewer. */
  take(calls: number): boolean {
    if (calls > this.#left) return false;
    this.#left -= calls;
    return true;
  }
}
