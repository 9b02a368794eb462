// Dialogs: opened by their buttons in browsers without invoker commands; as modal ones after a form in them was refused; and
// closed, they give the focus back to where people were.

/** Sets up all dialogs of the page. */
export function dialogs(): void {
  let opener: Element | null = null;
  const knowsCommands = "command" in HTMLButtonElement.prototype;
  document.addEventListener(
    "click",
    ({ target }) => {
      const button = target instanceof Element ? target.closest("button[commandfor]") : null;
      if (button === null) return;
      const dialog = document.getElementById(button.getAttribute("commandfor") ?? "");
      if (!(dialog instanceof HTMLDialogElement)) return;
      const opens = button.getAttribute("command") === "show-modal";
      if (opens) opener = button;
      if (knowsCommands) return;
      if (opens) dialog.showModal();
      else dialog.close();
    },
    true,
  );
  for (const dialog of document.querySelectorAll("dialog")) {
    // The menu whose button opened it is closed by then.
    dialog.addEventListener("close", () => {
      const menu =
        opener?.getAttribute("commandfor") === dialog.id ? opener.closest("[popover]") : null;
      const button = menu && document.querySelector(`[popovertarget="${menu.id}"]`);
      if (button instanceof HTMLElement) button.focus();
    });
    // The server shows it open, so that it is there without a script; with one it is modal.
    if (!("open" in dialog.dataset)) continue;
    dialog.close();
    dialog.showModal();
    const wrong = dialog.querySelector('[aria-invalid="true"]');
    if (wrong instanceof HTMLElement) wrong.focus();
  }
}
