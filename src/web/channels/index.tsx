// The channels of an app: which there are, and making one, whose secrets are shown once.
import { z } from "@hono/zod-openapi";
import { findApp } from "../../domain/apps/find-app.ts";
import { createChannel } from "../../domain/channels/create-channel.ts";
import { listAppChannels } from "../../domain/channels/list-app-channels.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { appPath, sideAppOf } from "../parts/app-tile.tsx";
import { paged } from "../parts/pager.tsx";
import { callbackOf } from "./callback.ts";
import { channelPage } from "./channel-page.tsx";
import { ChannelsView } from "./list-view.tsx";

const OfApp = { schema: z.object({ account: Id, app: Id }), thing: "app" } as const;

const listPage = memberPage({
  path: "/{account}/apps/{app}/channels",
  operationId: "showChannels",
  summary: "The app's channels",
  params: OfApp,
  may: "push:read",
  show: async (ctx, { params, form: state, query }) => {
    const app = await findApp(ctx, params.app);
    const [side, channels] = await Promise.all([
      sideAppOf(app),
      listAppChannels(ctx, app, paged(query)),
    ]);
    const base = `${appPath(app)}/channels`;
    const mayChange = hasRight(ctx.role, "channels:write");
    return {
      title: `Channels of ${app.name}`,
      body: <ChannelsView {...{ ctx, base, side, form: state, channels, mayChange }} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "submitNewChannel",
      summary: "Make a channel",
      params: OfApp,
      may: "channels:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const app = await findApp(ctx, params.app);
        const input = {
          name: fields.text("name"),
          app_id: app.id,
          ...callbackOf(ctx.principal, fields),
        };
        return { made: await createChannel(ctx, input) };
      },
    }),
  ],
});

export const channelPages = [...listPage, ...channelPage];
