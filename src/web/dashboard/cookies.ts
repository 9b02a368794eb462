// The cookies of pages besides that of the session: the theme that a person chose, the account that they looked at last, and
// the sentence that says on the next page what a form did.

const THEME = "slipway_theme";
const ACCOUNT = "slipway_account";
const FLASH = "slipway_flash";
/** How long a browser keeps the theme and the account, s: as long as browsers keep any cookie. */
const KEPT_S = 400 * 24 * 3600;
/** How long the sentence waits for the next page, s. */
const FLASH_S = 60;
/** Longest sentence, characters. */
const MAX_FLASH = 300;

export type Theme = "light" | "dark";

/** The theme that the browser keeps; null to follow the system. */
export function themeOf(request: Request): Theme | null {
  const value = cookieOf(request, THEME);
  return value === "light" || value === "dark" ? value : null;
}

export function themeCookie(theme: Theme): string {
  return `${THEME}=${theme}; Path=/; Max-Age=${KEPT_S}; SameSite=Lax; HttpOnly`;
}

/** The account that the browser's person looked at last; null for none. It says nothing of their rights there. */
export function accountOf(request: Request): number | null {
  const value = cookieOf(request, ACCOUNT) ?? "";
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}

export function accountCookie(accountId: number): string {
  return `${ACCOUNT}=${accountId}; Path=/dashboard; Max-Age=${KEPT_S}; SameSite=Lax; HttpOnly`;
}

/** What the form before this page did; null for nothing. It is text, whoever set it. */
export function flashOf(request: Request): string | null {
  const value = cookieOf(request, FLASH);
  return value === null || value === "" ? null : value.slice(0, MAX_FLASH);
}

export function flashCookie(says: string): string {
  return `${FLASH}=${encodeURIComponent(says.slice(0, MAX_FLASH))}; Path=/dashboard; Max-Age=${FLASH_S}; SameSite=Lax; HttpOnly`;
}

export const NO_FLASH = `${FLASH}=; Path=/dashboard; Max-Age=0; SameSite=Lax; HttpOnly`;

/** What the browser keeps under a name, percent-decoded; null for nothing, and for what can't be decoded. */
export function cookieOf(request: Request, name: string): string | null {
  const all = (request.headers.get("cookie") ?? "").split(/; */);
  const value = all.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  try {
    return value === null ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}
