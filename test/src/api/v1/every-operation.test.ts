// Access to every operation of API v1: without a key, with wrong, ended or too narrow keys, and with another
// account's. A new operation is tested as soon as it is in the API's list.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { v1 } from "../../../../src/api/v1/index.ts";
import { Scope } from "../../../../src/domain/scopes.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import { belongings, NO_ID, operations, pathOf } from "../../../support/operations.ts";
import { api, bindings, moveElsewhere, rows, send } from "../../../support/worker.ts";
import {
  newAccount,
  newApp,
  newKey,
  newOneOfEach,
  type OneOfEach,
} from "../../../support/scenario.ts";

const withKeys = operations.filter(([, { access }]) => access === "key");
const forOperators = operations.filter(([, { access }]) => access === "operator");
const aboutThings = withKeys.filter(([, { docs }]) => docs.params);
/** What a key is told that expired 1 ms after 1970 began. */
const ENDED =
  'Bearer error="invalid_token", error_description="The API key expired at 1970-01-01T00:00:00Z"';
const UNKNOWN_KEY = `sw_live_${"A".repeat(43)}`;

let owner: OneOfEach;
beforeAll(async () => {
  owner = await newOneOfEach();
});

// One address may not send as many wrong keys as all these tests do.
beforeEach(moveElsewhere);

test("every operation is tested, and the thing its path names exists", () => {
  for (const [, { docs }] of operations) {
    if (docs.params) expect(Object.keys(owner.ids)).toContain(docs.params.thing);
  }
  expect(withKeys.length + forOperators.length).toBe(v1.operations.length);
  expect(withKeys.length).toBeGreaterThanOrEqual(22);
  expect(forOperators.length).toBeGreaterThanOrEqual(7);
});

/** Calls an operation; what it answers is JSON with a message if it refuses, and documented. */
async function call(operation: Operation, token: string | undefined, path: string, body = "{}") {
  const { docs } = operation;
  const answer = await api(docs.method.toUpperCase(), path, {
    ...(token === undefined ? {} : { token }),
    ...(docs.method === "get" ? {} : { body }),
  });
  if (answer.status >= 400) {
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.body.message).toEqual(expect.any(String));
  }
  return answer;
}

describe.each(withKeys)("%s", (_name, operation) => {
  const scope = operation.scope ?? "*";

  test("answers 401 without a valid key", async () => {
    const ended = await newKey(owner.id);
    await rows("UPDATE api_keys SET expires_at = 1 WHERE key_prefix = ?", ended.slice(0, 12));
    const revoked = await newKey(owner.id);
    await rows("DELETE FROM api_keys WHERE key_prefix = ?", revoked.slice(0, 12));
    const tokens = [undefined, "", "nonsense", UNKNOWN_KEY, `${owner.key}x`, ended, revoked];
    for (const token of [...tokens, bindings.ADMIN_TOKEN]) {
      const refused = await call(operation, token, pathOf(operation, owner.ids), "{");
      expect(refused.status, token).toBe(401);
      expect(refused.body).toEqual({ message: "Unauthenticated." });
      expect(refused.headers.get("www-authenticate")).toBe(token === ended ? ENDED : "Bearer");
    }
  });

  test("answers 403 to a key with every other scope, before it looks for anything", async () => {
    const others = Scope.options.filter((option) => option !== scope && option !== "*");
    const narrow = await newKey(owner.id, { scopes: others });
    for (const path of [pathOf(operation, owner.ids), pathOf(operation)]) {
      const refused = await call(operation, narrow, path, "{");
      expect(refused.status).toBe(403);
      expect(Object.keys(refused.body)).toEqual(["message"]);
    }
  });

  test("lets in a key that has only its own scope", async () => {
    const own = await newKey(owner.id, { scopes: [scope] });
    const answer = await call(operation, own, pathOf(operation));
    expect([401, 403]).not.toContain(answer.status);
    expect(answer.status).toBeLessThan(500);
  });
});

