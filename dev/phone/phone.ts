// A phone with Play services, and one app on it that Slipway built. What is pushed to it lies, encrypted, with the stand-in
// of Google's push service; the phone fetches it and hands it to the app, which it starts if need be.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findJdk, NEWEST_JAVA, OLDEST_JAVA, type Jdk } from "../../builder/shell/test/jdk.ts";
import type { ProvidersClient } from "../providers/client.ts";
import {
  opensAddress,
  readApp,
  takesPushes,
  type App,
  type AppProcess,
  type Broadcast,
  type Shown,
  type StartProcess,
} from "./app.ts";
import { compilePhone, startsJava, tryJava } from "./java-app.ts";
import { startsScript } from "./script-app.ts";

const POST_NOTIFICATIONS = "android.permission.POST_NOTIFICATIONS";

/** What runs the code of apps. */
export interface Runtime {
  name: string;
  starts: (app: App) => StartProcess;
}

/**
 * The app's own Java where a JDK is found that compiles and runs it, else the stand-in, whose name says why.
 * @param folder takes what is compiled, what apps store, and what a JDK has said that can't run the app
 */
export async function findRuntime(env: NodeJS.ProcessEnv, folder: string): Promise<Runtime> {
  const jdk = findJdk(env);
  if (jdk === null) {
    const suitable = `no JDK from ${OLDEST_JAVA} to ${NEWEST_JAVA} was found`;
    return scriptRuntime(`a stand-in in TypeScript, since ${suitable}`);
  }
  try {
    return await javaRuntime(jdk, folder);
  } catch (error) {
    const log = join(folder, "java.log");
    mkdirSync(folder, { recursive: true });
    writeFileSync(log, String(error));
    return scriptRuntime(
      `a stand-in in TypeScript, since the JDK in ${jdk.home} fails: see ${log}`,
    );
  }
}

/**
 * The app's own Java.
 * @throws when it does not compile, or the JDK can't run it
 */
export async function javaRuntime(jdk: Jdk, folder: string): Promise<Runtime> {
  const classes = join(folder, "classes");
  await compilePhone(jdk, classes);
  await tryJava(jdk, classes);
  const name = `the app's own Java, on JDK ${jdk.version}`;
  return { name, starts: (app) => startsJava(jdk, classes, app, join(folder, "apps")) };
}

export function scriptRuntime(name: string): Runtime {
  return { name, starts: startsScript };
}

/** What Play services know of the app's subscription. */
interface Registration {
  token: string;
  sender: string;
  subtype: string;
}

export class Phone {
  readonly #app: App;
  readonly #start: StartProcess;
  readonly #providers: ProvidersClient;
  #process: AppProcess | null = null;
  #mayNotify = false;
  #registration: Registration | null = null;
  /** The message that was handed over last. */
  #last = "";
  /** Play services' answers to what the app asked them. */
  #answers: Promise<void> = Promise.resolve();

  /** Installs the app. */
  constructor(apk: Uint8Array, runtime: Runtime, providers: ProvidersClient) {
    this.#app = readApp(apk);
    this.#start = runtime.starts(this.#app);
    this.#providers = providers;
  }

  /** The person opens the app. Resolves once it is registered, or has nothing more to do. */
  async open(): Promise<void> {
    await (await this.#running()).open();
    await this.#answers;
  }

  /** The person lets the app notify, or no longer does. */
  async letNotify(isAllowed: boolean): Promise<void> {
    if (!this.#app.permissions.includes(POST_NOTIFICATIONS)) throw new Error("it may never notify");
    this.#mayNotify = isAllowed;
    await (await this.#running()).letNotify(isAllowed);
    await this.#answers;
  }

  /** Waits for a push, hands it to the app, and resolves once the app is done with it. @throws when none comes in time */
  async receive(): Promise<void> {
    const to = this.#registration;
    if (to === null) throw new Error("the app has asked Play services for nothing");
    const messages = await this.#providers.messagesAfter(to.token, this.#last);
    if (messages.length === 0) throw new Error("no push came to the phone");
    if (!takesPushes(this.#app)) throw new Error("the app declares no receiver of pushes");
    for (const { id, body } of messages) {
      await (await this.#running()).push({ id, sender: to.sender, subtype: to.subtype, body });
      this.#last = id;
    }
  }

  /** The person opens an address with the app, such as that of a channel's QR code. */
  async openLink(address: string): Promise<void> {
    if (!opensAddress(this.#app, address)) throw new Error(`the app does not open ${address}`);
    await (await this.#running()).openLink(address);
    await this.#answers;
  }

  /** What the app tells the person, who then says OK; null for nothing. */
  async told(): Promise<string | null> {
    return (await this.#running()).told();
  }

  /** What a page in the app gets of a call of `window.slipway`. @throws with the refusal's code */
  async page(name: string, given: object = {}): Promise<unknown> {
    return (await this.#running()).page(name, given);
  }

  async screen(): Promise<Shown[]> {
    return this.#process === null ? [] : this.#process.screen();
  }

  async tap(tag: string): Promise<{ opened: string; isInside: boolean }> {
    return (await this.#running()).tap(tag);
  }

  async state(): Promise<{ subscriber: string | null; endpoint: string | null }> {
    return (await this.#running()).state();
  }

  /** Ends the app's process, as Android does when it likes. What is on the screen goes too, unlike on a real phone. */
  async endApp(): Promise<void> {
    await this.#process?.end();
    this.#process = null;
  }

  async #running(): Promise<AppProcess> {
    this.#process ??= await this.#start(this.#mayNotify, (broadcast) => {
      this.#answers = this.#answers.then(() => this.#hear(broadcast));
      // Whoever waits for the answers is told.
      this.#answers.catch(() => {});
    });
    return this.#process;
  }

  /** What Play services do about a broadcast. */
  async #hear({ action, package: to, extras }: Broadcast): Promise<void> {
    if (action !== "com.google.iid.TOKEN_REQUEST" || to !== "com.google.android.gms") return;
    const asker = this.#process;
    const { "google.messenger": messenger, kid, sender, subtype } = extras;
    if (asker === null || !messenger || !sender || !subtype) return;
    if (!isSound(extras)) {
      await asker.giveToken({ messenger, name: "error", value: "INVALID_PARAMETERS" });
      return;
    }
    const request = { app: this.#app.packageName, sender, subtype };
    const token = await this.#providers.registerPhone(request);
    this.#registration = { token, sender, subtype };
    await asker.giveToken({ messenger, name: "registration_id", value: `${kid}:${token}` });
  }
}

/** Whether a request for a token has all that Google's own client sends. */
function isSound(extras: Record<string, string>): boolean {
  const { scope, sender, subscription, subtype, kid, app } = extras;
  return (
    scope === "GCM" &&
    subscription === sender &&
    extras["X-subscription"] === sender &&
    (subtype ?? "").startsWith("wp:") &&
    extras["X-subtype"] === subtype &&
    /^\|ID\|\d+\|$/.test(kid ?? "") &&
    app === "PendingIntent"
  );
}
