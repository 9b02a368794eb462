// What tests of the pages of notifications share: somebody who is signed in, and an app of theirs.
import type { Role } from "../../../../src/domain/people/roles.ts";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

export interface World {
  person: TestPerson;
  app: { id: number; accountId: number; uuid: string };
  /** The path of the list. */
  path: string;
}

export async function newWorld(role: Role = "owner"): Promise<World> {
  const account = await newAccount();
  const person = await signedIn(role, account);
  const { id, uuid } = await newApp(account.key);
  return {
    person,
    app: { id, uuid, accountId: account.id },
    path: `${person.base}/apps/${id}/notifications`,
  };
}

/** The titles of the list's rows, in order. */
export function titlesIn(html: string): string[] {
  return [...html.matchAll(/<a class="row-link"[^>]*>([^<]*)</g)].map(([, title = ""]) => title);
}

/** What a form says after it did its work. */
export const saidBy = (answer: { headers: Headers }) =>
  decodeURIComponent(
    /slipway_flash=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "",
  );
