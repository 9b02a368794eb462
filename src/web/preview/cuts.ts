// How much of a notification devices show: about right, since makers, versions and the size of the letters differ. Of several
// figures the smaller one is here, so that what fits the preview fits most devices.
//
// Where they are from: Android's developer guide (a title and one line of text while it is folded, up to three buttons) and
// what makers of push services measured: 40 to 65 characters of a title and some 45 of the text on one line, about 240 once it
// is pulled open (BigTextStyle); 49 on a lock screen. iOS: one line of about 40 to 50 for the title and four of text, which
// are 110 to 178 characters on a lock screen. Desktops: Chrome on macOS 43 and 88, Firefox on macOS 42 and 90, Chrome on
// Windows 10 69 and 139, Firefox on Windows 54 and 200. Buttons in browsers: `Notification.maxActions` is 2 in Chromium, and
// neither Firefox nor Safari shows any. iOS shows those of a category that the app itself defines, and a picture that its
// notification service extension loads.

/** A way in which a notification is shown. */
export type Look = "folded" | "open" | "ios" | "desktop";

export interface Cut {
  /** Most characters of the title and of the text that are shown. */
  title: number;
  body: number;
  /** Most buttons that are shown. */
  actions: number;
}

export const CUTS: Readonly<Record<Look, Cut>> = {
  folded: { title: 50, body: 45, actions: 0 },
  open: { title: 50, body: 240, actions: 3 },
  ios: { title: 45, body: 150, actions: 4 },
  desktop: { title: 42, body: 88, actions: 2 },
};

/** What counters beside the fields count up to: what every phone shows of a title, and all of them of a text that is opened. */
export const ADVISED = { title: 50, body: 150 };

/**
 * `text` as a device shows it that has room for `most` characters: on one flow of lines, with an ellipsis for what is left
 * out. browser/dashboard/shared/cut.ts does the same as one types.
 */
export function cut(text: string, most: number): string {
  const characters = [...text.trim().replaceAll(/\s+/g, " ")];
  if (characters.length <= most) return characters.join("");
  return `${characters
    .slice(0, most - 1)
    .join("")
    .trimEnd()}…`;
}
