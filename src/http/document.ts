// Finishes the OpenAPI document that zod's schemas make. Generators of clients read it literally, so it says in the plain
// way what the schemas mean: a field that may be null is `anyOf` of its schema and null, what extends another schema has
// all fields itself, and no default is null. Every JSON body has a name and an example, and headers of answers are told once.
type Json = unknown;
export interface JsonObject {
  [key: string]: Json;
}

/** Keywords whose values are data: nothing in them is a schema. */
const DATA = new Set(["example", "examples", "default", "enum", "const", "required"]);
/** Keywords that may stand beside a reference (JSON Schema 2020-12, section 8.2.3.1). */
const NOTES = ["description", "example", "examples", "deprecated"];
const METHODS = ["get", "post", "put", "patch", "delete"];
const JSON_TYPE = "application/json";
const SCHEMAS = "#/components/schemas/";
/** How deep an example is made: schemas may contain themselves, as conditions of a targeting do. */
const MAX_EXAMPLE_DEPTH = 12;

/** Completes `document`, which zod's schemas made, and returns it. Throws if two schemas would have one name. */
export function finished(document: JsonObject): JsonObject {
  const components = object(document["components"]);
  const schemas = object(components["schemas"]);
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = plain(schema, schemas);
  for (const place of ["paths", "webhooks"]) {
    document[place] = plain(document[place] ?? {}, schemas);
    for (const item of Object.values(object(document[place]))) {
      for (const method of METHODS) {
        const operation = object(item)[method];
        if (operation === undefined) continue;
        nameBodies(object(operation), schemas);
        addExamples(object(operation), schemas);
        tellOnce(object(operation), components);
      }
    }
  }
  describeReferences(schemas, schemas);
  return document;
}

/** Returns `value`, a schema or what has schemas in it, in the plain way. `schemas` are those that it refers to. */
function plain(value: Json, schemas: JsonObject): Json {
  if (Array.isArray(value)) return value.map((item) => plain(item, schemas));
  if (!isObject(value)) return value;
  const mapped: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined || (key === "default" && inner === null)) continue;
    mapped[key] = DATA.has(key)
      ? inner
      : key === "properties"
        ? Object.fromEntries(
            Object.entries(object(inner)).map(([name, field]) => [name, plain(field, schemas)]),
          )
        : plain(inner, schemas);
  }
  return withoutAllOf(mapped, schemas);
}

/** Gives each field that only refers to a schema that one's description, since readers look beside the field. */
function describeReferences(value: Json, schemas: JsonObject): void {
  if (!isObject(value) && !Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "properties") {
      for (const field of Object.values(object(inner)).map(object)) {
        const name = refName(field);
        if (name !== null) field["description"] ??= object(schemas[name])["description"];
      }
    }
    if (!DATA.has(key)) describeReferences(inner, schemas);
  }
}

/** A schema that combines a reference with something else, without `allOf`. */
function withoutAllOf(schema: JsonObject, schemas: JsonObject): JsonObject {
  const { allOf, oneOf, ...beside } = schema;
  const parts = allOf ?? (isNullable(oneOf) ? oneOf : undefined);
  if (!Array.isArray(parts)) return schema;
  const [base, other] = parts.map(object);
  if (base?.["$ref"] === undefined || other === undefined || parts.length !== 2) return schema;
  const notes = { ...picked(other, NOTES), ...beside };
  if ("properties" in other) {
    return { ...flattened(resolved(base, schemas), other), ...notes };
  }
  const types = other["type"];
  const nullable = types === "null" || (Array.isArray(types) && types.includes("null"));
  return nullable ? { anyOf: [base, { type: "null" }], ...notes } : { ...base, ...notes };
}

/** The object that has the fields of `base` and of `own`. */
function flattened(base: JsonObject, own: JsonObject): JsonObject {
  const properties = { ...object(base["properties"]), ...object(own["properties"]) };
  const required = new Set([...list(base["required"]), ...list(own["required"])]);
  const { description: _description, example: _example, ...kept } = base;
  return { ...kept, ...own, type: "object", properties, required: [...required] };
}

/** Gives each JSON body of an operation a name: what holds one thing or a list of them is named after it. */
function nameBodies(operation: JsonObject, schemas: JsonObject): void {
  const id = String(operation["operationId"]);
  const operationName = id.charAt(0).toUpperCase() + id.slice(1);
  for (const { media, kind } of bodies(operation)) {
    const schema = object(media["schema"]);
    if ("$ref" in schema) continue;
    const own = `${operationName}${kind}`;
    const wanted = (kind === "Response" && nameOfContents(schema)) || own;
    const name = isFree(wanted, schema, schemas) ? wanted : own;
    if (!isFree(name, schema, schemas)) throw new Error(`two schemas are named ${name}`);
    const what = kind === "Request" ? "The body of a request" : "The answer";
    schemas[name] ??= { description: `${what}: ${String(operation["summary"])}.`, ...schema };
    media["schema"] = { $ref: SCHEMAS + name };
  }
}

