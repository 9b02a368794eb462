// The list by which a website says that its links may be opened in its app.
import { z } from "@hono/zod-openapi";
import { assetLinks, statementOf } from "../../domain/builds/asset-links.ts";
import { keyOperation } from "../../http/operation.ts";
import { IdParams } from "./forms.ts";

/** A site may ask at each of its requests; a change shows after five minutes. Its key makes the answer private. */
const HEADERS = { "cache-control": "private, max-age=300" };

const AssetLinksForm = z.array(
  z.object({
    relation: z.array(z.string()).openapi({
      description: "What the app may do: handle all links of the site.",
      example: ["delegate_permission/common.handle_all_urls"],
    }),
    target: z
      .object({
        namespace: z.literal("android_app").openapi({ description: "That it is an Android app." }),
        package_name: z
          .string()
          .openapi({ description: "The id of the app on devices.", example: "com.example.myapp" }),
        sha256_cert_fingerprints: z.array(z.string()).openapi({
          description:
            "The SHA-256 of each certificate that the app can be signed with, in upper-case hex with colons.",
          example: [
            "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08",
          ],
        }),
      })
      .openapi({ description: "The app that may." }),
  }),
);

/** The bare list, as the site is to serve it. */
export const getAssetLinks = keyOperation({
  method: "get",
  path: "/apps/{id}/assetlinks",
  operationId: "getAppAssetLinks",
  summary: "Get an app's asset links",
  description:
    "The list for the website's `/.well-known/assetlinks.json`, with which Android opens the site's links in the app. The " +
    "certificate is that of the newest release; before any release, those of all keystores of the app (`app_ids`). Play's " +
    "is added where the app has `play_signing_sha256`. Package names under which the app was released before are listed " +
    "too. It is empty as long as no certificate is known.",
  tag: "Apps",
  scope: "apps:read",
  params: { schema: IdParams, thing: "app" },
  success: {
    status: 200,
    description: "The list, with nothing around it.",
    schema: AssetLinksForm,
    headers: z.object({
      "Cache-Control": z
        .string()
        .openapi({ description: "That the caller may keep it for five minutes (RFC 9111)." }),
    }),
  },
  run: async (ctx, { params }) => {
    const links: z.input<typeof AssetLinksForm> = (await assetLinks(ctx, params.id)).map(
      statementOf,
    );
    return Response.json(links, { headers: HEADERS });
  },
});
