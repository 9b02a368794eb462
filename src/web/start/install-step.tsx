// The step in which a phone gets the app: a QR code, the link behind it, and whether a device has registered.
import type { InstallLink } from "../../domain/builds/install-links.ts";
import type { Build } from "../../domain/builds/find-build.ts";
import { qrCode } from "../../http/qr-svg.ts";
import { Live } from "../dashboard/part.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";
import { Qr } from "../qr.tsx";

/** The part of the page that says whether a device has registered, and how often it is asked for, s. */
export const DEVICE_PART = "device";
const EVERY_S = 3;

export const InstallStep = ({
  appName,
  build,
  link,
  buildsPath,
  path,
  now,
}: {
  appName: string;
  build: Build;
  /** null: the build's file was deleted. */
  link: InstallLink | null;
  buildsPath: string;
  /** The checklist's own. */
  path: string;
  now: number;
}) => (
  <>
    <p class="soft">
      Scan this with an Android phone. Its browser downloads the app, then Android asks whether it
      may be installed: allow it once.
    </p>
    {link === null ? (
      <p>
        The file of build {build.id} was deleted. <a href={buildsPath}>Build it again</a>
      </p>
    ) : (
      <div class="install">
        <Qr qr={qrCode(link.url)} label={`install ${appName}, build ${build.id}`} />
        <div class="stack stack--s">
          <p class="copy-line">
            <code class="clip">{link.url.replace(/^https?:\/\//, "")}</code>
            <button
              class="btn btn--icon btn--ghost btn--s"
              type="button"
              aria-label="Copy the link"
              data-copy={link.url}
            >
              <Icon name="copy" />
            </button>
          </p>
          <p class="muted small">
            Works until <Moment at={link.expiresAt} now={now} />, for anyone who has it.
          </p>
          <Live part={DEVICE_PART} everyS={EVERY_S}>
            <Waiting isInstalled={false} />
          </Live>
          {/* Without a script nothing asks by itself. */}
          <p>
            <a class="btn btn--s" href={path}>
              I have installed it
            </a>
          </p>
        </div>
      </div>
    )}
  </>
);

/** Whether a device has registered. */
export const Waiting = ({ isInstalled }: { isInstalled: boolean }) => (
  <p class="row small" role="status">
    {isInstalled ? (
      <span class="chip" data-tone="ok">
        A device has registered
      </span>
    ) : (
      <span class="chip" data-tone="wait">
        Waiting for the first start
      </span>
    )}
  </p>
);
