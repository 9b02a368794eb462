// Makes an app, of what the request says alone or, with `import_manifest`, of what the website's manifest says besides. What the
// request says counts before what the manifest says. An app is made once the manifest was read; its icon is set after that, so
// that one that can't be had is told, and the app is there without it.
import { z } from "zod";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";
import { sniffImage } from "../../kit/image/sniff.ts";
import { parse } from "../../kit/parse.ts";
import { MAX_ICON_BYTES, type IconPicture } from "../../protocol/builder.ts";
import type { AppConfig } from "../../protocol/config.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import { CreateApp } from "../apps/app-input.ts";
import { createApp as createPlain } from "../apps/create-app.ts";
import type { App } from "../apps/find-app.ts";
import { setIcon } from "../apps/set-icon.ts";
import type { AccountCtx } from "../context.ts";
import { bytesWithin } from "./ask-site.ts";
import { askOnVisit, beginVisit, findManifest, type Visit } from "./find-manifest.ts";
import { manifestIcons, MIN_ICON_SIDE, type SiteIcon } from "./manifest-icons.ts";
import { isObject, type Left } from "./manifest-members.ts";
import { readManifest, type Taken } from "./read-manifest.ts";

/** Manifests that an account may have read in a minute: more than anybody makes apps, and too few to bother a website. */
const MANIFESTS_A_MINUTE = 10;
/** Most icons of a manifest that are tried, since each may be of MAX_ICON_BYTES. */
const MAX_ICONS_TRIED = 3;

const ImportManifest = z.boolean().default(false).meta({
  description:
    "Whether what the request leaves out is taken from the website's own manifest: the name, fields of `config`, the icon.",
});
const PlainApp = CreateApp.extend({ import_manifest: ImportManifest });
/** What makes an app: `name` may be left out where the website's manifest is to name it. */
export const NewApp = PlainApp.extend({
  name: CreateApp.shape.name.optional().meta({
    description: "The name that the launcher shows. Required unless `import_manifest` is true.",
    example: "My App",
  }),
});

type FoundIcon = Pick<SiteIcon, "url" | "purpose">;

/** What was taken from a manifest, and what was not. */
export interface Imported {
  manifestUrl: string;
  /** null: the request gave one. */
  name: string | null;
  /** Without what the request gave. */
  config: AppConfig;
  /** null: none of the manifest's could be had. */
  icon: FoundIcon | null;
  /** The layer of one colour; null: the manifest has none that could be had. */
  monochrome: FoundIcon | null;
  left: Left[];
}

/**
 * Creates the app and returns it with what was taken from its website; null where nothing was asked for. Refuses what
 * creating an app does, `invalid` also for a website without a manifest that can be read, and `rate_limited`.
 */
export async function createApp(
  ctx: AccountCtx,
  input: unknown,
): Promise<{ app: App; imported: Imported | null }> {
  requireWholeAccount(ctx.principal);
  const isPlain = !isObject(input) || input["import_manifest"] !== true;
  const { import_manifest: _, ...wanted } = parse(isPlain ? PlainApp : NewApp, input);
  if (isPlain) return { app: await createPlain(ctx, wanted), imported: null };
  await countManifest(ctx);
  const visit = beginVisit();
  const start = new URL(wanted.url);
  const { url, manifest, title } = await findManifest(ctx, visit, start);
  const read = readManifest(manifest, { base: url, appUrl: start, title });
  const { taken, left } = read;
  const name = wanted.name ?? taken.name;
  if (name === undefined) {
    return refuse(invalidField(["name"], "must be given: the manifest and the page have none"));
  }
  const config = { ...taken.config, ...wanted.config };
  const app = await createPlain(ctx, { ...wanted, name, config });
  const { icons, monochrome, left: unfit } = manifestIcons(manifest, url);
  const set = await setFirst(ctx, app, visit, icons, "icon");
  const layer = await setFirst(ctx, set.app, visit, monochrome, "monochrome");
  return {
    app: layer.app,
    imported: {
      manifestUrl: url.href,
      name: wanted.name === undefined ? name : null,
      config: without(taken.config, wanted.config),
      icon: set.icon,
      monochrome: layer.icon,
      left: [...left, ...given(read, wanted), ...unfit, ...set.left, ...layer.left],
    },
  };
}

