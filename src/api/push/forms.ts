// What the push API's objects look like: schemas of answers, and the functions that write domain rows as such.
import { z } from "@hono/zod-openapi";
import type { PushApp } from "../../domain/subscribers/push-apps.ts";
import { PushSettings } from "../../domain/subscribers/push-settings.ts";
import type { Credential } from "../../domain/subscribers/credentials.ts";
import type { Subscriber } from "../../domain/subscribers/visible.ts";
import { Provider } from "../../kit/push/credentials.ts";
import { wholeSeconds } from "../../kit/time.ts";

/** A UUID in a path; anything else names nothing there is. */
export const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
  .transform((text) => text.toLowerCase())
  .openapi({ type: "string", format: "uuid" });

export const AppParams = z.object({ id: Uuid });
export const SubscriberParams = z.object({ id: Uuid, subscriber_id: Uuid });
export const CredentialParams = z.object({ id: Uuid, provider: Provider });

export const Time = z.string().openapi({ format: "date-time", example: "2025-06-14T12:00:00Z" });

export const LimitOffset = z.object({
  limit: z.int().min(1).optional().openapi({ description: "50 unless given; over 100 means 100." }),
  offset: z.int().min(0).optional(),
});

export const OkForm = z.object({ ok: z.literal(true) }).openapi("Ok");
export const OK: z.input<typeof OkForm> = { ok: true };

/** `{data}` around an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** `{data}` around a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item) });
}

export const PushAppForm = z
  .object({
    id: z.uuid(),
    v1_id: z.int().openapi({ description: "The same app's id in API v1." }),
    name: z.string(),
    public_key: z.string().openapi({ description: "What browsers and devices register with." }),
    vapid_public_key: z
      .string()
      .nullable()
      .openapi({ description: "base64url; null where Web Push is not configured." }),
    subscriber_count: z.int().openapi({ description: "Active ones." }),
    settings: PushSettings.openapi("PushSettings"),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("PushApp");

/** The one answer that shows the private key; a replay leaves it out. */
export const NewPushAppForm = PushAppForm.extend({ vapid_private_key: z.string() }).openapi(
  "NewPushApp",
);

export function pushAppForm(push: PushApp): z.input<typeof PushAppForm> {
  const { app } = push;
  return {
    id: app.uuid,
    v1_id: app.id,
    name: app.name,
    public_key: push.publicKey,
    vapid_public_key: push.vapidPublicKey,
    subscriber_count: push.subscriberCount,
    settings: push.settings,
    created_at: wholeSeconds(app.createdAt),
    updated_at: wholeSeconds(app.updatedAt),
  };
}

export const CredentialForm = z
  .object({
    provider: Provider,
    project_id: z.string().optional(),
    client_email: z.string().optional(),
    key_id: z.string().optional(),
    team_id: z.string().optional(),
    topic: z.string().optional(),
    environment: z.enum(["production", "sandbox"]).optional(),
    subject: z.string().optional(),
    public_key: z.string().optional(),
    version: z.int().openapi({ description: "Grows with each change." }),
    flag: z
      .string()
      .nullable()
      .openapi({ description: "What the provider last complained of; null: nothing." }),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("PushCredential");

export function credentialForm(credential: Credential): z.input<typeof CredentialForm> {
  return {
    provider: credential.provider,
    ...credential.shown,
    version: credential.version,
    flag: credential.flag,
    created_at: wholeSeconds(credential.createdAt),
    updated_at: wholeSeconds(credential.updatedAt),
  };
}

export const VerificationForm = z
  .object({ ok: z.boolean(), error: z.string().optional(), detail: z.string().optional() })
  .openapi("PushVerification");

export const SubscriberForm = z
  .object({
    id: z.uuid(),
    app_id: z.uuid(),
    platform: z.enum(["web", "ios", "android"]),
    provider: Provider,
    token: z.string().nullable().openapi({ description: "Of FCM or APNs." }),
    endpoint: z.string().nullable().openapi({ description: "Of Web Push." }),
    user_id: z.string().nullable(),
    tags: z.array(z.string()),
    language: z.string().nullable(),
    country: z.string().nullable(),
    timezone: z.string().nullable(),
    status: z.enum(["active", "inactive", "unsubscribed"]),
    last_active_at: Time,
    unsubscribed_at: Time.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .openapi("Subscriber");

export function subscriberForm(
  appUuid: string,
  subscriber: Subscriber,
): z.input<typeof SubscriberForm> {
  const isWebPush = subscriber.provider === "webpush";
  return {
    id: subscriber.uuid,
    app_id: appUuid,
    platform: subscriber.platform,
    provider: subscriber.provider,
    token: isWebPush ? null : subscriber.token,
    endpoint: isWebPush ? subscriber.token : null,
    user_id: subscriber.userId,
    tags: subscriber.tags,
    language: subscriber.language,
    country: subscriber.country,
    timezone: subscriber.timezone,
    status: subscriber.status,
    last_active_at: wholeSeconds(subscriber.lastActiveAt),
    unsubscribed_at:
      subscriber.unsubscribedAt === null ? null : wholeSeconds(subscriber.unsubscribedAt),
    created_at: wholeSeconds(subscriber.createdAt),
    updated_at: wholeSeconds(subscriber.updatedAt),
  };
}
