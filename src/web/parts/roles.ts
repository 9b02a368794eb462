// What roles are called on pages, and what each may do, in words.
import type { Role } from "../../domain/people/roles.ts";

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  owner: "Owner",
  developer: "Developer",
  marketer: "Marketer",
  viewer: "Viewer",
};

/** For who gives it. */
export const ROLE_IN_SHORT: Readonly<Record<Role, string>> = {
  owner: "Everything, also people, keys and the account itself",
  developer: "Apps, builds, keystores, set-up and sending",
  marketer: "Writes and sends, sees results and audience",
  viewer: "Looks, changes nothing",
};

/** For who gets it, after the role: "A viewer". */
export const ROLE_SAYS: Readonly<Record<Role, string>> = {
  owner: "does everything, also with keys, the team and the account itself.",
  developer:
    "designs apps, builds and distributes them, and sends notifications. Keys of the API and the team stay as they are.",
  marketer:
    "writes and sends notifications and sees results and audience. Apps, keys and the team stay as they are.",
  viewer: "sees everything but keys and the log, and changes nothing.",
};

/** "An owner", "A marketer". */
export const aRole = (role: Role): string => (role === "owner" ? "An owner" : `A ${role}`);