/** Counts a manifest that the account has read. Refuses `rate_limited`. */
async function countManifest(ctx: AccountCtx): Promise<void> {
  const { count, resetAt } = await ctx
    .rateLimiter(`site-manifest:${ctx.principal.accountId}`)
    .hit();
  if (count <= MANIFESTS_A_MINUTE) return;
  const retryAfterS = Math.max(1, Math.ceil((resetAt - Date.now()) / SECOND_MS));
  refuse({ code: "rate_limited", retryAfterS });
}

function without(taken: AppConfig, wanted: AppConfig): AppConfig {
  return Object.fromEntries(Object.entries(taken).filter(([field]) => !(field in wanted)));
}

/** The members of the manifest that the request says something else of. */
function given(
  { taken, left }: { taken: Taken; left: readonly Left[] },
  { name, config }: { name?: string | undefined; config: AppConfig },
): Left[] {
  const fields = Object.keys(taken.config).filter((field) => field in config);
  const isTold = left.some(({ field }) => field === "name");
  if (name !== undefined && taken.name !== undefined && !isTold) fields.unshift("name");
  return fields.map((field) => ({
    field: field === "fullscreen" ? "display" : field,
    reason: "The request gives one.",
  }));
}

/** Sets the first of the icons that can be had, of MAX_ICONS_TRIED, as a picture of the app's, and says why those before it can't. */
async function setFirst(
  ctx: AccountCtx,
  app: App,
  visit: Visit,
  icons: readonly SiteIcon[],
  picture: IconPicture,
): Promise<{ app: App; icon: FoundIcon | null; left: Left[] }> {
  const left: Left[] = [];
  for (const { field, url, purpose } of icons.slice(0, MAX_ICONS_TRIED)) {
    const bytes = await fetchIcon(ctx, visit, url);
    const set = typeof bytes === "string" ? bytes : await trySet(ctx, app, bytes, picture);
    if (typeof set !== "string") return { app: set, icon: { url, purpose }, left };
    left.push({ field, reason: set });
  }
  for (const { field } of icons.slice(MAX_ICONS_TRIED)) {
    left.push({ field, reason: `It was not tried: ${MAX_ICONS_TRIED} before it failed.` });
  }
  return { app, icon: null, left };
}

/** Returns the picture, or why there is none. */
async function fetchIcon(ctx: AccountCtx, visit: Visit, from: URL): Promise<Uint8Array | string> {
  const { answer } = await askOnVisit(ctx, visit, from, "image/*");
  if (answer === "unreachable") return "It is on no public host.";
  if (answer === null) return "It did not come in time.";
  if (!answer.ok) {
    await answer.body?.cancel();
    return `Its address answered ${answer.status}.`;
  }
  const read = await bytesWithin(answer, MAX_ICON_BYTES, visit.signal);
  if (read === null) return "It did not come in time.";
  if (!read.isWhole) return `It has more than ${MAX_ICON_BYTES} bytes.`;
  const image = sniffImage(read.bytes);
  if (image === null) return "An icon is a PNG, JPEG, WebP or SVG image.";
  const isTiny = image.width > 0 && Math.max(image.width, image.height) < MIN_ICON_SIDE;
  return isTiny ? `It is smaller than ${MIN_ICON_SIDE} pixels.` : read.bytes;
}

/** Sets the icon and returns the app, or why the icon was refused or could not be stored: the app is there by then. */
async function trySet(
  ctx: AccountCtx,
  app: App,
  bytes: Uint8Array,
  picture: IconPicture,
): Promise<App | string> {
  try {
    return await setIcon(ctx, app, bytes, picture);
  } catch (error) {
    if (!(error instanceof RefusalError)) {
      ctx.log.error("icon_not_stored", error, { app: app.id });
      return "It could not be stored; set it by a request of its own.";
    }
    if (error.refusal.code !== "invalid") throw error;
    const [issue] = error.refusal.issues;
    return `An icon ${issue?.message ?? "must be another"}.`;
  }
}
