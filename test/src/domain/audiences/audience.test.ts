// Audiences in the database: SQL selects those whom a plain evaluation of the condition selects.
import { and, asc, gt, lte, sql } from "drizzle-orm";
import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  audiencePage,
  audienceZones,
  countAudience,
  type AudiencePage,
} from "../../../../src/domain/audiences/audience.ts";
import { subscribers } from "../../../../src/db/schema/index.ts";
import { inAudience } from "../../../../src/domain/audiences/audience-sql.ts";
import { maxSubscriberId, recipientsByIds } from "../../../../src/domain/audiences/recipients.ts";
import { stretches, type Stretch } from "../../../../src/domain/audiences/tagged.ts";
import type { Resolved } from "../../../../src/domain/audiences/targeting.ts";
import { listSubscribers } from "../../../../src/domain/subscribers/list-subscribers.ts";
import { speaks } from "../../../../src/domain/subscribers/facts/speaks.ts";
import {
  addSubscribers,
  notificationWorld,
  type NotificationWorld,
  type TestSubscriber,
} from "../../../support/notifications.ts";
import { testContext } from "../../../support/context.ts";
import { countTrips, recordQueries } from "../../../support/trips.ts";
import { bindings, rows } from "../../../support/worker.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

// also in codes and cases that rows from before the one form have
const LANGUAGES = [
  "de",
  "de-AT",
  "DE-ch",
  "en",
  "den",
  null,
  "zh",
  "zh-TW",
  "zh-Hant",
  "zh-CN",
  "iw-IL",
  "he",
];
const COUNTRIES = ["DE", "AT", "US", null];
const TAGS = ["beta", "vip", "a'b", '"', "é", "100%"];
const ZONES = ["Europe/Berlin", "Asia/Tokyo", null];
const EVENTS = ["install", "onscreen", "o'k"];

interface Person extends TestSubscriber {
  /** The lifecycle events of each of their installations. */
  installations: string[][];
}

/** Subscribers with many combinations of the above. */
const everyone: Person[] = Array.from({ length: 120 }, (_, at) => ({
  platform: (["web", "ios", "android"] as const)[at % 3] ?? "web",
  language: LANGUAGES[at % LANGUAGES.length] ?? null,
  country: COUNTRIES[Math.floor(at / 2) % COUNTRIES.length] ?? null,
  timezone: ZONES[at % ZONES.length] ?? null,
  user_id: at % 4 === 0 ? null : `user-${at % 10}`,
  tags: TAGS.filter((_tag, bit) => (at >> bit) % 2 === 1),
  status: at % 11 === 0 ? "inactive" : at % 13 === 0 ? "unsubscribed" : "active",
  // none, one, or two whose events differ
  installations: [
    EVENTS.filter((_event, bit) => (at >> bit) % 2 === 0),
    EVENTS.filter((_event, bit) => (at >> bit) % 4 === 3),
  ].slice(0, at % 3),
}));

/**
 * Subscribers that are added before there is a gap in the ids, which takes those after it to other blocks of tags. These
 * are twelve: more than the fewest that are read of a tag at once.
 */
const BEFORE_GAP = 10;
const GAP = 450;

/** Puts an app's subscribers, who are `everyone`, into the database; answers their ids. */
async function addEveryone({ app }: NotificationWorld): Promise<number[]> {
  const added: number[] = [];
  for (let at = 0; at < everyone.length; at += BEFORE_GAP) {
    added.push(...(await addSubscribers(app, everyone.slice(at, at + BEFORE_GAP))));
    await rows("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'subscribers'", GAP);
  }
  const installations = everyone.flatMap((person, at) =>
    person.installations.map((events) => ({ subscriber: added[at], events })),
  );
  await rows(
    `INSERT INTO lifecycle_events (app_id, name, created_at, last_used_at) SELECT ?, value, 1, 1 FROM json_each(?)`,
    app.id,
    JSON.stringify(EVENTS),
  );
  await rows(
    `INSERT INTO installations (uuid, app_id, ic_token, subscriber_id, facts, events, created_at, updated_at)
     SELECT hex(randomblob(16)), ?, hex(randomblob(16)), value ->> 'subscriber', '{}',
       (SELECT json_group_array(id) FROM lifecycle_events
         WHERE app_id = ? AND name IN (SELECT value FROM json_each(reported.value, '$.events'))), 1, 1
     FROM json_each(?) AS reported`,
    app.id,
    app.id,
    JSON.stringify(installations),
  );
  return added;
}

