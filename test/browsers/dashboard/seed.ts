// What the screens show: an account with an app, a finished build, subscribers, a past send, a channel, keys and a keystore,
// and a second account with nothing. It is made by the APIs, as an owner's own programs would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join as joinPath } from "node:path";
import { expect, vi } from "vitest";
import { connect } from "../../../dev/api.ts";
import type { StackNote } from "../../../dev/state.ts";
import { runPushTour } from "../../../dev/tour-push.ts";
import type { Role } from "./screen.ts";
import { StackClient } from "../../e2e/client.ts";
import { startStack } from "../../e2e/stack.ts";
import { makeAudience, type SeedAudience } from "./seed-audience.ts";
import { makeBuilds, type SeedBuilds } from "./seed-builds.ts";
import { makeCompose, type SeedCompose } from "./seed-compose.ts";
import { makeSegments, type SeedSegments } from "./seed-segments.ts";
import { SOON } from "../support/tab.ts";
import { makeImports, type SeedImports } from "./seed-import.ts";
import { makeLong, type SeedLong } from "./seed-long.ts";
import { makePerson, type SeedPerson } from "./seed-channel-person.ts";
import { makeSendings, type SeedSendings } from "./seed-sendings.ts";
import { makeReports, type SeedReports } from "./seed-reports.ts";
import { makeWebhooks, type SeedWebhooks } from "./seed-webhooks.ts";
import { comeIn, invite, join } from "./seed-people.ts";

export interface Seed {
  /** The stack's address. */
  url: string;
  /** The account's id, and the path of its pages. */
  account: number;
  base: string;
  /** The path of the pages of an account that has nothing. */
  emptyBase: string;
  emptyAccount: number;
  /** An account that an operator suspended. */
  suspendedAccount: number;
  /** An app with everything; its id, UUID, and the path of its pages. */
  app: { id: number; uuid: string; base: string };
  /** The path of the pages of an app that nobody has built. */
  newAppBase: string;
  /** The same of one with an icon of its own, which was built, and is on no device yet. */
  builtAppBase: string;
  /** A build of the app that is completed. */
  build: number;
  /** Builds that ended in each way. */
  builds: SeedBuilds;
  channel: string;
  audience: SeedAudience;
  apiKey: number;
  keystore: number;
  /** The path of an invitation that nobody took yet. */
  invitation: string;
  long: SeedLong;
  sendings: SeedSendings;
  webhooks: SeedWebhooks;
  segments: SeedSegments;
  /** An app with notifications in each state. */
  reports: SeedReports;
  person: SeedPerson;
  imports: SeedImports;
  compose: SeedCompose;
  /** The cookie of a colleague who has a password, a second factor and a passkey. */
  colleague: string;
  /** The cookie of somebody who has a password, and nothing else yet. */
  newcomer: string;
  /** Returns the cookie of somebody signed in who has this role in the account. */
  cookieOf: (role: Role, account?: number) => Promise<string>;
  /** Calls an API as the account. */
  ask: (method: string, path: string, json?: unknown) => Promise<any>;
}

/** What a journey begins with that makes all else by itself. */
export interface Start extends Pick<
  Seed,
  "url" | "account" | "base" | "app" | "newAppBase" | "ask" | "cookieOf"
> {
  note: StackNote;
  stateDir: string;
  /** Calls an API with any token. */
  asked: (token: string, method: string, path: string, json?: unknown) => Promise<any>;
}

/** Starts a local stack with an account, an app with people and a past send, and one that nobody has built. */
export async function makeStart(): Promise<Start> {
  // At a name, since no passkey can belong to an address of numbers.
  const stack = startStack(undefined, { PUBLIC_HOST: "localhost" });
  const note = await stack.ready();
  const client = new StackClient(stack);
  const asked: Start["asked"] = async (token, method, path, json) => {
    const { status, body } = await client.call(method, path, json, token);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const ask: Seed["ask"] = async (...call) => asked(note.api_token, ...call);
  const account = (await ask("GET", "/api/v1/account")).data.id as number;
  const base = `/dashboard/${account}`;
  const { newApp, ...app } = await makeApp(ask);
  await makeSend(note, app.uuid);
  const cookieOf: Seed["cookieOf"] = async (role, of = account) => {
    const address = note.dashboard_url.replace(/\d+\/owner$/, `${of}/${role}`);
    const answer = await fetch(address, { redirect: "manual" });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie === undefined) throw new Error(`${address}: ${answer.status}`);
    return cookie.slice(0, cookie.indexOf(";"));
  };
  return {
    note,
    stateDir: stack.stateDir,
    url: note.url,
    account,
    base,
    app: { ...app, base: `${base}/apps/${app.id}` },
    newAppBase: `${base}/apps/${newApp}`,
    ask,
    asked,
    cookieOf,
  };
}

