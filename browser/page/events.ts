// What listeners of a page hear.
import { MAX_CLICKS } from "../shared/limits.ts";
import { refusal } from "../shared/port.ts";
import type { SdkEvents } from "./api.ts";

type Name = keyof SdkEvents;

export interface Events {
  on: <Event extends Name>(event: Event, listener: (value: SdkEvents[Event]) => void) => () => void;
  emit: <Event extends Name>(event: Event, value: SdkEvents[Event]) => void;
}

export function makeEvents(): Events {
  const listeners = { message: new Set(), click: new Set(), change: new Set() } as Record<
    Name,
    Set<(value: never) => void>
  >;
  let clicks: SdkEvents["click"][] = [];
  const emit: Events["emit"] = (event, value) => {
    const all = listeners[event];
    if (event === "click" && !all.size) clicks = [...clicks.slice(1 - MAX_CLICKS), value as never];
    // Each on its own, so that the trouble of one is not another's.
    for (const each of all) queueMicrotask(() => all.has(each) && each(value as never));
  };
  return {
    emit,
    on(event, listener) {
      const all = listeners[event];
      if (!all || typeof listener !== "function") throw refusal("invalid", "no event");
      // One of its own, so that a function that was given twice can be taken away once.
      const own: typeof listener = (value) => listener(value);
      all.add(own);
      if (event === "click") for (const click of clicks.splice(0)) emit("click", click);
      return () => {
        all.delete(own);
      };
    },
  };
}
