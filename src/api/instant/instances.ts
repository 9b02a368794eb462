// The operations that installations call for themselves, without an API key. The contract calls them instances.
import { z } from "@hono/zod-openapi";
import { unsubscribeInstallation as unsubscribe } from "../../domain/campaigns/installations/unsubscribe-installation.ts";
import type { InstallationName } from "../../domain/campaigns/installations/find-installation.ts";
import {
  InstallationInfo,
  LifecycleEvent,
  NotificationEvent,
  RegisterInstallation,
} from "../../domain/campaigns/installations/installation-input.ts";
import { registerInstallation as register } from "../../domain/campaigns/installations/register-installation.ts";
import {
  reportLifecycle as storeEvent,
  reportNotification as countEngagement,
} from "../../domain/campaigns/installations/report-events.ts";
import { updateInstallation as update } from "../../domain/campaigns/installations/update-installation.ts";
import { publicOperation } from "../../http/operation.ts";
import { DEVICES, Id, RECEIPTS, REGISTRATIONS, Uuid } from "../shared/requests.ts";

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
  tz_sec: z.number().nullish().openapi({ description: "Seconds east of UTC." }),
});

const Updated = z.object({ id: z.uuid(), update_interval_sec: z.int() }).openapi("UpdatedInstance");

export const registerInstance = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances",
  operationId: "registerInstance",
  summary: "Register instance",
  description:
    "A repeated `ic_token` returns the same instance. The instance receives no pushes before its info has a transport.",
  tag: "Instances",
  rate: REGISTRATIONS,
  params: { schema: AppParams, thing: "app" },
  body: RegisterInstallation.extend({ ext_id: z.string().nullish() }),
  success: { status: 200, description: "The instance.", schema: Registered },
  refusals: { 403: "Pages of this origin may not register instances." },
  run: async (ctx, { params, body, request }) => {
    const origin = request.headers.get("origin");
    const { id, created } = await register(ctx, params.app_id, origin, body);
    return { id, just_created: created };
  },
});

export const updateInstance = publicOperation({
  method: "put",
  path: "/apps/{app_id}/instances/{ic_id}/info",
  operationId: "updateInstance",
  summary: "Update an instance",
  description:
    "With `transport_type` and `transport_token` the instance receives pushes from then on. Fields that are left out " +
    "keep their values. `tags` replace those of earlier requests; the values of the tag `audiences`, separated by " +
    "commas, are its audiences.",
  tag: "Instances",
  rate: DEVICES,
  params: { schema: InstanceParams, thing: "installation" },
  body: Info,
  success: { status: 200, description: "The instance was updated.", schema: Updated },
  run: async (ctx, { params, body }) => {
    await update(ctx, nameOf(params), body);
    return { id: params.ic_id, update_interval_sec: UPDATE_INTERVAL_S };
  },
});

export const reportNotification = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/notification",
  operationId: "reportInstanceNotification",
  summary: "Report that a push was delivered or clicked",
  description: "Each instance is counted once for each push. `msg_id` is part of the push.",
  tag: "Instances",
  rate: RECEIPTS,
  params: { schema: InstanceParams, thing: "installation" },
  body: NotificationEvent,
  success: { status: 200, description: "The report was stored.", schema: InstanceForm },
  run: async (ctx, { params, body }) => {
    await countEngagement(ctx, nameOf(params), body);
    return { id: params.ic_id };
  },
});

export const reportLifecycle = publicOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/lifecycle",
  operationId: "reportInstanceLifecycle",
  summary: "Report a lifecycle event of an instance",
  description:
    "Filters can name the event from then on. A request without a body reports only that the instance is in use.",
  tag: "Instances",
  rate: DEVICES,
  params: { schema: InstanceParams, thing: "installation" },
  body: LifecycleEvent,
  success: { status: 200, description: "The report was stored.", schema: InstanceForm },
  run: async (ctx, { params, body }) => {
    await storeEvent(ctx, nameOf(params), body);
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
  rate: DEVICES,
  params: { schema: InstanceParams, thing: "installation" },
  success: { status: 200, description: "Deactivated.", schema: InstanceForm },
  run: async (ctx, { params }) => {
    await unsubscribe(ctx, nameOf(params));
    return { id: params.ic_id };
  },
});

function nameOf({ app_id, ic_id }: z.output<typeof InstanceParams>): InstallationName {
  return { appId: app_id, uuid: ic_id };
}
