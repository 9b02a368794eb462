// What Android asks and says when an app is installed from a page, from 7.0, the oldest that takes our apps, to 16.

/** The questions, in the order in which they come. `name` is the app's. */
export const Questions = ({ name }: { name: string }) => (
  <section class="card" aria-labelledby="asks">
    <header>
      <h2 id="asks">What Android will ask</h2>
      <span class="muted small">Three questions</span>
    </header>
    <ol class="guide">
      <li>
        <span class="step">1</span>
        <div>
          <h2>Keep this file?</h2>
          <p class="soft">
            Most browsers ask this of every app from outside of a store. Choose “Download anyway”,
            “Keep” or “OK”. Then open the file, from the browser's message or its downloads.
          </p>
        </div>
      </li>
      <li>
        <span class="step">2</span>
        <div>
          <h2>Install unknown apps?</h2>
          <p class="soft">
            Once for each browser. Open “Settings”, allow it for this browser, come back. Android 7
            asks once for the whole phone, as “Unknown sources”; open the file again after that. You
            can take it away again afterwards.
          </p>
        </div>
      </li>
      <li>
        <span class="step">3</span>
        <div>
          <h2>
            Install <bdi>{name}</bdi>?
          </h2>
          <p class="soft">
            Its name and icon are shown. Choose “Install”, or “Update” where an older version is
            there. Play Protect may offer to scan it first: let it.
          </p>
        </div>
      </li>
    </ol>
  </section>
);

/** What to do where it does not work. */
export const Trouble = ({ name }: { name: string }) => (
  <details>
    <summary class="soft">Android says “App not installed”, or nothing happens</summary>
    <div class="stack stack--s soft">
      <p>
        Most often an older <bdi>{name}</bdi> is there that was signed by another key, as the one
        from a store may be. Android never mixes the two. Remove the old one, then install again;
        what it kept on the phone is lost. A newer version that is there is not replaced by this one
        either.
      </p>
      <p>Or there is no room left, or the phone runs an Android before 7.0.</p>
      <p>
        Nothing happens: pages within other apps often can't download. Open this page in the phone's
        browser.
      </p>
      <p>
        The phone blocks it: some have to be told first (“Auto Blocker”, “Advanced Protection”, or
        an employer's rules). In some countries since September 2026, and everywhere from 2027 on,
        phones with Google's services take only apps whose makers Google knows. Ask who sent you
        here.
      </p>
    </div>
  </details>
);
