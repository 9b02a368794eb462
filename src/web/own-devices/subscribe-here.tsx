// Subscribes the browser that somebody sits at to their app, as one of their own devices. The script `subscribe-here` does
// that, with the worker of the browser SDK. Its scope is one of the app's alone, since a subscription belongs to a scope, and
// another app has other keys.
import type { App } from "../../domain/apps/find-app.ts";
import { Icon } from "../parts/icon.tsx";

/** The worker, which the server allows scopes below its own folder alone. */
const WORKER = "/sdk/sw.js";
/** The end of the scopes that are the SDK's alone: pushes there are shown without anything kept in the browser. */
const OWN_SCOPE = "slipway-push/";

const scopeOf = ({ uuid }: Pick<App, "uuid">) => `/sdk/dashboard/${uuid}/${OWN_SCOPE}`;

export interface SubscribeHereProps {
  app: App;
  /** The public half of the app's VAPID pair; null where Web Push is not set up. */
  webPushKey: string | null;
  /** Where the subscription is posted (subscribeForm). */
  action: string;
  /** Whether it is what the page is for. */
  isPrimary?: boolean;
}

export const SubscribeHere = ({
  app,
  webPushKey,
  action,
  isPrimary = false,
}: SubscribeHereProps) => {
  if (webPushKey === null) {
    return (
      <p class="soft small">
        This browser can't be subscribed: Web Push is not set up for {app.name} yet.
      </p>
    );
  }
  return (
    <form
      method="post"
      action={action}
      class="row"
      data-subscribe-here=""
      data-key={webPushKey}
      data-worker={WORKER}
      data-scope={scopeOf(app)}
    >
      {["endpoint", "p256dh", "auth", "language", "timezone"].map((name) => (
        <input type="hidden" name={name} value="" />
      ))}
      <button
        class={isPrimary ? "btn btn--primary" : "btn btn--s"}
        type="button"
        data-subscribe=""
        disabled
      >
        <Icon name="bell" />
        Subscribe this browser
      </button>
      <span class="muted small" role="status" data-subscribe-says="" />
      <noscript>
        <span class="muted small">To subscribe this browser takes JavaScript.</span>
      </noscript>
    </form>
  );
};
