// Bodies that are not JSON, as the OpenAPI document describes them.
import { z } from "@hono/zod-openapi";

/** What an answer of another media type than JSON holds. */
export function contents(mediaType: string): z.ZodType {
  return mediaType.startsWith("text/") ? Text : File;
}

const File = z
  .string()
  .openapi("File", { type: "string", format: "binary", description: "The bytes of a file." });
const Text = z.string().openapi("Text", { description: "Text in UTF-8." });
/** By a named property, openapi-generator's TypeScript client would import a type of it that it doesn't make. */
const IconForm = z.record(z.string(), File).openapi("IconForm", {
  minProperties: 1,
  maxProperties: 1,
  description: "A form whose field `icon` is the image.",
});

/** What a request of another media type than JSON holds. */
export function bodySchema(mediaType: string): z.ZodType {
  return mediaType === "multipart/form-data" ? IconForm : File;
}
