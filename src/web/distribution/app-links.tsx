// The app links of an app: the file that its website serves, and Play's certificate in it.
import type { AssetLink } from "../../domain/builds/asset-links.ts";
import { statementOf } from "../../domain/builds/asset-links.ts";
import { LINKS_PATH, type LinksCheck } from "../../domain/overviews/site-links-check.ts";
import type { App } from "../../domain/apps/find-app.ts";
import { shownFingerprint } from "../../kit/keystore/keystore.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { CopyButton } from "../parts/copy.tsx";
import { TextField } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { SITE_CHECK, SiteCheck } from "./site-check.tsx";

export const PLAY_SIGNING = "/play-signing";

export const AppLinks = ({
  links,
  app,
  form,
  path,
  mayChange,
}: {
  links: readonly AssetLink[];
  app: App;
  form: FormState;
  /** The page's. */
  path: string;
  mayChange: boolean;
}) => {
  const json = JSON.stringify(links.map(statementOf), null, 2);
  const host = URL.parse(app.url)?.origin ?? "your site";
  return (
    <section aria-labelledby="al-h" class="stack">
      <div class="section-head">
        <h2 id="al-h">App links</h2>
        <p>
          With this file on the site, links to it open in the app without asking. Serve it at{" "}
          <code>
            {host}
            {LINKS_PATH}
          </code>
          .
        </p>
      </div>
      {links.length === 0 ? (
        <Notice tone="idle">
          <p>
            <strong>No certificate is known yet.</strong> The file names the key that signs the app:
            build a release, or enter Play&#39;s certificate below.
          </p>
        </Notice>
      ) : (
        <div class="code">
          <header>
            <span>assetlinks.json</span>
            <CopyButton text="#assetlinks" label="assetlinks.json" />
          </header>
          <pre tabindex={0} id="assetlinks" aria-label="assetlinks.json" role="region">
            {json}
          </pre>
        </div>
      )}
      {links.length > 0 && (
        <SiteCheck
          check={form.posted === SITE_CHECK ? (form.made as LinksCheck | null) : null}
          path={path}
          mayAsk={mayChange}
        />
      )}
      <PlaySigning app={app} form={form} path={path} mayChange={mayChange} />
    </section>
  );
};

/** Play's certificate: to enter for who may, to read for the others. */
const PlaySigning = ({
  app: { playSigningSha256 },
  form,
  path,
  mayChange,
}: {
  app: App;
  form: FormState;
  path: string;
  mayChange: boolean;
}) => {
  const shown = playSigningSha256 === null ? "" : shownFingerprint(playSigningSha256);
  if (!mayChange) {
    if (shown === "") return null;
    return (
      <p class="small muted">
        Play&#39;s signing certificate: <code>{shown}</code>
      </p>
    );
  }
  return (
    <form method="post" action={path + PLAY_SIGNING} class="card card-body stack">
      <TextField
        form={form}
        of={PLAY_SIGNING}
        name="play_signing_sha256"
        label="Play's signing certificate, SHA-256"
        value={shown}
        hint="From the Play Console, under App integrity, App signing. Empty: none."
        class="input mono"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        isOptional
      />
      <div>
        <button class="btn">Save</button>
      </div>
    </form>
  );
};
