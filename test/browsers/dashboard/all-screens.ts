// All screens, as the areas list them.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Screen } from "./screen.ts";

const FOLDER = join(import.meta.dirname, "screens");

const files = readdirSync(FOLDER).map(async (file) => {
  const { screens } = (await import(join(FOLDER, file))) as { screens: Screen[] };
  return { area: basename(file, ".ts"), screens };
});

/** The areas, each with its screens. */
export const allAreas = await Promise.all(files);

export const allScreens = allAreas.flatMap(({ screens }) => screens);
