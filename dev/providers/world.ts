// Everything the stand-in remembers, handed to each provider: doors' faults and ledgers, recipients,
// credentials, and how closely it looks.
import { Credentials } from "./credentials.ts";
import { Faults } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Recipients } from "./recipients.ts";

/** Google's token endpoint has faults of its own, apart from FCM's. */
export const DOORS = ["fcm_token", "fcm", "apns", "webpush"] as const;
export type DoorName = (typeof DOORS)[number];

/**
 * `strict`: every check of the real provider, deliveries kept in full. `count`: recipients are looked up and
 * counted, nothing is verified, decrypted or kept, so that a benchmark measures the sender.
 */
export const MODES = ["strict", "count"] as const;
export type Mode = (typeof MODES)[number];

export interface World {
  mode: Mode;
  /** Where it listens, `http://host:port`: origin of push endpoints and audience of VAPID tokens. */
  origin: string;
  faults: Record<DoorName, Faults>;
  ledgers: Record<DoorName, Ledger>;
  recipients: Recipients;
  credentials: Credentials;
}

export function makeWorld(mode: Mode, origin: string): World {
  return {
    mode,
    origin,
    faults: {
      fcm_token: new Faults(),
      fcm: new Faults(),
      apns: new Faults(),
      webpush: new Faults(),
    },
    ledgers: {
      fcm_token: new Ledger(),
      fcm: new Ledger(),
      apns: new Ledger(),
      webpush: new Ledger(),
    },
    recipients: new Recipients(),
    credentials: new Credentials(),
  };
}
