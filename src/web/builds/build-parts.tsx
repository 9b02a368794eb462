// The parts of a build's page: what it is and who signed it, and how it is installed.
import { DEFAULT_EXPIRES_IN_S, type InstallLink } from "../../domain/builds/install-links.ts";
import type { ListedBuild } from "../../domain/builds/builds-of-app.ts";
import { qrCode } from "../../http/qr-svg.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { sizeOf } from "../install/file-facts.tsx";
import { AppSnapshot } from "../../protocol/builder.ts";
import { Closes, Dialog, Opens } from "../parts/dialog.tsx";
import { CopyLine } from "../parts/copy.tsx";
import { Fact } from "../parts/facts.tsx";
import { Fingerprints, shortFingerprint } from "../parts/fingerprints.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { isActive, signedWith } from "./words.ts";

/** What is known of the build, and of its file once there is one. */
export const Facts = ({
  listed,
  by,
  path,
}: {
  listed: ListedBuild;
  /** Who triggered it; null for an API key, undefined where that is not known any more. */
  by: string | null | undefined;
  path: string;
}) => {
  const { build, keystoreName } = listed;
  // Absent from a snapshot that is none, as of builds that were not made by a trigger.
  const packageName = AppSnapshot.partial().safeParse(build.snapshot).data?.package_name ?? "";
  const keystores = path.replace(/apps\/\d+$/, "keystores");
  // Of a build that goes on it has its place already, so that nothing moves when it is done.
  const hasFile = build.artifactSha256 !== null || isActive(build);
  return (
    <section class="card" aria-labelledby="fa-h" id="facts">
      <header>
        <h2 id="fa-h">{hasFile ? "File" : "About"}</h2>
      </header>
      <div class="card-body stack">
        <dl class="facts facts--list">
          {hasFile && <Fact name="Size">{build.artifactSize === null ? "–" : sizeOf(build)}</Fact>}
          <Fact name="Version">
            <bdi>{build.versionName}</bdi> <span class="muted">({build.versionCode})</span>
          </Fact>
          <Fact name="Format">{build.buildFormat.toUpperCase()}</Fact>
          <Fact name="Type">
            {build.adiToken === null
              ? build.buildType === "debug"
                ? "Debug"
                : "Release"
              : "Proof of who owns the package name"}
          </Fact>
          <Fact name="Package">
            <code>{packageName}</code>
          </Fact>
          <Fact name="Signed with">
            {keystoreName === null ? signedWith(listed) : <a href={keystores}>{keystoreName}</a>}
          </Fact>
          {by !== undefined && <Fact name="Started by">{by ?? "An API key"}</Fact>}
          <Fact name="Android">
            7.0 and newer <span class="muted">(24 to 36)</span>
          </Fact>
          {hasFile && (
            <Fact name="SHA-256">
              <CopyLine text={build.artifactSha256} label="the file's SHA-256" isClipped />
            </Fact>
          )}
        </dl>
        <details>
          <summary class="small soft">
            Certificate: <code>{shortFingerprint(build.certificateSha256)}</code>
          </summary>
          <Fingerprints
            sha256={build.certificateSha256}
            sha1={build.certificateSha1}
            of=" of the certificate"
          />
        </details>
      </div>
    </section>
  );
};

const END_LINKS_DIALOG = "end-links";

/** The QR code that leads a phone to the page from which it installs the build. `path` is the build's. */
export const Install = ({
  link,
  id,
  path,
  now,
  mayEnd,
}: {
  link: InstallLink;
  id: number;
  path: string;
  now: number;
  mayEnd: boolean;
}) => {
  const { side, path: modules } = qrCode(link.url);
  return (
    <section class="card" aria-labelledby="in-h" id="install">
      <header>
        <h2 id="in-h">Install it</h2>
      </header>
      <div class="card-body stack">
        <div class="qr qr--wide">
          <svg
            viewBox={`0 0 ${side} ${side}`}
            shape-rendering="crispEdges"
            role="img"
            aria-label={`QR code: install build ${id} on a phone`}
          >
            <path fill="currentColor" d={modules} />
          </svg>
        </div>
        <p class="muted small">
          Scan with an Android phone. The{" "}
          <a href={link.url} data-install>
            page behind it
          </a>{" "}
          works until <Moment at={link.expiresAt} now={now} day />.
        </p>
        <div class="row">
          <a class="btn btn--s" href={path}>
            <Icon name="again" />
            New link
          </a>
          {mayEnd && (
            <Opens dialog={END_LINKS_DIALOG} class="btn btn--s btn--danger">
              End the links
            </Opens>
          )}
        </div>
      </div>
    </section>
  );
};

const LINK_DAYS = (DEFAULT_EXPIRES_IN_S * SECOND_MS) / DAY_MS;

/** Asks before all links of the build end. */
export const EndLinksDialog = ({ id, path }: { id: number; path: string }) => (
  <Dialog id={END_LINKS_DIALOG} title={`End the links of build ${id}?`}>
    <form method="post" action={`${path}/end-links`}>
      <p>
        Every link to install it stops working, also those that others got, and the downloads from
        their pages. What is installed stays. The page makes a new link at once, for {LINK_DAYS}{" "}
        days.
      </p>
      <div class="actions">
        <Closes dialog={END_LINKS_DIALOG}>Keep them</Closes>
        <button class="btn btn--danger btn--primary">End the links</button>
      </div>
    </form>
  </Dialog>
);
