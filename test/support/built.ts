// An app with builds, and somebody who looks at their pages.
import type { Role } from "../../src/domain/people/roles.ts";
import type { FakeBuilder, Lease } from "./fake-builder.ts";
import { signedIn, type TestPerson } from "./person.ts";
import { newAccount, newApp, type Owner } from "./scenario.ts";
import { api } from "./worker.ts";

export interface Built extends Owner {
  person: TestPerson;
  /** The path of the app's pages. */
  path: string;
}

/** An account with credits and an app, and a person with `role` in it. */
export async function newBuilt(role: Role = "developer", credits = 5): Promise<Built> {
  const account = await newAccount({ build_credits: credits });
  const app = await newApp(account.key, { package_name: "com.example.market" });
  const person = await signedIn(role, account);
  return { account, app, person, path: `${person.base}/apps/${app.id}` };
}

export async function newKeystore({ account }: Owner, name: string): Promise<any> {
  const json = { name, algorithm: "ec" };
  return (await api("POST", "/api/v1/keystores", { token: account.key, json })).body.data;
}

/** Starts a build by its page and has `builder` take it. */
export async function taken(
  { person, path }: Built,
  builder: FakeBuilder,
  fields: Record<string, string> = { preset: "debug" },
): Promise<{ id: number; page: string; lease: Lease }> {
  const { to, html } = await person.post(`${path}/builds`, fields);
  if (to === null) throw new Error(html);
  const { lease } = await builder.take();
  return { id: lease.build_id, page: to, lease };
}
