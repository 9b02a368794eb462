// What installations report about themselves: it never locks them out, and filters find them by it.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  instantWorld,
  newDevice,
  notificationsOf,
  PUSH,
  reachedBy,
  reachedDevice,
  subscriberOf,
} from "../../../support/instant.ts";
import { reported } from "../../../support/facts.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { newNotifier } from "../../../support/scenario.ts";
import { rows } from "../../../support/worker.ts";

test.each([
  [
    { lang: "en-US-u-mu-celsius", country: "UK" },
    { language: "en-US", country: "GB" },
  ],
  [
    { lang: "iw_IL", country: "Germany" },
    { language: "he-IL", country: null },
  ],
  [
    { lang: "zh__#Hant", county: "el" },
    { language: "zh-Hant", country: "GR" },
  ],
  [{ tz_sec: 5400 }, { timezone: "+01:30" }],
  [
    { tags: { level: " VIP ", audiences: " a , b" } },
    { tags: ["level:VIP", "audiences:a", "audiences:b"] },
  ],
  [
    { tags: { greeting: "hello:", none: "", audiences: "a:" } },
    { tags: ["greeting:hello:", "audiences:a:"] },
  ],
  [
    { lang: "en_US:en", tz_sec: " -3600" },
    { language: "en-US", timezone: "Etc/GMT+1" },
  ],
])("turns %j into %j", async (info, expected) => {
  const { apps } = await instantWorld();
  expect(await subscriberOf(await reachedDevice(apps[0]!, info))).toMatchObject(expected);
});

test.each(["und", "", "C", null, 5, "Etc/Unknown"])(
  "%j in place of a language or country means that it is known no more",
  async (nothing) => {
    const { apps } = await instantWorld();
    const device = await reachedDevice(apps[0]!, { lang: "de", country: "DE" });
    expect((await device.call("PUT", "/info", { platform_type: "ios" })).status).toBe(200);
    expect(await subscriberOf(device)).toMatchObject({ language: "de", country: "DE" });
    const told = await device.call("PUT", "/info", { lang: nothing, country: nothing });
    expect(told.status).toBe(200);
    expect(await subscriberOf(device)).toMatchObject({ language: null, country: null });
  },
);

test.each([null, "abc", "", " ", 999_999, -999_999, "37800.5", "0x10", "1e3", {}, [[3600]], true])(
  "%j in place of an offset means that the time zone is known no more",
  async (tz_sec) => {
    const { apps } = await instantWorld();
    const device = await reachedDevice(apps[0]!, { tz_sec: 3600 });
    expect((await device.call("PUT", "/info", { lang: "de" })).status).toBe(200);
    expect((await subscriberOf(device)).timezone).toBe("Etc/GMT-1");
    expect((await device.call("PUT", "/info", { tz_sec })).status).toBe(200);
    expect((await subscriberOf(device)).timezone).toBeNull();
    // one that was never reported may be the owner's
    await rows("UPDATE subscribers SET timezone = 'Asia/Tokyo'");
    expect((await device.call("PUT", "/info", { tz_sec })).status).toBe(200);
    expect((await subscriberOf(device)).timezone).toBe("Asia/Tokyo");
  },
);

test("whatever an installation reports, it is reached", async () => {
  const { apps } = await instantWorld();
  const fields = fc.constantFrom("lang", "country", "county", "tz_sec", "tags", "ext_id");
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fields, reported), async (info) => {
      const device = await newDevice(apps[0]!);
      const told = await device.call("PUT", "/info", {
        ...info,
        transport_type: "fcm",
        transport_token: `fcm:${crypto.randomUUID()}`,
      });
      expect(told.status, JSON.stringify(told.body)).toBe(200);
      expect(await subscriberOf(device)).toMatchObject({ status: "active" });
    }),
    { numRuns: propertyRuns(200) },
  );
});