let world: NotificationWorld;
let ids: number[];
beforeAll(async () => {
  world = await notificationWorld();
  ids = await addEveryone(world);
  await addEveryone(await notificationWorld());
});

/** Whether docs/contracts.md (Push 7) says that the subscriber is in the audience. */
function isIn(audience: Resolved, subscriber: Person): boolean {
  const { user_id: user, tags = [], platform = "web", language, country } = subscriber;
  switch (audience.type) {
    case "all":
      return true;
    case "user_ids":
      return audience.ids.includes(user ?? "\0");
    case "tags":
      return audience.match === "any"
        ? audience.tags.some((tag) => tags.includes(tag))
        : audience.tags.every((tag) => tags.includes(tag));
    case "platform":
      return audience.platforms.includes(platform);
    case "languages": {
      return audience.languages.some((name) => speaks(language ?? "", name));
    }
    case "countries":
      return audience.countries.some((name) => name.toUpperCase() === country);
    case "events": {
      const own = subscriber.installations.flat();
      return audience.events.some((name) => own.includes(name));
    }
    case "all_of":
      return audience.of.every((inner) => isIn(inner, subscriber));
    case "any_of":
      return audience.of.some((inner) => isIn(inner, subscriber));
    case "not":
      return !audience.of.every((inner) => isIn(inner, subscriber));
    default:
      throw new Error("no request can ask for this");
  }
}

function expected(audience: Resolved, zones: string[] | null = null): number[] {
  return ids.filter((_id, at) => {
    const subscriber = everyone[at];
    if (subscriber?.status !== "active" || !isIn(audience, subscriber)) return false;
    return zones === null || zones.includes(subscriber.timezone ?? "UTC");
  });
}

const ALL = { after: 0, upTo: Number.MAX_SAFE_INTEGER };
const PAGE = { ...ALL, zones: null, limit: 1000 };

async function selected(audience: Resolved, zones: string[] | null = null): Promise<number[]> {
  const page = await audiencePage(world.ctx, world.app.id, audience, { ...PAGE, zones });
  expect(page.next).toBe(null);
  return page.recipients.map(({ id }) => id);
}

const some = (items: readonly string[]) =>
  fc.array(fc.constantFrom(...items), { minLength: 1, maxLength: 4 });
const audiences = fc.letrec<{ audience: Resolved; simple: Resolved }>((tie) => ({
  simple: fc.oneof(
    fc.constant<Resolved>({ type: "all" }),
    some(["user-1", "user-2", "user-3", "user-99"]).map((of): Resolved => {
      return { type: "user_ids", ids: of };
    }),
    fc.record({
      type: fc.constant("tags" as const),
      tags: some([...TAGS, "none"]),
      match: fc.constantFrom("any" as const, "all" as const),
    }),
    some(["web", "ios", "android"]).map((platforms) => {
      return { type: "platform", platforms } as Resolved;
    }),
    some(["de", "DE-at", "en", "fr", "zh", "zh-Hant", "zh_Hans", "zh-Hant-TW", "he", "iw"]).map(
      (languages): Resolved => {
        return { type: "languages", languages };
      },
    ),
    some(["de", "AT", "FR"]).map((countries): Resolved => ({ type: "countries", countries })),
    some([...EVENTS, "none"]).map((events): Resolved => ({ type: "events", events })),
  ),
  audience: fc.oneof(
    { maxDepth: 3, depthIdentifier: "audience" },
    tie("simple"),
    fc.record({
      type: fc.constantFrom("all_of" as const, "any_of" as const),
      of: fc.array(tie("audience"), { minLength: 1, maxLength: 3 }),
    }),
    tie("audience").map((of): Resolved => ({ type: "not", of: [of] })),
  ),
}));

