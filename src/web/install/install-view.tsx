// The page from which a phone installs an app: what it is, the button, what Android will ask, and what the file is. Text
// that owners chose is isolated, since it may run from right to left.
import type { Installable } from "../../domain/builds/install-links.ts";
import type { QrCode } from "../../http/qr-svg.ts";
import { Brand } from "../marks.tsx";
import { Icon } from "../parts/icon.tsx";
import { AppIcon, type IconFacts } from "../parts/app-icon.tsx";
import { Qr } from "../qr.tsx";
import { Moment } from "../parts/moment.tsx";
import { Questions, Trouble } from "./android-says.tsx";
import { FileFacts, sizeOf } from "./file-facts.tsx";

export interface InstallView {
  installable: Installable;
  /** The page's own address, and its QR code. */
  url: string;
  qr: QrCode;
  /** The path of the file. */
  filePath: string;
  icon: IconFacts;
  now: number;
}

export const InstallPage = (view: InstallView) => (
  <>
    <header class="top">
      <Brand size={20} />
    </header>
    <main class="page">
      <Heading {...view} />
      <div class="stack for-phone">
        <a class="btn btn--primary" href={view.filePath} download>
          <Icon name="download" />
          Install, {sizeOf(view.installable.build)}
        </a>
        <p class="muted small center">
          For Android 7.0 and newer. An iPhone can't install it: open <Website {...view} /> there.
        </p>
      </div>
      <div class="cols">
        <div class="stack stack--l">
          <Origin {...view} />
          <Questions name={view.installable.app.name} />
          <FileFacts installable={view.installable} now={view.now} />
          <Trouble name={view.installable.app.name} />
          <p class="muted small">
            Not what you expected, or sent by nobody you know? Don't install it.
          </p>
        </div>
        <OnPhone {...view} />
      </div>
    </main>
  </>
);

const Heading = ({ installable, icon, now }: InstallView) => {
  const { app, build, accountName } = installable;
  return (
    <div class="person">
      <AppIcon {...icon} />
      <div>
        <h1>
          <bdi>{app.name}</bdi>
        </h1>{" "}
        <span class={isRelease(installable) ? "chip chip--ok" : "chip"}>
          {KINDS[kindOf(installable)]}
        </span>
        <p>
          Version <bdi>{app.version_name}</bdi> of <bdi>{accountName}</bdi>,{" "}
          <Moment at={build.completedAt ?? build.createdAt} now={now} />
        </p>
      </div>
    </div>
  );
};

const Website = ({ installable }: InstallView) => (
  <a href={installable.app.url} rel="noreferrer">
    {URL.parse(installable.app.url)?.host ?? installable.app.url}
  </a>
);

const Origin = ({ installable }: InstallView) => (
  <div class="notice">
    <Icon name="info" />
    <p>
      <strong>
        This is a {KINDS[kindOf(installable)].toLowerCase()} of <bdi>{installable.accountName}</bdi>
        .
      </strong>{" "}
      It doesn't come from a store and nobody there has looked at it. Install it only if you know
      who sent you here.
    </p>
  </div>
);

const OnPhone = (view: InstallView) => (
  <aside class="for-desk">
    <section class="card" aria-labelledby="phone">
      <header>
        <h2 id="phone">Open this on a phone</h2>
      </header>
      <div class="card-body stack">
        <Qr qr={view.qr} label="this page, for a phone" />
        <p class="soft">
          Point the camera of an Android phone at it. The button to install is on the page that
          opens.
        </p>
        <p class="small">
          <code class="all">{view.url}</code>
        </p>
      </div>
      <footer>
        <span>By cable instead</span>
        <a class="btn btn--s" href={view.filePath} download>
          <Icon name="download" />
          APK
        </a>
      </footer>
    </section>
  </aside>
);

const KINDS = { test: "Test build", proof: "Proof build", release: "Release" };

/** A release is what people are to have; a proof is made for the store's console. */
function kindOf({ build }: Installable): keyof typeof KINDS {
  if (build.buildType === "debug") return "test";
  return build.adiToken === null ? "release" : "proof";
}

const isRelease = (installable: Installable) => kindOf(installable) === "release";
