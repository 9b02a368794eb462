// The form of what a new app took from its website's manifest, and of what it did not.
import { z } from "@hono/zod-openapi";
import type { Imported } from "../../domain/sites/create-app.ts";
import { ConfigForm } from "./app-form.ts";

export const ImportedForm = z
  .object({
    manifest_url: z.url().openapi({
      description: "Where the manifest was found, after redirects.",
      example: "https://example.com/manifest.webmanifest",
    }),
    took: z
      .object({
        name: z.string().optional().openapi({ description: "The app's name.", example: "Example" }),
        config: ConfigForm.openapi({
          description: "The fields of `config` that the app has from the manifest.",
        }),
        icon: z
          .object({
            url: z.url().openapi({
              description: "Where it is on the website.",
              example: "https://example.com/icon-512.png",
            }),
            purpose: z
              .enum(["maskable", "any"])
              .openapi({ description: "What the manifest says that it is for." }),
          })
          .optional()
          .openapi({ description: "The icon." }),
        icon_monochrome: z
          .object({
            url: z.url().openapi({
              description: "Where it is on the website.",
              example: "https://example.com/icon-mono.svg",
            }),
          })
          .optional()
          .openapi({ description: "The icon's layer of one colour." }),
      })
      .openapi({ description: "What the app has from the manifest, as the app has it." }),
    left: z
      .array(
        z.object({
          field: z
            .string()
            .openapi({ description: "The member of the manifest.", example: "shortcuts.4" }),
          reason: z.string().openapi({
            description: "Why, as a sentence.",
            example: "An app has 4 shortcuts at most.",
          }),
        }),
      )
      .openapi({ description: "What was not taken, or not whole." }),
  })
  .openapi("ImportedManifest", {
    description: "What a new app took from its website's manifest. Only where it was asked for.",
  });

export function importedForm(imported: Imported): z.input<typeof ImportedForm> {
  const { manifestUrl, name, config, icon, monochrome, left } = imported;
  return {
    manifest_url: manifestUrl,
    took: {
      ...(name !== null && { name }),
      config,
      ...(icon && {
        icon: { url: icon.url.href, purpose: icon.purpose === "maskable" ? "maskable" : "any" },
      }),
      ...(monochrome && { icon_monochrome: { url: monochrome.url.href } }),
    },
    left,
  };
}
