// How many examples a property test tries.
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether property tests try all of their examples: so in CI. */
    allRuns: boolean;
  }
}

/** Enough to notice a property that is plainly broken, within milliseconds. */
const FEW_RUNS = 10;

/** Whether all examples are tried: so in CI, and with CI=true at the desk. Only then do shares of them mean anything. */
export function hasAllRuns(): boolean {
  return inject("allRuns");
}

/** fast-check's `numRuns`: `all` of them in CI, a few while working. */
export function propertyRuns(all: number): number {
  return hasAllRuns() ? all : Math.min(all, FEW_RUNS);
}
