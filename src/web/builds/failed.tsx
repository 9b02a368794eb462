// Why a build has no file: it failed, which is explained, or it was cancelled.
import type { Build } from "../../domain/builds/find-build.ts";
import { Notice } from "../parts/notice.tsx";
import { failureOf, type Remedy } from "./failures.ts";

const REMEDIES: Readonly<Record<Remedy, { label: string; path: string } | null>> = {
  design: { label: "Change the app", path: "/design" },
  icon: { label: "Change the icon", path: "/icon" },
  keystores: { label: "Look at the keystores", path: "/distribution" },
  // The button on top of the page does it.
  again: null,
};

/** `path` is the app's. */
export const FailedNotice = ({
  build,
  path,
  mayChange,
}: {
  build: Build;
  path: string;
  mayChange: boolean;
}) => {
  const { title, advice, remedy } = failureOf(build.errorCode);
  const way = REMEDIES[remedy];
  return (
    <Notice tone="bad">
      <p>
        <strong>{title}.</strong>
      </p>
      {build.errorMessage !== null && <p>{build.errorMessage}</p>}
      <p>
        {advice} {creditSays(build)}
      </p>
      {way && mayChange && (
        <p class="row">
          <a class="btn btn--s" href={path + way.path}>
            {way.label}
          </a>
        </p>
      )}
    </Notice>
  );
};

export const CancelledNotice = ({ build }: { build: Build }) => (
  <Notice tone="off">
    <p>
      <strong>Cancelled before it was done.</strong> There is no file. {creditSays(build)}
    </p>
  </Notice>
);

/** What became of the credit. */
export function creditSays({ cost, charged, status }: Build): string {
  if (cost === 0) return "";
  const what = cost === 1 ? "credit" : `${cost} credits`;
  if (status === "failed" && charged) {
    return `Your ${what} stays taken: a build with this icon failed before, and only the first is free.`;
  }
  return `Your ${what} was given back.`;
}
