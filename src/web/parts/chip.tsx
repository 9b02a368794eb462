// A state as a chip: its word and its tone. The table of tones is here alone.
import type { Tone } from "./notice.tsx";

const TONES: Readonly<Record<string, Tone>> = {
  sent: "ok",
  completed: "ok",
  done: "ok",
  delivered: "ok",
  active: "ok",
  failed: "bad",
  gone: "bad",
  offline: "bad",
  suspended: "bad",
  idle: "ok",
  sending: "live",
  building: "live",
  counting: "live",
  running: "live",
  busy: "live",
  draining: "wait",
  failing: "warn",
  pending: "wait",
  held: "wait",
  scheduled: "wait",
  ready: "wait",
  draft: "idle",
  inactive: "idle",
  cancelled: "off",
  unsubscribed: "off",
  drained: "off",
};

/** `state` is a status as the API has it. */
export const Chip = ({ state, label }: { state: string; label?: string }) => (
  <span class="chip" data-tone={TONES[state] ?? "idle"}>
    {label ?? state.charAt(0).toUpperCase() + state.slice(1)}
  </span>
);
