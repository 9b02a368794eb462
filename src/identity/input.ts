// What people type to come in.
import { z } from "zod";
import { label } from "../kit/fields.ts";

/** Shortest and longest password, UTF-16 code units. The longest bounds what a hash costs. */
export const MIN_PASSWORD = 10;
export const MAX_PASSWORD = 128;
/** Longest token of a link, characters: better-auth's are JWTs. */
const MAX_TOKEN = 2000;

/** An address as users have it. */
export const Email = z.string().trim().toLowerCase().pipe(z.email().max(254));

/** A password that is to be set. */
export const NewPassword = z
  .string()
  .min(MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`)
  .max(MAX_PASSWORD, `must not have more than ${MAX_PASSWORD} characters`);

/** A password that is to be compared. */
export const GivenPassword = z.string().min(1).max(MAX_PASSWORD);

/** A person's name. */
export const Name = label(100);

export const Token = z.string().min(1).max(MAX_TOKEN);

/** A box: forms send nothing for one that is not checked. */
export const Checkbox = z
  .string()
  .max(10)
  .optional()
  .transform((text) => text !== undefined && text !== "");
