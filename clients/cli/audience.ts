// Who a push is for, as `--to` says it. The kind always stands before a name, so that nothing can be read as something else.
import { Failure } from "./failure.ts";
import { printable } from "./output.ts";

/** A targeting of the push API. */
export type Targeting =
  | { type: "all" }
  | { type: "tags"; tags: string[]; match: "any" }
  | { type: "user_ids"; ids: string[] }
  | { type: "any_of"; of: Targeting[] };

/** Reads the values of `--to`; without any, a push is for everyone. */
export function targetingOf(to: readonly string[]): Targeting {
  const tags: string[] = [];
  const ids: string[] = [];
  for (const each of to) {
    const [, kind, name = ""] = /^(tag|user):(.+)$/su.exec(each) ?? [];
    if (kind === "tag") tags.push(name);
    else if (kind === "user") ids.push(name);
    else if (each !== "all") throw unknownKind(each);
  }
  if (to.includes("all") && to.length > 1) {
    throw new Failure("usage", "--to all is everyone, and stands beside no other --to.");
  }
  const of: Targeting[] = [
    ...(tags.length > 0 ? [{ type: "tags", tags, match: "any" } as const] : []),
    ...(ids.length > 0 ? [{ type: "user_ids", ids } as const] : []),
  ];
  const [only] = of;
  if (only === undefined) return { type: "all" };
  return of.length === 1 ? only : { type: "any_of", of };
}

function unknownKind(text: string): Failure {
  const name = printable(text);
  return new Failure(
    "usage",
    `--to is all, tag:<tag> or user:<user id>; not "${name}". For the tag: --to tag:${name}`,
  );
}
