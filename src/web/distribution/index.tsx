// How an app gets to people: the keys that sign it, the links that open in it, and what the store and Android ask for.
import { z } from "@hono/zod-openapi";
import type { Child } from "hono/jsx";
import { findApp } from "../../domain/apps/find-app.ts";
import { updateApp } from "../../domain/apps/update-app.ts";
import { appReleases, type AppReleases } from "../../domain/builds/app-releases.ts";
import { assetLinks } from "../../domain/builds/asset-links.ts";
import { triggerBuild } from "../../domain/builds/trigger-build.ts";
import {
  listKeystores,
  type Keystore,
  type KeystoreView,
} from "../../domain/keystores/find-keystore.ts";
import { checkSiteLinks } from "../../domain/overviews/site-links-check.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { MAX_PER_PAGE } from "../../kit/pagination.ts";
import { RefusedBuild } from "../builds/refused-build.tsx";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { Icon } from "../parts/icon.tsx";
import { AppLinks, PLAY_SIGNING } from "./app-links.tsx";
import { checklist, type Check } from "./checklist.ts";
import { SignerPrints, Signers } from "./signers.tsx";
import { SITE_CHECK } from "./site-check.tsx";
import { DeveloperVerification, PROOF } from "./verification.tsx";

const params = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;

/** Checks a minute from one network address: each asks a website once. */
const CHECK_RATE = { name: "site-check", limit: 20 };

export const distributionPage = memberPage({
  path: "/{account}/apps/{app}/distribution",
  operationId: "showDistribution",
  summary: "How an app gets to people",
  params,
  may: "builds:read",
  show: async (ctx, { params: { account, app: appId }, form: state }) => {
    const [known, links, { rows }] = await Promise.all([
      appReleases(ctx, appId),
      assetLinks(ctx, appId),
      listKeystores(ctx, { per_page: String(MAX_PER_PAGE) }),
    ]);
    const { app } = known;
    const isOwn = ({ appIds }: KeystoreView) => appIds.includes(appId);
    const keystores = [...rows.filter(isOwn), ...rows.filter((each) => !isOwn(each))];
    const signer = signerOf(known, keystores, appId);
    const base = `/dashboard/${account}`;
    const path = `${appPath(app)}/distribution`;
    return {
      title: `Distribution of ${app.name}`,
      body: (
        <Shell
          ctx={ctx}
          here="distribution"
          app={await sideAppOf(app)}
          crumbs={[{ label: app.name, path: appPath(app) }, { label: "Distribution" }]}
        >
          <PageHead title="Distribution" text="Keys, links and what the store asks for." />
          <RefusedBuild
            ctx={ctx}
            form={state}
            of={PROOF}
            path={`${appPath(app)}/builds`}
            activeId={null}
            names={new Map()}
          />
          <Signers
            keystores={keystores}
            appId={appId}
            base={base}
            now={ctx.now()}
            mayChange={hasRight(ctx.role, "keystores:write")}
          />
          {signer && (
            <SignerPrints
              name={signer.name}
              sha256={signer.certificateSha256}
              sha1={signer.certificateSha1}
            />
          )}
          <AppLinks
            links={links}
            app={app}
            form={state}
            path={path}
            mayChange={hasRight(ctx.role, "apps:write")}
          />
          <div class="grid grid--2">
            <Checklist checks={checklist(known, signer)} path={appPath(app)} />
            <DeveloperVerification
              app={app}
              proof={known.proof}
              signer={signer}
              keystores={keystores}
              form={state}
              path={path}
              mayBuild={hasRight(ctx.role, "builds:write")}
            />
          </div>
        </Shell>
      ),
    };
  },
  forms: [
    form({
      path: PLAY_SIGNING,
      operationId: "setPlaySigning",
      summary: "Set the certificate with which Play signs the app",
      params,
      may: "apps:write",
      run: async (ctx: MemberCtx, { params: { account, app: appId }, fields }) => {
        const app = await findApp(ctx, appId);
        const text = fields.text("play_signing_sha256").trim();
        await updateApp(ctx, app, { play_signing_sha256: text === "" ? null : text });
        return { to: `/dashboard/${account}/apps/${appId}/distribution`, says: "Saved" };
      },
    }),
    form({
      path: SITE_CHECK,
      operationId: "checkSiteLinks",
      summary: "Ask the app's website for the file of its app links",
      params,
      may: "apps:write",
      rate: CHECK_RATE,
      run: async (ctx: MemberCtx, { params: { app: appId } }) => {
        const [app, links] = await Promise.all([findApp(ctx, appId), assetLinks(ctx, appId)]);
        return { made: await checkSiteLinks(ctx, app, links) };
      },
    }),
    form({
      path: PROOF,
      operationId: "buildProof",
      summary: "Build the proof of who owns the package name",
      params,
      may: "builds:write",
      run: async (ctx: MemberCtx, { params: { account, app: appId }, fields, origin }) => {
        const { id } = await triggerBuild(ctx, await findApp(ctx, appId), origin, {
          build_type: "release",
          build_format: "apk",
          keystore_id: Number(fields.text("keystore_id")),
          adi_token: fields.text("adi_token").trim(),
        });
        return { to: `/dashboard/${account}/apps/${appId}/builds/${id}` };
      },
    }),
  ],
});

/** The keystore that signs the app: that of its newest release, or else the newest of those that it was given. */
function signerOf(
  { releases }: AppReleases,
  keystores: readonly KeystoreView[],
  appId: number,
): Keystore | null {
  const [newest] = releases;
  const isIt = newest
    ? ({ keystore }: KeystoreView) => keystore.certificateSha256 === newest.certificateSha256
    : ({ appIds }: KeystoreView) => appIds.includes(appId);
  return keystores.find(isIt)?.keystore ?? null;
}

const Checklist = ({ checks, path }: { checks: readonly Check[]; path: string }) => {
  const done = checks.filter(({ tone }) => tone === "ok").length;
  return (
    <section class="card" aria-labelledby="gp-h">
      <header>
        <h2 id="gp-h">Google Play checklist</h2>
        <span class="muted small">
          {done} of {checks.length}
        </span>
      </header>
      <div class="card-body">
        <ul class="checks">
          {checks.map((check) => (
            <li data-tone={check.tone ?? undefined}>
              <Icon
                name={check.tone === "ok" ? "ok" : check.tone === "warn" ? "warning" : "todo"}
              />
              <span>
                <Title check={check} path={path} />
                {check.tone !== "ok" && (
                  <span class="vh">, {check.tone === "warn" ? "to look at" : "to do"}</span>
                )}
                <small>{check.text}</small>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
};

const Title = ({ check, path }: { check: Check; path: string }): Child =>
  check.path === undefined ? check.title : <a href={path + check.path}>{check.title}</a>;
