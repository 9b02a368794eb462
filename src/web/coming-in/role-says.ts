// What each role may do, as a sentence for who gets it or gives it.
import type { Role } from "../../domain/people/roles.ts";

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
