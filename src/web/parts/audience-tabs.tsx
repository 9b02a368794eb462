// The pages about an app's audience, as tabs on top of each. With one page alone there is nothing to choose.

const TABS = [{ here: "segments", label: "Saved segments", path: "/segments" }] as const;
export type AudienceTab = (typeof TABS)[number]["here"];

/** `ofApp` is the app's path. */
export const AudienceTabs = ({ ofApp, here }: { ofApp: string; here: AudienceTab }) =>
  TABS.length < 2 ? null : (
    <nav class="tabs" aria-label="Audience">
      {TABS.map((tab) => (
        <a href={ofApp + tab.path} aria-current={tab.here === here ? "page" : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