test("counting and sending both select exactly those whom the condition describes", async () => {
  await fc.assert(
    fc.asyncProperty(audiences.audience, async (audience) => {
      const wanted = expected(audience);
      expect(await selected(audience)).toEqual(wanted);
      const { total, byPlatform } = await countAudience(world.ctx, world.app.id, audience);
      expect(total).toBe(wanted.length);
      expect(byPlatform.web + byPlatform.ios + byPlatform.android).toBe(total);
      // as a campaign asks for its apps
      const inOne = await world.ctx.db
        .select({ id: subscribers.id })
        .from(subscribers)
        .where(inAudience(sql`(${world.app.id})`, audience))
        .orderBy(asc(subscribers.id));
      expect(inOne.map(({ id }) => id)).toEqual(wanted);
    }),
    { numRuns: propertyRuns(150) },
  );
});

test("an audience is the same in stretches of one block and in one, and no stretch goes back", async () => {
  await fc.assert(
    fc.asyncProperty(
      audiences.audience,
      fc.constantFrom({ blocks: 1, ids: 1 }, { blocks: 1, ids: 1000 }, { blocks: 1000, ids: 20 }),
      async (audience, bounds) => {
        const found: number[] = [];
        let reached = 0;
        const { ctx, app } = world;
        for await (const part of stretches(ctx, app.id, audience, ALL, bounds)) {
          expect(part.after).toBe(reached);
          reached = part.upTo;
          const inPart = await ctx.db
            .select({ id: subscribers.id })
            .from(subscribers)
            .where(
              and(
                inAudience(sql`(${app.id})`, part.audience),
                gt(subscribers.id, part.after),
                lte(subscribers.id, part.upTo),
              ),
            )
            .orderBy(asc(subscribers.id));
          found.push(...inPart.map(({ id }) => id));
        }
        expect(found).toEqual(expected(audience));
        expect(reached).toBe(ALL.upTo);
      },
    ),
    { numRuns: propertyRuns(100) },
  );
});

test("pages of a tag continue after one another, also where a page finds nobody", async () => {
  for (const audience of [
    { type: "tags", tags: ["vip"], match: "any" },
    { type: "not", of: [{ type: "tags", tags: ["vip", "beta"], match: "all" }] },
    {
      type: "all_of",
      of: [
        { type: "tags", tags: ["beta"], match: "any" },
        { type: "countries", countries: ["at"] },
      ],
    },
  ] as Resolved[]) {
    const paged: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: AudiencePage = await audiencePage(world.ctx, world.app.id, audience, {
        ...PAGE,
        after,
        limit: 2,
      });
      expect(page.recipients.length).toBeLessThanOrEqual(2);
      paged.push(...page.recipients.map(({ id }) => id));
      after = page.next;
    }
    expect(paged).toEqual(expected(audience));
  }
});

test("an events condition selects subscribers of whom any installation sent one of them", async () => {
  for (const events of [["install"], ["onscreen", "o'k"], ["none"], EVENTS]) {
    const audience: Resolved = { type: "events", events };
    expect(await selected(audience)).toEqual(expected(audience));
  }
  expect(expected({ type: "events", events: ["onscreen"] }).length).toBeGreaterThan(10);
});

test("a not condition also selects subscribers whose language is unknown", async () => {
  const german: Resolved = { type: "languages", languages: ["de"] };
  const others = await selected({ type: "not", of: [german] });
  expect(others).toEqual(expected({ type: "not", of: [german] }));
  const unknown = ids.filter((_, at) => everyone[at]?.language === null);
  expect(unknown.some((id) => others.includes(id))).toBe(true);
});

