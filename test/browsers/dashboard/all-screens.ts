// All screens, as the areas list them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Screen } from "./screen.ts";

const FOLDER = join(import.meta.dirname, "screens");

const areas = readdirSync(FOLDER).map(
  async (file) => (await import(join(FOLDER, file))) as { screens: Screen[] },
);

export const allScreens = (await Promise.all(areas)).flatMap(({ screens }) => screens);
