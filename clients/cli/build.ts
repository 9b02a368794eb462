// `slipway build`: an app of a website, built, followed and saved.
import { randomUUID } from "node:crypto";
import { Api } from "./api.ts";
import { appById, appOfUrl, isSame, makeApp, websiteOf, type App } from "./apps.ts";
import { usage } from "./args.ts";
import { isSet, textOf, type Call, type Command } from "./command.ts";
import { pathFor, requireFolder, save } from "./download.ts";
import { Failure, Interrupted } from "./failure.ts";
import { followBuild, type Ended } from "./follow.ts";
import { printable, type Output } from "./output.ts";
import { accessOf } from "./settings.ts";

interface Build {
  id: number;
  app_id: number;
  status: string;
  build_format: string;
  artifact_size: number | null;
  artifact_sha256: string | null;
}

/** Lines of a failed build's log that are shown where they were not shown as they came. */
const LAST_LINES = 20;

export const build: Command = {
  name: "build",
  summary: "build the app of a website, and save its file",
  words: { shown: "<url>", least: 0, most: 1 },
  options: {
    name: { type: "string", value: "NAME", help: "the name of a new app; its host where not said" },
    app: { type: "string", value: "ID", help: "the app to build, where several show the website" },
    release: { type: "boolean", help: "a release, for stores; it needs --keystore" },
    keystore: { type: "string", value: "ID", help: "the keystore that signs it" },
    "auto-increment": { type: "boolean", help: "raise the version code of a release" },
    format: {
      type: "string",
      value: "apk|aab",
      help: "apk can be installed, aab is for Google Play",
    },
    out: { type: "string", value: "FILE", help: "where to save the file, or the folder" },
    follow: { type: "string", value: "BUILD", help: "follow a build that was started before" },
  },
  more:
    "The app is made if no app of the account shows the website yet. Ctrl-C leaves the build running.\n" +
    "A file that is there already is replaced once the new one is whole.",
  examples: [
    ["slipway build https://example.com", "a debug build, which a phone can install"],
    ["slipway build https://example.com --name Example --out example.apk", "a name, and a file"],
    ["slipway build --app 7 --release --keystore 4 --format aab", "a release for Google Play"],
    ["slipway build --follow 12", "goes on with a build that was left"],
  ],
  run,
};

async function run(call: Call): Promise<void> {
  const { out, signal } = call;
  const asked = wanted(call);
  requireFolder(textOf(call, "out"));
  const api = new Api(accessOf(call.env));
  const id = asked.follow ?? (await start(api, await appFor(api, call), asked.body, out));
  const ended = await watched(api, id, out, signal);
  if (ended.status !== "completed") {
    const why = ended.error_message === null ? "" : `: ${printable(ended.error_message)}`;
    throw new Failure("failed", `Build ${id} ${ended.status}${why}`, { build_id: id, ...ended });
  }
  try {
    await finish(api, id, call);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const how = `slipway build --follow ${id}`;
    const message = `${error.message} Build ${id} is completed. Save its file: ${how}`;
    const facts = { build_id: id, follow: how, ...error.facts };
    if (error instanceof Interrupted) throw new Interrupted(message, facts);
    throw new Failure(error.kind, message, facts);
  }
}

/** What the options ask for, checked before anything is made. */
function wanted(call: Call): { follow: number | null; body: Record<string, unknown> } {
  const { words } = call;
  const follow = textOf(call, "follow");
  const format = textOf(call, "format") ?? "apk";
  const keystore = textOf(call, "keystore");
  const isRelease = isSet(call, "release");
  if (follow !== null && (words.length > 0 || textOf(call, "app") !== null)) {
    throw usage("--follow names a build, and so takes neither a website nor --app.", build);
  }
  if (follow === null && words.length === 0 && textOf(call, "app") === null) {
    throw usage("Say which website, or which app by --app.", build);
  }
  if (!/^(?:apk|aab)$/.test(format)) throw usage("--format must be apk or aab.", build);
  if (isRelease && keystore === null) throw usage("A release needs --keystore.", build);
  const body = {
    build_format: format,
    build_type: isRelease ? "release" : "debug",
    ...(keystore !== null && { keystore_id: idOf(keystore, "--keystore") }),
    ...(isSet(call, "auto-increment") && { auto_increment: true }),
  };
  return { follow: follow === null ? null : idOf(follow, "--follow"), body };
}

function idOf(text: string, name: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw usage(`${name} must be a number; not "${printable(text)}".`, build);
}

