// Pages that a test declares itself, served as those of the dashboard are, beside the Worker under test.
import { OpenAPIHono } from "@hono/zod-openapi";
import { frame } from "../../src/http/frame.ts";
import type { HttpEnv } from "../../src/http/env.ts";
import type { Operation } from "../../src/http/operation.ts";
import { mount } from "../../src/http/surface.ts";
import { connect } from "../../src/runtime.ts";
import { dashboard } from "../../src/web/dashboard/index.ts";
import type { TestPerson } from "./person.ts";
import { bindings, ORIGIN } from "./worker.ts";

/**
 * Serves the pages to a person, by an installation with other `settings` if any. Returns what asks for one; a body is a form
 * that a page of ours posts.
 */
export function served(
  operations: readonly Operation[],
  { cookie }: Pick<TestPerson, "cookie">,
  settings: Readonly<Record<string, string>> = {},
) {
  const app = new OpenAPIHono<HttpEnv>();
  app.use(frame);
  mount(app, { ...dashboard, operations });
  const execution = { waitUntil: () => {} } as unknown as ExecutionContext;
  return async (path: string, body: URLSearchParams | null = null, headers = {}) =>
    app.fetch(
      new Request(ORIGIN + path, {
        method: body === null ? "GET" : "POST",
        body,
        headers: { cookie, origin: ORIGIN, "sec-fetch-site": "same-origin", ...headers },
      }),
      { connection: connect({ ...bindings, ...settings }, execution) },
    );
}
