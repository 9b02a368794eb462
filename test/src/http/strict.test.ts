// What no operation takes, tried on every operation of the OpenAPI document: fields and parameters that it does not
// know, broken JSON, a broken path, a key without its scope, an expired key. Each is refused in the form of its surface,
// says what is wrong, and changes nothing. A new operation is tried as soon as it is in the document.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Scope } from "../../../src/domain/scopes.ts";
import { MINUTE_MS } from "../../../src/kit/time.ts";
import { everything, keyWithout, newBodiesWorld, otherForms } from "../../support/bodies.ts";
import type { BodiesWorld } from "../../support/bodies.ts";
import { newKey } from "../../support/scenario.ts";
import { api, moveElsewhere, rows, send, type Reply } from "../../support/worker.ts";
import { v1 } from "../../../src/api/v1/index.ts";
import { push } from "../../../src/api/push/index.ts";
import { instant } from "../../../src/api/instant/index.ts";

interface Described {
  id: string;
  method: string;
  path: string;
  security: string | null;
  hasJson: boolean;
  query: string[];
  /** The most of each number in the query, where the document says it. */
  most: Record<string, string>;
  responses: string[];
}

const document = (await api("GET", "/openapi.json")).body;
const operations: Described[] = Object.entries<Record<string, any>>(document.paths).flatMap(
  ([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      security: Object.keys(operation.security[0] ?? {})[0] ?? null,
      hasJson: operation.requestBody?.content["application/json"] !== undefined,
      query: (operation.parameters ?? [])
        .filter((parameter: any) => parameter.in === "query")
        .map(({ name }: { name: string }) => name),
      most: Object.fromEntries(
        (operation.parameters ?? []).flatMap(({ name, schema }: any) =>
          schema?.maximum === undefined ? [] : [[name, String(schema.maximum)]],
        ),
      ),
      responses: Object.keys(operation.responses),
    })),
);
const each = (some: Described[]) => some.map((one) => [one.id, one] as const);
const isLenient = ({ path }: Described) => path.startsWith("/api/r/v2");
const withJson = operations.filter(({ hasJson }) => hasJson);
const keyed = operations.filter(({ security }) => security === "apiKey");

/** The fields of owners' own choosing, in which nothing is unknown, and those of Google and of languages. */
const FREE = /^(?:data|platform_overrides\.\w+|translations|service_account)$/;

let world: BodiesWorld;
beforeAll(async () => {
  world = await newBodiesWorld();
});
// One address may not send as many requests as all these tests do, nor one account: each test has a minute of its own.
beforeEach(() => {
  moveElsewhere();
  ahead += MINUTE_MS;
});
let ahead = 0;
const present = Date.now.bind(Date);
const clock = vi.spyOn(Date, "now").mockImplementation(() => present() + ahead);
// The isolate goes on with other files.
afterAll(() => clock.mockRestore());

