// The two pages of an app's push set-up, as tabs.

const TABS = [
  { path: "/web-push", label: "Web push" },
  { path: "/providers", label: "FCM and APNs" },
] as const;
export type PushTab = (typeof TABS)[number]["path"];

/** `base`: the path of the app's pages. */
export const PushTabs = ({ base, here }: { base: string; here: PushTab }) => (
  <nav class="tabs" aria-label="Push set-up">
    {TABS.map(({ path, label }) => (
      <a href={base + path} aria-current={path === here ? "page" : undefined}>
        {label}
      </a>
    ))}
  </nav>
);
