// The second line of defence against secrets in logs. No code logs a secret on purpose, but other people's error
// messages may contain one, so known secrets are removed from all text that leaves the process.

/** Length of the shortest secret, characters: removing shorter strings would garble ordinary text. */
const MIN_SECRET_LENGTH = 8;

export interface Secrets {
  /** Adds secrets. The returned function forgets them. */
  add: (...values: readonly string[]) => () => void;
  /** Returns the text without known secrets. */
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
