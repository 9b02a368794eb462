// What the frame around every page of an account shows of it: its newest apps, in the side bar's menu and among what one can
// jump to. It is looked up once for each page, and handed to the frame as a context of its components.
import { createContext } from "hono/jsx";
import { listApps } from "../../domain/apps/list-apps.ts";
import type { AccountCtx } from "../../domain/context.ts";
import { tileFacts } from "../parts/app-tile.tsx";
import type { IconFacts } from "../parts/app-icon.tsx";

/** Most apps in the menu: what fits on a phone beside the rest. */
const MAX_APPS = 8;

export interface SideFacts {
  apps: readonly { id: number; name: string; icon: IconFacts }[];
  /** How many apps the account has in all. */
  total: number;
}

export const SideContext = createContext<SideFacts>({ apps: [], total: 0 });

/** Returns what the frame shows of the account. */
export async function sideFacts(ctx: AccountCtx): Promise<SideFacts> {
  const { rows, total } = await listApps(ctx, { per_page: String(MAX_APPS) });
  const apps = rows.map(async (app) => {
    return { id: app.id, name: app.name, icon: await tileFacts(app) };
  });
  return { apps: await Promise.all(apps), total };
}
