// What the calls of installed apps have in common.
import { z } from "@hono/zod-openapi";
import type { InstanceName } from "../../../domain/sends/instances/find-instance.ts";
import { Id } from "../forms.ts";

/** Requests a minute from one address, over all the calls of devices. */
export const DEVICE_RATE = { name: "public", limit: 200 } as const;

export const AppParams = z.object({ app_id: Id });

/** A UUID; anything else names nothing there is. */
export const InstanceParams = AppParams.extend({
  ic_id: z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
    .transform((text) => text.toLowerCase())
    .openapi({ type: "string", format: "uuid" }),
});

export function nameOf({ app_id, ic_id }: z.output<typeof InstanceParams>): InstanceName {
  return { appId: app_id, uuid: ic_id };
}

export const InstanceForm = z.object({ id: z.uuid() }).openapi("Instance");
