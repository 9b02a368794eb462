// What is kept of an app that this browser is, or was, registered with.
import { change, read } from "./store.ts";

export interface Kept {
  /** The app's id, and its public key. */
  app: string;
  key: string;
  /** The origin of the API. */
  api: string;
  /** Where its worker is registered: a whole address. */
  scope: string;
  /** What a click does with tabs that are open. */
  click: "exact" | "origin";
  open: "focus" | "navigate";
  /** Whether the person subscribed, and has not unsubscribed since. */
  wanted: boolean;
  /** The address that the server has of this browser; "" if it is to have none. */
  endpoint: string;
  /** The subscriber, and the token that proves to be it; "" before the first registration. */
  id: string;
  token: string;
  /** As they were last set from here. */
  tags?: string[];
}

/** Returns what is kept of `app`. */
export async function keptOf(app: string): Promise<Kept | undefined> {
  return (await read("apps"))?.[app];
}

/** Keeps `kept`. */
export async function keep(kept: Kept): Promise<void> {
  await change("apps", (all) => ({ ...all, [kept.app]: kept }));
}
