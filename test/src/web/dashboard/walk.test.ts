// Walks all operations of the dashboard: who is let in by each, and that things of others are not there. A page that is new
// is walked by itself; one whose path names a kind of thing that is not in THINGS fails, with a sentence.
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { hasRight } from "../../../../src/domain/people/roles.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import { dashboard } from "../../../../src/web/dashboard/index.ts";
import type { MemberOperation, OperatorOperation } from "../../../../src/web/dashboard/page.ts";
import { as, join, newPerson } from "../../../support/members.ts";
import { createInvitation } from "../../../../src/domain/people/invitations.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { addSubscriber } from "../../../support/subscribers.ts";
import {
  browser,
  operatorSignedIn,
  signedIn,
  type PageAnswer,
  type TestPerson,
} from "../../../support/person.ts";
import { newApp, newOneOfEach, type OneOfEach } from "../../../support/scenario.ts";
import { countTripsInTurn } from "../../../support/trips.ts";
import { newAddress, ORIGIN, rows } from "../../../support/worker.ts";

/** An account with one thing of each kind, and an owner of it. */
interface Of {
  one: OneOfEach;
  person: TestPerson;
}

/** What each parameter of a path names: how its id is found, or made, among the things of an account. */
const THINGS: Record<string, (of: Of) => Promise<string> | string> = {
  account: ({ one }) => String(one.id),
  app: ({ one }) => String(one.ids.app),
  build: ({ one }) => String(one.ids.build),
  channel: ({ one }) => String(one.ids.channel),
  subscriber: async ({ one }) => addSubscriber(one.id, Number(one.ids.app)),
  import: ({ one }) => String(one.ids.import),
  key: ({ one }) => String(one.ids.api_key),
  notification: async ({ one }) => {
    const [row] = await rows("SELECT uuid FROM notifications WHERE id = ?", one.ids.notification);
    return row.uuid;
  },
  sending: ({ one }) => String(one.ids.campaign),
  webhook: ({ one }) => String(one.ids.webhook),
  delivery: ({ one }) => String(one.ids.delivery),
  keystore: ({ one }) => String(one.ids.keystore),
  segment: ({ one }) => String(one.ids.segment),
  draft: ({ one }) => String(one.ids.draft),
  member: async ({ one }) => {
    const person = await newPerson();
    await join(one.id, person, "developer");
    return person.id;
  },
  invitation: async ({ one }) => {
    const owner = await newPerson();
    await join(one.id, owner, "owner");
    const email = `${crypto.randomUUID()}@example.com`;
    const ctx = await as(owner, one.id);
    const { invitation } = await createInvitation(ctx, ORIGIN, { email, role: "viewer" });
    return String(invitation.id);
  },
  // The hash of a picture: the app beside it is what may be somebody else's.
  sha256: () => "0".repeat(64),
};
/** Parameters that are no things of an account: whoever has a token has it. */
const NO_THINGS = new Set(["sha256"]);
/** Things that belong to an app. */
const OF_APPS = new Set([
  "build",
  "channel",
  "draft",
  "import",
  "notification",
  "segment",
  "subscriber",
]);
/** Ids of things that are nowhere, by the form that ids have. */
const missing = (id: string) =>
  /^\d+$/.test(id) ? "999999999" : id.includes("-") ? crypto.randomUUID() : "f".repeat(32);

/** What parameters of the installation's pages name, where they are no things of an account. */
const OF_INSTALLATION: Record<string, () => Promise<string>> = {
  plan: async () => "1",
  builder: async () => String((await FakeBuilder.register()).id),
  send: async () => {
    const [row] = await rows("SELECT max(id) AS id FROM notifications");
    return String(row.id);
  },
};

async function installationIds(names: readonly string[]): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const name of names) {
    const make = OF_INSTALLATION[name];
    if (make) ids[name] = await make();
  }
  return ids;
}

const isMembers = (operation: Operation): operation is MemberOperation => "may" in operation;
const isOperators = (operation: Operation): operation is OperatorOperation =>
  "forOperators" in operation;
