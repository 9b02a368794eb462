// What stands on the page of a build that goes on: since when, and what comes of it.
import type { Build } from "../../domain/builds/find-build.ts";
import type { BuildFormat } from "../../protocol/builder.ts";
import { ShipOnWays } from "../parts/ways.tsx";
import { duration } from "./words.ts";

/** `now`, ms: the script counts on from the time that it tells. */
export const RunningCard = ({ build, now }: { build: Build; now: number }) => {
  const elapsed = now - build.createdAt;
  const isWaiting = build.status === "pending";
  return (
    <section class="card" aria-labelledby="st-h">
      <header>
        <h2 id="st-h" data-status-says>
          {isWaiting ? "Waiting for a builder" : "A builder works on it"}
        </h2>
        <output class="muted small" data-elapsed={elapsed}>
          {duration(elapsed)}
        </output>
      </header>
      <div class="card-body">
        <p class="soft">
          Most builds take about a second. It ends by itself: one that nobody finishes within an
          hour fails, and its credit is given back.
        </p>
      </div>
    </section>
  );
};

/** Where the QR code will be. */
export const LaunchCard = ({ format }: { format: BuildFormat }) => (
  <section class="card" aria-labelledby="in-h">
    <header>
      <h2 id="in-h">{format === "apk" ? "Install it" : "For Google Play"}</h2>
    </header>
    <div class="card-body stack center">
      <div class="row row--mid">
        <ShipOnWays />
      </div>
      <p class="muted small" role="status" data-launch>
        {format === "apk"
          ? "The QR code appears here when the build is done."
          : "The file can be downloaded when the build is done."}
      </p>
    </div>
  </section>
);
