// The screens of the list of apps.
import type { Screen } from "../screen.ts";

export const screens: Screen[] = [{ name: "apps", path: ({ base }) => base }];
