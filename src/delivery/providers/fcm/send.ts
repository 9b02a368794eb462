// Sends messages through FCM HTTP v1.
import { apnsExpiration } from "../apns/request.ts";
import { exchange } from "../exchange.ts";
import { secondsLeft } from "../lifetime.ts";
import { Stencils } from "../stencil.ts";
import type { Edition, FcmAddress, FcmSender, Own, ProviderDeps, SendResult } from "../types.ts";
import { buildMessage, type FcmMessage } from "./message.ts";
import { fcmVerdict } from "./verdicts.ts";

type Deps = Pick<ProviderDeps, "fetch" | "now" | "fcmUrl">;

/** The messages of a batch to FCM. */
export class FcmMessages {
  readonly #deps: Deps;
  readonly #stencils = new Stencils();
  /** The headers of the sender that was last used. */
  #headers: { sender: FcmSender; value: Headers } | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Sends a message to one token. A missing answer is a retry; `token_expired` asks the caller to send again with a new
   * access token.
   */
  async send(
    { address, edition, own }: { address: FcmAddress; edition: Edition; own: Own },
    sender: FcmSender,
  ): Promise<SendResult> {
    const { token, platform } = address;
    const ttl = secondsLeft(edition.content, this.#deps.now());
    const expiration = apnsExpiration(edition.content);
    const stencil = this.#stencils.of(edition, `${platform} ${ttl}`, ({ content, links }) =>
      JSON.stringify(buildMessage(content, links, platform, ttl, expiration)),
    );
    // The token is another field of the same object.
    const fields = stencil.textWith(own).slice("{".length);
    const body = `{"message":{"token":${JSON.stringify(token)},${fields}}`;
    return post(this.#deps, sender, this.#headersOf(sender), body);
  }

  #headersOf(sender: FcmSender): Headers {
    if (this.#headers?.sender.accessToken !== sender.accessToken) {
      this.#headers = { sender, value: headersOf(sender) };
    }
    return this.#headers.value;
  }
}

/** Calls projects.messages:send. With `validate_only`, FCM checks everything and delivers nothing. */
export async function postMessage(
  deps: Deps,
  sender: FcmSender,
  body: { message: FcmMessage; validate_only?: true },
): Promise<SendResult> {
  return post(deps, sender, headersOf(sender), JSON.stringify(body));
}

function headersOf({ accessToken }: FcmSender): Headers {
  const authorization = `Bearer ${accessToken}`;
  return new Headers({ authorization, "content-type": "application/json" });
}

async function post(
  deps: Deps,
  { projectId }: FcmSender,
  headers: Headers,
  body: string,
): Promise<SendResult> {
  const url = `${deps.fcmUrl}/v1/projects/${encodeURIComponent(projectId)}/messages:send`;
  const answer = await exchange(deps.fetch, url, { headers, body, successBody: "drained" });
  if (!answer.answered) return { kind: "retry", reason: answer.reason, afterMs: null };
  return fcmVerdict(answer, deps.now());
}
