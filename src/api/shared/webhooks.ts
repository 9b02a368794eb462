// The operations on one webhook, alike on API v1, for the account's own webhooks, and the push API, for those of an app. How
// webhooks and deliveries are listed differs, so that each surface has its own lists.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import type { AccountCtx } from "../../domain/context.ts";
import type { Scope } from "../../domain/scopes.ts";
import { createWebhook as create, MAX_WEBHOOKS } from "../../domain/webhooks/create-webhook.ts";
import { deleteWebhook as remove } from "../../domain/webhooks/delete-webhook.ts";
import type { Webhook } from "../../domain/webhooks/find-webhook.ts";
import type { WebhookDelivery } from "../../domain/webhooks/list-deliveries.ts";
import { replayDelivery, ReplayFailed, replayFailed } from "../../domain/webhooks/replay.ts";
import { RotateSecret, rotateSecret as rotate } from "../../domain/webhooks/rotate-secret.ts";
import { sendTest } from "../../domain/webhooks/send-test.ts";
import { updateWebhook as update } from "../../domain/webhooks/update-webhook.ts";
import type { keyOperation } from "../../http/operation.ts";
import { DELIVERIES, DELIVERING, REPLAYING, ROTATING } from "./webhook-docs.ts";
import { deliveryFields, deliveryForm, ShownSecret, type SurfaceTime } from "./webhook-forms.ts";

/** The parameters of a path, as the surfaces name them. */
export type PathParams = Record<string, string>;
type ParamsSchema = z.ZodObject<Record<string, z.ZodType<string>>>;

/** What differs between the surfaces. */
export interface WebhookSurface<Shape extends z.ZodRawShape, Gone extends z.ZodType> {
  /** Makes an operation of the surface, with the surface's rate limit. */
  operation: typeof keyOperation;
  /** What the ids of the operations call a webhook, and the names of the schemas begin with. */
  name: string;
  tag: string;
  scopes: { read: Scope; write: Scope };
  /** The path of the list; that of a webhook ends in its parameter. */
  path: string;
  webhookParam: string;
  /** The schemas of the parameters of the list's path, if it has any, of a webhook's, and of a delivery's. */
  params: { list?: ParamsSchema; webhook: ParamsSchema; delivery: ParamsSchema };
  /** What may have webhooks, in the words of a bound. */
  owner: string;
  /** Finds the app that gets a new webhook; null: the account does. */
  ownerOf: (ctx: AccountCtx, params: PathParams) => Promise<App | null>;
  /** Finds the webhook that the path names. */
  find: (ctx: AccountCtx, params: PathParams) => Promise<Webhook>;
  /** Finds the delivery that the path names, and its webhook. */
  findDelivery: (
    ctx: AccountCtx,
    params: PathParams,
  ) => Promise<{ webhook: Webhook; delivery: WebhookDelivery }>;
  input: { Create: z.ZodType; Update: z.ZodType };
  /** The fields of a webhook, and the function that makes them. */
  shape: Shape;
  fields: (ctx: AccountCtx, params: PathParams, webhook: Webhook) => z.input<z.ZodObject<Shape>>;
  time: SurfaceTime;
  /** The answer to a deletion. */
  gone: { form: Gone; body: z.input<Gone> };
}

/** Makes the forms and the operations of a surface. */
export function webhookOperations<Shape extends z.ZodRawShape, Gone extends z.ZodType>(
  surface: WebhookSurface<Shape, Gone>,
) {
  const { name } = surface;
  const description = `A URL that is sent events of the ${surface.owner}.`;
  const WebhookForm = z.object(surface.shape).openapi(name, { description });
  const NewWebhookForm = z
    .object({ ...surface.shape, secret: ShownSecret })
    .openapi(`New${name}`, { description: "A webhook with its new secret." });
  const DeliveryForm = deliveryForm(surface.time).openapi(`${name}Delivery`, {
    description: "One event for one webhook, with all its attempts.",
  });
  const forms = { WebhookForm, NewWebhookForm, DeliveryForm };
  return {
    ...forms,
    ...makingOperations(surface, forms),
    ...changingOperations(surface, forms),
    ...deliveryOperations(surface, forms),
    ...replayOperation(surface),
  };
}

