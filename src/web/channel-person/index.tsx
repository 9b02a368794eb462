// A person's own page: what they are subscribed to in channels of an app, on which devices, and the messages. It needs no
// sign-in: whoever has its link sees it, so the link is sealed, ends, and can be replaced (domain/channels/person-links.ts).
import { z } from "@hono/zod-openapi";
import {
  deleteOwn,
  forgetDevice,
  leaveOwn,
  markAllRead,
  muteOwn,
} from "../../domain/channels/person-acts.ts";
import {
  findPersonToken,
  nextToken,
  personPath,
  renewPersonLink,
} from "../../domain/channels/person-links.ts";
import { personPage } from "../../domain/channels/person-page.ts";
import { readPersonToken, type PersonToken } from "../../domain/channels/person-token.ts";
import type { Ctx } from "../../domain/context.ts";
import { HEX_ID } from "../../kit/hex-id.ts";
import { RefusalError } from "../../kit/refusal.ts";
import { form, visitorPage, type Outcome, type Posted } from "../dashboard/page.ts";
import { PAGE_RATE } from "../rate.ts";
import { EndedView } from "./ended-view.tsx";
import { PersonView } from "./view.tsx";

const Params = z.object({ token: z.string().max(100) });
const OfLink = { schema: Params, thing: "subscription" } as const;
type Params = z.output<typeof Params>;

/** Forms of the page a minute from one network address: many people share the address of a carrier. */
const FORM_RATE = { name: "channel-person", limit: 60 };

export const channelPersonPage = visitorPage({
  path: "/messages/{token}",
  operationId: "showChannelPerson",
  summary: "A person's own page of channels",
  params: OfLink,
  rate: PAGE_RATE,
  show: async (ctx, { params, query }) => {
    const token = await readPersonToken(ctx.linkSigningKey, params.token);
    if (token === null) {
      return { title: "Messages", status: 404, body: <EndedView end={null} now={ctx.now()} /> };
    }
    const { before = "" } = query;
    const page = await personPage(ctx, token, HEX_ID.test(before) ? { before } : {});
    if (page.kind !== "open") {
      return { title: "Messages", status: 410, body: <EndedView end={page} now={ctx.now()} /> };
    }
    const props = { page, token, path: personPath(params.token), isFirst: before === "" };
    return {
      title: `Your messages from ${page.appName}`,
      body: <PersonView {...props} now={ctx.now()} />,
    };
  },
  forms: [
    act(
      "/mute",
      "submitMuteOwn",
      "Mute a channel, or let it be heard",
      async (ctx, token, fields) => {
        const isMuted = fields.text("mute") === "1";
        const name = await muteOwn(ctx, token, fields.text("subscription"), isMuted);
        return isMuted
          ? `${name} is muted. Its messages are kept here.`
          : `${name} reaches your devices again.`;
      },
    ),
    act(
      "/leave",
      "submitLeaveOwn",
      "Leave a channel",
      async (ctx, token, fields) => {
        const name = await leaveOwn(ctx, token, fields.text("subscription"));
        return `You have left ${name}. Nothing of it comes any more.`;
      },
      onward,
    ),
    act(
      "/forget",
      "submitForgetOwn",
      "Forget a device",
      async (ctx, token, fields) => {
        await forgetDevice(ctx, token, fields.text("device"));
        return "The device is forgotten. It gets no more of these messages.";
      },
      onward,
    ),
    act("/read", "submitReadOwn", "Mark all messages as read", async (ctx, token) => {
      await markAllRead(ctx, token);
      return "All messages are read.";
    }),
    act("/delete", "submitDeleteOwn", "Delete all about the person", async (ctx, token) => {
      await deleteOwn(ctx, token);
      return "All is deleted: your channels here, and every message.";
    }),
    form({
      path: "/link",
      operationId: "submitNewOwnLink",
      summary: "Make a new link, and end the others",
      params: OfLink,
      rate: FORM_RATE,
      run: async (ctx: Ctx, { params }) =>
        orPage(params, async () => {
          const renewed = await renewPersonLink(ctx, await findPersonToken(ctx, params.token));
          const says =
            "This is your new link. Keep this page, for instance as a bookmark: older links have ended.";
          return { to: personPath(renewed), says };
        }),
    }),
  ],
});

/** A form that does something with what the link reaches, says what it did, and leads to the page again. */
function act(
  path: string,
  operationId: string,
  summary: string,
  does: (ctx: Ctx, token: PersonToken, fields: Posted<Params>["fields"]) => Promise<string>,
  /** Returns the token that the person goes on with; null for the same. */
  goesOn?: (ctx: Ctx, token: PersonToken) => Promise<string | null>,
) {
  return form({
    path,
    operationId,
    summary,
    params: OfLink,
    rate: FORM_RATE,
    run: async (ctx: Ctx, { params, fields }: Posted<Params>) =>
      orPage(params, async () => {
        const token = await findPersonToken(ctx, params.token);
        const says = await does(ctx, token, fields);
        return { to: personPath((await goesOn?.(ctx, token)) ?? params.token), says };
      }),
  });
}

/**
 * The token for who did something by a link that may have ended with it: another subscription's of the same device. Only what
 * refuses a link that had ended before may go on by it.
 */
async function onward(ctx: Ctx, token: PersonToken): Promise<string | null> {
  const isOn = (await personPage(ctx, token, {})).kind === "open";
  return isOn ? null : nextToken(ctx, token);
}

/** Where the link has ended, or reaches no such thing, its page says so. */
async function orPage({ token }: Params, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RefusalError) || error.refusal.code !== "not_found") throw error;
    return { to: personPath(encodeURIComponent(token)) };
  }
}
