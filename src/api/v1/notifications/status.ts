// How API v1 names what a notification's status is. Its contract (docs/contracts.md, App-builder 6) knows pending,
// scheduled and sent; drafts of the push API, failures and cancelled ones keep their names.

const SHOWN: Record<string, string> = { sending: "pending", finalizing: "sent" };

/** The status as API v1 shows it: pending while it is being sent. */
export function shownStatus(status: string): string {
  return SHOWN[status] ?? status;
}
