// Sends mail to people: by Resend's HTTP API or, on the local stack alone, into the log, where links in it are to be read.
import type { Mail, SendMail } from "../domain/ports/people.ts";
import type { Log } from "../kit/log.ts";

/** Longest that the provider may take, ms. Mail goes out after the answer, in the 30 s that a Worker has for that. */
const TIMEOUT_MS = 15_000;
/** Most of the provider's complaint that is logged, characters. */
const MAX_COMPLAINT = 300;

export interface MailService {
  /** The API's origin. */
  url: string;
  token: string;
  /** The sender: an address, or a name and an address as in mails. */
  from: string;
}

/** What hands mail to the provider. It throws when that refuses; the mail is not tried again, since a person asks again. */
export function mailBy(service: MailService, send: typeof fetch): SendMail {
  return async (mail) => {
    const response = await send(`${service.url}/emails`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${service.token}`,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
        // It refuses requests without one.
        "user-agent": "slipway",
      },
      body: JSON.stringify({
        from: service.from,
        to: [mail.to],
        subject: mail.subject,
        text: mail.text,
      }),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.text();
    if (response.ok) return;
    // What it says of the request can repeat the address, but not the text with the link.
    const complaint = answer.replaceAll(mail.to, "<address>").slice(0, MAX_COMPLAINT);
    throw new Error(`the mail service answered ${response.status}: ${complaint}`);
  };
}

/** What puts mail into the log. */
export function mailToLog(log: Log): SendMail {
  return async (mail: Mail) => log.info("mail", { ...mail });
}
