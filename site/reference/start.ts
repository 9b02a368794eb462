// Starts the reference: Scalar on /openapi.json of this origin, with nothing that speaks to another host. It is a classic script,
// since the page's sandbox gives it an origin of its own, from which modules would need to be allowed.

interface Reference {
  updateConfiguration: (configuration: object) => void;
}
declare const Scalar: { createApiReference: (place: string, configuration: object) => Reference };

/** Stands in for what a page in a sandbox may not keep: Scalar asks for it at every step, and forgets it with the page. */
function withoutStorage(): void {
  for (const name of ["localStorage", "sessionStorage"]) {
    const kept = new Map<string, string>();
    const value = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      removeItem: (key: string) => void kept.delete(key),
      clear: () => kept.clear(),
      key: (at: number) => [...kept.keys()][at] ?? null,
      get length() {
        return kept.size;
      },
    };
    Object.defineProperty(window, name, { configurable: true, value });
  }
}

const atNight = matchMedia("(prefers-color-scheme: dark)");

const configuration = () => ({
  url: "/openapi.json",
  theme: "none",
  forceDarkModeState: atNight.matches ? "dark" : "light",
  hideDarkModeToggle: true,
  withDefaultFonts: false,
  // Nothing of Scalar's own services, and no request that goes around this origin.
  telemetry: false,
  proxyUrl: "",
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  // The key stays in the page: what the browser kept could be read by whoever sits there next.
  persistAuth: false,
  authentication: { preferredSecurityScheme: "apiKey" },
  documentDownloadType: "none",
  hideModels: false,
  metaData: { title: "API reference · Slipway" },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
});

withoutStorage();
// Scalar's own script comes after this one, since it asks for storage as it begins.
addEventListener("DOMContentLoaded", () => {
  const reference = Scalar.createApiReference("#reference", configuration());
  atNight.addEventListener("change", () => reference.updateConfiguration(configuration()));
});
