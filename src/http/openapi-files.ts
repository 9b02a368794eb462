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
const IconForm = z
  .object({ icon: File.openapi({ description: "The image, as a file of the form." }) })
  .openapi("IconForm", { description: "A form with an image." });

/** What a request of another media type than JSON holds. */
export function bodySchema(mediaType: string): z.ZodType {
  return mediaType === "multipart/form-data" ? IconForm : File;
}
