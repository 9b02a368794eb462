// The keystores as the page of distribution lists them: those of this app first.
import type { KeystoreView } from "../../domain/keystores/find-keystore.ts";
import { Fingerprints, shortFingerprint } from "../parts/fingerprints.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Table } from "../parts/table.tsx";
import { keyOf } from "../keystores/words.ts";

export interface SignersProps {
  keystores: readonly KeystoreView[];
  appId: number;
  /** The path of the account's pages. */
  base: string;
  now: number;
  mayChange: boolean;
}

export const Signers = ({ keystores, appId, base, now, mayChange }: SignersProps) => (
  <section aria-labelledby="ks-h">
    <div class="section-head">
      <h2 id="ks-h">Keystores</h2>
      <p>
        An app can only ever be updated with the key that it was first signed with. Keep a copy of
        your own. <a href={`${base}/keystores`}>All keystores of the account</a>
      </p>
    </div>
    {keystores.length === 0 ? (
      <div class="card card-body stack">
        <p class="soft">There is none yet. Releases are signed with one.</p>
        {mayChange && (
          <p>
            <a class="btn btn--s" href={`${base}/keystores`}>
              <Icon name="plus" />
              Generate or upload one
            </a>
          </p>
        )}
      </div>
    ) : (
      <Rows keystores={keystores} appId={appId} base={base} now={now} />
    )}
  </section>
);

const Rows = ({ keystores, appId, base, now }: Omit<SignersProps, "mayChange">) => (
  <div class="card">
    <Table
      caption="Keystores"
      columns={[
        { label: "Name" },
        { label: "Key", class: "lo" },
        { label: "Certificate, SHA-256", class: "md" },
        { label: "Ends", class: "lo" },
      ]}
    >
      {keystores.map(({ keystore, appIds }) => (
        <tr>
          <th scope="row">
            <a class="row-link" href={`${base}/keystores#k${keystore.id}`}>
              {keystore.name}
            </a>
            <small>{saysFor(appIds, appId)}</small>
          </th>
          <td class="lo soft">{keyOf(keystore)}</td>
          <td class="md">
            <code>{shortFingerprint(keystore.certificateSha256)}</code>
          </td>
          <td class="lo soft">
            <Moment at={keystore.expiresAt} now={now} day />
          </td>
        </tr>
      ))}
    </Table>
  </div>
);

function saysFor(appIds: readonly number[], appId: number): string {
  if (appIds.includes(appId)) return "signs this app";
  if (appIds.length === 0) return "unused";
  return appIds.length === 1 ? "signs another app" : `signs ${appIds.length} other apps`;
}

/** The fingerprints of the certificate that signs the app. */
export const SignerPrints = ({
  name,
  sha256,
  sha1,
}: {
  name: string;
  sha256: string;
  sha1: string;
}) => (
  <section aria-labelledby="fp-h" class="stack">
    <div class="section-head">
      <h2 id="fp-h">Fingerprints of {name}</h2>
      <p>Consoles of other services ask for these.</p>
    </div>
    <Fingerprints sha256={sha256} sha1={sha1} class="card card-body stack" />
  </section>
);
