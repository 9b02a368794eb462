// The page of a link that installs nothing, any more or at all: why, and what to do.
import type { Child } from "hono/jsx";
import type { OpenedLink } from "../../domain/builds/install-links.ts";
import { doorPage } from "../door.tsx";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/moment.tsx";

type Ended = Exclude<OpenedLink, { kind: "open" }>;
type Over = Exclude<Ended, { kind: "stopped" }>;

/** The answer of a link that worked once: 410 (RFC 9110 section 15.5.11); 403 while the app's account is suspended. */
export function endedPage(link: Ended, now: number): Response {
  if (link.kind === "stopped") return stoppedPage();
  const { title, why } = wordsOf(link, now);
  const isDeleted = link.kind === "deleted";
  return doorPage({
    status: 410,
    title,
    text: why,
    below: <Advice wasReal isDeleted={isDeleted} />,
  });
}

/** What the installation's people have stopped is handed out to nobody; why is between them and the account. */
function stoppedPage(): Response {
  return doorPage({
    status: 403,
    title: "This app is not handed out",
    text:
      "Whoever runs this installation has stopped the account that the app belongs to. While that is so, nobody can " +
      "install it from here.",
    below: (
      <p class="soft">
        If the app is on your phone already and you don't trust it, remove it there.
      </p>
    ),
  });
}

/** The answer of what never was a link: 404. */
export function unknownPage(): Response {
  return doorPage({
    status: 404,
    title: "No app behind this link",
    text: "It is cut short or mistyped, or it never was one. Links are long: copy it whole, or scan the QR code again.",
    below: <Advice />,
  });
}

function wordsOf(link: Over, now: number): { title: string; why: Child } {
  switch (link.kind) {
    case "expired":
      return {
        title: "This link has ended",
        why: (
          <>
            It worked until <Moment at={link.at} now={now} />. Links to builds end by themselves, so
            that old versions don't go round.
          </>
        ),
      };
    case "revoked":
      return {
        title: "This link was taken back",
        why: (
          <>
            Whoever made it ended it
            {link.at !== null && (
              <>
                {" "}
                on <Moment at={link.at} now={now} />
              </>
            )}
            . That is done when a build has a fault or the link went to the wrong people.
          </>
        ),
      };
    case "deleted":
      return {
        title: "This build was deleted",
        why: "The link is right, but the file that it led to was deleted: there is nothing left to install.",
      };
  }
}

/** `isDeleted`: no further link can lead to that build. */
const Advice = ({ wasReal = false, isDeleted = false }) => (
  <section class="stack stack--s" aria-labelledby="do">
    <h2 id="do">What to do</h2>
    <ul class="checks">
      <li>
        <Icon name="person" />
        <div>
          You were sent it<small>Ask who sent it for a new one. It takes them a moment.</small>
        </div>
      </li>
      {wasReal && (
        <li>
          <Icon name="phone" />
          <div>
            The app is on your phone already<small>It stays there and goes on working.</small>
          </div>
        </li>
      )}
      <li>
        <Icon name="build" />
        <div>
          It is your app
          <small>
            {isDeleted ? "Build it again: its" : "Open the build and choose “New link”: the"} page
            has the QR code. <a href="/dashboard">To your apps</a>
          </small>
        </div>
      </li>
    </ul>
  </section>
);
