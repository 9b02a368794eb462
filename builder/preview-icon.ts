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

/** What the command line says, or null where it says nothing that can be drawn. */
function readCommand() {
  const options = ["background", "foreground", "monochrome", "name", "out"] as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries(options.map((name) => [name, { type: "string" as const }])),
  });
  const [file, ...others] = positionals;
  const first = file ?? values["foreground"] ?? values["name"];
  if (first === undefined || others.length > 0) return null;
  const background = values["background"]?.toLowerCase() ?? null;
  if (background !== null && !COLOR.test(background)) return null;
  return {
    icon: file,
    foreground: values["foreground"],
    monochrome: values["monochrome"],
    background,
    name: values["name"] ?? "Example",
    out: values["out"] ?? `${first.replace(/\.[a-z]+$/i, "")}-icon.png`,
  };
}

const command = readCommand();
if (command === null) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const read = (file: string | undefined) => (file === undefined ? null : readFileSync(file));
  const { icon, foreground, monochrome, background, name, out } = command;
  const pictures = {
    icon: read(icon),
    foreground: read(foreground),
    monochrome: read(monochrome),
  };
  const source = { name, iconBackground: background, backgroundColor: "#ffffff", iconColor: null };
  try {
    const icons = await renderIcons(pictures, source);
    for (const note of icons.notes) console.log(note);
    writeFileSync(out, await previewOf([icons]));
    console.log(`Written to ${out}: ${FORMS.join("; ")}.`);
  } catch (error) {
    if (!(error instanceof PackagingError)) throw error;
    console.error(`This can't be drawn: ${error.message}.`);
    process.exitCode = 1;
  }
}
