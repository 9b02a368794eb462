// What requests to several surfaces have in common: how paths name things, and the limit for calls without a key.
import { z } from "@hono/zod-openapi";

/** A positive integer id in a path; anything else names nothing there is. */
export const Id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .openapi({ type: "integer", minimum: 1, example: 1 });

/** A UUID in a path; anything else names nothing there is. */
export const Uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
  .transform((text) => text.toLowerCase())
  .openapi({ type: "string", format: "uuid" });

/** Requests a minute from one address, over all the calls of devices and all links in pushes together. */
export const ADDRESS_RATE = { name: "public", limit: 200 } as const;
