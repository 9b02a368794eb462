// Jump to: "/" opens the dialog with all pages and apps, and typing leaves those with the words.

const isTyping = (target: EventTarget | null) =>
  target instanceof Element &&
  target.closest("input, textarea, select, [contenteditable]") !== null;

/** Sets up the dialog, and every other field that filters a list (`data-filter` names it). */
export function jump(): void {
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key !== "/" || ctrlKey || metaKey || altKey || isTyping(target)) return;
    const dialog = document.getElementById("jump");
    if (!(dialog instanceof HTMLDialogElement) || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    dialog.showModal();
  });
  for (const field of document.querySelectorAll<HTMLInputElement>("input[data-filter]")) {
    const list = document.getElementById(field.dataset["filter"] ?? "");
    if (list === null) continue;
    const items = () => [...list.children].filter((item) => item instanceof HTMLElement);
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/);
      for (const item of items()) {
        const text = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
      }
    });
    // Enter opens the first that is left.
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      items()
        .find((item) => !item.hidden)
        ?.querySelector("a")
        ?.click();
    });
  }
}
