// What the generator of the OpenAPI document makes of a zod schema. It reads a schema anew wherever that is used, and headers
// and errors are used by every answer of every operation: made here, each is made once.
import { OpenAPIHono, z, type RouteConfig } from "@hono/zod-openapi";

type Registry = OpenAPIHono["openAPIRegistry"];
type Response = RouteConfig["responses"][string];
type Headers = Exclude<NonNullable<Exclude<Response, { $ref: string }>["headers"]>, z.ZodObject>;

const madeHeaders = new WeakMap<z.ZodType, Headers[string]>();

/** Returns the headers of `schemas` as the document has them. */
export function plainHeaders(schemas: z.ZodObject): Headers {
  const fields: [string, z.ZodType][] = Object.entries(schemas.shape);
  const unmade = fields.filter(([, schema]) => !madeHeaders.has(schema));
  if (unmade.length > 0) {
    const { headers } = made({ description: "", headers: z.object(Object.fromEntries(unmade)) });
    for (const [name, schema] of unmade) madeHeaders.set(schema, headers[name] ?? {});
  }
  // All are of one version of OpenAPI, which the compiler can't tell.
  return Object.fromEntries(
    fields.map(([name, schema]) => [name, madeHeaders.get(schema) ?? {}]),
  ) as Headers;
}

/** Adds `schema`, which has a name, to the document's components, and returns the reference to it. */
export function reference(registry: Registry, schema: z.ZodType): { $ref: string } {
  const { content } = made({ description: "", content: { "application/json": { schema } } });
  const { $ref } = content["application/json"].schema;
  registry.register($ref.slice($ref.lastIndexOf("/") + 1), schema);
  return { $ref };
}

function made(response: Response) {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerPath({ method: "get", path: "/", responses: { 200: response } });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "", version: "" },
  });
  return document.paths?.["/"]?.get?.responses?.[200];
}
