// The operations that installations call for themselves, without an API key. The contract calls them instances.
import { z } from "@hono/zod-openapi";
import { unsubscribeInstallation as unsubscribe } from "../../domain/campaigns/installations/unsubscribe-installation.ts";
import { appById } from "../../domain/apps/find-app.ts";
import type { Ctx } from "../../domain/context.ts";
import { findInstallation } from "../../domain/campaigns/installations/find-installation.ts";
import {
  InstallationInfo,
  MAX_TAG_NAME,
  MAX_TAG_VALUE,
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
import { PressedAction } from "../../domain/notifications/click-target.ts";
import { publicAppOperation } from "../../http/operation.ts";
import {
  DEVICES,
  Id,
  RECEIPTS,
  REGISTRATIONS,
  SUBSCRIBERS_AN_APP,
  Uuid,
} from "../shared/requests.ts";

/** The documentation of what these operations ignore. */
const LENIENT =
  "Fields that are not known are ignored, since clients on devices may be newer than we are.";

const AppParams = z.object({ app_id: Id.openapi({ description: "The id of the app in API v1." }) });

const InstanceParams = AppParams.extend({
  ic_id: Uuid.openapi({ description: "The id of the instance, as its registration was answered." }),
});

const InstanceForm = z
  .object({
    id: z.uuid().openapi({
      description: "The id of the instance.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
  })
  .openapi("Instance", { description: "An instance." });

const Registered = z
  .object({
    id: z.uuid().openapi({
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
      description: "The id of the instance in further requests.",
    }),
    just_created: z.boolean().openapi({
      description: "Whether this request made the instance; false if it was known already.",
    }),
  })
  .openapi("RegisteredInstance", { description: "An instance that registered itself." });

/** Finds the installation that a path names. */
async function installationOf(
  ctx: Ctx,
  { app_id: appId, ic_id: uuid }: z.output<typeof InstanceParams>,
) {
  return { appId, found: await findInstallation(ctx, { appId, uuid }) };
}

/** How often installations are asked for their info, s: often enough for filters by tags to be of use. */
const UPDATE_INTERVAL_S = 3600;

const ExtId = z.string().nullish().openapi({
  description: "Your own id of the user. null and an empty text stand for no user.",
  example: "user-42",
});

/** The info as the API documents it; the domain's own schema is more lenient. */
const Info = InstallationInfo.extend({
  platform_type: z
    .enum(["android", "ios", "browser"])
    .nullish()
    .openapi({ description: "What the instance runs on.", example: "android" }),
  ext_id: ExtId,
  country: z
    .string()
    .nullish()
    .openapi({ description: "An ISO 3166 code of two letters.", example: "DE" }),
  county: z.string().nullish().openapi({ description: "The same as `country`." }),
  lang: z.string().nullish().openapi({
    description: "A BCP 47 tag, a POSIX locale or a list of them, of which the first counts.",
    example: "de-DE",
  }),
  tz_sec: z
    .number()
    .nullish()
    .openapi({
      example: 3600,
      description:
        "Seconds east of UTC, to the nearest minute. The time zone becomes one that has this offset now, or the offset; " +
        "null for what is no offset.",
    }),
  tags: z
    .record(z.string(), z.string())
    .nullish()
    .openapi({
      description:
        "Names and values of your own choice. Numbers, booleans and null count as text, and other values are " +
        "left out.",
      example: { audiences: "beta" },
    }),
});

const Updated = z
  .object({
    id: z.uuid().openapi({
      description: "The id of the instance.",
      example: "0f8fad5b-d9cb-469f-a165-70867728950e",
    }),
    update_interval_sec: z
      .int()
      .openapi({ description: "After how many seconds to report the info again.", example: 3600 }),
  })
  .openapi("UpdatedInstance", { description: "An instance whose info was taken." });

export const registerInstance = publicAppOperation({
  method: "post",
  path: "/apps/{app_id}/instances",
  operationId: "registerInstance",
  summary: "Register instance",
  description:
    "A repeated `ic_token` returns the same instance. The instance receives no pushes before its info has a transport. An " +
    `app has at most ${MAX_UNREACHABLE} instances without a transport, of which the oldest are deleted first, and each ` +
    "after 30 days. `ic_token` and `id` are all that proves an instance, so keep both to yourself. " +
    LENIENT,
  tag: "Instances",
  rate: REGISTRATIONS,
  params: { schema: AppParams, thing: "app" },
  body: RegisterInstallation.extend({ ext_id: ExtId }),
  success: { status: 200, description: "The instance.", schema: Registered },
  refusals: { 403: "Pages of this origin may not register instances." },
  find: async (ctx, { app_id: appId }) => ({ appId, app: await appById(ctx, appId) }),
  run: async (ctx, { body, request }) => {
    const origin = request.headers.get("origin");
    const { id, created } = await register(ctx, ctx.app, origin, body);
    return { id, just_created: created };
  },
});

export const updateInstance = publicAppOperation({
  method: "put",
  path: "/apps/{app_id}/instances/{ic_id}/info",
  operationId: "updateInstance",
  summary: "Update an instance",
  description:
    "With `transport_type` and `transport_token` the instance receives pushes from then on, and another subscriber that " +
    "had that transport does not. Fields that are left out keep their values. `tags` replace those of earlier requests; " +
    "the values of the tag `audiences`, separated by commas, are its audiences; those that are no text are left out. There " +
    `are at most ${MAX_TAGS} tags, with names of ${MAX_TAG_NAME} characters, values of ${MAX_TAG_VALUE}, and ` +
    `${MAX_TAGS_BYTES} bytes together as JSON. A language or country that is not understood is null. ${LENIENT} ${SUBSCRIBERS_AN_APP}`,
  tag: "Instances",
  rate: DEVICES,
  params: { schema: InstanceParams, thing: "installation" },
  body: Info,
  success: { status: 200, description: "The instance was updated.", schema: Updated },
  find: installationOf,
  run: async (ctx, { params, body }) => {
    await update(ctx, ctx.found, body);
    return { id: params.ic_id, update_interval_sec: UPDATE_INTERVAL_S };
  },
});

export const reportNotification = publicAppOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/notification",
  operationId: "reportInstanceNotification",
  summary: "Report that a push was delivered or clicked",
  description:
    "The instance is counted once for each push that it received. `msg_id` is part of the push, and different in that of " +
    "each instance; one that this instance did not receive is answered alike and not counted. `action` names the button that " +
    "was clicked, if it was one; `dismiss` is not counted. " +
    LENIENT,
  tag: "Instances",
  rate: RECEIPTS,
  params: { schema: InstanceParams, thing: "installation" },
  body: NotificationEvent.extend({
    action: PressedAction.openapi({
      description:
        "The name of the button that was clicked. Without, or null, it was the push itself.",
      example: "open_url",
    }),
  }),
  success: { status: 200, description: "The report was stored.", schema: InstanceForm },
  find: installationOf,
  run: async (ctx, { params, body }) => {
    await countEngagement(ctx, ctx.found, body);
    return { id: params.ic_id };
  },
});

export const reportLifecycle = publicAppOperation({
  method: "post",
  path: "/apps/{app_id}/instances/{ic_id}/events/lifecycle",
  operationId: "reportInstanceLifecycle",
  summary: "Report a lifecycle event of an instance",
  description:
    "Filters can name the event from then on. A request without a body reports only that the instance is in use. An " +
    `instance has at most ${MAX_EVENTS} events, an app ${MAX_APP_EVENTS}; one more is 400. An event that no instance sent ` +
    "for 90 days is deleted, and its owner can delete it before. " +
    LENIENT,
  tag: "Instances",
  rate: DEVICES,
  params: { schema: InstanceParams, thing: "installation" },
  body: LifecycleEvent,
  success: { status: 200, description: "The report was stored.", schema: InstanceForm },
  find: installationOf,
  run: async (ctx, { params, body }) => {
    await storeEvent(ctx, ctx.found, body);
    return { id: params.ic_id };
  },
});

export const deactivateInstance = publicAppOperation({
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
  find: installationOf,
  run: async (ctx, { params }) => {
    await unsubscribe(ctx, ctx.found);
    return { id: params.ic_id };
  },
});
