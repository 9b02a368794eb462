// The forms of an app and of its config in answers.
import { z } from "@hono/zod-openapi";
import type { App } from "../../domain/apps/find-app.ts";
import { shownPicture } from "../../domain/apps/icon-pictures.ts";
import { microseconds } from "../../kit/time.ts";
import { AppPlatform } from "../../protocol/builder.ts";
import { AppConfig } from "../../protocol/config.ts";
import { Time } from "./forms.ts";

/** A picture without its bytes. */
const PictureForm = z.object({
  media_type: z
    .string()
    .openapi({ description: "The media type of the image.", example: "image/png" }),
  sha256: z.string().openapi({
    description: "The SHA-256 of the image, in hex.",
    example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  }),
});

export const ConfigForm = z
  .object(AppConfig.shape)
  .openapi("AppConfig", { description: "What an app looks like and may do." });

export const AppForm = z
  .object({
    id: z.int().openapi({ description: "The app's id in this API.", example: 7 }),
    uuid: z.uuid().openapi({
      description: "The app's id in the push API.",
      example: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    }),
    name: z
      .string()
      .openapi({ description: "The name that the launcher shows.", example: "My App" }),
    platform: AppPlatform.openapi({ description: "What kind of app is built." }),
    version_name: z
      .string()
      .openapi({ description: "The version as people see it.", example: "1.0.0" }),
    version_code: z
      .int()
      .openapi({ description: "The version as Android compares it; it only grows.", example: 1 }),
    url: z.string().openapi({
      description:
        "The website that the app shows. Empty where the push API made the app and no website is known.",
      example: "https://example.com",
    }),
    package_name: z.string().openapi({
      description: "The id of the app on devices and in stores.",
      example: "com.example.myapp",
    }),
    play_signing_sha256: z.string().nullable().openapi({
      description:
        "The SHA-256 of the certificate with which Google Play signs what it delivers, in hex; null until it is given.",
      example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }),
    config: ConfigForm.openapi({ description: "What the app looks like and may do." }),
    icon: PictureForm.nullable().openapi({
      description:
        "The icon, without its bytes; null until one is set, and then a default is drawn.",
    }),
    icon_foreground: PictureForm.nullable().openapi({
      description:
        "The icon's own foreground layer, without its bytes; null until one is set, and then it is made of the icon.",
    }),
    icon_monochrome: PictureForm.nullable().openapi({
      description:
        "The icon's own layer of one colour, without its bytes; null until one is set, and then it is made of the icon.",
    }),
    created_at: Time.openapi({ description: "When it was created." }),
    updated_at: Time.openapi({ description: "When it was last changed." }),
  })
  .openapi("App", { description: "A website that is turned into an Android app." });

/** An app as answers show it. */
export function appForm(app: App): z.input<typeof AppForm> {
  return {
    id: app.id,
    uuid: app.uuid,
    name: app.name,
    platform: app.platform,
    version_name: app.versionName,
    version_code: app.versionCode,
    url: app.url,
    package_name: app.packageName,
    play_signing_sha256: app.playSigningSha256,
    config: AppConfig.parse(app.config),
    icon: shownPicture(app, "icon"),
    icon_foreground: shownPicture(app, "foreground"),
    icon_monochrome: shownPicture(app, "monochrome"),
    created_at: microseconds(app.createdAt),
    updated_at: microseconds(app.updatedAt),
  };
}
