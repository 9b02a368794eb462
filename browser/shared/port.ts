// What a page and the worker say to each other, as `slipway` of a message's data: types, and refusals, which travel as their
// code and words.
import type { PushClick, PushMessage, Refusal, RefusalCode } from "../api.ts";

/** The end of the scope that is ours alone: a worker with it has nothing else to do. */
export const OWN_SCOPE = "slipway-push/";

/** What a page tells of itself with each call. */
export interface Site {
  /** The app's id, and its public key. */
  app: string;
  key: string;
  /** The origin of the API. */
  api: string;
  /** What a click does with tabs that are open. */
  click?: "exact" | "origin" | undefined;
  open?: "focus" | "navigate" | undefined;
}

/** What a registration tells the API further. */
export interface Registration {
  tags?: string[] | undefined;
  user_token?: string | null;
}

/** What a page asks for; it comes with a port for the answer. */
export type Call =
  /** How things are. `take`: with the clicks that wait for a page. Answered by `Seen`. */
  | { call: "look"; take: boolean }
  /** To make the subscription what the user last wanted, or wants now. */
  | { call: "settle"; wanted?: boolean; more?: Registration }
  /** A request to the API as this subscriber, or about it (path ""). Answered by its `data`. */
  | { call: "own"; method: string; path: string; body?: object | undefined };

export type Asked = { site: Site } & Call;

/** What the port brings: what was asked for, or a refusal. */
export type Answer = { value?: unknown; error?: RefusalCode; message?: string };

export interface Seen {
  /** The subscriber; null where pushes don't come. */
  id: string | null;
  /** As they were last set from here. */
  tags?: string[] | undefined;
  clicks: PushClick[];
}

/** What pages are told. */
export interface Told {
  /** The app that it is about; none: unknown. */
  app?: string | undefined;
  /** A push came. */
  message?: PushMessage;
  /**
   * A click waits for the page, which first goes to this address, unless it is there already. It comes with a port, by
   * which the page says that it heard, and then hears whether it is to do so: not if it was too late.
   */
  go?: string | undefined;
}

export function refusal(code: RefusalCode, message: string): Refusal {
  return Object.assign(new Error(message), { code });
}
