// A screen: a page of the dashboard in one of its states, which screens.test.ts walks. The screens of an area are in
// screens/<area>.ts, which exports a list of them as `screens`.
import type { Locator, Page } from "playwright-core";
import type { Seed } from "./seed.ts";

/** The roles of members, and that of who runs the installation. */
export type Role = "owner" | "developer" | "marketer" | "viewer" | "operator";

export interface Screen {
  /** Its name, unique, of which its pictures' names are made: "apps-empty". */
  name: string;
  path: (seed: Seed) => string;
  /**
   * Who looks; the owner by default. A visitor is not signed in; the colleague has every way to sign in, the newcomer a
   * password alone.
   */
  role?: Role | "visitor" | "colleague" | "newcomer";
  /** A selector of what is pressed before one looks, such as the button of a dialog or menu. */
  opens?: string;
  /** What is done on the page before one looks, such as a form that is filled in and sent. `opens` was pressed before. */
  does?: (page: Page, seed: Seed) => Promise<void>;
  /** The status that the page has, or what `does` led to; 200 by default. */
  status?: number;
  /** Its live part shows what happens on the stack meanwhile, and grows with it: what shifts is not measured. */
  grows?: true;
  /** What of it nobody can see without a script: then only its heading is looked for. */
  needsScript?: true;
}

/**
 * Fills in the form that a selector finds, by the names of its fields, and sends it by its last button. The browser's own
 * checks are left out, so that what the server says of it is seen.
 */
export function sends(form: string, fields: Readonly<Record<string, string>> = {}) {
  return async (page: Page): Promise<void> => {
    const found = page.locator(form).first();
    for (const [name, value] of Object.entries(fields)) {
      await found.locator(`[name="${name}"]`).evaluateAll(put, value);
    }
    await found.evaluate((element) => element.setAttribute("novalidate", ""));
    await sent(page, found.locator("button:not([type=button], [type=reset])").last());
  };
}

/** Sends a form of a dialog that is there only the first time that a page is looked at: it does what can be done once. */
export function sendsOnce(dialog: string) {
  return async (page: Page): Promise<void> => {
    const opener = page.locator(`button[commandfor='${dialog}']`);
    if ((await opener.count()) === 0) return;
    await opener.first().click();
    await sends(`#${dialog} form`)(page);
  };
}

/** Presses the button of a form, and waits for the page that it leads to. */
export async function sent(page: Page, button: Locator): Promise<void> {
  await Promise.all([page.waitForEvent("load"), button.click()]);
}

/** Gives fields of one name a value, in the page; of boxes and radios, checks that which has it. Also what is folded away. */
function put(found: unknown[], value: string): void {
  for (const field of found as { type: string; value: string; checked: boolean }[]) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
    else field.value = value;
  }
}
