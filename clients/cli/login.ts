// Signing in and out, and whose account it is.
import { Api } from "./api.ts";
import { askHidden, canAsk, readPiped } from "./ask.ts";
import { usage } from "./args.ts";
import { textOf, type Call, type Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { printable } from "./output.ts";
import {
  accessOf,
  forgetAccess,
  keepAccess,
  keptAccess,
  originOf,
  requireKey,
  settingsFile,
} from "./settings.ts";

interface Account {
  id: number;
  name: string;
  plan: { name: string };
  build_credits: number;
}

export const login: Command = {
  name: "login",
  summary: "keep an API key, so that the other commands have it",
  words: { shown: "", least: 0, most: 0 },
  options: {
    url: { type: "string", value: "URL", help: "the address of the deployment" },
    key: { type: "string", value: "-", help: "read the key from stdin, with - as the value" },
  },
  more:
    "It asks for the key without showing it, or takes it from stdin or from SLIPWAY_KEY, tries it, and keeps it in a file that\n" +
    "only you can read. A key is made on the dashboard, under API keys.",
  examples: [
    ["slipway login --url https://slipway.example", "asks for the key"],
    ["slipway login --url https://slipway.example --key - < key.txt", "takes it from a file"],
  ],
  run: async (call) => {
    const { out, env, signal } = call;
    const url = urlFrom(call);
    const key = requireKey(await keyFrom(call));
    const account = await accountOf(new Api({ url, key }), signal);
    keepAccess(env, { url, key });
    const file = settingsFile(env);
    const who = account === null ? "an account that this key may not see" : nameOf(account);
    out.result(
      { url, account: account && { id: account.id, name: account.name }, file },
      `Signed in to ${url} as ${who}. The key is in ${file}.`,
    );
  },
};

export const logout: Command = {
  name: "logout",
  summary: "forget the key",
  words: { shown: "", least: 0, most: 0 },
  options: {},
  more: "The key itself stays valid. Delete it on the dashboard if somebody else has seen it.",
  examples: [["slipway logout", "removes the file with the key"]],
  run: async ({ out, env }) => {
    const had = forgetAccess(env);
    out.result({ signed_out: had }, had ? "Signed out." : "Nobody was signed in.");
  },
};

export const whoami: Command = {
  name: "whoami",
  summary: "say whose account the key is for",
  words: { shown: "", least: 0, most: 0 },
  options: {},
  more: "It needs a key with the scope account:read.",
  examples: [
    ["slipway whoami", "the account, its plan and its credits"],
    ["slipway whoami --json", "the same for a program"],
  ],
  run: async ({ out, env, signal }) => {
    const access = accessOf(env);
    const { data } = await new Api(access).call<{ data: Account }>("GET", "/api/v1/account", {
      signal,
    });
    out.result(
      { url: access.url, account: data },
      `${nameOf(data)} on ${access.url}: plan ${printable(data.plan.name)}, ${data.build_credits} build credits.`,
    );
  },
};

function nameOf({ id, name }: Account): string {
  return `${printable(name)} (account ${id})`;
}

/** The account of a key; null where the key is good, but may not see it. */
async function accountOf(api: Api, signal: AbortSignal): Promise<Account | null> {
  try {
    return (await api.call<{ data: Account }>("GET", "/api/v1/account", { signal })).data;
  } catch (error) {
    if (error instanceof Failure && error.kind === "key" && error.facts["status"] === 403)
      return null;
    throw error;
  }
}

function urlFrom(call: Call): string {
  const given = textOf(call, "url");
  if (given !== null) return originOf(given, "--url");
  const { SLIPWAY_URL: named } = call.env;
  if (named) return originOf(named, "SLIPWAY_URL");
  const kept = keptAccess(call.env);
  if (kept !== null) return kept.url;
  throw usage("Say where Slipway is: --url https://...", login);
}

async function keyFrom(call: Call): Promise<string> {
  const given = textOf(call, "key");
  if (given === "-") return readPiped(call.signal);
  if (given !== null) {
    throw usage(
      "A key on the command line can be seen by others: give it by --key - or SLIPWAY_KEY.",
      login,
    );
  }
  const { SLIPWAY_KEY: named } = call.env;
  if (named) return named;
  if (canAsk()) return askHidden("API key: ", call.signal);
  throw usage("There is no terminal to ask at: give the key by --key - or SLIPWAY_KEY.", login);
}
