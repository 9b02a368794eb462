// An app whose notifications are being written: one that is scheduled, with everything that a notification can have, and people
// to send it to.
import type { Seed } from "./seed.ts";

export interface SeedCompose {
  /** The path of the app's composer. */
  base: string;
  /** The id of a notification that is scheduled. */
  scheduled: string;
  /** The id of one whose every field has a text without spaces, as long as it can be. */
  long: string;
  app: { id: number; uuid: string };
}

const DAY_MS = 86_400_000;

/** Makes it in the account of `ask`. */
export async function makeCompose(ask: Seed["ask"], base: string): Promise<SeedCompose> {
  const { data: app } = await ask("POST", "/api/v1/apps", {
    name: "Marrowby Orchard",
    url: "https://orchard.example.com",
  });
  const push = `/api/v1/push/apps/${app.uuid}`;
  await ask("PUT", `${push}/credentials/webpush`, { subject: "mailto:push@example.com" });
  const subscribers = Array.from({ length: 12 }, (_, at) => ({
    platform: "android",
    provider: "fcm",
    token: `token-of-orchard-${at}`,
    tags: at % 3 === 0 ? ["box"] : [],
  }));
  await ask("POST", `${push}/subscribers/bulk`, { subscribers });
  const { data: scheduled } = await ask("POST", `${push}/notifications`, {
    title: "Saturday box: order by Friday noon",
    body: "Leeks, plums and a loaf for 14. We keep one for you until noon on Friday.",
    url: "https://orchard.example.com/box",
    image: "https://orchard.example.com/i/box.jpg",
    actions: [
      { title: "Order the box", action: "order", url: "https://orchard.example.com/box/order" },
      { title: "Not this week", action: "dismiss" },
    ],
    translations: {
      de: {
        title: "Samstagskiste: bis Freitagmittag",
        body: "Lauch, Pflaumen und ein Brot für 14.",
      },
      "pt-BR": { title: "Cesta de sábado", body: "Alho-poró, ameixas e um pão por 14." },
    },
    urgency: "high",
    ttl: 43_200,
    data: { order: 1001 },
    platform_overrides: { android: { channel_id: "offers" }, ios: { badge: 1 }, web: null },
    targeting: {
      type: "all_of",
      of: [
        { type: "platform", platforms: ["android", "web"] },
        { type: "tags", tags: ["box"], match: "any" },
      ],
    },
    scheduled_at: new Date(Date.now() + DAY_MS).toISOString(),
  });
  const words = { title: "W".repeat(200), body: "M".repeat(200) };
  const { data: long } = await ask("POST", `${push}/notifications`, {
    ...words,
    url: `https://example.com/${"u".repeat(200)}`,
    actions: [{ title: "B".repeat(100), action: "b".repeat(200) }],
    translations: { de: words, fr: words, "zh-Hant": words },
    collapse_id: "c".repeat(64),
  });
  return { base: `${base}/apps/${app.id}/compose`, scheduled: scheduled.id, long: long.id, app };
}
