// What the audit log says of each deed, in plain words: "Mira made the API key CRM".
import type { Deed, Kind } from "../../domain/audit/deeds.ts";
import type { IconName } from "../parts/icon.tsx";

/** What follows the name of who did it, and precedes that of the thing. */
export const SAYS: Readonly<Record<Deed, string>> = {
  "account.create": "opened the account",
  "account.update": "changed the account",
  "account.visit": "began to look, as a viewer, at the account",
  "account.suspend": "suspended the account",
  "account.resume": "let the account go on",
  "member.join": "accepted an invitation:",
  "member.change": "gave another role to",
  "member.remove": "removed",
  "member.leave": "left the account:",
  "invitation.create": "invited",
  "invitation.end": "withdrew the invitation of",
  "key.create": "made the API key",
  "key.delete": "ended the API key",
  "app.create": "made the app",
  "app.update": "changed the app",
  "app.icon": "changed the icon of",
  "app.delete": "deleted the app",
  "build.trigger": "triggered the build",
  "build.cancel": "cancelled the build",
  "build.revoke": "withdrew the install link of the build",
  "build.inspect": "read the log of the build",
  "keystore.create": "made the keystore",
  "keystore.update": "changed the keystore",
  "keystore.export": "exported the keystore",
  "keystore.delete": "deleted the keystore",
  "credential.set": "set a push credential of",
  "credential.delete": "deleted a push credential of",
  "identity_secret.set": "set the identity secret of",
  "identity_secret.delete": "deleted the identity secret of",
  "webhook.create": "made the webhook",
  "webhook.update": "changed the webhook",
  "webhook.rotate": "gave a new secret to the webhook",
  "webhook.delete": "deleted the webhook",
  "notification.create": "wrote the notification",
  "notification.update": "changed the notification",
  "notification.send": "sent the notification",
  "notification.cancel": "cancelled the notification",
  "segment.create": "saved the segment",
  "segment.update": "changed the segment",
  "segment.delete": "deleted the segment",
  "subscriber.import": "imported subscribers of",
  "subscriber.export": "exported subscribers of",
  "subscriber.own": "called a device their own, for tests of",
  "subscriber.delete": "deleted the subscriber",
  "subscriber.erase": "deleted all about a person of",
  "channel.create": "made the channel",
  "channel.update": "changed the channel",
  "channel.rotate": "gave a new key to the channel",
  "channel.delete": "deleted the channel",
  "template.create": "made the template",
  "campaign.create": "made the campaign",
  "campaign.update": "changed the campaign",
  "campaign.end": "ended the campaign",
  "lifecycle_event.delete": "deleted the lifecycle event",
};

/** What the filter calls each kind, and the icon of its entries. */
export const KIND_LABELS: Readonly<Record<Kind, { label: string; icon: IconName }>> = {
  account: { label: "Account", icon: "design" },
  member: { label: "Members", icon: "team" },
  invitation: { label: "Invitations", icon: "team" },
  key: { label: "API keys", icon: "key" },
  app: { label: "Apps", icon: "apps" },
  build: { label: "Builds", icon: "build" },
  keystore: { label: "Keystores", icon: "lock" },
  credential: { label: "Push credentials", icon: "security" },
  identity_secret: { label: "Identity secrets", icon: "security" },
  webhook: { label: "Webhooks", icon: "webhooks" },
  notification: { label: "Notifications", icon: "send" },
  segment: { label: "Saved segments", icon: "list" },
  subscriber: { label: "Subscribers", icon: "person" },
  channel: { label: "Channels", icon: "channels" },
  template: { label: "Templates", icon: "edit" },
  campaign: { label: "Campaigns", icon: "send" },
  lifecycle_event: { label: "Lifecycle events", icon: "list" },
};

/** Through what somebody acted, as `who` of an entry begins. */
export function throughOf(who: string): string {
  if (who.startsWith("key:")) return "API";
  return who === "operator" ? "Installation" : "Dashboard";
}
