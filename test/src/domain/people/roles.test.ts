// Who may do what: the whole table of roles and rights, and what somebody without a right is told.
import { describe, expect, test } from "vitest";
import { createApiKey } from "../../../../src/domain/accounts/api-keys.ts";
import type { Role } from "../../../../src/domain/people/roles.ts";
import {
  hasRight,
  ROLES,
  ROLES_WITH,
  scopesOf,
  type Right,
} from "../../../../src/domain/people/roles.ts";
import { allows, Scope } from "../../../../src/domain/scopes.ts";
import { requireRight } from "../../../../src/http/authenticate.ts";
import { newMember } from "../../../support/members.ts";
import { newAccount } from "../../../support/scenario.ts";

const [YES, NO] = [true, false];

/** Rows: owner, developer, marketer, viewer. */
const TABLE: Record<Right, [boolean, boolean, boolean, boolean]> = {
  "account:read": [YES, YES, YES, YES],
  "account:write": [YES, NO, NO, NO],
  "account:delete": [YES, NO, NO, NO],
  "members:read": [YES, YES, YES, YES],
  "members:write": [YES, NO, NO, NO],
  "keys:read": [YES, NO, NO, NO],
  "keys:write": [YES, NO, NO, NO],
  "audit:read": [YES, NO, NO, NO],
  "apps:read": [YES, YES, YES, YES],
  "apps:write": [YES, YES, NO, NO],
  "builds:read": [YES, YES, YES, YES],
  "builds:write": [YES, YES, NO, NO],
  "keystores:write": [YES, YES, NO, NO],
  "credentials:write": [YES, YES, NO, NO],
  "webhooks:write": [YES, YES, NO, NO],
  "push:read": [YES, YES, YES, YES],
  "push:write": [YES, YES, YES, NO],
  "channels:write": [YES, YES, YES, NO],
};

test("every right of every role is in the table", () => {
  expect(Object.keys(TABLE).toSorted()).toEqual(Object.keys(ROLES_WITH).toSorted());
  expect(ROLES).toEqual(["owner", "developer", "marketer", "viewer"]);
});

describe.each(Object.entries(TABLE))("%s", (name, held) => {
  const right = name as Right;

  test.each(ROLES.map((role, at): [Role, boolean | undefined] => [role, held[at]]))(
    "of a %s: %s",
    (role, may) => {
      expect(hasRight(role, right)).toBe(may);
      const scope = Scope.safeParse(right);
      // Verbs that compare scopes judge as pages do.
      if (scope.success) expect(allows(scopesOf(role), scope.data)).toBe(may);
    },
  );
});

test("a member without a right is told their role, and which role it takes", async () => {
  const { id } = await newAccount();
  const { ctx } = await newMember(id, "marketer");
  requireRight(ctx.principal, "push:write");
  const refused = (right: Right) => () => requireRight(ctx.principal, right);
  const message = "Your role here is marketer. This takes the role owner or developer.";
  expect(refused("builds:write")).toThrow(
    expect.objectContaining({ refusal: { code: "forbidden", message } }),
  );
});

test("a member mints no key that may do more than they", async () => {
  const { id } = await newAccount();
  const { ctx } = await newMember(id, "developer");
  await expect(createApiKey(ctx, { name: "k", scopes: ["account:write"] })).rejects.toMatchObject({
    refusal: {
      code: "forbidden",
      message: "Your role here, developer, can't give the scope account:write.",
    },
  });
  expect(await createApiKey(ctx, { name: "k", scopes: ["builds:write"] })).toBeDefined();
});
