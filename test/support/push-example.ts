// The notification that docs/contracts.md (Push 2) shows.

export const WORDS = {
  title: "New Feature Available",
  body: "Check out our redesigned dashboard.",
};

/** The body of its example, but for `send`. */
export const EXAMPLE = {
  ...WORDS,
  icon: "https://example.com/icon.png",
  image: "https://example.com/banner.png",
  url: "https://example.com/dashboard",
  actions: [
    { title: "Open Dashboard", action: "open_url" },
    { title: "Dismiss", action: "dismiss" },
  ],
  data: { feature: "dashboard-v2" },
  targeting: { type: "tags", tags: ["beta"], match: "any" },
  platform_overrides: {
    android: { channel_id: "features", priority: "high" },
    ios: { sound: "default", badge: 1 },
  },
};

/** Its times: whole seconds and Z. */
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
