// Parsing what a client sent, also before it is known whether what it is about exists.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parse, parseAhead, Unreadable } from "../../../src/kit/parse.ts";
import { RefusalError, type Refusal } from "../../../src/kit/refusal.ts";

const Count = z.object({ count: z.string().transform(Number).default(1) });
const BROKEN: Refusal = { code: "malformed", message: "not JSON" };

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parseAhead", () => {
  test("gives at once what parse returns", () => {
    const ahead = parseAhead(Count, { count: "3" });
    expect(ahead.value).toEqual({ count: 3 });
    expect(ahead.orRefuse()).toEqual(parse(Count, { count: "3" }));
  });

  test("has no value of invalid input, and refuses it only when asked, as parse does", () => {
    const ahead = parseAhead(Count, { count: 3 });
    expect(ahead.value).toBeUndefined();
    expect(refusalOf(ahead.orRefuse)).toEqual(refusalOf(() => parse(Count, { count: 3 })));
  });

  test("takes no broken body for an empty object", () => {
    const ahead = parseAhead(Count, new Unreadable(BROKEN));
    expect(ahead.value).toBeUndefined();
    expect(refusalOf(ahead.orRefuse)).toBe(BROKEN);
  });
});