/** PushAppResponse for {data: PushApp}, PushAppList for {data: [PushApp], ...}; null for anything else. */
function nameOfContents(schema: JsonObject): string | null {
  const data = object(object(schema["properties"])["data"]);
  const one = refName(data);
  if (one !== null) return `${one}Response`;
  const many = refName(object(data["items"]));
  return many === null ? null : `${many}List`;
}

function isFree(name: string, schema: JsonObject, schemas: JsonObject): boolean {
  const taken = schemas[name];
  if (taken === undefined) return true;
  const { description: _description, ...bare } = object(taken);
  const { description: _own, ...wanted } = schema;
  return JSON.stringify(bare) === JSON.stringify(wanted);
}

/** Gives each JSON body of a request, and of an answer that is no refusal, an example unless it has one. */
function addExamples(operation: JsonObject, schemas: JsonObject): void {
  for (const { media } of bodies(operation)) {
    if ("example" in media || "examples" in media) continue;
    const example = exampleOf(object(media["schema"]), schemas, MAX_EXAMPLE_DEPTH);
    if (example !== undefined) media["example"] = example;
  }
}

/** The example of a schema, made of those of its fields; undefined if it has none. */
function exampleOf(schema: JsonObject, schemas: JsonObject, depth: number): Json {
  if ("example" in schema) return schema["example"];
  if ("const" in schema) return schema["const"];
  if (depth === 0) return undefined;
  if ("$ref" in schema) return exampleOf(resolved(schema, schemas), schemas, depth - 1);
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) return exampleOf(object(choices[0]), schemas, depth - 1);
  if ("default" in schema) return schema["default"];
  const types = schema["type"];
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  if (Array.isArray(types) && types.includes("null")) return null;
  switch (types) {
    case "object":
      return objectExample(schema, schemas, depth);
    case "array": {
      const item = exampleOf(object(schema["items"]), schemas, depth - 1);
      return item === undefined ? undefined : [item];
    }
    case "boolean":
      return true;
    case "integer":
      return schema["minimum"] ?? 1;
    default:
      return undefined;
  }
}

/** Whether the field of a schema, or one within it, has an example of its own. */
function isShown(field: JsonObject): boolean {
  const inner = Object.values(object(field["properties"])).map(object);
  return "example" in field || inner.some(isShown);
}

/** Has the fields that are required, and those that have an example of their own. */
function objectExample(schema: JsonObject, schemas: JsonObject, depth: number): Json {
  const required = list(schema["required"]);
  const fields = Object.entries(object(schema["properties"])).filter(
    ([name, field]) => required.includes(name) || isShown(object(field)),
  );
  return Object.fromEntries(
    fields
      .map(([name, field]) => [name, exampleOf(object(field), schemas, depth - 1)])
      .filter(([, example]) => example !== undefined),
  );
}

/** Moves what answers say alike of headers to the components. */
function tellOnce(operation: JsonObject, components: JsonObject): void {
  const shared = object((components["headers"] ??= {}));
  for (const response of Object.values(object(operation["responses"])).map(object)) {
    const headers = object(response["headers"] ?? {});
    for (const [name, told] of Object.entries(headers)) {
      shared[name] ??= told;
      const isTold = JSON.stringify(shared[name]) === JSON.stringify(told);
      if (isTold) headers[name] = { $ref: `#/components/headers/${name}` };
    }
  }
}

/** The JSON bodies of an operation's request and of its answers that are no refusals. */
function bodies(operation: JsonObject): { media: JsonObject; kind: "Request" | "Response" }[] {
  const answers = Object.entries(object(operation["responses"])).filter(([status]) =>
    status.startsWith("2"),
  );
  return [
    { kind: "Request" as const, content: object(operation["requestBody"] ?? {})["content"] },
    ...answers.map(([, answer]) => {
      return { kind: "Response" as const, content: object(answer)["content"] };
    }),
  ].flatMap(({ kind, content }) => {
    const media = object(content ?? {})[JSON_TYPE];
    return media === undefined ? [] : [{ kind, media: object(media) }];
  });
}

/** Whether a `oneOf` is that of a reference and null. */
function isNullable(oneOf: Json): boolean {
  return Array.isArray(oneOf) && oneOf.some((part) => object(part)["type"] === "null");
}

/** The schema that a reference names, in the plain way. */
function resolved(ref: JsonObject, schemas: JsonObject): JsonObject {
  const found = schemas[refName(ref) ?? ""];
  if (found === undefined) throw new Error(`there is no ${String(ref["$ref"])}`);
  return object(plain(found, schemas));
}

function refName(schema: JsonObject): string | null {
  const ref = schema["$ref"];
  return typeof ref === "string" ? ref.slice(SCHEMAS.length) : null;
}

function picked(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value, where it is an object; else an object without fields. */
function object(value: Json): JsonObject {
  return isObject(value) ? value : {};
}

function list(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}