async function call(
  { method, path, security }: Described,
  {
    body,
    at,
    token,
    query = "",
  }: { body?: string; at?: string; token?: string; query?: string } = {},
): Promise<Reply> {
  const headers =
    token === undefined ? world.credentials[security ?? ""] : { authorization: `Bearer ${token}` };
  return api(method, (at ?? world.fillings(path)) + query, {
    headers: { ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** What a refusal says, in whichever form its surface has. */
function told({ path }: Described, { status, body }: Reply, expected: number): string {
  const isChannel = path.startsWith("/channels");
  const isInstant = path.startsWith("/api/b/") || path.startsWith("/api/r/");
  const is400 = expected === 422 && (isChannel || isInstant);
  expect([status, JSON.stringify(body)]).toEqual([is400 ? 400 : expected, JSON.stringify(body)]);
  if (isChannel) {
    expect(Object.keys(body)).toEqual(["statusCode", "message", "error"]);
    return [body.message].flat().join("; ");
  }
  if (isInstant) {
    expect(Object.keys(body)).toEqual(["error", "req_id"]);
    return body.error;
  }
  if (path.startsWith("/api/v1/push/")) return JSON.stringify(body.details ?? body.error);
  expect(body.message).toEqual(expect.any(String));
  return JSON.stringify(body.errors ?? body.details ?? body.message);
}

/** Copies of a body, each with an unknown field in one of its objects, and the name of that field. */
function altered(body: unknown): [string, string][] {
  const whole = JSON.stringify(body);
  const paths: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (FREE.test(path.join("."))) return;
    if (Array.isArray(value)) value.forEach((item, at) => walk(item, [...path, at]));
    else if (typeof value === "object" && value !== null) {
      paths.push(path);
      for (const [name, item] of Object.entries(value)) walk(item, [...path, name]);
    }
  };
  walk(body, []);
  return paths.map((path) => {
    const copy = JSON.parse(whole);
    const place = path.reduce((value, name) => value[name], copy);
    place.no_such_field = 1;
    return [JSON.stringify(copy), [...path, "no_such_field"].join(".")];
  });
}

test("every operation with a JSON body has a body to be altered", () => {
  expect(withJson.map(({ id }) => id).toSorted()).toEqual(Object.keys(world.bodies).toSorted());
  expect(withJson.length).toBeGreaterThanOrEqual(43);
});

describe.each(each(withJson))("%s", (id, operation) => {
  test("refuses a field that it does not know, at the top and in each object, and changes nothing", async () => {
    const before = await everything();
    for (const [body, field] of altered(world.bodies[id])) {
      const answer = await call(operation, { body });
      if (isLenient(operation)) {
        expect([answer.status, answer.body.error ?? ""].join(" ")).not.toContain("no_such_field");
        continue;
      }
      // An import refuses the row, and not the list.
      if (field.startsWith("subscribers.0.")) {
        const inRow = field.replace("subscribers.0.", "");
        expect(answer.status).toBe(200);
        expect(Object.keys(answer.body.data[0].details)).toEqual([inRow]);
        continue;
      }
      expect(told(operation, answer, 422)).toContain(field);
    }
    if (!isLenient(operation)) expect(await everything()).toEqual(before);
  });

  test("says where a body stops being JSON", async () => {
    const refused = await call(operation, { body: '{\n  "a": 1,\n  "b": tru\n}' });
    const message = told(operation, refused, 400);
    expect(message).toContain("not valid JSON: an unexpected character at line 3, column 11");
    expect(message).not.toContain("tru");
  });

  // What a device says of itself is never refused for one; what it does not know is.
  test.skipIf(isLenient(operation) || id.endsWith("Device"))(
    "refuses a lone surrogate by its name, in texts and in names, and changes nothing",
    async () => {
      const before = await everything();
      const wrong = { name: "\ud800", "x\udc00": [] };
      const isImport = id === "importSubscribers";
      const json = isImport ? { subscribers: [wrong] } : { ...world.bodies[id], ...wrong };
      const answer = await call(operation, { body: JSON.stringify(json) });
      const message = isImport
        ? JSON.stringify(answer.body.data[0].details)
        : told(operation, answer, 422);
      expect(message).toContain("must not hold a lone surrogate");
      expect(message).toContain("must not have a lone surrogate in its name");
      expect(await everything()).toEqual(before);
    },
  );
});

test("each form of a credential has its own fields", async () => {
  for (const [id, provider, body] of await otherForms()) {
    const operation = withJson.find((one) => one.id === id)!;
    const at = world.fillings(operation.path).replace(/fcm$/, provider);
    for (const [text, field] of altered(body)) {
      expect(told(operation, await call(operation, { at, body: text }), 422)).toContain(field);
    }
  }
});

describe.each(each(operations.filter(({ security }) => security !== null)))(
  "%s",
  (_id, operation) => {
    const takesNothing =
      operation.method !== "GET" && !operation.hasJson && !operation.id.startsWith("putAppIcon");

    test("refuses a query parameter that it does not know, or that is given twice, and changes nothing", async () => {
      const before = await everything();
      const body = operation.hasJson ? { body: JSON.stringify(world.bodies[operation.id]) } : {};
      for (const query of ["?no_such_field=1", "?x=1&x=2"]) {
        if (operation.query.length > 0 && query.includes("x=1")) continue;
        const refused = await call(operation, { ...body, query });
        const message = told(operation, refused, 422);
        expect(message).toContain(query.includes("x=1") ? "must be given once" : "no_such_field");
      }
      const broken = await call(operation, { ...body, query: "?x=%zz" });
      expect(told(operation, broken, 400)).toContain("The query is not percent-encoded");
      expect(await everything()).toEqual(before);
    });

    test.runIf(takesNothing)(
      "refuses fields in a body where it takes none, and changes nothing",
      async () => {
        const before = await everything();
        const refused = await call(operation, { body: '{"no_such_field":1}' });
        expect(told(operation, refused, 422)).toContain("no_such_field");
        for (const body of ['[{"no_such_field":1}]', '"dry_run"', "5", "true"]) {
          const odd = await call(operation, { body });
          expect(told(operation, odd, 422), body).toMatch(/must be an? (?:JSON )?object/);
        }
        expect(await everything()).toEqual(before);
      },
    );
  },
);

describe.each(each(operations.filter(({ path }) => path.includes("{"))))("%s", (_id, operation) => {
  test.each(["%", "%zz", "%E0%A4%A", "%ff", "%ED%A0%80"])(
    "answers 400 for a path with %s",
    async (part) => {
      const at = operation.path.replaceAll(/\{\w+\}/g, part);
      const refused = await call(operation, {
        at,
        ...(operation.method === "GET" ? {} : { body: "{}" }),
      });
      expect(told(operation, refused, 400)).toContain("The path is not percent-encoded");
      expect(operation.responses).toContain("400");
    },
  );
});

test.each(["/%zz", "/api/%zz", "/api/v2/x/%", "/builder/%ED%A0%80", "/healthz%ff"])(
  "answers 400 for the path %s, which no surface has",
  async (path) => {
    const refused = await api("GET", path);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain("The path is not percent-encoded");
  },
);

test.each([
  ["createApp", { version_code: 0 }, "from 1 to 2100000000"],
  ["createPushNotification", { ttl: 0 }, "from 0 to 2419200"],
  ["rotateChannelKey", { grace_seconds: 0 }, "from 0 to 2592000"],
  ["updateAccount", { build_credits: 0 }, "from 0 to 1000000000"],
  ["putPlans", { plans: [{ name: "Free", price: 0 }] }, "from 0 to 1000000"],
] as const)("%s says of 1e999 and -1e999 in %j that it must be %s", async (id, field, range) => {
  const operation = withJson.find((one) => one.id === id)!;
  for (const number of ["1e999", "-1e999"]) {
    const body = JSON.stringify({ ...world.bodies[id], ...field }).replace(/:0(?=})/, `:${number}`);
    expect(body).toContain(number);
    expect(told(operation, await call(operation, { body }), 422)).toContain(`must be ${range}`);
  }
});

describe.each(
  each(operations.filter(({ query }) => query.some((name) => /limit|page/.test(name)))),
)("the list %s", (_id, operation) => {
  const bounds: Record<string, [string, string]> = {
    page: ["1", "1000000"],
    per_page: ["1", "100"],
    limit: ["1", "100"],
    offset: ["0", "10000000"],
  };
  const numbers = operation.query.filter((name) => name in bounds);

  test.each(numbers)(
    "says which %s it takes, and neither ignores nor changes another",
    async (name) => {
      const [least = "", usual = ""] = bounds[name] ?? [];
      const most = operation.most[name] ?? usual;
      const [below, above] = [String(Number(least) - 1), String(Number(most) + 1)];
      for (const [given, bound] of [
        [below, least],
        ["-1", least],
        ["-99999999999999999999", least],
        [above, most],
        ["99999999999999999999", most],
        ["x", "must be an integer"],
        ["", "must be an integer"],
        ["1.5", "must be an integer"],
        ["1e1", "must be an integer"],
        ["0x1", "must be an integer"],
        ["%20", "must be an integer"],
      ] as const) {
        const refused = await call(operation, { query: `?${name}=${given}` });
        const message = told(operation, refused, 422);
        expect(message, given).toContain(name);
        expect(message, given).toContain(bound);
      }
      // Accounts are listed as far as they are counted, and no further.
      const isCut = operation.id === "listAccounts" && name === "page";
      for (const given of isCut ? [least] : [least, most]) {
        expect((await call(operation, { query: `?${name}=${given}` })).status, given).not.toBe(422);
      }
    },
  );

  test.each(operation.query.filter((name) => name === "status" || name === "platform"))(
    "says which %s there is",
    async (name) => {
      const refused = await call(operation, { query: `?${name}=foo` });
      expect(told(operation, refused, 422)).toMatch(/must be one of \w+, \w+/);
    },
  );
});

describe.each(each(keyed))("%s", (_id, operation) => {
  const scope = [v1, push, instant]
    .flatMap((surface) => surface.operations)
    .find(({ docs }) => docs.operationId === operation.id)?.scope;

  test("names the scope that a key lacks", async () => {
    const token = await keyWithout(world.account, scope ?? "", Scope.options);
    const refused = await call(operation, { token });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("www-authenticate")).toBe(
      `Bearer error="insufficient_scope", error_description="This API key lacks the scope ${scope}.", scope="${scope}"`,
    );
    // The push API's contract has a text of its own.
    const isPush = operation.path.startsWith("/api/v1/push/");
    const message = refused.body.error ?? refused.body.message;
    expect(message).toContain(isPush ? "Insufficient scope" : scope);
  });

  test("says that an expired key has expired, and when", async () => {
    const token = await newKey(world.account.id);
    await rows("UPDATE api_keys SET expires_at = 1000 WHERE key_prefix = ?", token.slice(0, 12));
    const refused = await call(operation, { token });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer error="invalid_token", error_description="The API key expired at 1970-01-01T00:00:01Z"',
    );
  });
});

// At the end, since these change the world; last of all what stops the account.
const isLast = ({ id }: Described) => Number(id === "suspendAccount");
test.each(each(withJson.toSorted((one, other) => isLast(one) - isLast(other))))(
  "%s takes the body that was altered",
  async (id, operation) => {
    const { method, path, security } = operation;
    const headers = { ...world.credentials[security ?? ""] };
    const taken = await send(method, world.fillings(path), { headers, json: world.bodies[id] });
    // Nobody is there to build.
    const isTaken = id === "triggerBuild" ? taken.status === 503 : taken.status < 300;
    expect(isTaken, `${taken.status} ${await taken.text()}`).toBe(true);
  },
);
