// How a website gets Web Push: what to put where, ready to be copied.
import type { Child } from "hono/jsx";
import type { PushApp } from "../../domain/subscribers/push-apps.ts";
import { WORKER_PATH } from "../../domain/overviews/push-site-check.ts";
import { CopyButton } from "../parts/copy.tsx";

/** `children` is the last step, for who may send. */
export const Guide = ({
  push,
  origin,
  children,
}: {
  push: PushApp;
  origin: string;
  children?: Child;
}) => (
  <section class="card" aria-label="Steps">
    <ol class="guide">
      <Step
        number={1}
        title="Put the worker on your site"
        text={
          <>
            Save this one line as <code>{WORKER_PATH}</code>, at the top level, so that it may speak
            for all pages.
          </>
        }
      >
        <Code id="worker" label={WORKER_PATH.slice(1)}>
          {`importScripts("${origin}/sdk/sw.js");`}
        </Code>
      </Step>
      <Step
        number={2}
        title="Load the SDK on every page"
        text="Each load sends the subscription again, so that nobody is lost when a browser changes it. Until somebody subscribes, it sends nothing."
      >
        <Code id="sdk" label="HTML">
          {`<button id="bell">Notify me</button>
<script type="module">
  import { Slipway } from "${origin}/sdk/slipway.js";
  const { push } = await Slipway.init({
    app: "${push.app.uuid}",
    key: "${push.publicKey}",
  });
  bell.onclick = () => push.subscribe({ tags: ["news"] });
</script>`}
        </Code>
      </Step>
      <Step
        number={3}
        title="Ask at a good moment"
        text="Browsers show their question once, and only after a tap or click. Ask somebody who wants it; a question of your own can come before theirs."
      >
        <Code id="ask" label="JavaScript">
          {`bell.onclick = () => push.prompt({
  title: "Hear of new things?",
  categories: [{ tag: "news", label: "News", checked: true }],
});`}
        </Code>
      </Step>
      {children && (
        <Step
          number={4}
          title="Try it here"
          text={`Subscribes this browser to ${push.app.name}, so that tests reach you.`}
        >
          {children}
        </Step>
      )}
    </ol>
  </section>
);

const Step = ({
  number,
  title,
  text,
  children,
}: {
  number: number;
  title: string;
  text: Child;
  children?: Child;
}) => (
  <li>
    <span class="step">{number}</span>
    <div class="stack">
      <div>
        <h2>{title}</h2>
        <p class="soft">{text}</p>
      </div>
      {children}
    </div>
  </li>
);

const Code = ({ id, label, children }: { id: string; label: string; children?: Child }) => (
  <div class="code">
    <header>
      <span>{label}</span>
      <CopyButton text={`#code-${id}`} label={label} />
    </header>
    <pre tabindex={0} id={`code-${id}`} role="region" aria-label={label}>
      {children}
    </pre>
  </div>
);