test("the language de selects de-AT as well, but not den", async () => {
  const found = await selected({ type: "languages", languages: ["de"] });
  const languages = new Set(found.map((id) => everyone[ids.indexOf(id)]?.language));
  expect(languages).toEqual(new Set(["de", "de-AT", "DE-ch"]));
});

test("old and new codes are one language also in rows, and a script counts where it goes without saying", async () => {
  for (const [wanted, found] of [
    ["he", ["iw-IL", "he"]],
    ["iw", ["iw-IL", "he"]],
    ["zh-Hant", ["zh-TW", "zh-Hant"]],
    ["zh-Hans", ["zh", "zh-CN"]],
  ] as const) {
    const reached = await selected({ type: "languages", languages: [wanted] });
    const languages = new Set(reached.map((id) => everyone[ids.indexOf(id)]?.language));
    expect(languages, wanted).toEqual(new Set(found));
  }
});

test("each page continues after the one before, up to the last id, and recipients are read whole", async () => {
  const all = expected({ type: "all" });
  const paged: number[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: AudiencePage = await audiencePage(
      world.ctx,
      world.app.id,
      { type: "all" },
      { ...PAGE, after, upTo: all.at(-2) ?? 0, limit: 7 },
    );
    paged.push(...page.recipients.map(({ id }) => id));
    after = page.next;
  }
  expect(paged).toEqual(all.slice(0, -1));
  const [first] = await recipientsByIds(world.ctx, [all[0] ?? 0]);
  expect(first).toEqual({
    id: all[0],
    platform: everyone[ids.indexOf(all[0] ?? 0)]?.platform ?? "web",
    provider: expect.any(String),
    token: expect.stringContaining("token-"),
    p256dh: null,
    auth: null,
    since: 1,
    language: everyone[ids.indexOf(all[0] ?? 0)]?.language,
  });
});

test("audienceZones lists the audience's time zones, and pages can be limited to some of them", async () => {
  const zones = await audienceZones(world.ctx, world.app.id, { type: "all" });
  expect(zones.toSorted()).toEqual(["Asia/Tokyo", "Europe/Berlin", "UTC"]);
  for (const some of [["UTC"], ["Asia/Tokyo", "Europe/Berlin"], zones, []]) {
    expect(await selected({ type: "all" }, some)).toEqual(expected({ type: "all" }, some));
  }
  const nobody = { type: "user_ids" as const, ids: ["nobody"] };
  expect(await audienceZones(world.ctx, world.app.id, nobody)).toEqual([]);
});

test("maxSubscriberId is the newest active subscriber, and recipientsByIds reads active ones only", async () => {
  expect(await maxSubscriberId(world.ctx, world.app.id)).toBe(expected({ type: "all" }).at(-1));
  const { ctx, app } = await notificationWorld();
  expect(await maxSubscriberId(ctx, app.id)).toBe(0);
  const found = await recipientsByIds(ctx, ids);
  expect(found.map(({ id }) => id)).toEqual(expected({ type: "all" }));
  expect(await recipientsByIds(ctx, [])).toEqual([]);
});

test("an audience of ten thousand user ids or forty conditions fits in one statement", async () => {
  const audience: Resolved = {
    type: "any_of",
    of: Array.from({ length: 39 }, (): Resolved => ({ type: "tags", tags: ["vip"], match: "all" })),
  };
  expect(await selected(audience)).toEqual(expected({ type: "tags", tags: ["vip"], match: "all" }));
  const many = Array.from({ length: 10_000 }, (_, at) => `user-${at}`);
  expect(await selected({ type: "user_ids", ids: many })).toEqual(
    expected({ type: "user_ids", ids: many }),
  );
});

