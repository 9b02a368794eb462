// The list by which this host says which apps Android may open its links in (Digital Asset Links): a code's link then opens in
// the app at once, without its page. Whoever is listed gets the codes of all accounts, so the operator alone decides, by
// ASSET_LINKS, and by default nobody is: the page's button names the one app that is right.
import type { Handler } from "hono";
import { json } from "../http/answer.ts";
import type { HttpEnv } from "../http/env.ts";
import { refusalAnswer } from "./v1/errors.ts";

/** Where Android asks (https://developers.google.com/digital-asset-links/v1/create-statement). */
export const ASSET_LINKS_PATH = "/.well-known/assetlinks.json";

/** A change shows after five minutes. Nobody is asked for anything, so any cache may keep it. */
const HEADERS = { "content-type": "application/json", "cache-control": "public, max-age=300" };

/** Answers the list; as unknown paths are answered where there is none. */
export const serveAssetLinks: Handler<HttpEnv> = async (c, next) => {
  const { assetLinks } = c.env.connection;
  if (assetLinks === null) return next();
  const allow = ["GET", "HEAD"];
  if (allow.includes(c.req.method)) return new Response(assetLinks, { headers: HEADERS });
  return json(refusalAnswer({ code: "method_not_allowed", allow }, c.var.requestId));
};
