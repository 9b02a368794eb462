// What devices and browsers see of themselves.
import { z } from "@hono/zod-openapi";
import type { Subscriber } from "../../../domain/subscribers/visible.ts";

/** Requests a minute from one address, over all the calls of devices. */
export const PUBLIC_RATE = { name: "public", limit: 200 } as const;

/** A UUID; anything else names nothing there is. */
export const UuidParams = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
    .transform((text) => text.toLowerCase())
    .openapi({ type: "string", format: "uuid" }),
});

export const DeviceForm = z.object({
  data: z
    .object({
      id: z.uuid(),
      status: z.enum(["active", "inactive", "unsubscribed"]),
      tags: z.array(z.string()),
      language: z.string().nullable(),
      country: z.string().nullable(),
      timezone: z.string().nullable(),
    })
    .openapi("Device"),
});

export function deviceForm(subscriber: Subscriber): z.input<typeof DeviceForm> {
  const { uuid: id, status, tags, language, country, timezone } = subscriber;
  return { data: { id, status, tags, language, country, timezone } };
}
