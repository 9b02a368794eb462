// The operations that installations call for themselves, without an API key. The contract calls them instances.
import { z } from "@hono/zod-openapi";
import { unsubscribeInstallation as unsubscribe } from "../../domain/campaigns/installations/unsubscribe-installation.ts";
import { appById } from "../../domain/apps/find-app.ts";
import type { Ctx } from "../../domain/context.ts";
import { findInstallation } from "../../domain/campaigns/installations/find-installation.ts";
import {
  InstallationInfo,
  MAX_TAGS,
  MAX_TAGS_BYTES,
  LifecycleEvent,
  NotificationEvent,
  RegisterInstallation,
} from "../../domain/campaigns/installations/installation-input.ts";
import {
  MAX_UNREACHABLE,
  registerInstallation as register,
} from "../../domain/campaigns/installations/register-installation.ts";
import {
  MAX_APP_EVENTS,
  MAX_EVENTS,
  reportLifecycle as storeEvent,
  reportNotification as countEngagement,
} from "../../domain/campaigns/installations/report-events.ts";
import { updateInstallation as update } from "../../domain/campaigns/installations/update-installation.ts";
import { publicOperation } from "../../http/operation.ts";
import { ADDRESS_RATE, Id, SUBSCRIBERS_AN_APP, Uuid } from "../shared/requests.ts";

const AppParams = z.object({ app_id: Id });

const InstanceParams = AppParams.extend({ ic_id: Uuid });

const InstanceForm = z.object({ id: z.uuid() }).openapi("Instance");

const Registered = z
  .object({
    id: z.uuid().openapi({ description: "The id of the instance in further requests." }),
    just_created: z.boolean(),
  })
  .openapi("RegisteredInstance");

/** How often installations are asked for their info, s: often enough for filters by tags to be of use. */
const UPDATE_INTERVAL_S = 3600;

/** The info as the API documents it; the domain's own schema is more lenient. */
const Info = InstallationInfo.extend({
  platform_type: z.enum(["android", "ios", "browser"]).nullish(),
  ext_id: z.string().nullish(),
  country: z.string().nullish(),
  county: z.string().nullish().openapi({ description: "The same as `country`." }),
  lang: z.string().nullish(),
  tz_sec: z.number().nullish().openapi({
    description:
      "Seconds east of UTC, to the nearest minute. The time zone becomes one that has this offset now, or the offset.",
  }),
  tags: z.record(z.string(), z.string()).nullish(),
});

const Updated = z.object({ id: z.uuid(), update_interval_sec: z.int() }).openapi("UpdatedInstance");

export const registerInstance = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances",
  operationId: "registerInstance",
  summary: "Register instance",
  description:
    "A repeated `ic_token` returns the same instance. The instance receives no pushes before its info has a transport. An " +
    `app has at most ${MAX_UNREACHABLE} instances without a transport, of which the oldest are deleted first, and each ` +
    "after 30 days. `ic_token` and `id` are all that proves an instance, so keep both to yourself.",
  tag: "Instances",
  rate: ADDRESS_RATE,
  params: { schema: AppParams, thing: "app" },
  body: RegisterInstallation.extend({ ext_id: z.string().nullish() }),
  success: { status: 200, description: "The instance.", schema: Registered },
  refusals: { 403: "Pages of this origin may not register instances." },
  run: async (ctx, { params, body, request }) => {
    const origin = request.headers.get("origin");
    const { id, created } = await register(ctx, await appById(ctx, params.app_id), origin, body);
    return { id, just_created: created };
  },
});

export const updateInstance = publicOperation({
  method: "put",
  path: "/apps/{app_id}/instances/{ic_id}/info",
  operationId: "updateInstance",
  summary: "Update an instance",
  description:
    "With `transport_type` and `transport_token` the instance receives pushes from then on, and another subscriber that " +
    "had that transport does not. Fields that are left out keep their values. `tags` replace those of earlier requests; " +
    "the values of the tag `audiences`, separated by commas, are its audiences. What an instance says of its person is " +
    "never refused: a language or country that is not understood is null, and tags that are no text, too long, more than " +
    `${MAX_TAGS} or beyond ${MAX_TAGS_BYTES} bytes together as JSON are left out. ${SUBSCRIBERS_AN_APP}`,
  tag: "Instances",
  rate: ADDRESS_RATE,
  params: { schema: InstanceParams, thing: "installation" },
  body: Info,
  success: { status: 200, description: "The instance was updated.", schema: Updated },
  run: async (ctx, { params, body }) => {
    await update(ctx, await find(ctx, params), body);
    return { id: params.ic_id, update_interval_sec: UPDATE_INTERVAL_S };
  },
});

export const reportNotification = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/notification",
  operationId: "reportInstanceNotification",
  summary: "Report that a push was delivered or clicked",
  description:
    "The instance is counted once for each push that it received. `msg_id` is part of the push, and different in that of " +
    "each instance; one that this instance did not receive is answered alike and not counted.",
  tag: "Instances",
  rate: ADDRESS_RATE,
  params: { schema: InstanceParams, thing: "installation" },
  body: NotificationEvent,
  success: { status: 200, description: "The report was stored.", schema: InstanceForm },
  run: async (ctx, { params, body }) => {
    await countEngagement(ctx, await find(ctx, params), body);
    return { id: params.ic_id };
  },
});

export const reportLifecycle = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/lifecycle",
  operationId: "reportInstanceLifecycle",
  summary: "Report a lifecycle event of an instance",
  description:
    "Filters can name the event from then on. A request without a body reports only that the instance is in use. An " +
    `instance has at most ${MAX_EVENTS} events, an app ${MAX_APP_EVENTS}; one more is 400. An event that no instance sent ` +
    "for 90 days is deleted, and its owner can delete it before.",
  tag: "Instances",
  rate: ADDRESS_RATE,
  params: { schema: InstanceParams, thing: "installation" },
  body: LifecycleEvent,
  success: { status: 200, description: "The report was stored.", schema: InstanceForm },
  run: async (ctx, { params, body }) => {
    await storeEvent(ctx, await find(ctx, params), body);
    return { id: params.ic_id };
  },
});

export const deactivateInstance = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/deactivate",
  operationId: "deactivateInstance",
  summary: "Deactivate instance",
  description:
    "The instance receives no pushes until it sends a transport again. The body of the request is ignored.",
  tag: "Instances",
  rate: ADDRESS_RATE,
  params: { schema: InstanceParams, thing: "installation" },
  success: { status: 200, description: "Deactivated.", schema: InstanceForm },
  run: async (ctx, { params }) => {
    await unsubscribe(ctx, await find(ctx, params));
    return { id: params.ic_id };
  },
});

function find(ctx: Ctx, { app_id, ic_id }: z.output<typeof InstanceParams>) {
  return findInstallation(ctx, { appId: app_id, uuid: ic_id });
}
