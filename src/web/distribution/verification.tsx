// Developer verification: what a maker registers with Android, and the proof build that shows who owns the package name.
import type { App } from "../../domain/apps/find-app.ts";
import type { Build } from "../../domain/builds/find-build.ts";
import type { Keystore, KeystoreView } from "../../domain/keystores/find-keystore.ts";
import { shownFingerprint } from "../../kit/keystore/keystore.ts";
import { MAX_ADI_TOKEN } from "../../protocol/builder.ts";
import type { FormState } from "../dashboard/form-state.ts";
import { CopyLine } from "../parts/copy-line.tsx";
import { SelectField, TextField } from "../parts/field.tsx";

export const PROOF = "/proof";

export interface VerificationProps {
  app: App;
  proof: Build | null;
  signer: Keystore | null;
  keystores: readonly KeystoreView[];
  form: FormState;
  /** The page's. */
  path: string;
  mayBuild: boolean;
}

export const VerifiedDeveloper = ({
  app,
  proof,
  signer,
  keystores,
  form,
  path,
  mayBuild,
}: VerificationProps) => (
  <section class="card" aria-labelledby="dv-h">
    <header>
      <h2 id="dv-h">Developer verification</h2>
      {proof === null ? (
        <span class="chip" data-tone="wait">
          To do
        </span>
      ) : (
        <span class="chip" data-tone="ok">
          Proof built
        </span>
      )}
    </header>
    <div class="card-body stack">
      <p class="soft">
        Certified Android devices will ask that an app&#39;s maker is known, also outside of the
        store. Register once, with these two:
      </p>
      <Registered app={app} proof={proof} signer={signer} path={path} />
      {mayBuild && keystores.length > 0 && (
        <ProofForm signer={signer} keystores={keystores} form={form} path={path} />
      )}
    </div>
  </section>
);

/** What is registered. */
const Registered = ({
  app,
  proof,
  signer,
  path,
}: Pick<VerificationProps, "app" | "proof" | "signer" | "path">) => (
  <dl class="facts facts--list">
    <div>
      <dt>Package</dt>
      <dd>
        <CopyLine text={app.packageName} label="the package name" />
      </dd>
    </div>
    <div>
      <dt>SHA-256</dt>
      <dd>
        {signer === null ? (
          <span class="muted">No keystore yet</span>
        ) : (
          <CopyLine
            text={shownFingerprint(signer.certificateSha256)}
            label={`the SHA-256 fingerprint of ${signer.name}`}
            isClipped
          />
        )}
      </dd>
    </div>
    {proof !== null && (
      <div>
        <dt>Proof</dt>
        <dd>
          <a href={path.replace(/distribution$/, `builds/${proof.id}`)}>Build {proof.id}</a>
        </dd>
      </div>
    )}
  </dl>
);

/** The form of the proof build. */
const ProofForm = ({
  signer,
  keystores,
  form,
  path,
}: Pick<VerificationProps, "signer" | "keystores" | "form" | "path">) => (
  <form method="post" action={path + PROOF} class="stack">
    <p class="soft">
      If the name was used before, the console shows a token: build an APK that holds it, and upload
      that there. It is no release.
    </p>
    <div class="fields">
      <TextField
        form={form}
        of={PROOF}
        name="adi_token"
        label="Token"
        maxlength={MAX_ADI_TOKEN}
        class="input mono"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        required
      />
      <SelectField
        form={form}
        of={PROOF}
        name="keystore_id"
        label="Sign with"
        value={String(signer?.id ?? "")}
        options={keystores.map(({ keystore }) => ({
          value: String(keystore.id),
          label: keystore.name,
        }))}
      />
    </div>
    <div>
      <button class="btn">Build the proof</button>
    </div>
  </form>
);
