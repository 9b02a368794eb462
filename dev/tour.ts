// The tour behind `npm start`: what the first user of the API would do, shown as it happens. Makes an app
// of a website, builds it, follows the log, downloads the APK, checks it, and says how to go on.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { connect, type Api } from "./api.ts";
import { readEvents } from "./events.ts";
import { inspectApk } from "./inspect.ts";
import { heading, kilobytes, line, quote, seconds } from "./say.ts";
import type { Stack } from "./stack.ts";

/** The website that becomes an app. */
const APP = { name: "Example", url: "https://example.com" };

const Created = z.object({ data: z.object({ id: z.int(), package_name: z.string() }) });
const Triggered = z.object({ data: z.object({ id: z.int() }) });
const LogEvent = z.object({ text: z.string() });
const Logs = z.object({ status: z.string(), error_message: z.string().nullable() });
const Download = z.object({ download_url: z.string(), file_name: z.string() });

/** Prints the build's log as it comes; returns when the build has ended. */
async function followLog(api: Api, buildId: number): Promise<void> {
  const path = `/api/v1/builds/${buildId}/logs`;
  for await (const { event, data } of readEvents(await api.stream(path))) {
    if (event === "log") quote(LogEvent.parse(JSON.parse(data)).text);
    if (event === "end") break;
  }
  const { status, error_message: reason } = await api.get(path, Logs);
  if (status !== "completed")
    throw new Error(`build ${buildId} ${status}: ${reason ?? "no reason given"}`);
}

/** Downloads the artifact into `folder` by its signed link; returns where it lies. */
async function download(api: Api, buildId: number, folder: string): Promise<string> {
  const link = await api.get(`/api/v1/builds/${buildId}/download`, Download);
  const response = await fetch(link.download_url);
  if (!response.ok) throw new Error(`the download link was answered ${response.status}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, link.file_name);
  writeFileSync(file, await response.bytes());
  return file;
}

/** What a reader can try by hand. */
function sayHowToGoOn({ url, tokens }: Stack, appId: number): void {
  heading("Try next");
  const auth = `-H "Authorization: Bearer ${tokens.api_token}"`;
  console.log(`  curl ${auth} ${url}/api/v1/apps`);
  console.log(`  curl ${auth} -X POST ${url}/api/v1/apps/${appId}/builds`);
  console.log(`  curl ${url}/openapi.json`);
}

/**
 * Gives the tour.
 * @throws when any step of it does not work
 */
export async function runTour(stack: Stack, stateDir: string): Promise<void> {
  const api = connect(stack.url, stack.tokens.api_token);
  heading("Tour");
  const app = await api.post("/api/v1/apps", APP, Created);
  line("App", `${APP.name}, made of ${APP.url}  (id ${app.data.id})`);

  const begin = performance.now();
  const build = await api.post(`/api/v1/apps/${app.data.id}/builds`, {}, Triggered);
  line("Build", `triggered  (id ${build.data.id})`);
  await followLog(api, build.data.id);
  const took = performance.now() - begin;
  const file = await download(api, build.data.id, join(stateDir, "tour"));

  const apk = await inspectApk(file);
  if (apk.packageName !== app.data.package_name) {
    throw new Error(`the APK is ${apk.packageName}, not ${app.data.package_name}`);
  }
  heading("The app");
  line("Name", apk.label);
  line("Package", `${apk.packageName}, version ${apk.versionName} (${apk.versionCode})`);
  line("Size", kilobytes(apk.size));
  line("Signatures", apk.schemes.join(", "));
  line("Certificate", `SHA-256 ${apk.certificateSha256}`);
  line("Time", `${seconds(took)} from the request to the finished build`);
  line("File", file);
  sayHowToGoOn(stack, app.data.id);
}
