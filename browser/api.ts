// What a page of the app finds as `window.slipway`: types alone. docs/using.md tells page authors how to use it.

/**
 * Whether the app may show notifications:
 * - "default": the user may still be asked, which `push.subscribe()` does;
 * - "granted": it may;
 * - "denied": the user won't be asked any more, or has switched them off; `openSettings()` leads to the switch;
 * - "unsupported": the app was built without push.
 */
export type NotificationPermission = "default" | "granted" | "denied" | "unsupported";

/** Why a call was refused: `code` of the `Error` that its promise is rejected with. Its `message` says more, in English. */
export type RefusalCode =
  /** The app was built without push, this version of it does not know the call, or the device can't do it. */
  | "unsupported"
  /** Notifications are off, and the user won't be asked about them any more, or has just refused. */
  | "denied"
  /** There is no network, or the service can't answer now: the same call may succeed later. */
  | "offline"
  /** An argument is wrong; the message says what is allowed. */
  | "invalid"
  /** There is no such code, or this device has no such subscription to a channel. */
  | "not_found"
  /** The device is not registered for pushes: `push.subscribe()` comes first. */
  | "not_subscribed"
  /** Too many calls of this page wait for their answers. */
  | "too_many";

/** A refusal, as promises are rejected with it. */
export interface Refusal extends Error {
  code: RefusalCode;
}

/** A push that came while the page is open. What it does not have is left out. */
export interface PushMessage {
  title?: string;
  body?: string;
  /** What a tap on the notification opens. */
  url?: string;
  /** Addresses of pictures. */
  icon?: string;
  image?: string;
  /** A later notification of the same tag takes the place of this one. */
  tag?: string;
  /** What was sent along with it, of any form. */
  data?: unknown;
}

/** A tap on a notification. What it does not have is left out. */
export interface PushClick {
  /** What the tap opens: in the app, if its host is one of the app's, else outside. */
  url?: string;
  /** The name of the button that was tapped; "" for the notification itself. */
  action: string;
  tag?: string;
  /** What was sent along with the notification, of any form. */
  data?: unknown;
}

/** A channel that this device is subscribed to. */
export interface Channel {
  /** Of the subscription: what `mute()` and `leave()` take. */
  id: string;
  /** The id of the channel. */
  channel: string;
  name: string;
  /** Whether its notifications are held back from this device. */
  muted: boolean;
}

/** What `on()` hears of, by the name of the event. */
export interface PushEvents {
  /** A push came while the page is open; it is shown as a notification as well. */
  message: PushMessage;
  /**
   * A notification was tapped, while the page is open or so that it was opened. Each tap is heard of once, by the page
   * on the screen; those from before the first listener are kept for it.
   */
  click: PushClick;
}

/** Pushes to this device. */
export interface Push {
  /** Asks nobody: tells how things are. */
  permission: () => Promise<NotificationPermission>;
  /**
   * Registers this device for pushes, after asking the user where that is still open (Android 13 and later). Given tags
   * take the place of all that there were. Resolves with the id of the subscriber.
   */
  subscribe: (options?: { tags?: string[] }) => Promise<{ id: string }>;
  /** Ends pushes to this device, also after restarts of the app, until `subscribe()`. */
  unsubscribe: () => Promise<void>;
  /** Replaces the tags of this device; resolves with those that it has now. */
  setTags: (tags: string[]) => Promise<string[]>;
  /**
   * Hears of an event. Returns what ends that.
   * @throws a `Refusal` ("invalid") for another event, or a listener that is no function
   */
  on: <Name extends keyof PushEvents>(
    event: Name,
    listener: (value: PushEvents[Name]) => void,
  ) => () => void;
}

/** Channels that this device is subscribed to. */
export interface Channels {
  /**
   * Subscribes this device to a channel by a code, or by the link that its QR code holds, after asking the user about
   * notifications where that is still open.
   */
  redeem: (codeOrLink: string) => Promise<Channel>;
  list: () => Promise<Channel[]>;
  /** Holds the channel's notifications back from this device, or lets them come again. */
  mute: (id: string, muted?: boolean) => Promise<Channel>;
  /** Ends the subscription. */
  leave: (id: string) => Promise<void>;
}

/** What is shared: a text, an address, or both. A relative address is completed by the page's. */
export interface ShareData {
  /** What it is about: a subject for apps that want one, such as mail. */
  title?: string;
  text?: string;
  url?: string;
}

/** The app that shows the page. */
export interface AppInfo {
  /** Its package name. */
  package: string;
  /** Its version name. */
  version: string;
}

/** `window.slipway`: what the app can do for its page. Its functions may be taken out of it. */
export interface Slipway {
  push: Push;
  channels: Channels;
  /** Opens the system's page where the user sets whether, and how, the app may notify; on Android 7, the app's page. */
  openSettings: () => Promise<void>;
  /** Lets the user choose an app to share with; resolves once the choice is on the screen. */
  share: (data: ShareData) => Promise<void>;
  /** Opens the system's print dialog for this page; resolves once it is on the screen. */
  print: () => Promise<void>;
  app: AppInfo;
}

declare global {
  interface Window {
    /** There once it works, of which the event `slipway-ready` tells; never in a browser. */
    slipway?: Slipway;
  }
  interface WindowEventMap {
    "slipway-ready": Event;
  }
}
