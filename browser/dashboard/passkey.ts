// Passkeys: asks the browser for one and posts what it answers, by a form of the page. The form is hidden until this script
// runs, and stays hidden where there can be no passkeys.

/** What to tell whoever was asked, by the name of the browser's error. */
const SAYS: Readonly<Record<string, string>> = {
  NotAllowedError: "Nothing was chosen, or it took too long. Try again.",
  InvalidStateError: "This device has a passkey for you already.",
};
const FAILED = "Your browser could not do that. Load the page again, then try once more.";

/** Makes a passkey, or signs by one, as `options` of the server say. Returns it as JSON. */
async function ask(kind: string | undefined, options: unknown): Promise<string> {
  const credential =
    kind === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
            options as PublicKeyCredentialCreationOptionsJSON,
          ),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
            options as PublicKeyCredentialRequestOptionsJSON,
          ),
        });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  return JSON.stringify(credential.toJSON());
}

async function optionsOf(form: HTMLFormElement): Promise<unknown> {
  const answer = await fetch(form.dataset["options"] ?? "", {
    headers: { accept: "application/json" },
  });
  // Who is not signed in any more is led to a page.
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true;
  if (!answer.ok || !isJson) throw new Error("no options");
  return answer.json();
}

function serve(form: HTMLFormElement): void {
  const field = form.elements.namedItem("credential");
  const says = form.querySelector("[data-passkey-says]");
  if (!(field instanceof HTMLInputElement)) return;
  const tell = (text: string) => {
    if (!(says instanceof HTMLElement)) return;
    says.textContent = text;
    says.hidden = text === "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (field.value !== "") return;
    event.preventDefault();
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    tell("");
    optionsOf(form)
      .then(async (options) => ask(form.dataset["passkey"], options))
      .then((credential) => {
        field.value = credential;
        form.requestSubmit();
      })
      .catch((error: unknown) => {
        const name = error instanceof DOMException ? error.name : "";
        tell(SAYS[name] ?? FAILED);
        button?.removeAttribute("aria-busy");
      });
  });
}

/** Passkeys belong to a name: an address of numbers can have none. */
const isNamed = !/^[\d.]+$|^\[/.test(location.hostname);
const areKnown =
  "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

if (isNamed && areKnown) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (form instanceof HTMLFormElement) serve(form);
  }
  for (const opener of document.querySelectorAll("[data-passkey-opens]")) {
    if (opener instanceof HTMLElement) opener.hidden = false;
  }
  for (const excuse of document.querySelectorAll("[data-passkey-excuse]")) excuse.remove();
}
