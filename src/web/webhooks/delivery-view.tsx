// What the page of one delivery shows. Payload, headers and answer are for who may change webhooks.
import type { Child } from "hono/jsx";
import { isInPause } from "../../domain/webhooks/hold.ts";
import type { Webhook } from "../../domain/webhooks/find-webhook.ts";
import type { WebhookDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { MAX_ANSWER_BYTES } from "../../domain/webhooks/post.ts";
import { plainHeaders } from "../../domain/webhooks/proof.ts";
import { LOG_MS } from "../../domain/webhooks/recover-deliveries.ts";
import type { FormState } from "../dashboard/form-state.ts";
import type { MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { clip } from "../parts/clip.ts";
import { CopyButton } from "../parts/copy.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Notice } from "../parts/notice.tsx";
import { Unplaced } from "../parts/unplaced.tsx";
import { figure, span } from "../parts/words.ts";
import { OFF } from "./dialogs.tsx";
import { JsonText } from "./json-text.tsx";
import { TriesCard } from "./tries-card.tsx";
import { addressOf, DeliveryChip, EVERY_S, isMoving, webhooksPath } from "./words.tsx";

export interface DeliveryProps {
  ctx: MemberCtx;
  /** The path of the webhook's page. */
  base: string;
  webhook: Webhook;
  delivery: WebhookDelivery;
  form: FormState;
  mayChange: boolean;
}

const REPLAY = "/replay";

export const DeliveryView = (props: DeliveryProps) => {
  const { ctx, base, webhook, delivery, form, mayChange } = props;
  const { event, uuid, status } = delivery;
  const path = `${base}/deliveries/${uuid}`;
  const isLive = isMoving(delivery, ctx.now());
  return (
    <Shell
      ctx={ctx}
      here="webhooks"
      crumbs={[
        { label: "Webhooks", path: webhooksPath(ctx.principal.accountId) },
        { label: clip(addressOf(webhook, mayChange)), path: base },
        { label: event },
      ]}
    >
      <PageHead title={event}>
        {mayChange && status !== "pending" && (
          <form method="post" action={path + REPLAY}>
            <button class="btn btn--primary">
              <Icon name="replay" />
              Replay
            </button>
          </form>
        )}
      </PageHead>
      <div
        id="part-state"
        data-live={isLive ? `?part=state&seen=${delivery.attemptedAt ?? 0}` : undefined}
        data-every={isLive ? EVERY_S : undefined}
      >
        <DeliveryState {...props} />
      </div>
      <Unplaced form={form} of={REPLAY} fields={[]} says={{ enabled: OFF }} />
      <div class="cols cols--even">
        <div class="stack stack--l">
          <TriesCard {...props} />
          {mayChange && <Answer {...props} />}
        </div>
        {mayChange ? (
          <Sent {...props} />
        ) : (
          <Notice tone="idle">
            <p>
              What was sent and what was answered is for owners and developers: it may have data of
              people in it.
            </p>
          </Notice>
        )}
      </div>
    </Shell>
  );
};

/** How it stands, and what happens next. At most 1 KB, since it is asked for every few seconds. */
export const DeliveryState = ({
  ctx,
  webhook,
  delivery,
}: Pick<DeliveryProps, "ctx" | "webhook" | "delivery">) => (
  <p class="row">
    <DeliveryChip delivery={delivery} />
    <span>
      <Says ctx={ctx} webhook={webhook} delivery={delivery} />
    </span>
  </p>
);

const Says = ({ ctx, webhook, delivery }: Pick<DeliveryProps, "ctx" | "webhook" | "delivery">) => {
  const now = ctx.now();
  const { status, attempts, nextAttemptAt, endedAt, error } = delivery;
  const ended = endedAt !== null && (
    <>
      : <Moment at={endedAt} now={now} />
    </>
  );
  if (status === "delivered") {
    return (
      <>
        Taken at try {attempts}
        {ended}.
      </>
    );
  }
  if (status === "failed") {
    return (
      <>
        Given up after {triesOf(attempts)}
        {ended}. {error === null ? "" : sentence(error)}
      </>
    );
  }
  const tried = attempts === 0 ? "Not tried yet." : `${triesOf(attempts)}, none taken.`;
  if (nextAttemptAt === null) return <>{`${tried} ${heldBecause(ctx, webhook)}`}</>;
  if (nextAttemptAt <= now) return <>{tried} It is about to be sent.</>;
  const asked = delivery.attemptLog.at(-1)?.asked;
  return (
    <>
      {tried} The next one is due: <Moment at={nextAttemptAt} now={now} />
      {asked !== undefined && `; the last answer asked for ${span(asked)}`}.
    </>
  );
};

const triesOf = (attempts: number) => (attempts === 1 ? "1 try" : `${attempts} tries`);

/** "the receiver answered 500" as a sentence. */
const sentence = (error: string) => `${error.charAt(0).toUpperCase()}${error.slice(1)}.`;

function heldBecause(ctx: MemberCtx, webhook: Webhook): string {
  if (!webhook.enabled) return "It waits, since the webhook is off.";
  return isInPause(ctx, webhook)
    ? "It waits, since the receiver asked for a pause."
    : "It waits, since the webhook fails and one delivery at a time is tried.";
}

/** Code with its heading, and a button that copies it; `copied` is copied in place of what stands there. */
const Code = ({
  id,
  label,
  copied,
  isWrapped = false,
  children,
}: {
  id: string;
  label: string;
  copied?: string;
  isWrapped?: boolean;
  children?: Child;
}) => (
  <div class="code">
    <header>
      <span>{label}</span>
      <CopyButton text={copied ?? `#${id}`} label={label} />
    </header>
    <pre
      tabindex={0}
      id={id}
      role="region"
      aria-label={label}
      class={isWrapped ? "wrap" : undefined}
    >
      {children}
    </pre>
  </div>
);

const Answer = ({
  delivery: { responseStatus, responseBody, error, attemptedAt },
}: DeliveryProps) => (
  <div class="stack stack--s">
    <Code id="answer" label="Last answer" isWrapped>
      {responseStatus === null ? (
        <span class="c">
          {attemptedAt === null ? "Nothing was sent yet" : `No answer: ${error ?? "none came"}`}
        </span>
      ) : (
        <>
          <span class="k">{responseStatus}</span>
          {"\n\n"}
          {responseBody === null || responseBody === "" ? (
            <span class="c">without a body</span>
          ) : (
            responseBody
          )}
        </>
      )}
    </Code>
    <p class="muted small">
      The first {figure(MAX_ANSWER_BYTES)} bytes are kept, for {span(LOG_MS)}. Only the status
      counts: 2xx is taken, 410 turns the webhook off.
    </p>
  </div>
);

const Sent = ({ delivery }: DeliveryProps) => {
  const { body, proof } = delivery;
  const headers = Object.entries({ ...plainHeaders(delivery), ...proof });
  return (
    <div class="stack stack--l">
      <div class="stack stack--s">
        <Code id="payload" label="Payload" copied={body}>
          <JsonText text={body} />
        </Code>
        <p class="muted small">
          Set out to be read. The button copies it byte by byte as it is sent, which is what
          signatures are made over.
        </p>
      </div>
      <div class="stack stack--s">
        <Code id="headers" label={proof === null ? "Headers" : "Headers of the last try"}>
          {headers.map(([name, value], at) => (
            <>
              {at > 0 && "\n"}
              <span class="k">{name}</span>: {value}
            </>
          ))}
        </Code>
        <p class="muted small">
          The <code>webhook-</code> headers are Standard Webhooks: behind <code>v1,</code> stands
          the HMAC-SHA256 of id, timestamp and body, joined by dots, under the bytes behind{" "}
          <code>whsec_</code>. For a day after a new secret there are two, the second by the old
          one.{" "}
          {proof === null
            ? "Each try gets its own timestamp and signature when it is made; the id stays."
            : "Each try has its own timestamp and signature; the id stays."}
        </p>
      </div>
    </div>
  );
};
