// The head of the two pages of an app's push set-up, with the tabs between them.
import { PageHead } from "../dashboard/shell.tsx";

const TABS = [
  { path: "/web-push", label: "Web push" },
  { path: "/providers", label: "FCM and APNs" },
] as const;

/** `base`: the path of the app's pages. */
export const PushHead = ({ base, here }: { base: string; here: (typeof TABS)[number]["path"] }) => (
  <>
    <PageHead
      title="Push set-up"
      text="Where notifications go: browsers, Android apps, iOS apps."
    />
    <nav class="tabs" aria-label="Push set-up">
      {TABS.map(({ path, label }) => (
        <a href={base + path} aria-current={path === here ? "page" : undefined}>
          {label}
        </a>
      ))}
    </nav>
  </>
);
