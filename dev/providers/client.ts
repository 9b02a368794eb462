// A typed client of the stand-in's control, for tests, the tour and benchmarks; it works in-process and across
// processes alike.
import type { z } from "zod";
import type {
  ApnsInput,
  DeliveriesQuery,
  FcmInput,
  ReceivedQuery,
  RecipientsInput,
  VapidInput,
} from "./control/schemas.ts";
import type { ApnsCredential, ServiceAccount, VapidCredential } from "./credentials.ts";
import type { FaultSettings } from "./faults.ts";
import type { Counts, AcceptedMessage } from "./ledger.ts";
import type { PhoneMessage, TokenRequest } from "./play-services.ts";
import type { Kind, Reach } from "./recipients.ts";
import type { DoorName, Mode } from "./world.ts";

export interface Device {
  token: string;
  dead: boolean;
}

export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
  dead: boolean;
}

export interface Stats {
  doors: Record<DoorName, Counts>;
  recipients: Record<Kind, Reach>;
}

type RecipientsOptions = z.input<typeof RecipientsInput>;

export interface ProvidersClient {
  /** At most 10,000 a call. */
  makeDevices: (kind: "fcm" | "apns", options?: RecipientsOptions) => Promise<Device[]>;
  /** At most 10,000 a call. */
  makeSubscriptions: (options?: Omit<RecipientsOptions, "tokens">) => Promise<Subscription[]>;
  makeServiceAccount: (input?: z.input<typeof FcmInput>) => Promise<ServiceAccount>;
  makeApnsKey: (input?: z.input<typeof ApnsInput>) => Promise<ApnsCredential>;
  /** Without a private key in the answer when the public key was given. */
  makeVapid: (input?: z.input<typeof VapidInput>) => Promise<VapidCredential>;
  /** @param id FCM: client_email; APNs: key_id; Web Push: public_key */
  changeCredential: (
    kind: Kind,
    id: string,
    action: "revoke" | "restore" | "expire",
  ) => Promise<void>;
  /** The token that Play services give an app for its subscription. */
  registerPhone: (request: TokenRequest) => Promise<string>;
  /** What was pushed to a token after the message of this id; waits for something for 20 s. */
  messagesAfter: (token: string, after: string) => Promise<PhoneMessage[]>;
  /** Ends a token, as uninstalling the app does. */
  endPhone: (token: string) => Promise<void>;
  /** Replaces the door's faults; `{}` ends them. */
  setFaults: (door: DoorName, settings: z.input<typeof FaultSettings>) => Promise<void>;
  getFaults: (door: DoorName) => Promise<FaultSettings>;
  setMode: (mode: Mode) => Promise<void>;
  stats: () => Promise<Stats>;
  /** The last ones, oldest first. */
  deliveries: (
    kind: Kind | "mail",
    query?: z.input<typeof DeliveriesQuery>,
  ) => Promise<AcceptedMessage[]>;
  /** Messages by recipient; `min: 2` lists the repeats. */
  received: (
    kind: Kind,
    query?: z.input<typeof ReceivedQuery>,
  ) => Promise<{ total: number; recipients: { id: string; count: number }[] }>;
  reset: (options?: { everything?: boolean }) => Promise<void>;
}

/** @param url of the stand-in, as `startProviders` and its process say it */
export function providersClient(url: string): ProvidersClient {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/control${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }
  const search = (query: object): string =>
    `?${new URLSearchParams(Object.entries(query).map(([name, of]) => [name, String(of)]))}`;

  const make = async <T>(kind: Kind, options: object): Promise<T[]> =>
    (await call<{ recipients: T[] }>("POST", `/recipients/${kind}`, options)).recipients;
  const done = async (method: string, path: string, body: unknown): Promise<void> => {
    await call(method, path, body);
  };
  return {
    makeDevices: (kind, options = {}) => make<Device>(kind, options),
    makeSubscriptions: (options = {}) => make<Subscription>("webpush", options),
    makeServiceAccount: (input = {}) => call("POST", "/credentials/fcm", input),
    makeApnsKey: (input = {}) => call("POST", "/credentials/apns", input),
    makeVapid: (input = {}) => call("POST", "/credentials/webpush", input),
    changeCredential: (kind, id, action) => done("PATCH", `/credentials/${kind}`, { id, action }),
    registerPhone: async (request) =>
      (await call<{ token: string }>("POST", "/play-services/tokens", request)).token,
    messagesAfter: async (token, after) => {
      const path = `/play-services/messages${search({ token, after })}`;
      return (await call<{ messages: PhoneMessage[] }>("GET", path)).messages;
    },
    endPhone: (token) => done("DELETE", "/play-services/tokens", { token }),
    setFaults: (door, settings) => done("PUT", `/faults/${door}`, settings),
    getFaults: (door) => call("GET", `/faults/${door}`),
    setMode: (mode) => done("PUT", "/mode", { mode }),
    stats: () => call("GET", "/stats"),
    deliveries: async (kind, query = {}) =>
      (await call<{ deliveries: AcceptedMessage[] }>("GET", `/deliveries/${kind}${search(query)}`))
        .deliveries,
    received: (kind, query = {}) => call("GET", `/recipients/${kind}${search(query)}`),
    reset: (options = {}) => done("POST", "/reset", options),
  };
}
