// The stand-in providers: FCM with Google's token endpoint, APNs, a push service and Resend for mail, on one HTTP port of
// this machine, and APNs again by HTTP/2 without TLS (prior knowledge) on a second one. A WebSocket to any path of the
// first is a browser that uses the push service.
//
//   /fcm/token  /fcm/v1/projects/:project/messages:send  /fcm/fcm/send/:token  /fcm/wp/:token  /apns/3/device/:token
//   /push/:subscription  /mail/emails  /control
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { HOST } from "../port.ts";
import { ApnsSend } from "./apns/send.ts";
import { control } from "./control/control.ts";
import { type Door, type Incoming, type Outgoing, readBody, send, serve } from "./exchange.ts";
import { FcmSend } from "./fcm/send.ts";
import { TokenEndpoint } from "./fcm/token.ts";
import { Browsers } from "./webpush/browsers.ts";
import { MailSend } from "./mail/send.ts";
import { GooglePush } from "./webpush/google.ts";
import { PushService } from "./webpush/push.ts";
import { makeWorld, type Mode, type World } from "./world.ts";

/** Longest body read at a provider's door, bytes: each refuses far less by itself. */
const MAX_BODY_BYTES = 256 * 1024;
/** Longest body of a control call, bytes: 10,000 tokens of 512 characters. */
const MAX_CONTROL_BYTES = 8 * 1024 * 1024;
/** How long an idle connection is kept, ms: longer than senders keep theirs, so that they close first. */
const KEEP_ALIVE_MS = 120_000;

export interface ProvidersOptions {
  /** 0 (default): any free one. */
  port?: number;
  /** Port for APNs by HTTP/2; 0 (default): any free one. */
  h2Port?: number;
  mode?: Mode;
  /** Where pushes to real browsers at Google's push service go on to; null (default): nowhere. */
  google?: string | null;
}

export interface Providers {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** What the Worker's configuration takes. */
  env: { FCM_URL: string; GOOGLE_TOKEN_URL: string; APNS_URL: string };
  /** Where mail is sent, and the key for it: MAIL_URL and MAIL_TOKEN of the Worker. */
  mail: { url: string; token: string };
  /** Where `/3/device/:token` is served by HTTP/2. */
  apnsH2Url: string;
  /** Cuts every connection and stops listening. */
  close: () => Promise<void>;
}

/** Calls `serveOne`. An error of the stand-in itself is written to stderr, and the client gets a 500 without a body. */
function guard(response: Outgoing, serveOne: () => Promise<void>): void {
  serveOne().catch((error: unknown) => {
    console.error(error);
    send(response, { status: 500, body: { error: "stand-in failed" }, reason: null });
  });
}

interface Doors {
  tokens: Door;
  fcm: Door;
  apns: Door;
  push: Door;
  google: Door;
  mail: Door;
}

function openDoors(world: World, browsers: Browsers, google: string | null): Doors {
  const tokens = new TokenEndpoint(world);
  const fcm = new FcmSend(world, tokens);
  const apns = new ApnsSend(world);
  const push = new PushService(world, browsers);
  const googlePush = new GooglePush(world, google);
  const mail = new MailSend(world);
  const door = (name: keyof World["faults"], of: Pick<Door, "handle" | "fault">): Door => ({
    faults: world.faults[name],
    ledger: world.ledgers[name],
    handle: (call) => of.handle(call),
    fault: (fault) => of.fault(fault),
  });
  return {
    tokens: door("fcm_token", tokens),
    fcm: door("fcm", fcm),
    apns: door("apns", apns),
    push: door("webpush", push),
    google: door("webpush", googlePush),
    mail: door("mail", mail),
  };
}

async function serveControl(
  world: World,
  target: URL,
  request: Incoming,
  response: Outgoing,
): Promise<void> {
  const body = await readBody(request, MAX_CONTROL_BYTES);
  const { method = "", headers } = request;
  const path = target.pathname.slice("/control".length);
  if (body === null)
    return send(response, { status: 413, body: { error: "too large" }, reason: null });
  const answer = await control(world, { method, path, headers, body }, target.search);
  return send(response, answer);
}

/** Serves one request by the prefix of its path, the busiest first. */
async function route(
  world: World,
  doors: Doors,
  request: Incoming,
  response: Outgoing,
): Promise<void> {
  const path = request.url?.split("?", 1)[0] ?? "";
  const at = (door: Door, prefix: string): Promise<void> =>
    serve(door, path.slice(prefix.length), MAX_BODY_BYTES, request, response);
  if (path.startsWith("/push/")) return at(doors.push, "/push");
  if (path === "/fcm/token") return at(doors.tokens, "/fcm/token");
  // Below FCM's base URL, as the real one is.
  if (/^\/fcm\/(fcm\/send|wp)\//.test(path)) return at(doors.google, "/fcm");
  if (path.startsWith("/fcm/")) return at(doors.fcm, "/fcm");
  if (path.startsWith("/mail/")) return at(doors.mail, "/mail");
  if (path.startsWith("/apns/")) return at(doors.apns, "/apns");
  if (path.startsWith("/control/")) {
    return serveControl(world, new URL(request.url ?? "", world.origin), request, response);
  }
  return send(response, { status: 404, body: { error: "not found" }, reason: null });
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, HOST);
  await once(server, "listening");
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

/**
 * Starts the stand-in.
 * @throws when a port asked for is taken.
 */
export async function startProviders(options: ProvidersOptions = {}): Promise<Providers> {
  const http = createHttp({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  const url = await listen(http, options.port ?? 0);
  const world = makeWorld(options.mode ?? "strict", url);
  const browsers = new Browsers(world);
  const doors = openDoors(world, browsers, options.google ?? null);
  http.on("request", (request, response) =>
    guard(response, () => route(world, doors, request, response)),
  );
  http.on("upgrade", (request, socket, head) => browsers.connect(request, socket, head));

  const http2 = createHttp2();
  const sessions = new Set<ServerHttp2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  http2.on("request", (request, response) => {
    // Clients that take a host only have no prefix.
    const path = (request.url.split("?", 1)[0] ?? "").replace(/^\/apns(?=\/)/, "");
    guard(response, () => serve(doors.apns, path, MAX_BODY_BYTES, request, response));
  });
  const apnsH2Url = await listen(http2, options.h2Port ?? 0);

  const close = async (): Promise<void> => {
    const closed = [once(http, "close"), once(http2, "close")];
    http.close();
    http.closeAllConnections();
    // A connection that became a WebSocket is no longer among those of HTTP.
    browsers.close();
    http2.close();
    for (const session of sessions) session.destroy();
    await Promise.all(closed);
  };
  const env = {
    FCM_URL: `${url}/fcm`,
    GOOGLE_TOKEN_URL: `${url}/fcm/token`,
    APNS_URL: `${url}/apns`,
  };
  const mail = { url: `${url}/mail`, token: world.mailToken };
  return { url, env, mail, apnsH2Url, close };
}
