// The stand-in's control, JSON under /control. Its routes are the table at the end; each takes and answers what
// schemas.ts and client.ts name. 400 tells what is wrong with a body, 404 what is unknown.
import { z } from "zod";
import { FaultSettings } from "../faults.ts";
import type { Answer, Call } from "../exchange.ts";
import { type Kind, KINDS, reach, type Recipient } from "../recipients.ts";
import { DOORS, type DoorName, type World } from "../world.ts";
import { addCredential, changeCredential } from "./credentials.ts";
import {
  DeliveriesQuery,
  EndTokenInput,
  MessagesQuery,
  ModeInput,
  ReceivedQuery,
  RecipientsInput,
  ResetInput,
  TokenInput,
} from "./schemas.ts";

type Route = (world: World, input: unknown) => unknown;

function makeRecipients(world: World, kind: Kind, body: unknown): unknown {
  const {
    died_at: diedAt = Date.now(),
    dead_share: deadShare,
    third_party_refuses: thirdPartyRefuses,
    ...rest
  } = RecipientsInput.parse(body);
  if (kind === "webpush" && rest.tokens !== null)
    throw new TypeError("Subscriptions are made here.");
  // Apple's tokens are hex in either case; lower case is what they are known by.
  const tokens =
    kind === "apns" ? (rest.tokens?.map((one) => one.toLowerCase()) ?? null) : rest.tokens;
  const made = world.recipients.make(kind, {
    ...rest,
    tokens,
    deadShare,
    diedAt,
    thirdPartyRefuses,
  });
  if (made === null) throw new RangeError("Too many recipients; reset everything first.");
  return { recipients: made.map((one) => describe(world, one)) };
}

function describe(world: World, { id, diedAt, keys }: Recipient): unknown {
  const dead = diedAt !== null;
  if (keys === null) return { token: id, dead };
  return { endpoint: `${world.origin}/push/${id}`, p256dh: keys.p256dh, auth: keys.auth, dead };
}

function stats(world: World): unknown {
  const doors = DOORS.map((door) => [door, world.ledgers[door].counts()] as const);
  const reached = KINDS.map((kind) => [kind, reach(world.recipients.all(kind))] as const);
  return { doors: Object.fromEntries(doors), recipients: Object.fromEntries(reached) };
}

function deliveries(world: World, kind: Kind | "mail", query: unknown): unknown {
  const { recipient, limit } = DeliveriesQuery.parse(query);
  const kept = [...world.ledgers[kind].deliveries];
  const wanted =
    recipient === undefined ? kept : kept.filter((delivery) => delivery.recipient === recipient);
  return { deliveries: wanted.slice(-limit) };
}

function received(world: World, kind: Kind, query: unknown): unknown {
  const { min, limit, offset } = ReceivedQuery.parse(query);
  const wanted = [...world.recipients.all(kind)].filter((one) => one.received >= min);
  const page = wanted.slice(offset, offset + limit);
  return {
    total: wanted.length,
    recipients: page.map(({ id, received: count }) => ({ id, count })),
  };
}

function reset(world: World, body: unknown): unknown {
  const { everything } = ResetInput.parse(body);
  for (const door of DOORS) {
    world.faults[door].clear();
    world.ledgers[door].reset();
  }
  world.recipients.forgetReceived();
  if (everything) {
    world.recipients.clear();
    world.playServices.clear();
    world.credentials.clear();
  }
  return {};
}

function setMode(world: World, body: unknown): unknown {
  world.mode = ModeInput.parse(body).mode;
  return { mode: world.mode };
}

function registerPhone(world: World, body: unknown): unknown {
  const token = world.playServices.register(TokenInput.parse(body));
  if (token === null) throw new RangeError("Too many recipients; reset everything first.");
  return { token };
}

async function fetchMessages(world: World, query: unknown): Promise<unknown> {
  const { token, after } = MessagesQuery.parse(query);
  const messages = await world.playServices.fetch(token, after);
  return messages === null ? undefined : { messages };
}

/** The routes of Play services on a phone. */
const OF_PHONES: Record<string, Route> = {
  "POST /play-services/tokens": registerPhone,
  "DELETE /play-services/tokens": (world, body) =>
    world.playServices.end(EndTokenInput.parse(body).token) ? {} : undefined,
  "GET /play-services/messages": fetchMessages,
};

/** The routes about one kind of recipient or sender. */
const ofKind = (kind: Kind): Record<string, Route> => ({
  [`POST /recipients/${kind}`]: (world, body) => makeRecipients(world, kind, body),
  [`GET /recipients/${kind}`]: (world, query) => received(world, kind, query),
  [`GET /deliveries/${kind}`]: (world, query) => deliveries(world, kind, query),
  [`POST /credentials/${kind}`]: (world, body) => addCredential(world, kind, body),
  [`PATCH /credentials/${kind}`]: (world, body) =>
    changeCredential(world, kind, body) ? {} : undefined,
});

const ofDoor = (door: DoorName): Record<string, Route> => ({
  [`GET /faults/${door}`]: (world) => world.faults[door].settings,
  [`PUT /faults/${door}`]: (world, body) => {
    world.faults[door].set(FaultSettings.parse(body));
    return world.faults[door].settings;
  },
});

const ROUTES: Record<string, Route> = Object.assign(
  {
    "GET /stats": stats,
    "POST /reset": reset,
    "PUT /mode": setMode,
    "GET /deliveries/mail": (world: World, query: unknown) => deliveries(world, "mail", query),
  },
  OF_PHONES,
  ...KINDS.map(ofKind),
  ...DOORS.map(ofDoor),
) as Record<string, Route>;

/** Answers one call; the path is what follows /control. */
export async function control(world: World, call: Call, query: string): Promise<Answer> {
  const route = ROUTES[`${call.method} ${call.path}`];
  const unknown: Answer = { status: 404, body: { error: "not found" }, reason: null };
  if (!route) return unknown;
  try {
    const text = call.body.length > 0 ? call.body.toString() : "{}";
    const input: unknown =
      call.method === "GET" ? Object.fromEntries(new URLSearchParams(query)) : JSON.parse(text);
    const body = await route(world, input);
    return body === undefined ? unknown : { status: 200, body, reason: null };
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return { status: 400, body: { error: message }, reason: null };
  }
}
