// Validates values against the schemas of the OpenAPI document (JSON Schema 2020-12): those keywords that it uses, and an
// error for any other, so that none is passed over.
type Schema = any;

/** Keywords that say nothing about what is valid. */
const NOTES = new Set([
  "$comment",
  "description",
  "example",
  "examples",
  "default",
  "discriminator",
  "title",
]);

const FORMATS: Record<string, (text: string) => boolean> = {
  "date-time": (text) => /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  uri: (text) => URL.canParse(text),
  email: (text) => /^[^@\s]+@[^@\s]+$/.test(text),
  base64: (text) => /^[A-Za-z0-9+/]*=*$/.test(text),
  binary: () => true,
};

const TYPES: Record<string, (value: unknown) => boolean> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** What a keyword finds wrong with a value; `schema` is the one that it stands in. */
type Check = (argument: any, value: any, schema: Schema, inner: typeof problems) => string[];

const when = (isWrong: boolean, problem: string) => (isWrong ? [problem] : []);
const length = (value: unknown) => (typeof value === "string" ? [...value].length : null);
const entries = (value: any) => (TYPES["object"]?.(value) ? Object.entries(value) : []);

const CHECKS: Record<string, Check> = {
  type: (types, value) =>
    when(
      ![types].flat().some((type: string) => TYPES[type]?.(value)),
      `is no ${[types].flat().join(" or ")}`,
    ),
  enum: (values, value) => when(!values.includes(value), `is none of ${values.join(", ")}`),
  const: (wanted, value) => when(value !== wanted, `is not ${wanted}`),
  minLength: (least, value) => when((length(value) ?? least) < least, "is too short"),
  maxLength: (most, value) => when((length(value) ?? most) > most, "is too long"),
  pattern: (pattern, value) =>
    when(typeof value === "string" && !new RegExp(pattern, "u").test(value), `is not ${pattern}`),
  format: (format, value) => {
    const isValid = FORMATS[format];
    if (!isValid) throw new Error(`the format ${format} is not known`);
    return when(typeof value === "string" && !isValid(value), `is no ${format}`);
  },
  minimum: (least, value) => when(value < least, "is too small"),
  maximum: (most, value) => when(value > most, "is too large"),
  exclusiveMinimum: (least, value) => when(value <= least, "is too small"),
  minItems: (least, value) => when(Array.isArray(value) && value.length < least, "has too few"),
  maxItems: (most, value) => when(Array.isArray(value) && value.length > most, "has too many"),
  items: (schema, value, _, inner) =>
    Array.isArray(value) ? value.flatMap((item, at) => under(at, inner(schema, item))) : [],
  required: (names, value) =>
    names
      .filter((name: string) => TYPES["object"]?.(value) && !(name in value))
      .map((name: string) => `.${name}: is required`),
  properties: (fields, value, _, inner) =>
    entries(value).flatMap(([name, item]) =>
      name in fields ? under(name, inner(fields[name], item)) : [],
    ),
  additionalProperties: (schema, value, { properties = {} }, inner) =>
    entries(value)
      .filter(([name]) => !(name in properties))
      .flatMap(([name, item]) =>
        under(name, schema === false ? ["is not known"] : inner(schema, item)),
      ),
  anyOf: (schemas, value, _, inner) =>
    when(
      schemas.every((schema: Schema) => inner(schema, value).length > 0),
      "fits none of the alternatives",
    ),
  oneOf: (schemas, value, _, inner) => {
    const fitting = schemas.filter((schema: Schema) => inner(schema, value).length === 0).length;
    return when(fitting !== 1, `fits ${fitting} of the alternatives`);
  },
};

function under(name: string | number, found: string[]): string[] {
  return found.map((problem) => `.${name}${problem.startsWith(".") ? "" : ": "}${problem}`);
}

let schemas: Record<string, Schema> = {};
/** Whether an object may have no other fields than those that its schema names. */
let isClosed = false;

function problems(schema: Schema, value: unknown): string[] {
  if (schema.$ref) {
    const name = schema.$ref.replace("#/components/schemas/", "");
    if (!schemas[name]) throw new Error(`there is no ${schema.$ref}`);
    return problems(schemas[name], value);
  }
  const closed = isClosed && schema.properties ? { additionalProperties: false } : {};
  return Object.entries({ ...closed, ...schema }).flatMap(([keyword, argument]) => {
    if (NOTES.has(keyword)) return [];
    const check = CHECKS[keyword];
    if (!check) throw new Error(`the keyword ${keyword} is not known`);
    return check(argument, value, schema, problems);
  });
}

/** Returns what is wrong with `value` by `schema` of `document`; nothing where it is valid. */
export function violationsOf(document: any, schema: Schema, value: unknown): string[] {
  schemas = document.components.schemas;
  return problems(schema, value);
}

/** The same, where a field that the document does not describe is wrong too, as it is in answers and events. */
export function undescribedIn(document: any, schema: Schema, value: unknown): string[] {
  isClosed = true;
  try {
    return violationsOf(document, schema, value);
  } finally {
    isClosed = false;
  }
}
