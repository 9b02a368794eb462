// The screens of the frame: the front page, errors, and what the side bar opens.
import type { Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "front", path: () => "/", role: "visitor" },
  { name: "not-found", path: () => "/nothing/here", role: "visitor", status: 404 },
  { name: "foreign", path: () => "/dashboard/999999", status: 404 },
  { name: "jump", path: ({ base }) => base, opens: "button[commandfor='jump']", needsScript: true },
  // An account that an operator suspended, as its owner sees it.
  {
    name: "suspended",
    path: ({ suspendedAccount }) => `/dashboard/${suspendedAccount}`,
    status: 403,
  },
  { name: "me-menu", path: ({ base }) => base, opens: "button[popovertarget='me-menu']" },
];
