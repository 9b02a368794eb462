// Sends mail to people: by Resend's HTTP API or, on the local stack alone, into the log, where links in it are to be read.
import type { Mail, SendMail } from "../domain/ports/people.ts";
import type { Log } from "../kit/log.ts";

/** Longest that the provider may take, ms, and how long each next try waits: with all of it in the 30 s after an answer. */
const TIMEOUT_MS = 8000;
const WAITS_MS = [1000, 3000];
/** Most of the provider's complaint that is logged, characters. */
const MAX_COMPLAINT = 300;

export interface MailService {
  /** The API's origin. */
  url: string;
  token: string;
  /** The sender: an address, or a name and an address as in mails. */
  from: string;
}

/**
 * What hands mail to the provider. Where that does not answer, or not now, it is tried twice more under the same key, by which
 * the provider sends it once. It throws when all tries failed, and at once for what is refused: a person asks again.
 */
export function mailBy(
  service: MailService,
  send: typeof fetch,
  wait: (ms: number) => Promise<void> = waiting,
): SendMail {
  return async (mail) => {
    const key = crypto.randomUUID();
    for (const ms of WAITS_MS) {
      // What failed is told by the last try.
      const response = await post(service, send, mail, key).catch(() => null);
      if (response && !mayPass(response)) return read(response, mail);
      await response?.body?.cancel();
      await wait(ms);
    }
    return read(await post(service, send, mail, key), mail);
  };
}

const waiting = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Whether the same request may be taken a moment later. */
const mayPass = ({ status }: Response) => status === 429 || status >= 500;

async function post(service: MailService, send: typeof fetch, mail: Mail, key: string) {
  return send(`${service.url}/emails`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${service.token}`,
      "content-type": "application/json",
      "idempotency-key": key,
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
}

async function read(response: Response, mail: Mail): Promise<void> {
  const answer = await response.text();
  if (response.ok) return;
  // What it says of the request can repeat the address, but not the text with the link.
  const complaint = answer.replaceAll(mail.to, "<address>").slice(0, MAX_COMPLAINT);
  throw new Error(`the mail service answered ${response.status}: ${complaint}`);
}

/** What puts mail into the log. */
export function mailToLog(log: Log): SendMail {
  return async (mail: Mail) => log.info("mail", { ...mail });
}
