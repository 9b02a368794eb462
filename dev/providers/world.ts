// The state of the stand-in, which each provider receives: the faults and ledgers of its doors, recipients,
// credentials, and how strict it is.
import { randomBytes } from "node:crypto";
import { Credentials } from "./credentials.ts";
import { Faults } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { PlayServices } from "./play-services.ts";
import { Recipients } from "./recipients.ts";

/** Google's token endpoint has faults of its own, apart from FCM's. */
export const DOORS = ["fcm_token", "fcm", "apns", "webpush", "mail"] as const;
export type DoorName = (typeof DOORS)[number];

/**
 * `strict`: requests are checked like by the real provider, and messages are kept in full. `count`: recipients are
 * found and counted, but nothing is verified, decrypted or kept, so that a benchmark measures the sender.
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
  playServices: PlayServices;
  credentials: Credentials;
  /** The API key by which mail may be sent. */
  mailToken: string;
}

export function makeWorld(mode: Mode, origin: string): World {
  const recipients = new Recipients();
  return {
    mode,
    origin,
    faults: {
      fcm_token: new Faults(),
      fcm: new Faults(),
      apns: new Faults(),
      webpush: new Faults(),
      mail: new Faults(),
    },
    ledgers: {
      fcm_token: new Ledger(),
      fcm: new Ledger(),
      apns: new Ledger(),
      webpush: new Ledger(),
      mail: new Ledger(),
    },
    recipients,
    playServices: new PlayServices(recipients),
    credentials: new Credentials(),
    mailToken: `re_${randomBytes(16).toString("hex")}`,
  };
}
