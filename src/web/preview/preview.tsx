// How a notification looks on Android, iOS and a desktop, cut as these cut it. It shows what is saved; the script `preview`
// has it follow the fields of the form beside it, which name themselves by `data-preview`:
//
//   title, body, image, url       the words, in the language that the nearest `data-preview-lang` around them names ("" or
//                                 none: the notification's own)
//   actions.0.title ...           the buttons
//   overrides.android ...         the JSON of a platform's overrides
//   overrides.android.title ...   or one field of them
//
// A counter beside a field (`output.counter` with `data-most`) says how much of what devices show is used.
import { AppIcon, type IconFacts } from "../parts/app-icon.tsx";
import { CUTS, cut, type Look } from "./cuts.ts";
import { shownOn, type PreviewContent, type Shown } from "./shown.ts";

/** What the preview shows of the app. */
export interface PreviewApp {
  name: string;
  /** Its website's host; "" for none. */
  host: string;
  icon: IconFacts;
}

interface PreviewProps {
  content: PreviewContent;
  app: PreviewApp;
  /** Whose words are shown first; null for the notification's own. */
  language?: string | null;
}

/** Sides of the app's icon, pixels, as platforms show it. */
const SIDES = { android: 18, ios: 36, desktop: 44 };

/** The radios belong to no form: which device is looked at is no part of what is written. */
const NO_FORM = "preview-only";

/** What stands where nothing is typed yet. */
const NOTHING = { title: "Title", body: "Text" };

const DEVICES = [
  { value: "android", label: "Android" },
  { value: "ios", label: "iOS" },
  { value: "desktop", label: "Desktop" },
];

export const Preview = ({ content, app, language = null }: PreviewProps) => {
  const on = (look: Look) => shownOn(look, content, language);
  const [folded, open, ios, desktop] = [on("folded"), on("open"), on("ios"), on("desktop")];
  return (
    <section class="pick stack" aria-labelledby="pv-h" data-previews={language ?? ""}>
      <div class="row row--between">
        <h2 id="pv-h" class="label">
          Preview
        </h2>
        <div class="seg" role="radiogroup" aria-label="Device">
          {DEVICES.map(({ value, label }) => (
            <label>
              <input
                type="radio"
                name="preview"
                value={value}
                form={NO_FORM}
                checked={value === "android"}
              />
              {label}
            </label>
          ))}
        </div>
      </div>
      <div class="stage" data-pick="android">
        <p class="clock" aria-hidden="true">
          9:00
        </p>
        <Android look="folded" label="On Android, folded" shown={folded} app={app} />
        <Android look="open" label="On Android, pulled open" shown={open} app={app} />
      </div>
      <div class="stage" data-pick="ios">
        <p class="clock" aria-hidden="true">
          9:00
        </p>
        <article class="push push--ios" aria-label="On iOS" data-look="ios">
          <AppIcon side={SIDES.ios} {...app.icon} />
          <div>
            <header>
              <Title look="ios" shown={ios} />
              <span>now</span>
            </header>
            <Body look="ios" shown={ios} />
          </div>
          <Actions look="ios" shown={ios} />
        </article>
      </div>
      <div class="stage" data-pick="desktop">
        <article class="push push--desktop" aria-label="In a desktop browser" data-look="desktop">
          <Picture shown={desktop} />
          <div class="text">
            <AppIcon side={SIDES.desktop} {...app.icon} />
            <span>
              <Title look="desktop" shown={desktop} />
              <Body look="desktop" shown={desktop} />
              <header>
                <span class="clip">{app.host}</span>
              </header>
            </span>
          </div>
          <Actions look="desktop" shown={desktop} />
        </article>
      </div>
      <Note />
    </section>
  );
};

const Note = () => (
  <p class="muted small">
    About right: every phone maker and browser draws it a little differently. iOS shows no image
    without an extension of the app, and buttons only of a category that the app defines. On
    desktops, images are shown by Chrome and Edge on Windows.
  </p>
);

const Android = ({
  look,
  label,
  shown,
  app,
}: {
  look: "folded" | "open";
  label: string;
  shown: Shown;
  app: PreviewApp;
}) => (
  <article class="push push--android" aria-label={label} data-look={look}>
    <header>
      <AppIcon side={SIDES.android} {...app.icon} />
      <span class="clip">{app.name}</span>
      <span>now</span>
    </header>
    <Title look={look} shown={shown} />
    <Body look={look} shown={shown} />
    {look === "open" && <Picture shown={shown} />}
    {look === "open" && <Actions look={look} shown={shown} />}
  </article>
);

interface PartProps {
  look: Look;
  shown: Shown;
}

const Title = ({ look, shown }: PartProps) => (
  <strong data-part="title" data-cut={CUTS[look].title}>
    {cut(shown.title, CUTS[look].title) || NOTHING.title}
  </strong>
);

const Body = ({ look, shown }: PartProps) => (
  <p data-part="body" data-cut={CUTS[look].body}>
    {cut(shown.body, CUTS[look].body) || NOTHING.body}
  </p>
);

const Actions = ({ look, shown }: PartProps) => {
  const most = CUTS[look].actions;
  const actions = shown.actions.slice(0, most);
  return (
    <div class="acts" data-part="actions" data-cut={most} hidden={actions.length === 0}>
      {actions.map((each) => (
        <span>{each}</span>
      ))}
    </div>
  );
};

/** Stands for the image, which is on another website: the page's policy loads nothing from there. */
const Picture = ({ shown }: { shown: Shown }) => (
  <svg
    class="pic"
    viewBox="0 0 320 150"
    preserveAspectRatio="xMidYMid slice"
    role="img"
    aria-label="The image"
    data-part="image"
    hidden={shown.image === ""}
  >
    <rect width="320" height="150" fill="#c9d6d8" />
    <circle cx="248" cy="44" r="17" fill="#f4f6f9" />
    <path d="M0 150 92 62l62 58 48-40 118 70z" fill="#7d979c" />
    <text x="16" y="30" font-size="15" fill="#20343a" data-part="image-host" data-cut={MAX_HOST}>
      {hostOfImage(shown.image)}
    </text>
  </svg>
);

/** Most characters of the image's host that have room in the drawing. */
const MAX_HOST = 34;

const hostOfImage = (image: string) => cut(URL.parse(image)?.host ?? "", MAX_HOST);
