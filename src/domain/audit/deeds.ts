// What the audit log tells of: a closed list of deeds, each the kind of a thing and what was done to it.

export const DEEDS = [
  "account.create",
  "account.update",
  "account.visit",
  "account.suspend",
  "account.resume",
  "member.join",
  "member.change",
  "member.remove",
  "member.leave",
  "invitation.create",
  "invitation.end",
  "key.create",
  "key.delete",
  "app.create",
  "app.update",
  "app.icon",
  "app.delete",
  "build.trigger",
  "build.cancel",
  "build.revoke",
  "build.inspect",
  "keystore.create",
  "keystore.update",
  "keystore.export",
  "keystore.delete",
  "credential.set",
  "credential.delete",
  "identity_secret.set",
  "identity_secret.delete",
  "webhook.create",
  "webhook.update",
  "webhook.rotate",
  "webhook.delete",
  "notification.create",
  "notification.update",
  "notification.send",
  "notification.cancel",
  "segment.create",
  "segment.update",
  "segment.delete",
  "subscriber.import",
  "subscriber.export",
  "subscriber.own",
  "subscriber.delete",
  "subscriber.erase",
  "channel.create",
  "channel.update",
  "channel.rotate",
  "channel.delete",
  "template.create",
  "campaign.create",
  "campaign.update",
  "campaign.end",
  "lifecycle_event.delete",
] as const;

export type Deed = (typeof DEEDS)[number];

type KindIn<D extends string> = D extends `${infer Kind}.${string}` ? Kind : never;
/** The kind of the thing that a deed is done to. */
export type Kind = KindIn<Deed>;

/** The kind of the thing that the deed is done to. */
export function kindOf(did: Deed): Kind {
  return did.split(".", 1)[0] as Kind;
}

/** Every kind, in the order of the list. */
export const KINDS: readonly Kind[] = [...new Set(DEEDS.map(kindOf))];
