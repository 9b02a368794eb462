// Shows an app's site in the phone of its overview, where the site lets itself be shown in a frame.

/** The screen of the phone, CSS pixels: the site is laid out for it and then made smaller. */
const WIDTH = 360;
const HEIGHT = 740;

/** What the server found out about the site. */
interface Check {
  shows: boolean;
  says: string;
}

async function showSite(place: HTMLElement, site: string): Promise<void> {
  const answer = await fetch(place.dataset["ask"] ?? "", {
    headers: { accept: "application/json" },
  });
  if (!answer.ok) return;
  const { shows, says } = (await answer.json()) as Check;
  const sentence = document.querySelector("[data-preview-says]");
  if (sentence) sentence.textContent = says;
  if (shows) put(place, site);
}

/** Puts the site in place of the drawing. It may run its scripts, and neither leave the frame nor ask for anything. */
function put(place: HTMLElement, site: string): void {
  const drawing = place.querySelector(".phone > svg");
  if (!(drawing instanceof SVGElement)) return;
  const { width, height } = drawing.getBoundingClientRect();
  const frame = document.createElement("iframe");
  frame.title = drawing.getAttribute("aria-label") ?? "Preview";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms");
  frame.referrerPolicy = "no-referrer";
  frame.loading = "lazy";
  frame.width = String(WIDTH);
  frame.height = String(HEIGHT);
  frame.src = site;
  // Where it is not shown because the phone is not, the drawing stays.
  if (width === 0) return;
  const screen = document.createElement("div");
  Object.assign(screen.style, {
    width: `${width}px`,
    height: `${height}px`,
    overflow: "hidden",
    borderRadius: "1.8rem",
    background: "#fff",
  });
  Object.assign(frame.style, {
    border: "0",
    transform: `scale(${width / WIDTH})`,
    transformOrigin: "0 0",
  });
  screen.append(frame);
  drawing.replaceWith(screen);
}

for (const place of document.querySelectorAll<HTMLElement>("[data-site]")) {
  // Without an answer the drawing stays.
  showSite(place, place.dataset["site"] ?? "").catch(() => undefined);
}
