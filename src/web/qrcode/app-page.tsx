// GET /mobile/{channel}: the page from which people get a channel's app.
import { z } from "@hono/zod-openapi";
import { appOfChannel } from "../../domain/channels/codes.ts";
import { publicOperation } from "../../http/operation.ts";
import { HEX_ID } from "../../kit/hex-id.ts";
import { isolated } from "../document.tsx";
import { doorPage } from "../door.tsx";
import { PAGE_RATE } from "../rate.ts";

export const appPage = publicOperation({
  method: "get",
  path: "/{channel}",
  operationId: "showChannelApp",
  summary: "The page of a channel's app",
  tag: "Channels",
  rate: PAGE_RATE,
  params: { schema: z.object({ channel: z.string() }), thing: "channel" },
  success: { status: 200, description: "The page.", also: ["text/html"] },
  run: async (ctx, { params }) => {
    const app = HEX_ID.test(params.channel) ? await appOfChannel(ctx, params.channel) : null;
    if (!app) {
      return doorPage({ status: 404, title: "There is no such app", text: "Ask for a new link." });
    }
    const name = <bdi>{app.name}</bdi>;
    return doorPage({
      status: 200,
      title: isolated(app.name),
      text: (
        <>
          Get {name} where its makers offer it, then scan the code you were given with your phone.
        </>
      ),
      below: app.url !== "" && (
        <a class="btn btn--primary" href={app.url}>
          Go to {isolated(app.name)}
        </a>
      ),
    });
  },
});
