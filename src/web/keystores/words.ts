// How keystores are said on pages.
import type { Keystore } from "../../domain/keystores/find-keystore.ts";

/** Google Play takes keys whose certificate ends after this day, ms (Android's guide to signing: 22 October 2033). */
const PLAY_NEEDS_UNTIL = Date.UTC(2033, 9, 22);

/** Whether Google Play would refuse an app that it signs. */
export function endsTooEarly({ expiresAt }: Keystore): boolean {
  return expiresAt <= PLAY_NEEDS_UNTIL;
}

/** The kind of key. */
export function keyOf({ algorithm }: Keystore): string {
  return algorithm === "rsa" ? "RSA" : "EC P-256";
}

/** Whether its name must be typed to delete it: once its key signed a release, somebody may have that. */
export function needsName({ releasedAt }: Keystore): boolean {
  return releasedAt !== null;
}
