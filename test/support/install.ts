// A build that can be installed, and what asks for its links.
import { FakeBuilder } from "./fake-builder.ts";
import { triggered } from "./builds.ts";
import { newOwner, type Owner } from "./scenario.ts";
import { api, type Reply } from "./worker.ts";

export interface Installed {
  owner: Owner;
  id: number;
  bytes: Uint8Array;
  /** Asks for a link, with this query. */
  link: (query?: string) => Promise<Reply>;
}

/** Makes an app, prepares it, and builds it. The tests of the file use the clock of `useTestClock`. */
export async function installable(
  app: Record<string, unknown> = {},
  {
    build = {},
    prepare = async () => {},
  }: { build?: unknown; prepare?: (owner: Owner) => Promise<unknown> } = {},
): Promise<Installed> {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 5 }, app);
  const more = await prepare(owner);
  const id = await triggered(owner, more ?? build);
  const { lease } = await builder.take();
  const { bytes } = await builder.finish(lease);
  const link = (query = "") =>
    api("GET", `/api/v1/builds/${id}/install${query}`, { token: owner.account.key });
  return { owner, id, bytes, link };
}