const parametersOf = ({ docs }: Operation) =>
  [...docs.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
const pathOf = ({ docs }: Operation, ids: Record<string, string>) =>
  `/dashboard${docs.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name)}`;

const operations = dashboard.operations.map((operation) => ({
  name: `${operation.docs.method.toUpperCase()} ${operation.docs.path}`,
  operation,
}));
const members = operations.flatMap(({ name, operation }) =>
  isMembers(operation) ? [{ name, operation }] : [],
);
const ofInstallation = operations.filter(({ operation }) => isOperators(operation));
const others = operations.filter(
  ({ operation }) => !isMembers(operation) && !isOperators(operation),
);

interface World extends Of {
  ids: Record<string, string>;
}

async function newWorld(): Promise<World> {
  const one = await newOneOfEach();
  const person = await signedIn("owner", one);
  const of = { one, person };
  const ids: Record<string, string> = {};
  for (const { operation } of members) {
    for (const name of parametersOf(operation)) {
      const make = THINGS[name];
      if (!make) {
        throw new Error(
          `This walk does not know what {${name}} of ${operation.docs.path} is: add it to THINGS, and how one is made.`,
        );
      }
      ids[name] ??= await make(of);
    }
  }
  return { ...of, ids };
}

// What one test left mocked must not make all after it fail.
afterEach(() => vi.restoreAllMocks());

/** Nothing of these is changed: what their owners may do is not done here. */
let own: World;
let foreign: World;
beforeAll(async () => {
  own = await newWorld();
  foreign = await newWorld();
});

/** Asks as a browser would; each request comes from another address, so that none is one too many. */
async function ask(
  { get, post }: Pick<TestPerson, "get" | "post">,
  { docs }: Operation,
  path: string,
  headers: Record<string, string> = {},
): Promise<PageAnswer> {
  const from = { "cf-connecting-ip": newAddress(), ...headers };
  return docs.method === "get" ? get(path, from) : post(path, {}, from);
}

const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;
/** The page but for what differs each time: the request's id. */
const plain = ({ status, html }: PageAnswer) => [status, html.replaceAll(UUID, "")];

describe.each(members)("$name", ({ operation }) => {
  test("leads who is not signed in to where they can", async () => {
    const { status, to } = await ask(browser(), operation, pathOf(operation, own.ids));
    expect(status).toBe(303);
    expect(to).toMatch(/^\/dashboard\/sign-in(\?next=|$)/);
  });

  test("has nothing of others': whatever id is theirs, it looks as if there were no such thing", async () => {
    for (const name of parametersOf(operation).filter((each) => !NO_THINGS.has(each))) {
      const at = async (id: string) =>
        ask(own.person, operation, pathOf(operation, { ...own.ids, [name]: id }));
      const theirs = await at(foreign.ids[name]!);
      expect(theirs.status, `{${name}} of another account`).toBe(404);
      expect(plain(theirs)).toEqual(plain(await at(missing(own.ids[name]!))));
    }
    const stranger = await ask(foreign.person, operation, pathOf(operation, own.ids));
    expect(stranger.status, "to a member of another account").toBe(404);
  });

  test("has nothing of another app of the account", async () => {
    const names = parametersOf(operation);
    if (!names.includes("app") || !names.some((name) => OF_APPS.has(name))) return;
    const { id } = await newApp(own.one.key);
    const path = pathOf(operation, { ...own.ids, app: String(id) });
    expect((await ask(own.person, operation, path)).status).toBe(404);
  });

  test("is for the roles that have its right, and for no other", async () => {
    for (const role of ["owner", "developer", "marketer", "viewer"] as const) {
      const may = hasRight(role, operation.may);
      // What a role may do is done elsewhere; here it is only looked at.
      if (may && operation.docs.method !== "get") continue;
      const person = await signedIn(role, own.one);
      const { status, html } = await ask(person, operation, pathOf(operation, own.ids));
      if (!may) expect(status, role).toBe(403);
      else if (parametersOf(operation).every((name) => !NO_THINGS.has(name))) {
        expect(SHOWN.has(status), `${role}: ${status} ${html.slice(0, 200)}`).toBe(true);
      }
    }
  });
});

/** What a page that is there answers: itself, the way to another one, or that there is no file of this build. */
const SHOWN = new Set([200, 303, 304]);

const pages = members.filter(({ operation }) => operation.docs.method === "get");
/** Round trips, one after the other, in which somebody is let in. */
const LET_IN = 1;
/** Most of what a page asks for besides. */
const MOST_TRIPS = 4;

test.each(pages)("$name waits for the database a few times", async ({ operation }) => {
  const path = pathOf(operation, own.ids);
  const trips = countTripsInTurn();
  await ask(own.person, operation, path);
  vi.restoreAllMocks();
  expect(trips()).toBeGreaterThan(1);
  expect(trips()).toBeLessThanOrEqual(LET_IN + MOST_TRIPS);
});

test.each(ofInstallation)(
  "$name is there for operators alone, and nobody else learns of it",
  async ({ operation }) => {
    const ids = { ...own.ids, ...(await installationIds(parametersOf(operation))) };
    const path = pathOf(operation, ids);
    const nowhere = await own.person.get(`/dashboard/admin/${crypto.randomUUID()}`);
    expect(plain(await ask(own.person, operation, path))).toEqual(plain(nowhere));
    expect((await ask(browser(), operation, path)).to).toMatch(/^\/dashboard\/sign-in/);
    if (operation.docs.method !== "get") return;
    const operator = await operatorSignedIn();
    const trips = countTripsInTurn();
    const { status, html } = await ask(operator, operation, path);
    vi.restoreAllMocks();
    expect(SHOWN.has(status), `${status} ${html.slice(0, 200)}`).toBe(true);
    expect(trips()).toBeLessThanOrEqual(LET_IN + MOST_TRIPS);
  },
);

const posts = operations.filter(({ operation }) => operation.docs.method !== "get");

test.each(posts)(
  "$name refuses what a page of another site posts, whoever it is",
  async (posted) => {
    const { operation } = posted;
    // Before anything is looked up, so that nothing of theirs is changed.
    const path = pathOf(operation, own.ids);
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "cross-site", origin: "https://slipway.test" },
    ]) {
      for (const who of [own.person, browser()]) {
        const { status } = await ask(who, operation, path, headers);
        expect(status, JSON.stringify(headers)).toBe(403);
      }
    }
  },
);

test.each(others)("$name shows nobody a fault, signed in or not", async ({ operation }) => {
  for (const who of [await signedIn(), browser()]) {
    const { status } = await ask(who, operation, pathOf(operation, {}));
    expect(status).not.toBe(500);
  }
});
