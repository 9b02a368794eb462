// The Digital Asset Links of an app: what its website says, so that Android opens the site's links in the app (App Links).
// https://developers.google.com/digital-asset-links/v1/create-statement
import { and, asc, eq, inArray } from "drizzle-orm";
import { apps, keystoreApps, keystores } from "../../db/schema/index.ts";
import { shownFingerprint } from "../../kit/keystore/keystore.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { ownKeystores } from "../keystores/keystore-apps.ts";
import { selectReleases } from "./releases.ts";

/** A package name of the app with the SHA-256 of the certificates that sign it, lower-case hex. */
export interface AssetLink {
  packageName: string;
  certificates: string[];
}

/**
 * Returns the package names of the app, its present one first and then those that it released before, each with the
 * certificate of its newest release and Play's. Before any release, the present one has those of all keystores of the app,
 * so that a site can say them in time. A package name without any certificate is left out. Refuses `not_found`.
 */
export async function assetLinks(ctx: AccountCtx, appId: number): Promise<AssetLink[]> {
  const { principal } = ctx;
  const { accountId } = principal;
  const ofApp = ctx.db
    .select({ id: keystoreApps.keystoreId })
    .from(keystoreApps)
    .where(eq(keystoreApps.appId, appId));
  const [[app], released, given] = await ctx.db.batch([
    ctx.db.select().from(apps).where(visibleApp(principal, appId)),
    selectReleases(ctx, { accountId, appId }),
    ctx.db
      .select({ certificate: keystores.certificateSha256 })
      .from(keystores)
      .where(and(ownKeystores(accountId), inArray(keystores.id, ofApp)))
      .orderBy(asc(keystores.id)),
  ]);
  if (!app) return refuse({ code: "not_found", what: "app" });
  const [newest] = released;
  // The next release is held to the key of the newest, whatever its package name.
  const expected = newest ? [newest.certificateSha256] : given.map((one) => one.certificate);
  const known = new Map([[app.packageName, expected]]);
  for (const { packageName, certificateSha256 } of released) {
    known.set(packageName, [certificateSha256]);
  }
  const play = app.playSigningSha256 === null ? [] : [app.playSigningSha256];
  return [...known]
    .map(([packageName, own]) => ({ packageName, certificates: [...new Set([...own, ...play])] }))
    .filter(({ certificates }) => certificates.length > 0);
}

/** The statement that a site serves for one package name, as it stands in assetlinks.json. */
export function statementOf({ packageName, certificates }: AssetLink) {
  return {
    relation: ["delegate_permission/common.handle_all_urls"],
    target: {
      namespace: "android_app" as const,
      package_name: packageName,
      sha256_cert_fingerprints: certificates.map(shownFingerprint),
    },
  };
}
