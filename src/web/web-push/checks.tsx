// What was found of the app's website: a check a line, with what is missing.
import type { Child } from "hono/jsx";
import {
  WORKER_PATH,
  type PageFound,
  type PushSiteCheck,
  type Trouble,
  type WorkerFound,
} from "../../domain/overviews/push-site-check.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { counted } from "../parts/words.ts";

/** The form's path, below the page's. */
export const CHECK = "/check";

type Tone = "ok" | "warn" | "bad";
interface Line {
  /** Left out for what is not known yet. */
  tone?: Tone;
  title: string;
  says: Child;
}

const ICONS: Readonly<Record<Tone, IconName>> = { ok: "ok", warn: "warning", bad: "bad" };
/** What a reader hears of a line's tone. */
const HEARD: Readonly<Record<Tone, string>> = { ok: "right", warn: "to look at", bad: "wrong" };
/** Longest text of the site's that is repeated, characters. */
const MAX_SHOWN = 80;

export const Checks = ({
  check,
  site,
  browsers,
  path,
  mayAsk,
}: {
  /** What the site said just now; null before it was asked. */
  check: PushSiteCheck | null;
  /** The host of the app's site; "" for none. */
  site: string;
  /** How many browsers are subscribed. */
  browsers: number;
  path: string;
  mayAsk: boolean;
}) => (
  <section class="card" aria-labelledby="ch-h">
    <header>
      <h2 id="ch-h">Checks of your site</h2>
      {mayAsk && site !== "" && (
        <form method="post" action={path + CHECK}>
          <button class="btn btn--s">
            <Icon name="again" />
            {check ? "Run again" : "Run them"}
          </button>
        </form>
      )}
    </header>
    <div class="card-body">
      <ul class="checks">
        {[...(check ? linesOf(check) : unasked(site)), subscribed(browsers)].map(
          ({ tone, title, says }) => (
            <li data-tone={tone}>
              <Icon name={tone ? ICONS[tone] : "todo"} />
              <span>
                {title}
                {tone && tone !== "ok" && <span class="vh">, {HEARD[tone]}</span>}
                <small>{says}</small>
              </span>
            </li>
          ),
        )}
      </ul>
    </div>
  </section>
);

/** What would be looked at. */
function unasked(site: string): Line[] {
  if (site === "") {
    return [{ title: "No website", says: "Give the app its web address in Design first." }];
  }
  return [
    { title: "Secure", says: `Whether ${site} is served by https` },
    { title: "Worker", says: `Whether it has ${WORKER_PATH}` },
    { title: "SDK", says: "Whether the start page loads it, with this app's names" },
    { title: "Origin", says: "Whether its pages may register" },
  ];
}

const subscribed = (browsers: number): Line =>
  browsers > 0
    ? { tone: "ok", title: "Subscribed", says: counted(browsers, "browser") }
    : { title: "First browser", says: "Nobody has subscribed yet" };

function linesOf(check: PushSiteCheck): Line[] {
  return [
    check.isSecure
      ? { tone: "ok", title: "Secure", says: check.origin }
      : { tone: "bad", title: "Not secure", says: "Browsers take no pushes for pages by http." },
    worker(check.worker),
    ...page(check.page),
    origin(check),
  ];
}

function worker(found: WorkerFound): Line {
  switch (found.kind) {
    case "right":
      return { tone: "ok", title: "Worker found", says: WORKER_PATH };
    case "redirected":
      return bad("Worker is elsewhere", `${WORKER_PATH} leads on, which browsers don't follow.`);
    case "not_script":
      return bad(
        "Worker is no script",
        `Its content type must be text/javascript, and is ${found.type.slice(0, MAX_SHOWN) || "not said"}.`,
      );
    case "other":
      return bad("Another worker", `${WORKER_PATH} lacks the line of step 1. Add it at the top.`);
    default:
      return bad("No worker", `${WORKER_PATH}: ${trouble(found)} Do step 1.`);
  }
}

function page(found: PageFound): Line[] {
  if (found.kind !== "found") return [bad("No page", trouble(found))];
  const forbidden: Line[] =
    found.forbiddenBy === null
      ? []
      : [
          bad(
            "Its policy keeps the SDK out",
            <>
              Its Content-Security-Policy says <code>{found.forbiddenBy.slice(0, MAX_SHOWN)}</code>:
              add this address there.
            </>,
          ),
        ];
  if (!found.loadsSdk) {
    const says =
      "The start page's HTML has no such line. Do step 2, unless a script of yours does it.";
    return [{ tone: "warn", title: "SDK not seen", says }, ...forbidden];
  }
  const sdk: Line = found.namesApp
    ? { tone: "ok", title: "SDK loaded", says: "With this app's id and key" }
    : bad("SDK of another app", "The page names another id or key than step 2.");
  return [sdk, ...forbidden];
}

function origin({ registers, origin: from }: PushSiteCheck): Line {
  switch (registers) {
    case "named":
      return { tone: "ok", title: "May register", says: from };
    case "any":
      return {
        tone: "warn",
        title: "Any page may register",
        says: "Name yours below, so that others can't.",
      };
    case "refused":
      return bad("May not register", `${from} is not on the list below.`);
  }
}

const bad = (title: string, says: Child): Line => ({ tone: "bad", title, says });

function trouble(found: Trouble): string {
  if (found.kind === "unreachable") return "The site is not public, and can't be asked from here.";
  return found.status === null
    ? "The site did not answer in time."
    : `The site answered with the status ${found.status}.`;
}
