// The second line of defence against secrets in logs. Nothing passes one on purpose; but an error's text is
// written by others, so whatever leaves as text has the known secrets cut out first.

/** Shorter strings are not secrets, and cutting them out would garble ordinary text, characters. */
const MIN_SECRET_LENGTH = 8;

export interface Secrets {
  /** Makes secrets known; the returned function forgets them again. */
  add: (...values: readonly string[]) => () => void;
  /** The text without any known secret. */
  redact: (text: string) => string;
}

export function createSecrets(): Secrets {
  const known = new Set<{ value: string }>();
  return {
    add(...values) {
      const added = values
        .filter((value) => value.length >= MIN_SECRET_LENGTH)
        .map((value) => ({ value }));
      for (const secret of added) known.add(secret);
      return () => {
        for (const secret of added) known.delete(secret);
      };
    },
    redact(text) {
      let clean = text;
      for (const { value } of known) clean = clean.replaceAll(value, "[secret]");
      return clean;
    },
  };
}
