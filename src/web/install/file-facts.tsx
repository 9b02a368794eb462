// The facts of a file that is installed: version, size, package, certificate, and what the app may use.
import type { Installable } from "../../domain/builds/install-links.ts";
import type { AppPermission } from "../../protocol/config-parts.ts";
import { Moment } from "../parts/moment.tsx";

/** `now` is ms. */
export const FileFacts = ({ installable, now }: { installable: Installable; now: number }) => {
  const { app, build, expiresAt } = installable;
  return (
    <section class="card" aria-labelledby="file">
      <header>
        <h2 id="file">The file</h2>
      </header>
      <dl class="card-body facts">
        <div>
          <dt>Version</dt>
          <dd>
            <bdi>{app.version_name}</bdi> <span class="muted">({app.version_code})</span>
          </dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>{sizeOf(build)}</dd>
        </div>
        <div>
          <dt>Android</dt>
          <dd>7.0 and newer</dd>
        </div>
        <div>
          <dt>Package</dt>
          <dd>
            <code>{app.package_name}</code>
          </dd>
        </div>
        <div>
          <dt>Signed by</dt>
          <dd>
            <Digest hex={build.certificateSha256} />
            <small>SHA-256 of the certificate. It stays the same from version to version.</small>
          </dd>
        </div>
        <div>
          <dt>May use</dt>
          <dd>
            <Permissions wanted={app.config.permissions ?? []} />
          </dd>
        </div>
        <div>
          <dt>Link</dt>
          <dd>
            Works until <Moment at={expiresAt} now={now} />
          </dd>
        </div>
      </dl>
    </section>
  );
};

/** A digest as Android's tools show it, 5B:1F:09, which breaks between two bytes only. */
const Digest = ({ hex }: { hex: string }) => {
  const bytes = hex.toUpperCase().match(/../g) ?? [];
  return (
    <code class="all">
      {bytes.map((byte, at) =>
        at === 0 ? (
          byte
        ) : (
          <>
            :<wbr />
            {byte}
          </>
        ),
      )}
    </code>
  );
};

/** Android asks for these when a page first wants them, of whatever version. */
const ASKED: readonly AppPermission[] = ["camera", "microphone", "location"];

const Permissions = ({ wanted }: { wanted: readonly AppPermission[] }) => {
  const asked = ASKED.filter((name) => wanted.includes(name));
  return (
    <>
      Internet
      {asked.length > 0 && (
        <>
          , {asked.join(", ")} <span class="muted">(asks first)</span>
        </>
      )}
      {wanted.includes("notifications") && (
        <>
          , notifications <span class="muted">(asks first, from Android 13 on)</span>
        </>
      )}
    </>
  );
};

/** A build's size as people read it: 61.4 kB, 1.2 MB. */
export function sizeOf({ artifactSize }: { artifactSize: number | null }): string {
  const kilobytes = ((artifactSize ?? 0) / 1000).toFixed(1);
  const megabytes = ((artifactSize ?? 0) / 1_000_000).toFixed(1);
  return Number(kilobytes) < 1000 ? `${kilobytes} kB` : `${megabytes} MB`;
}
