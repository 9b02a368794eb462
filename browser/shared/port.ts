// What a page and the worker say to each other, as `slipway` of a message's data: types, and refusals, which travel as their
// code and words.
import type { PushMessage, Refusal, RefusalCode } from "../api.ts";

/** What a page tells of itself with each call. */
export interface Site {
  /** The app's id, and its public key. */
  app: string;
  key: string;
  /** The origin of the API. */
  api: string;
  /** What a click does with tabs that are open. */
  click: "exact" | "origin";
  open: "focus" | "navigate";
}

/** A call, which comes with a port for its answer. */
export type Asked = { site: Site } & (
  | { call: "load" | "clicks" | "state" | "unsubscribe" }
  /** With what the API is told further. */
  | { call: "subscribe"; more: { tags?: string[]; user_token?: string | null } }
  /** A request to the API as this subscriber, whose id stands for `{id}`. */
  | { call: "own"; method: string; path: string; body: object | undefined }
);

/** What the port brings: what was asked for, or a refusal. */
export type Answer = { value?: unknown; error?: RefusalCode; message?: string };

/** The answer to "state" and "subscribe". */
export interface Subscribed {
  /** The subscriber; null where pushes don't come. */
  id: string | null;
  /** As they were last set from here. */
  tags: string[] | undefined;
}

/** What pages are told. */
export interface Told {
  /** The app that it is about; none: unknown. */
  app: string | undefined;
  message?: PushMessage;
  /** The subscription is another. */
  change?: true;
  /** A click is kept for the page, which first goes to this address, unless it is there already. */
  click?: { go: string | undefined };
}

export function refusal(code: RefusalCode, message: string): Refusal {
  return Object.assign(new Error(message), { code });
}
