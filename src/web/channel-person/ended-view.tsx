// What a link to somebody's own page shows that leads nowhere any more: why, and how to get a new one.
import type { Child } from "hono/jsx";
import type { PersonEnd } from "../../domain/channels/person-links.ts";
import { PublicShell } from "../dashboard/public-shell.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";

/** `end`: null for what never was a link. */
export const EndedView = ({ end, now }: { end: PersonEnd | null; now: number }) => {
  const { title, text } = wordsOf(end, now);
  return (
    <PublicShell>
      <h1 class="vh">Your messages</h1>
      <Empty title={title} text={text} />
    </PublicShell>
  );
};

function wordsOf(end: PersonEnd | null, now: number): { title: string; text: Child } {
  const again = "Open the app, or ask who sent you the link for a new one.";
  switch (end?.kind) {
    case "expired":
      return {
        title: "This link has ended",
        text: (
          <>
            It worked until <Moment at={end.at} now={now} />. Such links end by themselves, since
            whoever has one sees the messages. {again}
          </>
        ),
      };
    case "replaced":
      return {
        title: "There is a newer link",
        text: `A new link was made, and this one ended with that. Use the new one. Where that is lost: ${again.charAt(0).toLowerCase()}${again.slice(1)}`,
      };
    case "left":
      return {
        title: "You get nothing here any more",
        text: "You left this channel, or it is gone, and its messages went with it. To come back, ask who sent them for a new code.",
      };
    case "unbound":
      return {
        title: "This device gets nothing here any more",
        text: `It left the channel or was forgotten, and its links ended with that. Other devices go on. ${again}`,
      };
    default:
      return {
        title: "No messages behind this link",
        text: `It is cut short or mistyped, or it never was one. Links are long: copy it whole. ${again}`,
      };
  }
}
