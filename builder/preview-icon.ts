// `npm run preview:icon -- FILE`: draws an icon as the builder would, and writes one PNG of the forms in which phones show it.
// FILE may be left out where a foreground is given, or a name whose letter is to be drawn.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PackagingError } from "./android/errors.ts";
import { FORMS, previewOf } from "./android/icons/preview.ts";
import { renderIcons } from "./android/icons/render-icons.ts";

const USAGE =
  "npm run preview:icon -- FILE [--background #rrggbb] [--foreground FILE] [--monochrome FILE] [--name NAME] [--out FILE]";
const COLOR = /^#[0-9a-f]{6}$/i;

/** What is wrong with the command line, or with a file that it names. */
class UsageError extends Error {}

function readCommand() {
  const options = ["background", "foreground", "monochrome", "name", "out"] as const;
  const { values, positionals } = orUsage(() =>
    parseArgs({
      allowPositionals: true,
      options: Object.fromEntries(options.map((name) => [name, { type: "string" as const }])),
    }),
  );
  const [file, ...others] = positionals;
  const first = file ?? values["foreground"] ?? values["name"];
  if (first === undefined) throw new UsageError("There is no picture.");
  if (others.length > 0) throw new UsageError(`One picture at a time: not "${others.join(" ")}".`);
  const background = values["background"]?.toLowerCase() ?? null;
  if (background !== null && !COLOR.test(background)) {
    throw new UsageError(
      `A background is a colour such as #14213d, in quotes: not "${background}".`,
    );
  }
  return {
    pictures: {
      icon: read(file),
      foreground: read(values["foreground"]),
      monochrome: read(values["monochrome"]),
    },
    background,
    name: values["name"] ?? "Example",
    out: values["out"] ?? `${first.replace(/\.[a-z]+$/i, "")}-icon.png`,
  };
}

const read = (file: string | undefined): Uint8Array | null =>
  file === undefined ? null : orUsage(() => readFileSync(file));

function orUsage<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  const { pictures, background, name, out } = readCommand();
  const source = { name, iconBackground: background, backgroundColor: "#ffffff", iconColor: null };
  const icons = await renderIcons(pictures, source);
  for (const note of icons.notes) console.log(note);
  writeFileSync(out, await previewOf([icons]));
  console.log(`Written to ${out}: ${FORMS.join("; ")}.`);
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nUsage: ${USAGE}`);
    process.exitCode = 2;
  } else if (error instanceof PackagingError) {
    console.error(`This can't be drawn: ${error.message}.`);
    process.exitCode = 1;
  } else throw error;
}
