// The demo page, its files, and what its script asks for with the browser's own token.
import { z } from "@hono/zod-openapi";
import { demoApp, ownPush, sendToOneself, SendToOneself } from "../../domain/demo/demo.ts";
import { json } from "../../http/answer.ts";
import { publicOperation, subscriberOperation } from "../../http/operation.ts";
import { refuse } from "../../kit/refusal.ts";
import { pageResponse } from "../document.tsx";
import { MARK_PATH } from "../install/mark.ts";
import { PAGE_RATE } from "../rate.ts";
import { DemoPage } from "./demo-view.tsx";
import { DEMO_FILES } from "./files.ts";
import { DEMO_STYLES } from "./styles.ts";

/** Pushes a minute: enough to play with, and what the page says. */
const SENDS = { name: "demo-send", limit: 5 } as const;

const PATH = "/demo";

export const demoPage = publicOperation({
  method: "get",
  path: "",
  operationId: "showDemo",
  summary: "The page on which a browser subscribes and sends itself a push",
  tag: "Devices",
  rate: PAGE_RATE,
  success: { status: 200, description: "The page.", also: ["text/html"] },
  run: async (ctx, { request }) => {
    const { uuid, publicKey } = await demoApp(ctx);
    return pageResponse({
      status: 200,
      title: "Try a push",
      icon: MARK_PATH,
      content: <DemoPage app={uuid} publicKey={publicKey ?? ""} host={new URL(request.url).host} />,
      styles: DEMO_STYLES,
      runs: {
        script: `${PATH}/demo.js`,
        manifest: `${PATH}/manifest.json`,
      },
    });
  },
});

export const demoFile = publicOperation({
  method: "get",
  path: "/{file}",
  operationId: "showDemoFile",
  summary: "A file of that page",
  tag: "Devices",
  rate: PAGE_RATE,
  params: { schema: z.object({ file: z.string() }), thing: "route" },
  success: { status: 200, description: "The file.", also: ["text/javascript", "application/json"] },
  run: async (_, { params: { file } }) => {
    const found = DEMO_FILES.get(file);
    if (!found) return refuse({ code: "not_found", what: "route" });
    // Asked for each time, since it changes with the code that is worked on.
    const headers = { "content-type": found.type, "cache-control": "no-cache" };
    return new Response(found.text, { headers });
  },
});

export const pushToOneself = subscriberOperation({
  method: "post",
  path: "/pushes",
  operationId: "pushToOneself",
  summary: "Send a push to oneself",
  tag: "Devices",
  rate: SENDS,
  body: SendToOneself,
  success: { status: 201, description: "The push.", schema: z.object({ id: z.uuid() }) },
  run: async (ctx, { body, request, origin }) => {
    const url = (pageOrigin(request) ?? origin) + PATH;
    return json({ status: 201, body: { id: await sendToOneself(ctx, ctx.subscriber, url, body) } });
  },
});

/**
 * The origin of the page that asks, where a click leads back to: it may be opened at localhost, or by a tunnel with TLS, which
 * only the browser knows. null for any page but ours.
 */
function pageOrigin(request: Request): string | null {
  const given = URL.parse(request.headers.get("origin") ?? "");
  return given?.host === new URL(request.url).host ? given.origin : null;
}

export const lookAtOwnPush = subscriberOperation({
  method: "get",
  path: "/pushes/{id}",
  operationId: "lookAtOwnPush",
  summary: "See what became of a push to oneself",
  tag: "Devices",
  rate: PAGE_RATE,
  params: { schema: z.object({ id: z.uuid() }), thing: "notification" },
  success: { status: 200, description: "What became of it." },
  run: async (ctx, { params: { id } }) =>
    json({ status: 200, body: await ownPush(ctx, ctx.subscriber, id) }),
});