describe.each(aboutThings)("%s", (_name, operation) => {
  test("answers 404 for another account's thing like for a missing one, and leaves it unchanged", async () => {
    const stranger = await newAccount();
    const before = await belongings(owner.id);
    const missing = await call(operation, stranger.key, pathOf(operation, {}));
    expect(missing.status).toBe(404);
    for (const body of ["{}", "{", "[]"]) {
      const foreign = await call(operation, stranger.key, pathOf(operation, owner.ids), body);
      expect(foreign.status).toBe(404);
      expect(foreign.body).toEqual(missing.body);
    }
    expect(await belongings(owner.id)).toEqual(before);
  });

  test("answers 404 for malformed ids", async () => {
    const missing = await call(operation, owner.key, pathOf(operation, {}));
    for (const id of ["0", "-1", "1.5", "abc", "1e3", "99999999999999999999", "%00", "01"]) {
      const path = pathOf(operation, {}).replace(String(NO_ID), id);
      const refused = await call(operation, owner.key, path, "{");
      expect(refused.status, id).toBe(404);
      expect(refused.body).toEqual(missing.body);
    }
  });
});

test.each(aboutThings)("%s hides what is no app's of a limited key", async (_name, operation) => {
  const other = await newApp(owner.key);
  const limited = await newKey(owner.id, { app_ids: [other.id] });
  const before = await belongings(owner.id);
  const missing = await call(operation, limited, pathOf(operation, {}));
  const hidden = await call(operation, limited, pathOf(operation, owner.ids));
  // Only a key of the whole account gives a keystore for apps, whichever keystore it is.
  expect(hidden.status).toBe(operation.docs.operationId === "updateKeystore" ? 403 : 404);
  expect([hidden.status, hidden.body]).toEqual([missing.status, missing.body]);
  expect(await belongings(owner.id)).toEqual(before);
});

describe.each(forOperators)("%s", (_name, operation) => {
  test("refuses every token but the operators'", async () => {
    const path = pathOf(operation, owner.ids);
    for (const token of [undefined, "", "nonsense", `${bindings.ADMIN_TOKEN}x`]) {
      const refused = await call(operation, token, path, "{");
      expect(refused.status, token).toBe(401);
      expect(refused.body).toEqual({ message: "Unauthenticated." });
    }
    const refused = await call(operation, owner.key, path, "{");
    expect(refused.status).toBe(403);
    expect(Object.keys(refused.body)).toEqual(["message"]);
  });

  test("lets in the operators' token", async () => {
    const answer = await call(operation, bindings.ADMIN_TOKEN, pathOf(operation));
    expect([200, 404, 422]).toContain(answer.status);
  });
});

test.each(forOperators.filter(([, { docs }]) => docs.params))(
  "%s answers 404 for an account or builder that does not exist",
  async (_name, operation) => {
    const missing = await call(operation, bindings.ADMIN_TOKEN, pathOf(operation), "{");
    expect(missing.status).toBe(404);
    const thing = operation.docs.params?.thing === "builder" ? "Builder" : "Account";
    expect(missing.body).toEqual({ message: `${thing} not found.` });
  },
);

describe.each(operations.filter(([, { docs }]) => docs.method === "get"))(
  "%s",
  (_name, operation) => {
    test("answers HEAD like GET, without the body", async () => {
      const token = operation.access === "operator" ? bindings.ADMIN_TOKEN : owner.key;
      const path = pathOf(operation, owner.ids);
      const [get, head] = [await send("GET", path, { token }), await send("HEAD", path, { token })];
      await get.text();
      expect(head.status).toBe(get.status);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
      expect(await head.text()).toBe("");
      expect((await send("HEAD", path)).status).toBe(401);
    });
  },
);

describe("the path", () => {
  const paths = new Set(v1.operations.map(({ docs }) => docs.path));
  test.each([...paths])("%s answers 405 to other methods, even without a key", async (path) => {
    const own = v1.operations.filter(({ docs }) => docs.path === path);
    const has = own.map(({ docs }) => docs.method.toUpperCase());
    const allowed = has.includes("GET") ? [...has, "HEAD"] : has;
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      if (allowed.includes(method)) continue;
      const refused = await api(method, v1.prefix + path.replace("{id}", "1"));
      expect(refused.status, method).toBe(405);
      expect(refused.body).toEqual({ message: "Method not allowed." });
      expect(refused.headers.get("allow")?.split(", ").toSorted()).toEqual(allowed.toSorted());
    }
  });
});
