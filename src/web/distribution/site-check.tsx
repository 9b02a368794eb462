// Whether the website has the file of its app links: a button that has the site asked, and what came of it.
import type { Child } from "hono/jsx";
import { LINKS_PATH, type LinksCheck } from "../../domain/overviews/site-links-check.ts";
import { Notice, type Tone } from "../parts/notice.tsx";
import { shortFingerprint } from "../parts/fingerprints.tsx";

/** The form's path, below the page's. */
export const SITE_CHECK = "/site-check";

/** `check`: what the site said just now; null before it was asked. */
export const SiteCheck = ({
  check,
  path,
  mayAsk,
}: {
  check: LinksCheck | null;
  path: string;
  mayAsk: boolean;
}) => (
  <>
    {check && <Outcome check={check} />}
    {mayAsk && (
      <form method="post" action={path + SITE_CHECK}>
        <button class="btn">{check ? "Check again" : "Check the site's file"}</button>
      </form>
    )}
  </>
);

const Outcome = ({ check }: { check: LinksCheck }) => {
  const [tone, title, text] = saysOf(check);
  return (
    <Notice tone={tone}>
      <p>
        <strong>{title}</strong> {text}
      </p>
    </Notice>
  );
};

/** Longest text of the site's that is repeated, characters. */
const MAX_SHOWN = 80;

function saysOf(check: LinksCheck): [Tone, string, Child] {
  switch (check.kind) {
    case "right":
      return ["ok", "Live and right.", "The site's file has what is needed, checked just now."];
    case "lacking":
      return check.certificates.length === check.of
        ? ["bad", "The site's file is of other apps.", "Add what stands above to its list."]
        : [
            "warn",
            "The site's file lacks a certificate.",
            <>
              Add{" "}
              {check.certificates.map((each) => (
                <code>{shortFingerprint(each.replaceAll(":", "").toLowerCase())} </code>
              ))}
            </>,
          ];
    case "unreadable":
      return ["bad", "The site's file is no list of statements.", "Serve what stands above."];
    case "not_json":
      return [
        "bad",
        "The site's file is not served as JSON.",
        `Its content type must be application/json, and is ${check.type.slice(0, MAX_SHOWN) || "not said"}.`,
      ];
    case "redirected":
      return [
        "bad",
        "The site leads elsewhere.",
        `Android follows no redirect: serve ${LINKS_PATH} itself.`,
      ];
    case "failed":
      return check.status === null
        ? ["bad", "The site did not answer.", "It was given 4 seconds."]
        : ["bad", "The site has no such file.", `It answered with the status ${check.status}.`];
    case "unreachable":
      return [
        "warn",
        "The site can't be asked from here.",
        "Android asks public sites alone, by https.",
      ];
  }
}