/** Starts a local stack and makes it all. The stack ends with the test file. */
export async function makeSeed(): Promise<Seed> {
  const { note, stateDir, asked, ...start } = await makeStart();
  await makeSetUpToken(stateDir);
  const { base, app, ask, cookieOf } = start;
  const { data: empty } = await asked(note.admin_token, "POST", "/api/v1/admin/accounts", {
    name: "Tarn and Thistle",
    email: "tarn@example.com",
  });
  const { data: suspended } = await asked(note.admin_token, "POST", "/api/v1/admin/accounts", {
    name: "Cinder Post",
    email: "cinder@example.com",
  });
  await asked(note.admin_token, "POST", `/api/v1/admin/accounts/${suspended.id}/suspend`, {
    reason: "Its apps imitate a bank. Write to abuse@slipway.example.",
  });
  const [build, builtApp] = await Promise.all([makeBuild(ask, app.id), makeBuiltApp(note, ask)]);
  const builds = await makeBuilds(note, ask, base);
  const { data: channel } = await ask("POST", "/api/v1/channels", {
    name: "Orders",
    app_id: app.id,
  });
  const audience = await makeAudience(note, ask, app, channel);
  const { data: key } = await ask("POST", "/api/v1/api-keys", {
    name: "CI",
    scopes: ["builds:write"],
  });
  const { data: keystore } = await ask("POST", "/api/v1/keystores", {
    name: "Upload key",
    algorithm: "ec",
  });
  const owner = await cookieOf("owner");
  const reports = await makeReports(note, ask, base);
  const long = await makeLong(note, asked, cookieOf);
  const sendings = await makeSendings(note, asked, cookieOf);
  const webhooks = await makeWebhooks(ask, base, app.uuid);
  const person = await makePerson(note, asked, sendings);
  const imports = await makeImports(note.url, owner, base, ask);
  const hana = await invite(note.url, owner, base, "hana@example.com", "developer");
  const tove = await invite(note.url, owner, base, "tove@example.com", "marketer");
  return {
    ...start,
    emptyBase: `/dashboard/${empty.id}`,
    emptyAccount: empty.id,
    suspendedAccount: suspended.id,
    builtAppBase: `${base}/apps/${builtApp}`,
    build,
    builds,
    channel: channel.id,
    audience,
    apiKey: key.id,
    keystore: keystore.id,
    long,
    sendings,
    webhooks,
    segments: await makeSegments(ask, base),
    reports,
    person,
    imports,
    compose: await makeCompose(ask, base),
    invitation: await invite(note.url, owner, base, "jonas@example.com", "marketer"),
    colleague: await comeIn(note.url, hana),
    newcomer: await join(note.url, tove, "Tove Lind"),
  };
}

/** Lets the pages of set-up show their form, though some screens have operators. */
async function makeSetUpToken(stateDir: string): Promise<void> {
  const program = joinPath(import.meta.dirname, "../../../dev/setup-token.ts");
  const made = spawn(process.execPath, [program], {
    env: { ...process.env, STATE_DIR: stateDir },
    stdio: "ignore",
  });
  const [status] = await once(made, "close");
  if (status !== 0) throw new Error("no set-up token was made");
}

type Ask = Seed["ask"];

async function makeApp(ask: Ask): Promise<{ id: number; uuid: string; newApp: number }> {
  const config = { theme_color: "#0b5a6b", push: { enabled: true } };
  const wanted = { name: "Marrowby Market", url: "https://market.example.com", config };
  const { data: app } = await ask("POST", "/api/v1/apps", wanted);
  const credential = `/api/v1/push/apps/${app.uuid}/credentials/webpush`;
  await ask("PUT", credential, { subject: "mailto:push@example.com" });
  const second = { name: "Quillhaven News", url: "https://news.example.com" };
  const { data: newApp } = await ask("POST", "/api/v1/apps", second);
  return { id: app.id, uuid: app.uuid, newApp: newApp.id };
}

/** A leaf in the middle of a picture without a background. */
const LEAF = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 64 64"><path d="M20 44c0-15 8-24 26-25 1 18-8 27-22 27-3 0-4-1-4-2z" fill="#1f7a5a"/></svg>`;

async function makeBuiltApp(note: StackNote, ask: Ask): Promise<number> {
  const wanted = { name: "Rainmoor", url: "https://weather.example.com" };
  const config = { theme_color: "#2d6fa8", background_color: "#dceaf5" };
  const { data: app } = await ask("POST", "/api/v1/apps", { ...wanted, config });
  const headers = { authorization: `Bearer ${note.api_token}`, "content-type": "image/svg+xml" };
  const path = `/api/v1/apps/${app.id}/icon`;
  const set = await fetch(note.url + path, { method: "PUT", headers, body: LEAF });
  if (!set.ok) throw new Error(`${path}: ${set.status}`);
  await makeBuild(ask, app.id);
  return app.id;
}

/** Has the app built, and waits until that is done. */
async function makeBuild(ask: Ask, app: number): Promise<number> {
  const { data: build } = await ask("POST", `/api/v1/apps/${app}/builds`, {});
  await vi.waitFor(async () => {
    expect((await ask("GET", `/api/v1/builds/${build.id}`)).data.status).toBe("completed");
  }, SOON);
  return build.id;
}

/** Registers devices and browsers, and sends to them, as the tour does, which tells of it. */
async function makeSend(note: StackNote, uuid: string): Promise<void> {
  const quiet = vi.spyOn(console, "log").mockReturnValue();
  await runPushTour(connect(note.url, note.api_token), note.providers_url, uuid);
  quiet.mockRestore();
}
