// The cache that forgets its oldest entry when it is full.
import { expect, test } from "vitest";
import { Bounded } from "../../../src/kit/bounded.ts";

const kept = (cache: Bounded<string, number>) =>
  ["a", "b", "c", "d"].filter((key) => cache.get(key) !== undefined);

test("keeps what is put into it, and hands it back", () => {
  const cache = new Bounded<string, number>(2);
  expect(cache.put("a", 1)).toBe(1);
  expect(cache.get("a")).toBe(1);
  expect(cache.get("b")).toBeUndefined();
});

test("forgets the oldest entry when it is full, whatever was read meanwhile", () => {
  const cache = new Bounded<string, number>(2);
  cache.put("a", 1);
  cache.put("b", 2);
  cache.get("a");
  cache.put("c", 3);
  expect(kept(cache)).toEqual(["b", "c"]);
});

test("an entry that is put again is the youngest, and takes no second place", () => {
  const cache = new Bounded<string, number>(2);
  cache.put("a", 1);
  cache.put("b", 2);
  cache.put("a", 3);
  expect(kept(cache)).toEqual(["a", "b"]);
  cache.put("c", 4);
  expect(kept(cache)).toEqual(["a", "c"]);
  expect(cache.get("a")).toBe(3);
});

test("a deleted entry makes room for another", () => {
  const cache = new Bounded<string, number>(2);
  cache.put("a", 1);
  cache.put("b", 2);
  cache.delete("a");
  cache.put("c", 3);
  expect(kept(cache)).toEqual(["b", "c"]);
});