test("filters find installations however language, country and audience are written", async () => {
  const world = await instantWorld();
  const device = await reachedDevice(world.apps[0]!, {
    lang: "iw_IL",
    country: "UK",
    tags: { audiences: " vip " },
  });
  const { id } = await subscriberOf(device);
  for (const [filters, reached] of [
    [{ languages_include: ["iw"] }, [id]],
    [{ languages_include: ["he_IL.UTF-8"] }, [id]],
    [{ languages_exclude: ["iw"] }, []],
    [{ countries_include: ["UK"] }, [id]],
    [{ countries_include: [" gb "] }, [id]],
    [{ audiences_include: [" vip"] }, [id]],
    [{ audiences_exclude: ["vip "] }, []],
  ] as const) {
    const sent = await world.send(filters);
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const [made] = await notificationsOf(sent.body.sched_id);
    expect(await reachedBy(made), JSON.stringify(filters)).toEqual(reached);
  }
});

test.each([
  [{ languages_include: ["und"] }, "languages_include"],
  [{ languages_include: ["german"] }, "languages_include"],
  [{ languages_include: ["xx"] }, "languages_include"],
  [{ languages_include: ["nb"], languages_exclude: ["no"] }, "languages_exclude"],
  [{ languages_include: ["he-IL"], languages_exclude: ["iw"] }, "languages_exclude"],
  [{ languages_include: ["zh-TW"], languages_exclude: ["zh-Hant"] }, "languages_exclude"],
  [{ countries_include: ["ZZ"] }, "countries_include"],
  [{ countries_include: ["UK"], countries_exclude: ["GB"] }, "countries_exclude"],
  [{ audiences_include: [" "] }, "audiences_include"],
  [{ audiences_include: ["a "], audiences_exclude: ["a"] }, "audiences_exclude"],
])("the filters %j are refused", async (filters, field) => {
  const refused = await (await instantWorld()).send(filters);
  expect(refused.status).toBe(400);
  expect(refused.body.error).toContain(`filters.${field}`);
});

test("a template may say its language by an old code", async () => {
  const world = await instantWorld();
  const translations = [
    { ...PUSH.translations[0], language: "iw" },
    { ...PUSH.translations[0], language: "tl" },
  ];
  const sent = await world.call("POST", "/pushes", { default_lang: "he", translations });
  expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  expect(sent.body.translations.map(({ language }: any) => language)).toEqual(["he", "fil"]);
  const twice = [...translations, { ...PUSH.translations[0], language: "he" }];
  const refused = await world.call("POST", "/pushes", { default_lang: "iw", translations: twice });
  expect(refused.status).toBe(400);
  expect(refused.body.error).toContain("twice");
});

test("a template may be in any language that filters can name", async () => {
  const world = await instantWorld();
  const make = (languages: string[]) =>
    world.call("POST", "/pushes", {
      default_lang: languages[0],
      translations: languages.map((language) => ({ ...PUSH.translations[0], language })),
    });
  const made = await make(["pt_BR", "zh-hant", "fil", " DE "]);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const stored = ["pt-BR", "zh-Hant", "fil", "de"];
  expect(made.body.translations.map(({ language }: any) => language)).toEqual(stored);
  for (const language of ["", "und", "xx", "mul", "german", "C"]) {
    const refused = await make([language]);
    expect(refused.status, language).toBe(400);
    expect(refused.body.error).toContain("must be a language such as en or pt-BR");
  }
});

test("a local time comes when the clocks of a device show it, whatever it says of its zone", async () => {
  const { app, call } = await newNotifier();
  for (const [tz_sec, hours] of [
    [37_800, 10.5],
    [12_600, 3.5],
    [20_700, 5.75],
    [5400, 1.5],
    [-16_200, -4.5],
    [-10_800, -3],
  ] as const) {
    const device = await newDevice(app.v1_id);
    const transport = { transport_type: "fcm", transport_token: `fcm:${crypto.randomUUID()}` };
    await device.call("PUT", "/info", { ...transport, tz_sec, tags: { zone: String(tz_sec) } });
    const { timezone } = await subscriberOf(device);
    // an hour from now, when its offset still is the same
    const wall = Math.ceil(Date.now() / 60_000) * 60_000 + (1 + hours) * 3_600_000;
    const made = await call("POST", "", {
      title: "t",
      body: "b",
      targeting: { type: "tags", tags: [`zone:${tz_sec}`] },
      scheduled_local: new Date(wall).toISOString().slice(0, 16),
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const due = new Date(wall - hours * 3_600_000).toISOString().replace(".000", "");
    expect(made.body.data.scheduled_at, timezone).toBe(due);
  }
});