test("user ids are looked up in an index instead of among all subscribers", async () => {
  const { ctx, app } = world;
  const named: Resolved = { type: "user_ids", ids: ["user-1", "user-2"] };
  for (const audience of [named, { type: "all_of", of: [named, { type: "all" }] } as Resolved]) {
    const query = ctx.db
      .select()
      .from(subscribers)
      .where(inAudience(sql`(${app.id})`, audience))
      .toSQL();
    const plan = await rows(`EXPLAIN QUERY PLAN ${query.sql}`, ...query.params);
    const steps = plan.map(({ detail }) => detail as string).join("\n");
    expect(steps).toContain("USING COVERING INDEX subscribers_user (app_id=? AND user_id=?)");
    expect(steps).toMatch(
      /USING INDEX subscribers_audience \(app_id=\? AND status=\? AND id=\?\)|USING INTEGER PRIMARY KEY/,
    );
  }
});

test("pages are read in the order of the audience's index, without sorting", async () => {
  const { ctx, app } = world;
  for (const audience of [
    { type: "all" },
    { type: "not", of: [{ type: "subscribers", ids: [1, 2] }] },
  ] as Resolved[]) {
    const query = ctx.db
      .select()
      .from(subscribers)
      .where(and(inAudience(sql`(${app.id})`, audience), gt(subscribers.id, 5)))
      .orderBy(asc(subscribers.id))
      .limit(10)
      .toSQL();
    const plan = await rows(`EXPLAIN QUERY PLAN ${query.sql}`, ...query.params);
    const steps = plan.map(({ detail }) => detail as string);
    expect(steps.join("\n")).toContain(
      "USING INDEX subscribers_audience (app_id=? AND status=? AND id>?)",
    );
    expect(steps.join("\n")).not.toContain("TEMP B-TREE FOR ORDER BY");
  }
});

/** What `work` returns, and the rows that its queries read. */
async function readBy<T>(work: (ctx: NotificationWorld["ctx"]) => Promise<T>) {
  const queries = recordQueries();
  const { ctx } = testContext();
  const result = await work({ ...world.ctx, db: ctx.db });
  vi.restoreAllMocks();
  let read = 0;
  for (const { text, values } of queries) {
    const { meta } = await bindings.DB.prepare(text)
      .bind(...values)
      .run();
    read += meta.rows_read;
  }
  return { result, read };
}

describe("of an app with many subscribers of whom few have a tag", () => {
  const MANY = 3000;
  const FEW = 10;
  /** Rows that the blocks of a tag, its subscribers and their lists may take. */
  const FEW_READ = 150;
  const tag = (name: string, match: "any" | "all" = "any"): Resolved => {
    return { type: "tags", tags: [name], match };
  };
  const rare = tag("rare");
  let big: NotificationWorld;
  let few: number[];
  beforeAll(async () => {
    big = await notificationWorld();
    const many = Array.from({ length: MANY }, (_, at) => ({
      user_id: `user-${at}`,
      tags: at % (MANY / FEW) === 7 ? ["rare", "frequent"] : ["frequent"],
      platform: at % 2 === 0 ? ("web" as const) : ("ios" as const),
    }));
    const added = await addSubscribers(big.app, many);
    few = added.filter((_id, at) => many[at]?.tags.includes("rare"));
  });

  test.each<[string, Resolved, number]>([
    ["a tag", rare, FEW],
    ["all of some tags", { type: "tags", tags: ["rare", "frequent"], match: "all" }, FEW],
    [
      "a tag on a platform",
      { type: "all_of", of: [{ type: "platform", platforms: ["ios"] }, rare] },
      FEW,
    ],
    ["one of several tags", { type: "any_of", of: [rare, tag("none"), tag("never", "all")] }, FEW],
    [
      "one tag and not another",
      { type: "all_of", of: [rare, { type: "not", of: [tag("none")] }] },
      FEW,
    ],
    [
      "a tag or a user",
      { type: "any_of", of: [rare, { type: "user_ids", ids: ["user-1"] }] },
      FEW + 1,
    ],
    ["a tag that nobody has", tag("none"), 0],
  ])("a page and a count of %s read those few alone", async (_name, audience, size) => {
    const page = await readBy(async (ctx) => audiencePage(ctx, big.app.id, audience, PAGE));
    expect(page.result.recipients).toHaveLength(size);
    expect(page.read).toBeLessThan(FEW_READ);
    const counted = await readBy(async (ctx) => countAudience(ctx, big.app.id, audience));
    expect(counted.result.total).toBe(size);
    expect(counted.read).toBeLessThan(FEW_READ);
  });

  test("stretches meet where blocks do: nobody is left out, and nobody is in two", async () => {
    for (const [audience, size] of [
      [tag("frequent"), MANY],
      [{ type: "not", of: [rare] }, MANY - FEW],
    ] as [Resolved, number][]) {
      let found = 0;
      for await (const part of stretches(big.ctx, big.app.id, audience, ALL, {
        blocks: 1,
        ids: 1,
      })) {
        const bounds = and(gt(subscribers.id, part.after), lte(subscribers.id, part.upTo));
        found += await big.ctx.db.$count(
          subscribers,
          and(inAudience(sql`(${big.app.id})`, part.audience), bounds),
        );
      }
      expect(found).toBe(size);
    }
  });

  test("the list of subscribers with a tag reads those few alone, the newest first", async () => {
    const query = { tag: "rare", limit: "4", offset: "2" };
    const { result, read } = await readBy(async (ctx) => listSubscribers(ctx, big.app, query));
    expect(result.rows.map(({ id }) => id)).toEqual(few.toReversed().slice(2, 6));
    expect(result.total).toEqual({ count: FEW, isMinimum: false });
    // beside the ids of the tag's blocks, which are made up
    expect(read).toBeLessThan(2 * MANY + FEW_READ);
  });
});

