// The title and the text of a channel message. What is wrong with them is said in the contract's sentences
// (docs/contracts.md, Channels 7).
import { z } from "zod";

/** Bounds of the title and the text, characters. */
export const TITLE = { min: 3, max: 30 } as const;
export const TEXT = { min: 3, max: 200 } as const;

export const MessageInput = z.preprocess(
  (body) => (typeof body === "object" && !Array.isArray(body) ? (body ?? {}) : {}),
  z.strictObject({ title: words(TITLE), text: words(TEXT) }),
);

function words({ min, max }: { min: number; max: number }) {
  return z.unknown().transform((value, context): string => {
    const isString = typeof value === "string";
    const length = isString ? [...value].length : null;
    const violations = [
      length === null || length < min ? `must be longer than or equal to ${min} characters` : null,
      length === null || length > max ? `must be shorter than or equal to ${max} characters` : null,
      isString ? null : "must be a string",
    ];
    for (const violation of violations) if (violation !== null) context.addIssue(violation);
    return isString ? value : "";
  });
}
