// Files of subscribers as tests import them: as spreadsheets write them, and through the page that takes them.
import { expect } from "vitest";
import type { PageAnswer, TestPerson } from "./person.ts";
import { signedIn } from "./person.ts";
import { newApp } from "./scenario.ts";
import { eventually, newAddress, rows } from "./worker.ts";

/** An owner with an app, and the path of its imports. */
export interface ImportWorld {
  owner: TestPerson;
  app: { id: number; uuid: string };
  path: string;
}

export async function importWorld(): Promise<ImportWorld> {
  const owner = await signedIn();
  const app = await newApp(owner.account.key);
  return { owner, app, path: `${owner.base}/apps/${app.id}/audience/import` };
}

/** Uploads a file, as the form does. */
export async function upload(
  { owner, path }: Pick<ImportWorld, "owner" | "path">,
  content: string | Uint8Array,
  { name = "people.csv", once }: { name?: string; once?: string } = {},
): Promise<PageAnswer> {
  const form = new FormData();
  if (once !== undefined) form.set("once", once);
  form.set("file", new File([content], name, { type: "text/csv" }));
  // From another address each time, so that no file is one too many.
  return owner.post(path, form, { "cf-connecting-ip": newAddress() });
}

/** The row of an import, by the path of its page. */
export async function importAt(path: string): Promise<any> {
  const [row] = await rows("SELECT * FROM imports WHERE uuid = ?", path.split("/").at(-1));
  return row;
}

/** Waits until the import at this path is in the state. */
export async function reaches(path: string, state: string): Promise<any> {
  await eventually(async () => (await importAt(path)).state === state);
  return importAt(path);
}

/** Uploads a file and waits until its rows are counted. Returns the path of its page. */
export async function counted(world: ImportWorld, content: string | Uint8Array): Promise<string> {
  const { to, html } = await upload(world, content);
  if (to === null) throw new Error(html);
  await reaches(to, "ready");
  return to;
}

/** Uploads a file, begins its import and waits for its end. Returns the path of its page. */
export async function imported(world: ImportWorld, content: string | Uint8Array): Promise<string> {
  const path = await counted(world, content);
  const begun = await world.owner.post(`${path}/start`, { leave_out: "on" });
  expect(begun.status, begun.html).toBe(303);
  await reaches(path, "done");
  return path;
}
