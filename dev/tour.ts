// The tour of `npm start`, which shows the first steps with the API as they happen: makes an app of a website that receives
// pushes, builds it, follows the log, downloads and checks the APK, installs it on a phone, and explains how to continue.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { verifyApk, type AppReport } from "../builder/android/verify.ts";
import type { PushSource } from "../src/protocol/shell-config.ts";
import { connect, type Api } from "./api.ts";
import { readEvents } from "./events.ts";
import { findRuntime, type Phone } from "./phone/phone.ts";
import { heading, kilobytes, line, quote, seconds } from "./say.ts";
import type { Stack } from "./stack.ts";
import { runPhoneTour } from "./tour-phone.ts";
import { runSurfacesTour } from "./tour-surfaces.ts";
import { runPushTour } from "./tour-push.ts";

/** The website that becomes an app. */
const CONFIG = { push: { enabled: true } };
const WEBSITE = { name: "Example", url: "https://example.com", config: CONFIG };
/** Whom push services may write to about its pushes. */
const CONTACT = { subject: "mailto:push@example.com" };

const App = z.object({
  id: z.int(),
  uuid: z.uuid(),
  name: z.string(),
  url: z.string(),
  package_name: z.string(),
  version_name: z.string(),
  version_code: z.int(),
});
type App = z.infer<typeof App>;
const Created = z.object({ data: App });
const Vapid = z.object({ data: z.object({ public_key: z.string() }) });
const PushApp = z.object({ data: z.object({ public_key: z.string() }) });
const Triggered = z.object({ data: z.object({ id: z.int() }) });
const LogEvent = z.object({ text: z.string() });
const Logs = z.object({ status: z.string(), error_message: z.string().nullable() });
const InstallLink = z.object({ data: z.object({ url: z.url() }) });
const Download = z.object({ download_url: z.string(), file_name: z.string() });

/** Prints the build log as it grows, and returns when the build has ended. */
async function followLog(api: Api, buildId: number): Promise<void> {
  const path = `/api/v1/builds/${buildId}/logs`;
  for await (const { event, data } of readEvents(await api.stream(path))) {
    if (event === "log") quote(LogEvent.parse(JSON.parse(data)).text);
    if (event === "end") break;
  }
  const { status, error_message: reason } = await api.get(path, Logs);
  if (status !== "completed") {
    throw new Error(`build ${buildId} ${status}: ${reason ?? "no reason given"}`);
  }
}

/** The artifact's name and bytes, by its signed link. */
async function download(api: Api, buildId: number): Promise<{ name: string; bytes: Uint8Array }> {
  const link = await api.get(`/api/v1/builds/${buildId}/download`, Download);
  const response = await fetch(link.download_url);
  if (!response.ok) throw new Error(`the download link was answered ${response.status}`);
  return { name: link.file_name, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** Checks with the project's own verifier that the APK is the requested app. */
function verify(
  bytes: Uint8Array,
  { id: _id, uuid: _uuid, ...app }: App,
  push: PushSource,
): AppReport {
  const wanted = { app: { ...app, config: CONFIG }, debuggable: true, push };
  const verification = verifyApk(bytes, wanted);
  if (!verification.ok) throw new Error(`the APK is wrong: ${verification.problems.join("; ")}`);
  return verification.report;
}

function sayWhatItIs(apk: AppReport): void {
  heading("The app");
  line("Name", apk.label);
  line("Package", `${apk.package_name}, version ${apk.version_name} (${apk.version_code})`);
  line("Opens", apk.url);
  line("Size", kilobytes(apk.size));
  line("Android", `${apk.min_sdk} and newer, made for ${apk.target_sdk}  (API levels)`);
  line("Pushes", `${apk.push ? "received" : "not received"}, without a Firebase project`);
  line("Signed", `${apk.schemes.join(" and ")}, checked`);
  line("Certificate", `SHA-256 ${apk.certificate_sha256}`);
}

/** The address that opens the dashboard, signed in to the account that the tour worked in. */
export function sayDashboard({ dashboardUrl }: Stack): void {
  heading("Dashboard");
  console.log(`  ${dashboardUrl}`);
  console.log("  Open it in a browser on this machine: it signs you in as the owner.");
}

/** What a reader can try by hand. */
export function sayHowToGoOn(stack: Stack, appId: number): void {
  const { url, tokens } = stack;
  sayDashboard(stack);
  heading("Or by the API");
  const auth = `-H "Authorization: Bearer ${tokens.api_token}"`;
  console.log(`  curl ${auth} ${url}/api/v1/apps`);
  console.log(`  curl ${auth} -X POST ${url}/api/v1/apps/${appId}/builds`);
  console.log(`  curl ${url}/openapi.json`);
}

/**
 * Gives the tour.
 * @returns the id of the app it made
 * @throws when any step of it does not work
 */
export async function runTour(stack: Stack, stateDir: string): Promise<number> {
  const api = connect(stack.url, stack.tokens.api_token);
  heading("Tour");
  const folder = join(stateDir, "tour");
  mkdirSync(folder, { recursive: true });
  // If there is Java to be compiled, that is done meanwhile.
  const finding = findRuntime(process.env, join(folder, "phone"));
  finding.catch(() => {}); // told when it is awaited
  const { app, apk } = await makeApp(api, stack.url, folder);

  const runtime = await finding;
  let phone: Phone | null = null;
  try {
    const installed = { uuid: app.uuid, apk };
    phone = await runPhoneTour(api, stack.providersUrl, installed, runtime);
    await runPushTour(api, stack.providersUrl, app.uuid);
    await runSurfacesTour(api, stack.url, app, phone);
  } finally {
    await phone?.endApp();
  }
  return app.id;
}

/** Makes an app, has it built, and checks the APK, which it leaves in the folder. */
async function makeApp(
  api: Api,
  url: string,
  folder: string,
): Promise<{ app: App; apk: Uint8Array }> {
  const { data: app } = await api.post("/api/v1/apps", WEBSITE, Created);
  line("App", `${app.name}, made of ${app.url}  (id ${app.id})`);
  const push = `/api/v1/push/apps/${app.uuid}`;
  const { data: vapid } = await api.put(`${push}/credentials/webpush`, CONTACT, Vapid);
  const { data: keys } = await api.get(push, PushApp);
  line("Web Push", "a VAPID pair was made, so that the app can receive pushes");

  const begin = performance.now();
  const { data: build } = await api.post(`/api/v1/apps/${app.id}/builds`, {}, Triggered);
  line("Build", `triggered  (id ${build.id})`);
  await followLog(api, build.id);
  const took = performance.now() - begin;

  const { name, bytes } = await download(api, build.id);
  writeFileSync(join(folder, name), bytes);
  const source = {
    api_origin: url,
    app_id: app.uuid,
    public_key: keys.public_key,
    vapid_public_key: vapid.public_key,
  };
  sayWhatItIs(verify(bytes, app, source));
  line("Time", `${seconds(took)} from the request to the finished build`);
  line("File", join(folder, name));
  const { data: link } = await api.get(`/api/v1/builds/${build.id}/install`, InstallLink);
  line("Install", `${link.url}  (a page for phones)`);
  return { app, apk: bytes };
}
