// What a page of the door says after it sent a mail, or would have: the same, whoever has the address.
import type { Child } from "hono/jsx";
import { Door } from "../dashboard/door.tsx";
import { Notice } from "../parts/notice.tsx";

/** What stands in place of a form that would have a mail sent, where nothing can. */
export const NoMail = () => (
  <Notice tone="bad">
    <p>
      <strong>This installation can't send mail yet.</strong> Ask whoever runs it.
    </p>
  </Notice>
);

export const MailSent = ({
  email,
  text,
  children,
}: {
  email: string;
  text: string;
  children?: Child;
}) => (
  <Door title="Look into your mail" says="The link in it works for an hour.">
    <Notice tone="ok">
      <p>
        <strong>A mail is on its way to {email}.</strong> {text}
      </p>
    </Notice>
    <p class="soft">
      It can take a minute. If nothing comes, look in the spam folder, and whether the address is
      right.
    </p>
    {children}
    <div class="row">
      <a class="btn" href="/dashboard/sign-in">
        To sign-in
      </a>
    </div>
  </Door>
);
