// What a platform shows of a content that is being typed: the same as src/web/preview/shown.ts, which a test compares.

export interface Words {
  title?: string;
  body?: string;
  image?: string;
}

export interface Content extends Words {
  actions: { title?: string }[];
  platform_overrides: Record<string, Record<string, unknown>>;
  translations: Record<string, Words>;
}

export interface Shown {
  title: string;
  body: string;
  image: string;
  actions: string[];
}

const PLATFORM_OF: Record<string, string> = {
  folded: "android",
  open: "android",
  ios: "ios",
  desktop: "web",
};

export function shownOn(look: string, content: Content, language: string): Shown {
  const platform = PLATFORM_OF[look] ?? "";
  const words = content.translations[language];
  const over = content.platform_overrides[platform] ?? {};
  const pick = (name: keyof Words) => [over[name], words?.[name], content[name]].find(isSaid) ?? "";
  const buttons = platform === "web" && Array.isArray(over["actions"]) ? over["actions"] : null;
  const hasNone = platform === "ios" && !isSaid(over["category"]);
  return {
    title: pick("title"),
    body: pick("body"),
    image: platform === "ios" ? "" : pick("image"),
    actions: hasNone ? [] : titlesOf(buttons ?? content.actions),
  };
}

const isSaid = (value: unknown): value is string => typeof value === "string" && value !== "";

const titlesOf = (buttons: readonly unknown[]) =>
  buttons.map((each) => Object(each).title as unknown).filter(isSaid);
