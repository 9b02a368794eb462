// The demo page: what was counted, four steps, and what they look like. Each part says in `data-when` in which states of
// the browser it holds; the script shows those of the present one (browser/demo/demo.ts), and fills in `data-text`.
import type { Child } from "hono/jsx";
import {
  BellIcon,
  Brand,
  CheckIcon,
  CrossIcon,
  InfoIcon,
  PhoneIcon,
  PlusIcon,
  SendIcon,
  ShareIcon,
  TileIcon,
  TurnIcon,
} from "../marks.tsx";
import type { DemoState } from "./states.ts";

/** Shows `children` in these states only. The first state of a browser is "new". */
const when = (...states: DemoState[]) => ({
  "data-when": states.join(" "),
  hidden: !states.includes("new"),
});

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
        <section class="card" aria-label="Steps">
          <ol class="guide">
            <Allow />
            <Send />
            <Arrive />
            <Click />
          </ol>
        </section>
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
      <CrossIcon />
      <div>
        <p>
          <strong>Notifications are blocked for this page.</strong> Browsers ask once, and the
          answer was no. Open the sign left of the address, set Notifications to “Allow”, then look
          again.
        </p>
        <p>
          <button class="btn btn--s" type="button" id="again">
            <TurnIcon />
            Look again
          </button>
        </p>
      </div>
    </div>
    <div class="notice notice--warn" {...when("iphone")}>
      <InfoIcon />
      <p>
        <strong>On an iPhone or iPad this page has to be on the Home Screen first.</strong> Apple
        lets only pages there ask. The <a href="#ios">three steps</a> are below; it needs iOS 16.4
        or newer, and a page by HTTPS.
      </p>
    </div>
    <div class="notice notice--warn" {...when("unsupported")}>
      <InfoIcon />
      <p>
        <strong>This browser can't receive pushes here.</strong> It knows none, is in a private
        window, or the page was opened neither by HTTPS nor at localhost.
      </p>
    </div>
    <div class="notice notice--bad" id="trouble" role="alert" hidden>
      <CrossIcon />
      <p data-text="trouble" />
    </div>
  </>
);

/** The number of a step that is still to be done; `now` marks the one whose turn it is. */
const ToDo = (props: { n: number; states: DemoState[]; now?: boolean; children: Child }) => (
  <li {...when(...props.states)} aria-current={props.now ? "step" : undefined}>
    <span class="step">{props.n}</span>
    <div class="stack">{props.children}</div>
  </li>
);

/** A step that is done. */
const Done = (props: { title: string; text: string; states: DemoState[]; children?: Child }) => (
  <li class="done" {...when(...props.states)}>
    <span class="step">
      <CheckIcon />
      <span class="vh">Done</span>
    </span>
    <div class="stack">
      <div class="row">
        <h2>{props.title}</h2>
        <span class="muted small" data-text={props.text} />
      </div>
      {props.children}
    </div>
  </li>
);

const Says = ({ title, children }: { title: string; children: Child }) => (
  <div>
    <h2>{title}</h2>
    <p class="soft">{children}</p>
  </div>
);

const Allow = () => (
  <>
    <ToDo n={1} states={["new"]} now>
      <Says title="Allow notifications">
        Your browser asks whether this page may show them. You can take it back at any time.
      </Says>
      <div>
        <button class="btn btn--primary" type="button" id="subscribe">
          <BellIcon />
          Subscribe this browser
        </button>
      </div>
    </ToDo>
    <ToDo n={1} states={["denied"]}>
      <Says title="Allow notifications">
        Refused. Nothing can be sent to this browser until you allow it.
      </Says>
    </ToDo>
    <ToDo n={1} states={["unsupported"]}>
      <Says title="Allow notifications">Not in this browser.</Says>
    </ToDo>
    <ToDo n={1} states={["iphone"]}>
      <Says title="Allow notifications">As soon as the page is opened from the Home Screen.</Says>
    </ToDo>
    <Done
      title="Allow notifications"
      text="service"
      states={["subscribed", "sent", "delivered", "clicked"]}
    />
  </>
);

const Send = () => (
  <>
    <ToDo n={2} states={["new", "denied", "unsupported", "iphone"]}>
      <Says title="Send one to yourself">Ready as soon as this browser is subscribed.</Says>
    </ToDo>
    <ToDo n={2} states={["subscribed"]} now>
      <Says title="Send one to yourself">
        To this browser alone. Leave the page in front or look at something else: it comes either
        way.
      </Says>
      <form class="stack" id="send">
        <div class="field">
          <label for="title">Title</label>
          <input class="input" id="title" name="title" value="It works" required maxlength={50} />
        </div>
        <div class="row">
          <button class="btn btn--primary">
            <SendIcon />
            Send it
          </button>
          <span class="muted small">Five a minute</span>
        </div>
      </form>
    </ToDo>
    <Done title="Send one to yourself" text="what" states={["sent", "delivered", "clicked"]} />
  </>
);

const Arrive = () => (
  <>
    <ToDo n={3} states={["new", "denied", "unsupported", "iphone", "subscribed"]}>
      <Says title="See it arrive">
        The receipt comes from this browser, not from the push service.
      </Says>
    </ToDo>
    <ToDo n={3} states={["sent"]} now>
      <Says title="See it arrive">
        On its way by the push service. Now this browser has to show it.
      </Says>
      <p>
        <span class="chip">Waiting for the receipt</span>
      </p>
      <details>
        <summary class="small soft">Nothing after ten seconds?</summary>
        <p class="soft small">
          Look whether the system keeps notifications of this browser back: do not disturb, focus,
          or the browser's own entry in its settings.
        </p>
      </details>
    </ToDo>
    <Done title="See it arrive" text="arrived" states={["delivered", "clicked"]} />
  </>
);

const Click = () => (
  <>
    <ToDo n={4} states={["new", "denied", "unsupported", "iphone", "subscribed", "sent"]}>
      <Says title="Click it">Brings you back here, and is counted too.</Says>
    </ToDo>
    <ToDo n={4} states={["delivered"]} now>
      <Says title="Click it">
        It is on your screen or in the list of notifications. A click brings you back here.
      </Says>
      <div>
        <button class="btn" type="button" data-again>
          <SendIcon />
          Send another
        </button>
      </div>
    </ToDo>
    <Done title="Click it" text="came-back" states={["clicked"]}>
      <p class="soft">
        That is all of it: sent, delivered, clicked, each counted once. It is the same for 100,000
        people.
      </p>
      <div>
        <button class="btn btn--primary" type="button" data-again>
          <SendIcon />
          Send another
        </button>
      </div>
    </Done>
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
      <PhoneIcon />
    </header>
    <div class="card-body">
      <ol class="checks">
        <li>
          <ShareIcon />
          <div>
            Share<small>The square with an arrow, in Safari</small>
          </div>
        </li>
        <li>
          <PlusIcon />
          <div>
            Add to Home Screen<small>Then open Slipway from there</small>
          </div>
        </li>
        <li>
          <BellIcon />
          <div>
            Subscribe<small>From iOS 16.4 on; the question comes after your tap</small>
          </div>
        </li>
      </ol>
    </div>
  </section>
);
