// The demo page: what was counted, four steps, and what they look like. Each part says in `data-when` in which states of
// the browser it holds; the script shows those of the present one (browser/demo/demo.ts), and fills in `data-text`.
import { Brand, TileIcon } from "../marks.tsx";
import { Icon } from "../parts/icon.tsx";
import { Steps } from "./demo-steps.tsx";
import { when } from "./states.ts";

/** `host` is the page's own, as the preview shows it. */
export const DemoPage = (props: { app: string; publicKey: string; host: string }) => (
  <>
    <header class="top">
      <Brand size={20} />
    </header>
    <main class="page" id="demo" data-app={props.app} data-key={props.publicKey}>
      <div>
        <h1>Try a push on this browser</h1>
        <p class="soft">
          This browser subscribes, sends itself a push, and its receipts are counted here. No
          sign-in, nothing to install.
        </p>
      </div>
      <noscript>
        <p class="notice">This page needs JavaScript, as every subscription to pushes does.</p>
      </noscript>
      <Counted />
      <Notices />
      <div class="cols">
        <Steps />
        <aside class="stack stack--l">
          <Preview host={props.host} />
          <OnIphone />
          <p class="muted small" {...when("subscribed", "sent", "delivered", "clicked")}>
            <button class="btn btn--s" type="button" id="unsubscribe">
              Unsubscribe this browser
            </button>
          </p>
        </aside>
      </div>
    </main>
  </>
);

const Counted = () => (
  <section class="card card-body" aria-label="Counted so far">
    <dl class="stats" role="status">
      <Stat name="sent" label="Sent" />
      <Stat name="delivered" label="Delivered" />
      <Stat name="clicked" label="Clicked" />
    </dl>
  </section>
);

const Stat = ({ name, label }: { name: string; label: string }) => (
  <div class="stat">
    <dt>{label}</dt>
    <dd data-text={name}>0</dd>
    <dd data-text={`${name}-note`}>none yet</dd>
  </div>
);

const Notices = () => (
  <>
    <div class="notice notice--bad" role="alert" {...when("denied")}>
      <Icon name="bad" />
      <div>
        <p>
          <strong>Notifications are blocked for this page.</strong> Browsers ask once, and the
          answer was no. Press the icon left of the address, set Notifications to “Allow”, then look
          again.
        </p>
        <p>
          <button class="btn btn--s" type="button" id="again">
            <Icon name="again" />
            Look again
          </button>
        </p>
      </div>
    </div>
    <div class="notice notice--warn" {...when("iphone")}>
      <Icon name="info" />
      <p>
        <strong>On an iPhone or iPad this page has to be on the Home Screen first.</strong> Apple
        lets only pages there ask. The <a href="#ios">three steps</a> are below; it needs iOS 16.4
        or newer, and a page by HTTPS.
      </p>
    </div>
    <div class="notice notice--warn" {...when("unsupported")}>
      <Icon name="info" />
      <p>
        <strong>This browser can't receive pushes here.</strong> It knows none, is in a private
        window, or the page was opened neither by HTTPS nor at localhost.
      </p>
    </div>
    <div class="notice notice--bad" id="trouble" role="alert" hidden>
      <Icon name="bad" />
      <p data-text="trouble" />
    </div>
  </>
);

const Preview = ({ host }: { host: string }) => (
  <section class="card" aria-labelledby="looks">
    <header>
      <h2 id="looks">What you will see</h2>
    </header>
    <div class="card-body">
      <article class="push">
        <TileIcon />
        <div>
          <strong data-text="title">It works</strong>
          <p>Sent by this page to this browser.</p>
          <small>{host}</small>
        </div>
      </article>
    </div>
  </section>
);

const OnIphone = () => (
  <section class="card" aria-labelledby="ios">
    <header>
      <h2 id="ios">On an iPhone or iPad</h2>
      <Icon name="phone" />
    </header>
    <div class="card-body">
      <ol class="checks">
        <li>
          <Icon name="upload" />
          <div>
            Share<small>The square with an arrow, in Safari</small>
          </div>
        </li>
        <li>
          <Icon name="plus" />
          <div>
            Add to Home Screen<small>Then open Slipway from there</small>
          </div>
        </li>
        <li>
          <Icon name="bell" />
          <div>
            Subscribe<small>From iOS 16.4 on; the question comes after your tap</small>
          </div>
        </li>
      </ol>
    </div>
  </section>
);