interface Forms<Shape extends z.ZodRawShape> {
  WebhookForm: z.ZodObject<Shape>;
  NewWebhookForm: z.ZodObject;
  DeliveryForm: ReturnType<typeof deliveryForm>;
}

/** The operations that answer with a secret. */
function makingOperations<Shape extends z.ZodRawShape>(
  surface: WebhookSurface<Shape, z.ZodType>,
  { NewWebhookForm }: Forms<Shape>,
) {
  const schema = z.object({ data: NewWebhookForm });
  const createWebhook = surface.operation({
    method: "post",
    path: surface.path,
    operationId: `create${surface.name}`,
    summary: "Create a webhook",
    description: `${DELIVERING} An ${surface.owner} can have at most ${MAX_WEBHOOKS} webhooks. ${DELIVERIES}`,
    tag: surface.tag,
    scope: surface.scopes.write,
    ...(surface.params.list
      ? { params: { schema: surface.params.list, thing: "app" as const } }
      : {}),
    body: surface.input.Create,
    success: { status: 201, description: "The webhook.", schema },
    idempotent: { secrets: ["secret"] },
    run: async (ctx, { params, body }) => {
      const { webhook, secret } = await create(ctx, await surface.ownerOf(ctx, params), body);
      return { data: { ...surface.fields(ctx, params, webhook), secret } };
    },
  });
  const rotateSecret = surface.operation({
    ...ofWebhook(surface),
    method: "post",
    path: `${pathOf(surface)}/rotate-secret`,
    operationId: `rotate${surface.name}Secret`,
    summary: "Replace the secret of a webhook",
    description: ROTATING,
    scope: surface.scopes.write,
    body: RotateSecret,
    success: { status: 200, description: "The webhook with its new secret.", schema },
    idempotent: { secrets: ["secret"] },
    run: async (ctx, { params, body }) => {
      const { webhook, secret } = await rotate(ctx, await surface.find(ctx, params), body);
      return { data: { ...surface.fields(ctx, params, webhook), secret } };
    },
  });
  return { createWebhook, rotateSecret };
}

/** The operations that show, change and delete a webhook. */
function changingOperations<Shape extends z.ZodRawShape, Gone extends z.ZodType>(
  surface: WebhookSurface<Shape, Gone>,
  { WebhookForm }: Forms<Shape>,
) {
  const schema = z.object({ data: WebhookForm });
  const getWebhook = surface.operation({
    ...ofWebhook(surface),
    method: "get",
    operationId: `get${surface.name}`,
    summary: "Get a webhook",
    scope: surface.scopes.read,
    success: { status: 200, description: "The webhook.", schema },
    run: async (ctx, { params }) => {
      const webhook = await surface.find(ctx, params);
      return { data: surface.fields(ctx, params, webhook) };
    },
  });
  const updateWebhook = surface.operation({
    ...ofWebhook(surface),
    method: "patch",
    operationId: `update${surface.name}`,
    summary: "Update a webhook",
    description:
      "Changes only the given fields. `enabled: true` also ends what failed before, and the deliveries that waited are " +
      "sent. A `secret` that is given here takes the old one's place at once: see the operation that replaces it for one " +
      "that does not.",
    scope: surface.scopes.write,
    body: surface.input.Update,
    success: { status: 200, description: "The changed webhook.", schema },
    run: async (ctx, { params, body }) => {
      const webhook = await update(ctx, await surface.find(ctx, params), body);
      return { data: surface.fields(ctx, params, webhook) };
    },
  });
  const deleteWebhook = surface.operation({
    ...ofWebhook(surface),
    method: "delete",
    operationId: `delete${surface.name}`,
    summary: "Delete a webhook",
    description: "Deletes its deliveries too; pending ones are not sent.",
    scope: surface.scopes.write,
    success: { status: 200, description: "The webhook was deleted.", schema: surface.gone.form },
    run: async (ctx, { params }) => {
      await remove(ctx, await surface.find(ctx, params));
      return surface.gone.body;
    },
  });
  return { getWebhook, updateWebhook, deleteWebhook };
}

