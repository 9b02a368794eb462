// Links to the page from which a phone installs a build: makes a further one, and revokes all of a build's.
import { z } from "@hono/zod-openapi";
import {
  DEFAULT_EXPIRES_IN_S,
  makeInstallLink,
  MAX_EXPIRES_IN_S,
  MIN_EXPIRES_IN_S,
  revokeInstallLinks as revoke,
} from "../../domain/builds/install-links.ts";
import { keyOperation } from "../../http/operation.ts";
import { qrSvg } from "../../http/qr-svg.ts";
import { microseconds } from "../../kit/time.ts";
import { IdParams, MessageForm, Time, wrapped } from "./forms.ts";

const InstallLinkForm = z
  .object({
    url: z.url().openapi({
      description: "The address of the page. It needs no API key, and is to be kept secret.",
      example: "https://slipway.example/install/q3Vw8TnR5cXyLsA0Zk7PfM2xq3Vw8TnR5cXyLsA0Zk7PfM2x",
    }),
    expires_at: Time.openapi({ description: "When the link ends." }),
    qr: z.string().openapi({
      description: "A QR code of `url`, as an SVG document.",
      example: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 45 45">...</svg>',
    }),
  })
  .openapi("InstallLink", { description: "A link to the page from which a build is installed." });

export const getInstallLink = keyOperation({
  method: "get",
  path: "/builds/{id}/install",
  operationId: "getBuildInstall",
  summary: "Get a link to install a build",
  description:
    "Returns a link to a page for phones, from which the APK is downloaded and installed; it shows the app and the account's name. Each call gives a further link, " +
    "and those before go on working until they end or are revoked. A link can't be guessed, and says nothing of the build.",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  query: z.object({
    expires_in: z
      .int()
      .min(MIN_EXPIRES_IN_S)
      .max(MAX_EXPIRES_IN_S)
      .default(DEFAULT_EXPIRES_IN_S)
      .openapi({
        description:
          "How long the link works, in seconds: a week where nobody says so, a year at most.",
        example: 86_400,
      }),
  }),
  success: { status: 200, description: "The link.", schema: wrapped(InstallLinkForm) },
  refusals: {
    409: "The build is an AAB, is not completed, or its file was deleted. `message` says what to do instead.",
  },
  run: async (ctx, { params, query, origin }) => {
    const { url, expiresAt } = await makeInstallLink(ctx, params.id, origin, query);
    return { data: { url, expires_at: microseconds(expiresAt), qr: qrSvg(url) } };
  },
});

export const revokeInstallLinks = keyOperation({
  method: "delete",
  path: "/builds/{id}/install",
  operationId: "revokeBuildInstalls",
  summary: "Revoke the links to install a build",
  description:
    "Ends all links of the build that there are, and the downloads from their pages. What is installed already stays. Links " +
    "that are asked for afterwards work. Links of `/builds/{id}/download` are others, and go on.",
  tag: "Builds",
  scope: "builds:write",
  params: { schema: IdParams, thing: "build" },
  success: { status: 200, description: "No link works any more.", schema: MessageForm },
  run: async (ctx, { params }) => {
    await revoke(ctx, params.id);
    return { message: "Install links revoked successfully." };
  },
});
