// People of the account that screens show: one who is invited and has not come yet, and a colleague who has, with a password,
// a second factor and a passkey. All of it is done by the forms of pages.
import type { Role } from "./screen.ts";
import { Authenticator } from "../../support/authenticator.ts";
import { totp } from "../../support/totp.ts";

/** The password of everybody here who has one. */
export const PASSWORD = "correct horse battery";
const SECURITY = "/dashboard/security";

/** A browser at the stack, as far as forms need it. */
class Forms {
  readonly #url: string;
  readonly #cookies: Map<string, string>;

  constructor(url: string, cookie = "") {
    this.#url = url;
    this.#cookies = new Map(cookie === "" ? [] : [split(cookie)]);
  }

  get cookie(): string {
    return [...this.#cookies].map((pair) => pair.join("=")).join("; ");
  }

  /** Gets a page or, with `fields`, posts a form of ours. Returns the text of the answer. */
  async ask(path: string, fields?: Record<string, string>): Promise<string> {
    const answer = await fetch(this.#url + path, {
      redirect: "manual",
      headers: {
        cookie: this.cookie,
        "sec-fetch-site": "same-origin",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
      },
      ...(fields ? { method: "POST", body: new URLSearchParams(fields) } : {}),
    });
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    for (const each of answer.headers.getSetCookie()) {
      this.#cookies.set(...split(each.slice(0, each.indexOf(";"))));
    }
    return answer.text();
  }
}

const split = (cookie: string): [string, string] => {
  const at = cookie.indexOf("=");
  return [cookie.slice(0, at), cookie.slice(at + 1)];
};

/** What stands in the text where the pattern's group is. */
function found(text: string, pattern: RegExp): string {
  const [, part] = pattern.exec(text) ?? [];
  if (part === undefined) throw new Error(`no ${pattern} in ${text.slice(0, 3000)}`);
  return part.replaceAll("&amp;", "&");
}

/** Invites somebody as the owner with this cookie. Returns the path of the invitation. */
export async function invite(
  url: string,
  cookie: string,
  base: string,
  email: string,
  role: Role,
): Promise<string> {
  const shown = await new Forms(url, cookie).ask(`${base}/team/invite`, { email, role });
  return found(shown, /(\/dashboard\/invite\/sw_inv_[\w-]+)/);
}

/** Comes in by the invitation, with a password alone. Returns the cookie of the session. */
export async function join(url: string, invitation: string, name: string): Promise<string> {
  const forms = new Forms(url);
  await forms.ask(`${invitation}/new`, { name, password: PASSWORD });
  return sessionOf(forms);
}

/** Comes in by the invitation and sets everything up. Returns the cookie of the session. */
export async function comeIn(url: string, invitation: string): Promise<string> {
  const forms = new Forms(url, await join(url, invitation, "Hana Ito"));
  const begun = await forms.ask(`${SECURITY}/factor`, { password: PASSWORD });
  const secret = new URL(found(begun, /name="uri" value="([^"]+)"/)).searchParams.get("secret");
  await forms.ask(`${SECURITY}/factor/confirm`, { code: totp(secret ?? "") });
  const key = new Authenticator(url);
  const credential = key.create(JSON.parse(await forms.ask(`${SECURITY}/passkeys`)));
  await forms.ask(`${SECURITY}/passkeys`, {
    name: "Key on my ring",
    credential: JSON.stringify(credential),
  });
  return sessionOf(forms);
}

const sessionOf = (forms: Forms): string =>
  forms.cookie.split("; ").find((each) => each.includes("session_token")) ?? "";

/** Posts a form of a page as who has this cookie. */
export async function postForm(
  url: string,
  cookie: string,
  path: string,
  fields: Record<string, string> = {},
): Promise<string> {
  return new Forms(url, cookie).ask(path, fields);
}
