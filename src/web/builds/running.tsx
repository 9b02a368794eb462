// What stands on the page of a build that goes on where its QR code will be.
import { Icon } from "../parts/icon.tsx";
import { Ways } from "../parts/ways.tsx";

/** It takes the same room as the code with what is below it, so that little moves when the build is done. */
export const LaunchCard = () => (
  <section class="card" aria-labelledby="in-h" id="launch">
    <header>
      <h2 id="in-h">Install it</h2>
    </header>
    <div class="card-body stack">
      <div class="qr qr--wide row row--mid">
        <Ways hull="built" />
      </div>
      <p class="muted small" role="status">
        The QR code appears here when the build is done.
      </p>
      <div class="row">
        <button class="btn btn--s" type="button" disabled>
          <Icon name="again" />
          New link
        </button>
      </div>
    </div>
  </section>
);
