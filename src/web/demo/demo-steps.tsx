// The four steps of the demo page: each still to be done, or done.
import type { Child } from "hono/jsx";
import { Icon } from "../parts/icon.tsx";
import { when, type DemoState } from "./states.ts";

export const Steps = () => (
  <section class="card" aria-label="Steps">
    <ol class="guide">
      <Allow />
      <Send />
      <Arrive />
      <Click />
    </ol>
  </section>
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
      <Icon name="check" />
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
          <Icon name="bell" />
          Subscribe this browser
        </button>
      </div>
    </ToDo>
    <li class="refused" {...when("denied")}>
      <span class="step">
        <Icon name="bad" />
        <span class="vh">Refused</span>
      </span>
      <div class="stack">
        <Says title="Allow notifications">
          Refused. Nothing can be sent to this browser until you allow it.
        </Says>
      </div>
    </li>
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
            <Icon name="send" />
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
          <Icon name="send" />
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
          <Icon name="send" />
          Send another
        </button>
      </div>
    </Done>
  </>
);