async function appFor(api: Api, call: Call): Promise<App> {
  const { out, signal } = call;
  const [website] = call.words;
  const url = website === undefined ? null : websiteOf(website);
  const id = textOf(call, "app");
  const name = textOf(call, "name");
  if (id !== null) {
    const app = await appById(api, id, signal);
    if (url === null || isSame(app.url, url)) return app;
    throw new Failure("usage", `App ${app.id} shows ${printable(app.url)}, and not ${url}.`);
  }
  const found = await appOfUrl(api, url ?? "", signal);
  if (found === null) {
    const made = await out.uninterrupted("Whether the app was made is unknown.", () =>
      makeApp(api, url ?? "", name),
    );
    out.say(`Made app ${made.id}, ${printable(made.name)} (${printable(made.package_name)}).`);
    return made;
  }
  if (name !== null && name !== found.name) {
    out.say(
      `App ${found.id} shows this website already, and keeps its name ${printable(found.name)}.`,
    );
  }
  return found;
}

/** Starts the build, and returns its id. It is not given up halfway, so that nobody pays for a build unknown to them. */
async function start(api: Api, app: App, body: object, out: Output): Promise<number> {
  const sent = { body, idempotencyKey: randomUUID() };
  try {
    const { data } = await out.uninterrupted("Whether the build began is unknown.", () =>
      api.call<{ data: Build }>("POST", `/api/v1/apps/${app.id}/builds`, sent),
    );
    out.say(`Build ${data.id} of ${printable(app.name)} (app ${app.id}) began.`);
    return data.id;
  } catch (error) {
    if (!(error instanceof Failure) || error.facts["code"] !== "active_build") throw error;
    const { data } = await api.call<{ data: Build[] }>(
      "GET",
      `/api/v1/apps/${app.id}/builds?per_page=1`,
    );
    const [active] = data;
    const how = active === undefined ? "" : ` Follow it: slipway build --follow ${active.id}`;
    throw new Failure("failed", error.message + how, { ...error.facts, build_id: active?.id });
  }
}

/** Follows the build, showing how it goes. */
async function watched(api: Api, id: number, out: Output, signal: AbortSignal): Promise<Ended> {
  const began = Date.now();
  const lines: string[] = [];
  let status = "pending";
  const show = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    out.progress(`${status} ${seconds} s  ${lines.at(-1) ?? ""}`);
  };
  const timer = out.isLive ? setInterval(show, 1000) : null;
  const watcher = {
    status: (now: string) => {
      status = now;
      if (out.isLive) show();
      else out.say(`status: ${printable(now)}`);
    },
    line: (line: string) => {
      lines.push(printable(line));
      if (out.isLive) show();
      else out.say(printable(line));
    },
    broken: () => out.say("The connection broke. Asking again ..."),
  };
  const how = `slipway build --follow ${id}`;
  try {
    const ended = await followBuild(api, id, watcher, signal);
    if (ended.status === "failed" && out.isLive) out.say(lines.slice(-LAST_LINES).join("\n"));
    return ended;
  } catch (error) {
    const goesOn = `Build ${id} goes on. Follow it: ${how}`;
    const facts = { build_id: id, follow: how };
    if (error instanceof Interrupted) throw new Interrupted(goesOn, facts);
    if (error instanceof Failure && error.kind === "unavailable") {
      throw new Failure("unavailable", `${error.message} ${goesOn}`, facts);
    }
    throw error;
  } finally {
    if (timer !== null) clearInterval(timer);
  }
}

/** Saves the file of a completed build, and says how to install it. */
async function finish(api: Api, id: number, call: Call): Promise<void> {
  const { out, signal } = call;
  const { data } = await api.call<{ data: Build }>("GET", `/api/v1/builds/${id}`, { signal });
  const link = await api.call<{ download_url: string; file_name: string }>(
    "GET",
    `/api/v1/builds/${id}/download`,
    { signal },
  );
  const path = pathFor(textOf(call, "out"), link.file_name);
  out.progress("saving the file");
  await save(link.download_url, path, data.artifact_sha256, signal);
  const { install, how } = await installation(api, data, signal);
  out.result(
    {
      build_id: id,
      app_id: data.app_id,
      status: data.status,
      format: data.build_format,
      file: path,
      bytes: data.artifact_size,
      sha256: data.artifact_sha256,
      install_url: install,
    },
    `Saved ${path} (${data.artifact_size} bytes).\n${how}`,
    "green",
  );
}

/** How a phone installs the build. Without its link, the file that was saved is a result all the same. */
async function installation(
  api: Api,
  { id, build_format: format }: Build,
  signal: AbortSignal,
): Promise<{ install: string | null; how: string }> {
  if (format !== "apk") {
    return { install: null, how: "It is for Google Play: a phone can't install a bundle." };
  }
  try {
    const path = `/api/v1/builds/${id}/install`;
    const { data } = await api.call<{ data: { url: string } }>("GET", path, { signal });
    return { install: data.url, how: `Install it: open ${data.url} on the phone.` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { install: null, how: `There is no link to install it by: ${error.message}` };
  }
}
