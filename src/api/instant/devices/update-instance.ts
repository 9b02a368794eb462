// PUT /apps/{app_id}/instances/{ic_id}/info
import { z } from "@hono/zod-openapi";
import { InstanceInfo } from "../../../domain/sends/instances/instance-input.ts";
import { updateInstance as update } from "../../../domain/sends/instances/update-instance.ts";
import { publicOperation } from "../../../http/operation.ts";
import { DEVICE_RATE, InstanceParams, nameOf } from "./forms.ts";

/** How often instances are asked to tell of themselves, s: often enough for tags to be worth filtering by. */
const UPDATE_INTERVAL_S = 3600;

/** What instances can tell; the domain's own schema is more lenient. */
const Told = InstanceInfo.extend({
  platform_type: z.enum(["android", "ios", "browser"]).nullish(),
  ext_id: z.string().nullish(),
  country: z.string().nullish(),
  county: z.string().nullish().openapi({ description: "As `country`." }),
  lang: z.string().nullish(),
  tz_sec: z.number().nullish().openapi({ description: "Seconds east of UTC." }),
});

const Updated = z.object({ id: z.uuid(), update_interval_sec: z.int() }).openapi("UpdatedInstance");

export const updateInstance = publicOperation({
  method: "put",
  path: "/apps/{app_id}/instances/{ic_id}/info",
  operationId: "updateInstance",
  summary: "Tell of an instance",
  description:
    "With `transport_type` and `transport_token` it gets pushes from now on. What is left out stays; `tags` " +
    "replace those told before, and the values of the tag `audiences`, separated by commas, are its audiences.",
  tag: "Instances",
  rate: DEVICE_RATE,
  params: { schema: InstanceParams, thing: "instance" },
  body: Told,
  success: { status: 200, description: "Noted.", schema: Updated },
  run: async (ctx, { params, body }) => {
    await update(ctx, nameOf(params), body);
    return { id: params.ic_id, update_interval_sec: UPDATE_INTERVAL_S };
  },
});
