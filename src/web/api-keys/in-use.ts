// Whether something seems to use a key, so that ending it wants its name typed.
import type { ApiKey } from "../../domain/accounts/api-keys.ts";
import { DAY_MS } from "../../kit/time.ts";

/** How lately a key was used that counts as in use: what runs monthly was used within that. */
const LATELY_MS = 31 * DAY_MS;

export const isInUse = (key: ApiKey, now: number): boolean =>
  key.lastUsedAt !== null && now - key.lastUsedAt < LATELY_MS;