describe("of an app whose ids lie far apart", () => {
  const BLOCKS = 300;
  const tags = ["seen", "often"];
  let far: NotificationWorld;
  beforeAll(async () => {
    far = await notificationWorld();
    for (let at = 0; at < BLOCKS; at += 1) {
      await addSubscribers(far.app, [{ tags: at % 3 === 0 ? tags : ["seen"] }]);
      await rows("UPDATE sqlite_sequence SET seq = seq + 500000 WHERE name = 'subscribers'");
    }
  });

  test("a count asks the database as often as one with all ids in a block", async () => {
    const trips = countTrips();
    const { ctx } = testContext();
    const audience: Resolved = { type: "tags", tags, match: "all" };
    const { total } = await countAudience({ ...far.ctx, db: ctx.db }, far.app.id, audience);
    vi.restoreAllMocks();
    expect(total).toBe(BLOCKS / 3);
    expect(trips()).toBe(2);
  });

  test.each([
    ["fewer blocks than there are", BLOCKS / 3 - 1, 4],
    ["as many as one of the tags has", BLOCKS / 3, 4],
    ["as many as there are", BLOCKS, 2],
    ["more than there are", BLOCKS + 1, 1],
  ])("stretches of %s have everybody once", async (_which, ofTag, count) => {
    const audience: Resolved = { type: "tags", tags, match: "any" };
    const found: number[] = [];
    let parts = 0;
    const bounds = { blocks: ofTag * tags.length, ids: 10_000 };
    for await (const part of stretches(far.ctx, far.app.id, audience, ALL, bounds)) {
      parts += 1;
      if (part.audience.type === "subscribers") found.push(...part.audience.ids);
    }
    expect(parts).toBe(count);
    expect(new Set(found).size).toBe(BLOCKS);
    expect(found).toHaveLength(BLOCKS);
  });

  test("a stretch reads its own blocks, and none of those that follow", async () => {
    const audience: Resolved = { type: "tags", tags: ["seen"], match: "any" };
    const { result, read } = await readBy(async (ctx) => {
      const bounds = { blocks: 10, ids: 1000 };
      return stretches(ctx, far.app.id, audience, ALL, bounds).next();
    });
    expect((result.value as Stretch | undefined)?.audience).toMatchObject({ type: "subscribers" });
    // each in the index for where the stretch ends, then in the index and the table, beside the tag
    expect(read).toBeLessThan(10 * 3 + 10);
  });
});