/** The operations that answer with a delivery. */
function deliveryOperations<Shape extends z.ZodRawShape>(
  surface: WebhookSurface<Shape, z.ZodType>,
  { DeliveryForm }: Forms<Shape>,
) {
  const { name, time } = surface;
  const schema = z.object({ data: DeliveryForm });
  const path = `${pathOf(surface)}/deliveries/{delivery_id}`;
  const params = { schema: surface.params.delivery, thing: "delivery" } as const;
  const testWebhook = surface.operation({
    ...ofWebhook(surface),
    method: "post",
    path: `${pathOf(surface)}/test`,
    operationId: `test${name}`,
    summary: "Send a webhook a test event",
    description: `Sends the event \`webhook.test\`. The list of deliveries shows the result. ${DELIVERIES}`,
    scope: surface.scopes.write,
    idempotent: { secrets: [] },
    refusals: { 422: "The webhook is disabled, or as many deliveries wait as it can have." },
    success: { status: 200, description: "The new delivery.", schema },
    run: async (ctx, { params: named }) => ({
      data: deliveryFields(time, await sendTest(ctx, await surface.find(ctx, named))),
    }),
  });
  const getDelivery = surface.operation({
    tag: surface.tag,
    params,
    path,
    method: "get",
    operationId: `get${name}Delivery`,
    summary: "Get a delivery of a webhook",
    description: "Shows the request's body and the beginning of what the receiver answered last.",
    scope: surface.scopes.read,
    success: { status: 200, description: "The delivery.", schema },
    run: async (ctx, { params: named }) => ({
      data: deliveryFields(time, (await surface.findDelivery(ctx, named)).delivery),
    }),
  });
  const replayOne = surface.operation({
    tag: surface.tag,
    params,
    path: `${path}/replay`,
    method: "post",
    operationId: `replay${name}Delivery`,
    summary: "Send a delivery again",
    description: `Sends a delivery again that has ended, however it did. ${REPLAYING}`,
    scope: surface.scopes.write,
    idempotent: { secrets: [] },
    refusals: {
      409: "The delivery is pending: it is tried anyway.",
      422: "The webhook is disabled.",
    },
    success: { status: 200, description: "The delivery, which is pending again.", schema },
    run: async (ctx, { params: named }) => {
      const { webhook, delivery } = await surface.findDelivery(ctx, named);
      return { data: deliveryFields(time, await replayDelivery(ctx, webhook, delivery)) };
    },
  });
  return { testWebhook, getDelivery, replayOne };
}

/** The operation that sends all failed deliveries again. */
function replayOperation<Shape extends z.ZodRawShape>(surface: WebhookSurface<Shape, z.ZodType>) {
  const ReplayedForm = z
    .object({
      replayed: z.int().min(0).openapi({ description: "How many are sent again.", example: 3 }),
    })
    .openapi(`${surface.name}Replay`, { description: "How much is sent again." });
  const replayWebhook = surface.operation({
    ...ofWebhook(surface),
    method: "post",
    path: `${pathOf(surface)}/replay`,
    operationId: `replay${surface.name}`,
    summary: "Send a webhook's failed deliveries again",
    description: `Sends every delivery again that failed for good at \`since\` or later. ${REPLAYING}`,
    scope: surface.scopes.write,
    body: ReplayFailed,
    idempotent: { secrets: [] },
    success: {
      status: 200,
      description: "How many deliveries are sent again.",
      schema: z.object({ data: ReplayedForm }),
    },
    run: async (ctx, { params, body }) => ({
      data: { replayed: await replayFailed(ctx, await surface.find(ctx, params), body) },
    }),
  });
  return { replayWebhook };
}

function pathOf({
  path,
  webhookParam,
}: Pick<WebhookSurface<z.ZodRawShape, z.ZodType>, "path" | "webhookParam">) {
  return `${path}/{${webhookParam}}`;
}

/** The documentation that operations on a webhook have in common. */
function ofWebhook<Shape extends z.ZodRawShape, Gone extends z.ZodType>(
  surface: WebhookSurface<Shape, Gone>,
) {
  const params = { schema: surface.params.webhook, thing: "webhook" } as const;
  return { path: pathOf(surface), tag: surface.tag, params };
}
