// An account in which every name is as long as it can be: without a space, from right to left, with markup and pictures.
import type { StackNote } from "../../../dev/state.ts";
import { invite } from "./seed-people.ts";

export interface SeedLong {
  account: number;
  /** The path of the account's pages, and of those of an app and a channel. */
  base: string;
  app: string;
  channel: string;
}

type Asked = (token: string, method: string, path: string, json?: unknown) => Promise<any>;

const APP = `<b>Wool & Yarn</b> ${"👩‍🚀".repeat(3)} ${"Haberdashery".repeat(6)}`.slice(0, 100);
const ACCOUNT = `متجر الأزهار والهدايا ${"Haberdashery".repeat(20)}`.slice(0, 200);

/** Makes it; `cookieOf` signs its owner in. */
export async function makeLong(
  note: StackNote,
  asked: Asked,
  cookieOf: (role: "owner", account: number) => Promise<string>,
): Promise<SeedLong> {
  const admin = "/api/v1/admin/accounts";
  const opened = { name: ACCOUNT, email: "long@example.com" };
  const { id } = (await asked(note.admin_token, "POST", admin, opened)).data;
  const { data: first } = await asked(note.admin_token, "POST", `${admin}/${id}/api-keys`, {
    name: "K".repeat(100),
  });
  const ask = async (path: string, json: unknown) =>
    (await asked(first.key, "POST", `/api/v1${path}`, json)).data;
  const host = `${"haberdashery-and-yarn.".repeat(9)}example.com`;
  const app = await ask("/apps", { name: APP, url: `https://${host}/${"p".repeat(100)}` });
  const channel = await ask("/channels", { name: "C".repeat(100), app_id: app.id });
  await ask("/keystores", { name: "S".repeat(100), algorithm: "ec" });
  const base = `/dashboard/${id}`;
  const email = `${"e".repeat(60)}@${"example-".repeat(7)}e.example.com`;
  await invite(note.url, await cookieOf("owner", id), base, email, "viewer");
  const ofApp = `${base}/apps/${app.id}`;
  return { account: id, base, app: ofApp, channel: `${ofApp}/channels/${channel.id}` };
}
