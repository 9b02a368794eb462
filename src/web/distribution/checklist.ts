// What Google Play asks for, and what of it is done, by what is known of the app. Pure.
import type { App } from "../../domain/apps/find-app.ts";
import type { AppReleases } from "../../domain/builds/app-releases.ts";
import type { Keystore } from "../../domain/keystores/find-keystore.ts";
import type { Child } from "hono/jsx";
import { endsTooEarly } from "../keystores/words.ts";

export interface Check {
  /** `ok`: done; `warn`: something stands against it; null: to do. */
  tone: "ok" | "warn" | null;
  title: string;
  text: Child;
  /** Below the app's path; where it is done. */
  path?: string;
}

/** The API level that apps are built for, as builder/android/manifest.ts has it. */
const TARGET_API = 36;
/** How package names begin that were made of the app's name. */
const MADE_UP = "app.slipway.";

/** `signer`: the keystore of the releases, or of the next; null for none. */
export function checklist(known: AppReleases, signer: Keystore | null): Check[] {
  return [...ofRelease(known, signer), ...ofListing(known.app)];
}

/** What the file that is uploaded has to hold. */
function ofRelease(known: AppReleases, signer: Keystore | null): Check[] {
  const { app, bundle } = known;
  const released = known.releases.find(({ packageName }) => packageName === app.packageName);
  const isUsed =
    released !== undefined && released.hasAab && app.versionCode <= released.versionCode;
  return [
    bundle === null
      ? {
          tone: null,
          title: "AAB signed with your key",
          text: "Build one for Google Play.",
          path: "/builds",
        }
      : {
          tone: "ok",
          title: "AAB signed with your key",
          text: `Build ${bundle.id}`,
          path: `/builds/${bundle.id}`,
        },
    signer !== null && endsTooEarly(signer)
      ? {
          tone: "warn",
          title: `The key of ${signer.name} ends too early`,
          text: "Play takes keys that are good until after 22 October 2033.",
        }
      : {
          tone: signer === null ? null : "ok",
          title: "A key that is good for long enough",
          text: signer === null ? "Generate a keystore." : signer.name,
        },
    app.packageName.startsWith(MADE_UP)
      ? {
          tone: "warn",
          title: "A package name of your own",
          text: `${app.packageName} was made up. On Play it can never change: choose one of your domain before the first release.`,
          path: "/design",
        }
      : { tone: "ok", title: "A package name of your own", text: app.packageName },
    isUsed
      ? {
          tone: null,
          title: "The next version code",
          text: `${released.versionCode} is released. The next AAB needs a higher one: raise it, or have the build do it.`,
          path: "/design",
        }
      : {
          tone: "ok",
          title: "A version code that Play has not seen",
          text: String(app.versionCode),
        },
  ];
}

/** What the store's listing, and Play as a store, ask for. */
function ofListing(app: App): Check[] {
  return [
    { tone: "ok", title: `Targets API level ${TARGET_API}`, text: "What Play asks of new apps" },
    app.iconKey === null
      ? {
          tone: null,
          title: "Icon of 512 by 512",
          text: "Now it is a letter, drawn from the name. Play's listing wants a picture too.",
          path: "/icon",
        }
      : { tone: "ok", title: "Icon", text: "Play's listing wants the same at 512 by 512." },
    app.playSigningSha256 === null
      ? {
          tone: null,
          title: "Play's certificate in the app links",
          text: "Play signs what it delivers with a key of its own. Enter its fingerprint under App links.",
        }
      : { tone: "ok", title: "Play's certificate in the app links", text: "Entered" },
    {
      tone: "warn",
      title: "Publish from the site owner's own account",
      text: "Play turns down apps of sites that belong to others.",
    },
    {
      tone: null,
      title: "Privacy policy address",
      text: "The store listing needs one. Slipway can't see whether you entered it there.",
    },
  ];
}
