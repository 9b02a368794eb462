// What listeners of a page hear.
import { refusal } from "../shared/ask.ts";
import type { SdkEvents } from "./api.ts";

type Name = keyof SdkEvents;
type Listener = (value: never) => void;

/** Most clicks that are kept for the first listener. */
const MAX_CLICKS = 10;

export interface Events {
  on: <Event extends Name>(event: Event, listener: (value: SdkEvents[Event]) => void) => () => void;
  emit: <Event extends Name>(event: Event, value: SdkEvents[Event]) => void;
}

export function makeEvents(): Events {
  const listeners: Record<Name, Set<Listener>> = {
    message: new Set(),
    click: new Set(),
    change: new Set(),
  };
  let clicks: SdkEvents["click"][] = [];
  // Each on its own, so that the trouble of one is not another's.
  const tell = (own: Listener, value: unknown) => void Promise.resolve(value as never).then(own);
  return {
    on(event, listener) {
      const set = listeners[event];
      if (!set || typeof listener !== "function") {
        throw refusal("invalid", 'takes "message", "click" or "change", and a function');
      }
      // One of its own, so that a function that was given twice can be taken away once.
      const own: Listener = (value) => {
        if (set.has(own)) listener(value);
      };
      set.add(own);
      if (event === "click") {
        for (const click of clicks) tell(own, click);
        clicks = [];
      }
      return () => {
        set.delete(own);
      };
    },
    emit(event, value) {
      if (event === "click" && listeners.click.size === 0) {
        clicks = [...clicks, value as SdkEvents["click"]].slice(-MAX_CLICKS);
      }
      for (const own of listeners[event]) tell(own, value);
    },
  };
}
