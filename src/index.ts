// The Worker: its handlers fetch, queue and scheduled, and its Durable Objects. Wiring only.
import { createApp } from "./api/app.ts";
import { runSchedule } from "./cron/schedules.ts";
import { minterOf } from "./delivery/credentials.ts";
import { consumeBatch } from "./delivery/consume-batch.ts";
import type { BatchMessage, RunsMessage } from "./domain/ports/notifications.ts";
import { DEAD_LETTERS, noteDeadLetters } from "./domain/health/dead-letters.ts";
import { startRuns } from "./domain/notifications/start-runs.ts";
import { deliverWebhook } from "./domain/webhooks/attempt-delivery.ts";
import { BuilderPoolObject } from "./durable/builder-pool.ts";
import { BuildLockObject } from "./durable/build-lock.ts";
import { ImportJobObject } from "./durable/import-job.ts";
import { NotificationRunObject } from "./durable/notification-run/notification-run.ts";
import { ProviderTokenObject } from "./durable/provider-token.ts";
import { WebhookLaneObject } from "./durable/webhook-lane.ts";
import {
  connect,
  createContext,
  deliveryContextOf,
  type Env,
  type WebhookMessage,
} from "./runtime.ts";

export { EstimateGate } from "./durable/estimate-gate.ts";
export { PasswordHasher } from "./durable/password-hasher.ts";
export { RateLimiter } from "./durable/rate-limiter.ts";
export { SendingShare } from "./durable/sending-share.ts";

export class BuildLock extends BuildLockObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work));
  }
}

export class BuilderPool extends BuilderPoolObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work)).ctx;
  }
}

export class ImportJob extends ImportJobObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work)).ctx;
  }
}

export class NotificationRun extends NotificationRunObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work)).ctx;
  }
}

export class ProviderToken extends ProviderTokenObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work)).ctx;
  }

  protected override async minter(credentialId: number) {
    return minterOf(this.context(), deliveryContextOf(this.env).deps, credentialId);
  }
}

export class WebhookLane extends WebhookLaneObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work)).ctx;
  }
}

type QueueMessage = BatchMessage | RunsMessage | WebhookMessage;

const app = createApp();

export default {
  fetch: async (request, env, execution) => app(request, connect(env, execution)),
  // The queue delivers a failed message again, but not the other messages of its batch.
  queue: async (batch, env, execution) => {
    const { ctx } = createContext(env, "primary", (work) => execution.waitUntil(work));
    if (batch.queue === DEAD_LETTERS) {
      return noteDeadLetters(
        ctx,
        batch.messages.map(({ body }) => body),
      );
    }
    const handle = async ({ body }: Message<QueueMessage>) => {
      if ("deliveryId" in body) return deliverWebhook(ctx, body.deliveryId);
      if ("notificationIds" in body) return startRuns(ctx, body.notificationIds);
      return consumeBatch(ctx, deliveryContextOf(env), body);
    };
    const settled = batch.messages.map(async (message) =>
      handle(message).then(
        () => message.ack(),
        (error: unknown) => {
          ctx.log.error("message_fault", error, { queue: batch.queue });
          message.retry();
        },
      ),
    );
    await Promise.all(settled);
    return undefined;
  },
  scheduled: async ({ cron }, env, execution) => {
    const { ctx } = createContext(env, "primary", (work) => execution.waitUntil(work));
    await runSchedule(ctx, cron);
  },
} satisfies ExportedHandler<Env, QueueMessage>;
