// Why builds fail, and what to do about it: a sentence for each code that builders and the API end a build with. What the
// builder said stands above it.

/** Where to go: the app's design, its builds (to build again), or nowhere. */
export type Remedy = "design" | "icon" | "keystores" | "again";

interface Failure {
  /** What happened, without a full stop. */
  title: string;
  /** What to do. */
  advice: string;
  remedy: Remedy;
}

const FAILURES = {
  invalid_icon: {
    title: "The icon can't be drawn",
    advice:
      "SVGs with many filters or embedded pictures take too long, and some files are damaged. Upload a PNG of 1024 by 1024 instead.",
    remedy: "icon",
  },
  icon_missing: {
    title: "The icon is not there any more",
    advice: "It was replaced or removed while the build waited. Build again with the present one.",
    remedy: "again",
  },
  icon_altered: {
    title: "The icon did not arrive unaltered",
    advice:
      "Something between the storage and the builder changed it. Build again; if it stays, upload the icon anew.",
    remedy: "again",
  },
  invalid_app: {
    title: "The app can't be packaged as it is",
    advice:
      "Something about its name, address or settings does not fit into an Android app. Change what the message names.",
    remedy: "design",
  },
  invalid_key: {
    title: "The keystore can't sign this app",
    advice:
      "Its key or certificate is of a kind that Android's signatures don't take. Choose another keystore, or generate one.",
    remedy: "keystores",
  },
  artifact_size: {
    title: "The app's file is larger than 100 MB",
    advice: "Only the icon and the settings make it large. Choose a smaller icon.",
    remedy: "icon",
  },
  verification_failed: {
    title: "The file did not pass our own check",
    advice:
      "It was made three times and never right, which is a fault of the builder. Build again later, and tell whoever runs this installation.",
    remedy: "again",
  },
  api_fault: {
    title: "The builder lost touch while it exchanged the files",
    advice: "Nothing is wrong with the app. Build again.",
    remedy: "again",
  },
  builder_defect: {
    title: "The builder broke",
    advice:
      "Nothing is known to be wrong with the app. Build again; if it stays, tell whoever runs this installation, who can read why.",
    remedy: "again",
  },
  job_not_understood: {
    title: "The builder is older than this installation",
    advice: "Whoever runs it has to update the builder. Build again after that.",
    remedy: "again",
  },
  lease_lost: {
    title: "The builder went silent three times",
    advice: "It was stopped or lost its network. Build again; another builder takes it.",
    remedy: "again",
  },
  no_builders: {
    title: "No builder finished it within an hour",
    advice:
      "None was free or there. Build again later; if it stays, tell whoever runs this installation.",
    remedy: "again",
  },
  lost: {
    title: "The build was lost, and another one took its place",
    advice: "Nothing is wrong with the app. Look at the later build, or build again.",
    remedy: "again",
  },
} as const satisfies Readonly<Record<string, Failure>>;

/** The codes that are known. */
export const FAILURE_CODES: readonly string[] = Object.keys(FAILURES);

/** What a builder of another version may say. */
const UNKNOWN: Failure = {
  title: "The build failed",
  advice: "The message says why. Change what it names, or build again.",
  remedy: "again",
};

export function failureOf(code: string | null): Failure {
  const known: Readonly<Record<string, Failure>> = FAILURES;
  return (code === null ? undefined : known[code]) ?? UNKNOWN;
}
