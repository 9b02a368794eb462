// What a platform shows of a content, before it is cut: the words of a language, what the platform's overrides put in their
// place, and the buttons that it has. The content may be half typed, so nothing of it is taken for granted.
import type { Look } from "./cuts.ts";

/** Words that a translation or an override may replace; empty ones replace nothing. */
export interface PreviewWords {
  title?: string | null | undefined;
  body?: string | null | undefined;
  image?: string | null | undefined;
}

/** A content as somebody writes it: that of the API, of which the preview reads these. */
export interface PreviewContent extends PreviewWords {
  actions?: readonly { title?: string | undefined }[] | null | undefined;
  platform_overrides?:
    | Partial<Record<Platform, Readonly<Record<string, unknown>> | null>>
    | null
    | undefined;
  /** By language. */
  translations?: Readonly<Record<string, PreviewWords>> | null | undefined;
}

type Platform = "android" | "ios" | "web";

const PLATFORM_OF: Readonly<Record<Look, Platform>> = {
  folded: "android",
  open: "android",
  ios: "ios",
  desktop: "web",
};

export interface Shown {
  title: string;
  body: string;
  image: string;
  actions: string[];
}

/** What `look` shows of the content to who reads `language`; null for its own. */
export function shownOn(look: Look, content: PreviewContent, language: string | null): Shown {
  const platform = PLATFORM_OF[look];
  const words = language === null ? undefined : content.translations?.[language];
  const over = content.platform_overrides?.[platform] ?? {};
  const pick = (name: "title" | "body" | "image") =>
    [over[name], words?.[name], content[name]].find(isSaid) ?? "";
  const buttons = platform === "web" && Array.isArray(over["actions"]) ? over["actions"] : null;
  // Without a category that the app defines, iOS has no buttons to show.
  const hasNone = platform === "ios" && !isSaid(over["category"]);
  return {
    title: pick("title"),
    body: pick("body"),
    // Its own service extension would have to load it, which this service does not make.
    image: platform === "ios" ? "" : pick("image"),
    actions: hasNone ? [] : titlesOf(buttons ?? content.actions ?? []),
  };
}

const isSaid = (value: unknown): value is string => typeof value === "string" && value !== "";

function titlesOf(buttons: readonly unknown[]): string[] {
  return buttons
    .map((each) =>
      typeof each === "object" && each !== null ? (each as { title?: unknown }).title : "",
    )
    .filter(isSaid);
}
