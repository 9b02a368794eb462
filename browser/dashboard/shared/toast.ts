// The toast: a sentence that says what was done, and goes by itself.

/** How long it stays, ms: long enough to read a sentence. */
const SHOWN_MS = 4_000;

let timer = 0;

/** Shows `text`, in place of what it said before. */
export function say(text: string): void {
  const toast = document.getElementById("toast");
  if (toast === null) return;
  toast.textContent = text;
  // Shown anew, so that it is above a dialog that was opened since.
  toast.hidePopover();
  toast.showPopover();
  clearTimeout(timer);
  timer = setTimeout(() => toast.hidePopover(), SHOWN_MS);
}
