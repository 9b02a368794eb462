// What `Slipway.init()` takes and gives: types alone. It gives a page of an app, and one in a browser, the same calls.
import type {
  AppInfo,
  NotificationPermission,
  Push,
  PushEvents,
  Slipway as Bridge,
} from "../api.ts";

/** How things are. */
export interface PushState {
  permission: NotificationPermission;
  /** Whether pushes come to this browser. */
  subscribed: boolean;
  /** Of the subscriber; null where there is none. */
  id: string | null;
  /**
   * What the user has to do before anything can be asked: on an iPhone or iPad (iOS 16.4 and later), put the site on the
   * Home Screen, and open it there. null: nothing.
   */
  hint: "add-to-home-screen" | null;
}

/** What the soft prompt says. What is left out is English. */
export interface PromptTexts {
  title?: string;
  text?: string;
  accept?: string;
  decline?: string;
  /** What the user may choose from: the chosen ones become tags of this browser. */
  categories?: { tag: string; label: string; checked?: boolean }[];
}

export interface SdkEvents extends PushEvents {
  /** The permission or the subscription is another than it was. */
  change: PushState;
}

export interface SdkPush extends Push {
  on<Name extends keyof SdkEvents>(
    event: Name,
    listener: (value: SdkEvents[Name]) => void,
  ): () => void;
  /**
   * Says which user this browser is: a JWT that your server signs with the app's identity secret, or null for none. It may
   * be called before `subscribe()`, and on each page.
   */
  identify(token: string | null): Promise<void>;
  state(): Promise<PushState>;
  /**
   * Asks in the page whether the user wants notifications, before the browser does, which asks once. Where they are
   * wanted, subscribes, and resolves with the id of the subscriber; with null where not, or where nothing can be asked.
   */
  prompt(texts?: PromptTexts): Promise<{ id: string } | null>;
}

/** What a page has of Slipway. */
export interface Slipway extends Omit<Bridge, "push" | "app"> {
  push: SdkPush;
  /** The app that shows the page; null in a browser. */
  app: AppInfo | null;
}

export interface InitOptions {
  /** The app's id, a UUID. */
  app: string;
  /** The app's public key, `pk_...`. */
  key: string;
  /** The origin of the API; by default that of the script. */
  api?: string;
  /** The site's own file that imports the worker; by default `/slipway-sw.js`. */
  worker?: string;
  /**
   * The scope of the worker; by default `slipway-push/` beside its file, where no page is. A worker that has other things
   * to do is given with its own scope.
   */
  scope?: string;
  /** Which open tab a click comes to: one with the very address (the default), or any of the site's. */
  click?: "exact" | "origin";
  /** Whether a tab of another address is taken there (the default), or only shown. */
  open?: "focus" | "navigate";
  /** What `push.prompt()` says. */
  prompt?: PromptTexts;
}

/** What the module exports as `Slipway`, and the classic script sets on `window`. */
export interface SlipwaySdk {
  /**
   * Returns what the page has of Slipway: the same object, however often it is called. It waits for no network.
   * @throws a `Refusal` ("invalid") for options that are none
   */
  init(options: InitOptions): Promise<Slipway>;
}
