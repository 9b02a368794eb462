// One channel: its people, a code by which one joins, a send to one of them, its key and its callback.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { pendingCode } from "../../domain/channels/codes.ts";
import { deleteChannel } from "../../domain/channels/delete-channel.ts";
import { findChannel, type ChannelView } from "../../domain/channels/find-channel.ts";
import { MessageInput } from "../../domain/channels/message-input.ts";
import { pageSubscriptions } from "../../domain/channels/page-subscriptions.ts";
import { rotateKey } from "../../domain/channels/rotate-key.ts";
import { sendToIuid, type SentMessage } from "../../domain/channels/send.ts";
import { findSubscription } from "../../domain/channels/subscriptions.ts";
import { updateChannel } from "../../domain/channels/update-channel.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { HEX_ID } from "../../kit/hex-id.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { paged } from "../parts/pager.tsx";
import { callbackOf } from "./callback.ts";
import { KEY_RIGHT } from "./dialogs.tsx";
import { ChannelPageView, type MadeHere } from "./channel-view.tsx";

const Params = z.object({ account: Id, app: Id, channel: z.string().regex(HEX_ID) });
type Params = z.output<typeof Params>;
const OfChannel = { schema: Params, thing: "channel" } as const;

/** Sends a minute from one network address, by hand. */
const SEND_RATE = { name: "dashboard-channel-send", limit: 30 };
/** Codes a minute from one network address, by hand. */
const CODE_RATE = { name: "dashboard-channel-code", limit: 60 };
/** Most of an iuid that a sentence repeats, characters: they are up to 255 long. */
const MAX_TOLD = 60;
/** Longest search, characters: as long as an iuid. */
const MAX_FIND = 255;

/** The app and its channel that a path names. Refuses `not_found`, also for a channel of another app. */
async function found(
  ctx: MemberCtx,
  { app: appId, channel: id }: Params,
): Promise<ChannelView & { app: App; path: string }> {
  const [app, view] = await Promise.all([findApp(ctx, appId), findChannel(ctx, id)]);
  if (view.channel.appId !== app.id) refuse({ code: "not_found", what: "channel" });
  return { ...view, app, path: `${appPath(app)}/channels/${id}` };
}

export const channelPage = memberPage({
  path: "/{account}/apps/{app}/channels/{channel}",
  operationId: "showChannel",
  summary: "One channel of the app",
  params: OfChannel,
  may: "push:read",
  show: async (ctx, { params, form: state, query, origin }) => {
    const { app, path, ...view } = await found(ctx, params);
    const find = (query["find"] ?? "").slice(0, MAX_FIND);
    const [side, people] = await Promise.all([
      sideAppOf(app),
      pageSubscriptions(ctx, view.channel, { ...paged(query), iuid: find }),
    ]);
    const mayChange = hasRight(ctx.role, "channels:write");
    const props = { ctx, base: path, side, form: state, view, people, find, mayChange, origin };
    return { title: view.channel.name, body: <ChannelPageView {...props} /> };
  },
  forms: [
    form({
      path: "",
      operationId: "submitChannel",
      summary: "Change the channel",
      params: OfChannel,
      may: "channels:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { path, channel } = await found(ctx, params);
        await updateChannel(ctx, channel.id, {
          name: fields.text("name"),
          ...callbackOf(ctx.principal, fields),
        });
        return { to: path, says: "The channel is changed." };
      },
    }),
    form({
      path: "/code",
      operationId: "submitChannelCode",
      summary: "Show a code by which somebody joins",
      params: OfChannel,
      may: "channels:write",
      rate: CODE_RATE,
      run: async (ctx: MemberCtx, { params, fields, origin }) => {
        const { channel } = await found(ctx, params);
        const iuid = fields.text("iuid");
        const code = await pendingCode(ctx, channel, iuid);
        const made: MadeHere = { kind: "code", iuid, code, link: `${origin}/qrcode/${code}` };
        return { made };
      },
    }),
    form({
      path: "/send",
      operationId: "submitChannelSend",
      summary: "Send to one person of the channel",
      params: OfChannel,
      may: "channels:write",
      rate: SEND_RATE,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { channel, path } = await found(ctx, params);
        const iuid = fields.text("to");
        const content = parse(MessageInput, {
          title: fields.text("title"),
          text: fields.text("text"),
        });
        const sent = await orNobody(sendToIuid(ctx, channel, iuid, content));
        const { mute } = await findSubscription(ctx, channel, iuid);
        return { to: path, says: reached(iuid, sent, mute) };
      },
    }),
    form({
      path: "/key",
      operationId: "submitChannelKey",
      summary: "Give the channel a new key",
      params: OfChannel,
      may: KEY_RIGHT,
      run: async (ctx: MemberCtx, { params, fields }) => {
        const { channel } = await found(ctx, params);
        const grace = fields.given("grace_seconds");
        const input = grace === undefined ? {} : { grace_seconds: Number(grace) };
        const { key } = await rotateKey(ctx, channel.id, input);
        const made: MadeHere = { kind: "key", key };
        return { made };
      },
    }),
    form({
      path: "/delete",
      operationId: "submitDeleteChannel",
      summary: "Delete the channel",
      params: OfChannel,
      may: "channels:write",
      run: async (ctx: MemberCtx, { params }) => {
        const { channel, app } = await found(ctx, params);
        await deleteChannel(ctx, channel.id);
        return { to: `${appPath(app)}/channels`, says: `${channel.name} is deleted.` };
      },
    }),
  ],
});

/** That nobody has the id is wrong with the field; the page itself is there. */
async function orNobody<Result>(sending: Promise<Result>): Promise<Result> {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "not_found") throw error;
    return refuse(invalidField(["to"], "must be the id of somebody who has joined"));
  }
}

/** Whom a message reached. */
function reached(iuid: string, { devices }: SentMessage, isMuted: boolean): string {
  const who = [...iuid].slice(0, MAX_TOLD).join("");
  if (devices > 0) {
    return `Sent to ${who}: a push is on its way to ${devices === 1 ? "one device" : `${devices} devices`}.`;
  }
  const why = isMuted
    ? "they muted the channel"
    : "none of their devices takes pushes now, or the app has no push set-up";
  return `Kept for ${who} to read, without a push: ${why}.`;
}
