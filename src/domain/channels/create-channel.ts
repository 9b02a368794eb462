// Creates a channel. Its key and the secret of its callback are shown this once. The key is stored as a hash; the
// secret is sealed, since every callback has to carry it.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { channels, webhooks } from "../../db/schema/index.ts";
import { newHexId } from "../../kit/hex-id.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import { hashSecret, mintSecret, SECRET_PREFIX_SHOWN } from "../../kit/secret.ts";
import { findApp, type App } from "../apps/find-app.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { newSecret, sealSecret } from "../webhooks/secrets.ts";
import { requireTarget } from "../webhooks/webhook-input.ts";
import { CreateChannel } from "./channel-input.ts";
import { viewOf, type ChannelView } from "./find-channel.ts";

/** Most channels of an account: one for each of the apps that it can have. */
export const MAX_CHANNELS = 1000;

export interface NewChannel extends ChannelView {
  key: string;
  callbackSecret: string;
}

/** Creates a channel of an app that the principal can see. Refuses `invalid`. */
export async function createChannel(ctx: AccountCtx, input: unknown): Promise<NewChannel> {
  const wanted = parse(CreateChannel, input);
  const app = await appOf(ctx, wanted.app_id);
  const url = wanted.callback_url ?? null;
  if (url !== null) await requireTarget(ctx, url, "callback_url");
  const key = mintSecret("sw_chn_");
  const callbackSecret = newSecret();
  const uuid = crypto.randomUUID();
  const now = ctx.now();
  const id = newHexId(now);
  const owner = { accountId: app.accountId, appId: app.id, createdAt: now, updatedAt: now };
  const [[webhook], [channel]] = await ctx.db.batch([
    insertFrom(
      ctx.db,
      webhooks,
      {
        ...owner,
        uuid,
        url: url ?? "",
        secretSealed: await sealSecret(ctx, uuid, callbackSecret),
        // No event that the app's own events could match.
        events: [],
        enabled: url !== null,
        disabledAt: url === null ? now : null,
        kind: "callback",
      },
      sql`WHERE (SELECT count(*) FROM ${channels} WHERE ${channels.accountId} = ${app.accountId})
        < ${MAX_CHANNELS}`,
    ).returning(),
    insertFrom(
      ctx.db,
      channels,
      {
        ...owner,
        id,
        name: wanted.name,
        callbackId: sql`${webhooks.id}`,
        keyHash: await hashSecret(key),
        keyPrefix: key.slice(0, SECRET_PREFIX_SHOWN),
      },
      sql`FROM ${webhooks} WHERE ${webhooks.uuid} = ${uuid}`,
    ).returning(),
    auditEntry(ctx, { did: "channel.create", id, name: wanted.name, facts: { app: app.id } }),
  ]);
  if (!webhook || !channel) {
    return refuse(invalidField(["channels"], `must not be more than ${MAX_CHANNELS} an account`));
  }
  return { ...viewOf({ ...webhook, channel }), key, callbackSecret };
}

async function appOf(ctx: AccountCtx, id: number): Promise<App> {
  try {
    return await findApp(ctx, id);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return refuse(invalidField(["app_id"], "must name an app of the account"));
  }
}
