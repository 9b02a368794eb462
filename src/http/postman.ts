// Makes a collection of Postman's format 2.1 from our OpenAPI document, so that whoever has Postman, or one of the programs
// that read its format, can try every operation without typing it. It knows what our document has, and no other's.

/** What is read of the OpenAPI document. */
export interface Described {
  info: { title: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  "x-tagGroups": { name: string; tags: string[] }[];
  paths: Record<string, Record<string, DescribedOperation>>;
  components: { securitySchemes: Record<string, Scheme> };
}

interface DescribedOperation {
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { example?: unknown }> };
}

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description: string;
  schema: { example?: unknown; default?: unknown; enum?: unknown[] };
}

type Scheme = { description: string } & (
  | { type: "http"; scheme: "bearer" }
  | { type: "apiKey"; in: "header"; name: string }
);

/** The variable that stands for the origin, before each path. */
const BASE = "{{baseUrl}}";
const JSON_TYPE = "application/json";
/** What Postman makes anew for each request: two that mean different things must not have one key. */
const MADE_ANEW: Record<string, string> = { "Idempotency-Key": "{{$guid}}" };
const HOW_TO =
  "Set the variables of this collection first: `apiKey` is enough for most operations. The parts of a path, such as an " +
  "app's `id`, are set in each request; queries and headers that are optional are there, and switched off.";

/**
 * Returns the collection of `document`: a folder for each group of tags, in it one for each tag, in that the operations.
 * Credentials are variables without a value; the origin of the first server is the value of `baseUrl`.
 */
export function collectionOf(document: Described) {
  const { info, servers, tags, components } = document;
  const schemes = components.securitySchemes;
  const items = itemsByTag(document);
  const told = new Map(tags.map(({ name, description }) => [name, description]));
  const folder = (name: string) => {
    return { name, description: told.get(name), item: items.get(name) ?? [] };
  };
  return {
    info: {
      name: info.title,
      description: `${HOW_TO}\n\n${info.description}`,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    item: document["x-tagGroups"].map((group) => {
      return { name: group.name, item: group.tags.map(folder) };
    }),
    variable: [
      { key: "baseUrl", value: servers[0]?.url, type: "string" },
      ...Object.entries(schemes).map(([key, { description }]) => {
        return { key, value: "", type: "string", description };
      }),
    ],
  };
}

function itemsByTag({ paths, components }: Described): Map<string, object[]> {
  const items = new Map<string, object[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag = ""] = operation.tags;
      const request = requestOf(path, method, operation, components.securitySchemes);
      items.set(tag, [...(items.get(tag) ?? []), { name: operation.summary, request }]);
    }
  }
  return items;
}

function requestOf(
  path: string,
  method: string,
  { description, parameters = [], requestBody, security }: DescribedOperation,
  schemes: Record<string, Scheme>,
) {
  const within = (place: Parameter["in"]) => parameters.filter((each) => each.in === place);
  const isJson = requestBody !== undefined && JSON_TYPE in requestBody.content;
  return {
    method: method.toUpperCase(),
    description,
    auth: authOf(Object.keys(security[0] ?? {})[0], schemes),
    header: [
      ...(isJson ? [{ key: "Content-Type", value: JSON_TYPE }] : []),
      ...within("header").map(optional),
    ],
    url: urlOf(path, within("path"), within("query")),
    ...(requestBody && { body: bodyOf(requestBody.content) }),
  };
}

function urlOf(path: string, inPath: Parameter[], inQuery: Parameter[]) {
  const segments = path.slice(1).replaceAll(/\{(\w+)\}/g, ":$1");
  const query = inQuery.map(optional);
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return {
    raw: [`${BASE}/${segments}`, ...(sent.length > 0 ? [sent.join("&")] : [])].join("?"),
    host: [BASE],
    path: segments.split("/"),
    ...(query.length > 0 && { query }),
    variable: inPath.map(({ name, description, schema }) => {
      return { key: name, value: choiceOf(schema), description };
    }),
  };
}

/** A parameter of the query, or a header: it is sent once somebody switches it on, unless the operation requires it. */
function optional({ name, description, required, schema }: Parameter) {
  const value = MADE_ANEW[name] ?? valueOf(schema);
  return { key: name, value, description, disabled: !required };
}

/** The first of the values that part of a path can have. Ids have none: who runs the whole collection deletes no app 1. */
function choiceOf({ enum: choices = [] }: Parameter["schema"]): string {
  return textOf(choices[0] ?? "");
}

function valueOf(schema: Parameter["schema"]): string {
  return textOf(schema.example ?? schema.default ?? schema.enum?.[0] ?? "");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The operation's example, as text that one may write in; of what is no JSON, a place for a file of one's own. */
function bodyOf(content: Record<string, { example?: unknown }>) {
  const media = content[JSON_TYPE];
  if (!media) return { mode: "file", file: { src: null } };
  const raw = JSON.stringify(media.example ?? {}, null, 2);
  return { mode: "raw", raw, options: { raw: { language: "json" } } };
}

/** How a request proves who makes it: by the variable that is named as the document's scheme. */
function authOf(name: string | undefined, schemes: Record<string, Scheme>) {
  const scheme = name === undefined ? undefined : schemes[name];
  if (!scheme) return { type: "noauth" };
  const value = `{{${name}}}`;
  if (scheme.type === "http") return { type: "bearer", bearer: [{ key: "token", value }] };
  const apikey = [
    { key: "in", value: scheme.in },
    { key: "key", value: scheme.name },
    { key: "value", value },
  ];
  return { type: "apikey", apikey };
}
