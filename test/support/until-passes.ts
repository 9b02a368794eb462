// Waits for what other processes, objects and queues do.
import { vi } from "vitest";
import { PATIENCE_MS } from "./patience.ts";

/** Time between two looks, ms. */
const LOOK_EVERY_MS = 20;

/** Repeats `check` until it passes, and returns its value. After PATIENCE_MS it throws what the last one threw. */
export async function untilPasses<Value>(check: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: LOOK_EVERY_MS });
}
