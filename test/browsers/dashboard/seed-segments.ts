// An app with subscribers of several kinds and saved segments: one that a notification waits with, and one that says much.
import type { Seed } from "./seed.ts";

export interface SeedSegments {
  /** The path of the app's segments. */
  base: string;
  /** The id of one that a notification waits with. */
  used: string;
  /** The id of one with groups in it. */
  nested: string;
  /** The id of one that fields can't show. */
  json: string;
}

const DAY_MS = 86_400_000;
const tagged = (...tags: string[]) => ({ type: "tags", tags, match: "any" });

/** As the kit's example has it. */
const NESTED = {
  type: "all_of",
  of: [
    { type: "platform", platforms: ["android", "web"] },
    {
      type: "any_of",
      of: [tagged("box", "vegetables"), { type: "events", events: ["box_ordered"] }],
    },
    { type: "countries", countries: ["DE", "AT"] },
    { type: "not", of: [tagged("staff")] },
  ],
};

/** Makes it in the account of `ask`. */
export async function makeSegments(ask: Seed["ask"], base: string): Promise<SeedSegments> {
  const wanted = { name: "Larder and Loaf", url: "https://loaf.example.com" };
  const { data: app } = await ask("POST", "/api/v1/apps", wanted);
  const push = `/api/v1/push/apps/${app.uuid}`;
  await ask("PUT", `${push}/credentials/webpush`, { subject: "mailto:push@example.com" });
  const subscribers = Array.from({ length: 48 }, (_, at) => ({
    platform: at % 4 === 0 ? "ios" : "android",
    provider: at % 4 === 0 ? "apns" : "fcm",
    token: at % 4 === 0 ? at.toString(16).padStart(64, "0") : `token-of-larder-${at}`,
    country: ["DE", "AT", "FR"][at % 3],
    language: ["de", "fr"][at % 2],
    tags: [["box"], ["vegetables", "workshops"], ["staff"]][at % 3],
  }));
  const { data: made } = await ask("POST", `${push}/subscribers/bulk`, { subscribers });
  const failed = made.find((row: { error?: string }) => row.error);
  if (failed) throw new Error(`subscribers: ${JSON.stringify(failed)}`);
  const save = async (name: string, targeting: unknown): Promise<string> =>
    (await ask("POST", `${push}/segments`, { name, targeting })).data.id;
  const used = await save("Germany and Austria", { type: "countries", countries: ["DE", "AT"] });
  const nested = await save("Box people", NESTED);
  const json = await save("Everybody by a rule", {
    type: "not",
    of: [{ type: "not", of: [{ type: "all" }] }],
  });
  await save("Staff", tagged("staff"));
  await save(
    "W".repeat(80),
    tagged(...Array.from({ length: 5 }, (_, at) => `${"long-".repeat(30)}${at}`)),
  );
  await ask("POST", `${push}/notifications`, {
    title: "Saturday box: order by Friday noon",
    body: "Leeks, plums and a loaf for 14.",
    targeting: { type: "segment", id: used },
    scheduled_at: new Date(Date.now() + DAY_MS).toISOString(),
  });
  return { base: `${base}/apps/${app.id}/segments`, used, nested, json };
}
