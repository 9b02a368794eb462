// One keystore: what it signs, its key, and its fingerprints.
import type { Exported } from "../../domain/audit/last-exports.ts";
import type { App } from "../../domain/apps/find-app.ts";
import type { KeystoreUse } from "../../domain/builds/keystore-uses.ts";
import type { KeystoreView } from "../../domain/keystores/find-keystore.ts";
import { AppIcon, type IconFacts } from "../parts/app-icon.tsx";
import { appPath } from "../parts/app-tile.tsx";
import { Fingerprints, shortFingerprint } from "../parts/fingerprints.tsx";
import { Opens } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { deleteDialogId, exportDialogId } from "./dialogs.tsx";
import { endsTooEarly, keyOf, needsName } from "./words.ts";

export interface KeystoreCardProps {
  view: KeystoreView;
  use: KeystoreUse;
  /** Its last export; null where the audit log has none. */
  exported: Exported | null;
  /** What the icons of its apps are drawn from, by the apps' ids. */
  icons: ReadonlyMap<number, IconFacts>;
  now: number;
  mayChange: boolean;
}

/** The apps of a keystore that are named; of more, their number. */
const MAX_NAMED = 5;

export const KeystoreCard = ({ view, use, exported, icons, now, mayChange }: KeystoreCardProps) => {
  const { keystore } = view;
  const { id, name } = keystore;
  const isEarly = endsTooEarly(keystore);
  return (
    <section class="card" aria-labelledby={`k${id}-h`} id={`k${id}`}>
      <header>
        <span class="row">
          <h2 id={`k${id}-h`}>{name}</h2>
          <State isEarly={isEarly} isUsed={use.last !== null || needsName(keystore)} />
        </span>
        {mayChange && (
          <span class="row">
            <Opens dialog={exportDialogId(keystore)} class="btn btn--s">
              Export<span class="vh"> {name}</span>
            </Opens>
            <Opens
              dialog={deleteDialogId(keystore)}
              class="btn btn--icon btn--ghost btn--s"
              aria-label={`Delete ${name}`}
            >
              <Icon name="trash" />
            </Opens>
          </span>
        )}
      </header>
      <div class="card-body stack">
        {isEarly && (
          <p class="soft small">
            Google Play takes keys that are good until after 22 October 2033. What this one signs
            can&#39;t go there.
          </p>
        )}
        <Facts {...{ view, use, exported, icons, now, isEarly }} />
        <details>
          <summary class="small soft">
            Fingerprints: <code>{shortFingerprint(keystore.certificateSha256)}</code>
          </summary>
          <Fingerprints
            sha256={keystore.certificateSha256}
            sha1={keystore.certificateSha1}
            of={` of ${name}`}
          />
        </details>
      </div>
    </section>
  );
};

const Facts = ({
  view: { keystore, appIds },
  use,
  exported,
  icons,
  now,
  isEarly,
}: Omit<KeystoreCardProps, "mayChange"> & { isEarly: boolean }) => (
  <dl class="facts">
    <div>
      <dt>Signs</dt>
      <dd>
        <Apps apps={use.apps} icons={icons} total={appIds.length} />
      </dd>
    </div>
    <div>
      <dt>Last used</dt>
      <dd>
        {use.last === null ? (
          "Never, or by builds that are gone"
        ) : (
          <>
            <Moment at={use.last.createdAt} now={now} />{" "}
            <span class="muted">build {use.last.buildId}</span>
          </>
        )}
      </dd>
    </div>
    <div>
      <dt>Key</dt>
      <dd>{keyOf(keystore)}</dd>
    </div>
    <div>
      <dt>Alias</dt>
      <dd>
        <code>{keystore.alias}</code>
      </dd>
    </div>
    <div>
      <dt>Ends</dt>
      <dd class={isEarly ? "bad" : undefined}>
        <Moment at={keystore.expiresAt} now={now} day />
      </dd>
    </div>
    <div>
      <dt>Exported</dt>
      <dd>
        {exported === null ? (
          "Never, by the audit log"
        ) : (
          <>
            <Moment at={exported.at} now={now} />,{" "}
            <span class="muted">by {exported.by ?? "an API key"}</span>
          </>
        )}
      </dd>
    </div>
  </dl>
);

const State = ({ isEarly, isUsed }: { isEarly: boolean; isUsed: boolean }) => {
  const [tone, word] = isEarly
    ? ["warn", "Ends too early"]
    : isUsed
      ? ["ok", "In use"]
      : ["idle", "Unused"];
  return (
    <span class="chip" data-tone={tone}>
      {word}
    </span>
  );
};

const Apps = ({
  apps,
  icons,
  total,
}: {
  apps: readonly App[];
  icons: ReadonlyMap<number, IconFacts>;
  total: number;
}) => {
  if (apps.length === 0) return <span class="muted">Nothing yet</span>;
  const named = apps.slice(0, MAX_NAMED);
  return (
    <>
      {named.map((app) => {
        const facts = icons.get(app.id);
        return (
          <a class="person" href={appPath(app)}>
            {facts && <AppIcon side={20} {...facts} />}
            {app.name}
          </a>
        );
      })}
      {total > named.length && <span class="muted"> and {total - named.length} more</span>}
    </>
  );
};
