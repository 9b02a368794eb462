// The drafts of the composer that name a saved segment, on its page.
import type { NamingDraft } from "../../domain/composing/drafts-with-segment.ts";
import { counted } from "../parts/words.ts";
import { clip } from "../parts/clip.ts";

/** Drafts that are named on the page; of more of them the number is said. */
const NAMED = 10;

/** How many they are, as a sentence. */
export const inDrafts = ({ length }: readonly NamingDraft[]) =>
  `${counted(length, "unsent draft")} ${length === 1 ? "names" : "name"} it.`;

/** The drafts, with links for those who may open them. */
export const Drafts = ({
  drafts,
  ofApp,
  mayWrite,
}: {
  drafts: readonly NamingDraft[];
  ofApp: string;
  mayWrite: boolean;
}) => (
  <ul class="plain-list">
    {drafts.slice(0, NAMED).map(({ id, title }) => {
      const text = clip(title.trim()) || "Without a title";
      return (
        <li class="wrap">{mayWrite ? <a href={`${ofApp}/compose/${id}`}>{text}</a> : text}</li>
      );
    })}
    {drafts.length > NAMED && <li class="muted">and {drafts.length - NAMED} more</li>}
  </ul>
);
