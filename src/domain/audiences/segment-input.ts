// What can be set of a saved segment.
import { z } from "zod";
import { refusedWith } from "../../db/refused-with.ts";
import { label } from "../../kit/fields.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { SegmentTargeting } from "./targeting.ts";

/** Longest name, characters: a line of a list. */
const MAX_NAME = 80;

const Name = label(MAX_NAME).meta({
  description:
    "What people call it. No two segments of an app have the same name, whatever its case.",
  example: "Beta testers",
});

export const CreateSegment = z.strictObject({ name: Name, targeting: SegmentTargeting });
export const UpdateSegment = CreateSegment.partial();

/** By which two names are the same. */
export function nameKeyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** What SQLite says of a second segment with the same name. */
const SAME_NAME = "UNIQUE constraint failed: segments.app_id, segments.name_key";

/** Returns the result of `writing`. Refuses `invalid` when another segment of the app has the name. */
export async function orSameName<Result>(writing: PromiseLike<Result>): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    if (!refusedWith(error, SAME_NAME)) throw error;
    return refuse(invalidField(["name"], "must not be the name of another segment of the app"));
  }
}
