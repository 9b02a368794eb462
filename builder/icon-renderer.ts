// Shares the processes that render icons among accounts: an account's apps are drawn one after the other, accounts take
// turns, and there are as many as two processes. So a picture that takes long delays those of its own account alone.
import type { IconPictures, IconSet, IconSource, RenderIcons } from "./android/icons/icon-set.ts";
import { startIconChild } from "./icon-child.ts";
import type { IconChild } from "./icon-child.ts";

/**
 * Processor time for the icons of one app, ms: photographs of MAX_ICON_PIXELS and drawings of 5,000 shapes take less
 * than a tenth of it (0.4 s).
 */
const BUDGET_MS = 5_000;
/** Most processes: two, so that a second account is drawn while the first has a picture that takes long. */
const MAX_CHILDREN = 2;
/** The second process is started for whoever has waited this long, ms: ordinary icons take half of it. */
const HELP_AFTER_MS = 250;

interface Drawing {
  pictures: IconPictures;
  source: IconSource;
  signal: AbortSignal | undefined;
  resolve: (icons: Promise<IconSet>) => void;
}

/**
 * Makes the renderer of a builder. Its first process starts at once; a second one is started when it is needed, and
 * ended when both have nothing to do. Rejects with PackagingError for a picture that can't be drawn within bounds, and
 * with another error where that is not the picture's fault.
 */
export function createIconRenderer({ budgetMs = BUDGET_MS } = {}): RenderIcons {
  /** The drawings that wait, by share. The first share is the next one to be drawn. */
  const waiting = new Map<string, Drawing[]>();
  /** The shares that are being drawn. */
  const drawn = new Set<string>();
  const idle: IconChild[] = [startIconChild()];
  let children = 1;
  let help: NodeJS.Timeout | undefined;

  const nextShare = () => waiting.keys().find((share) => !drawn.has(share));

  function takeFrom(share: string): Drawing | undefined {
    const [drawing, ...later] = waiting.get(share) ?? [];
    waiting.delete(share);
    // Behind all others, whose turn comes first.
    if (later.length > 0) waiting.set(share, later);
    return drawing;
  }

  async function draw(child: IconChild, share: string, drawing: Drawing): Promise<void> {
    const { pictures, source, signal } = drawing;
    drawn.add(share);
    const icons = child.render({ pictures, source, budgetMs }, signal);
    drawing.resolve(icons);
    await icons.catch(() => null);
    drawn.delete(share);
    idle.push(child);
    drawNext();
    // One is enough for what comes.
    if (idle.length === MAX_CHILDREN) {
      idle.pop()?.end();
      children -= 1;
    }
  }

  function drawNext(): void {
    for (;;) {
      const share = nextShare();
      if (share === undefined) break;
      const child = idle.pop();
      if (child === undefined) {
        if (children < MAX_CHILDREN) help ??= setTimeout(helpOut, HELP_AFTER_MS);
        return;
      }
      const drawing = takeFrom(share);
      if (drawing !== undefined) void draw(child, share, drawing);
    }
    clearTimeout(help);
    help = undefined;
  }

  function helpOut(): void {
    help = undefined;
    children += 1;
    idle.push(startIconChild());
    drawNext();
  }

  return (pictures, source, { share = "", signal } = {}) => {
    const { promise, resolve } = Promise.withResolvers<IconSet>();
    waiting.set(share, [...(waiting.get(share) ?? []), { pictures, source, signal, resolve }]);
    drawNext();
    return promise;
  };
}
