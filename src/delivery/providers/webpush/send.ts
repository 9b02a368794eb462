// Sends messages to browsers' push services (RFC 8030 section 5).
import { fromBase64url } from "../../../kit/push/base64url.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import { Origins, type Origin } from "../../../kit/push/services.ts";
import { exchange } from "../exchange.ts";
import { secondsLeft } from "../lifetime.ts";
import { Stencils } from "../stencil.ts";
import type {
  Edition,
  Own,
  ProviderDeps,
  Verdict,
  WebPushAddress,
  WebPushSender,
} from "../types.ts";
import { buildDeclaredPayload } from "./declared.ts";
import { AUTH_BYTES, encrypt, POINT_BYTES, WEB_PUSH_LIMIT_BYTES } from "./encrypt.ts";
import { buildWebPayload, webPushUrgency } from "./payload.ts";
import { PushService } from "./push-service.ts";
import { serviceUrl } from "./service-url.ts";
import { STRANGER_MS } from "./unfit-host.ts";
import { webPushVerdict } from "./verdicts.ts";

type Deps = Pick<ProviderDeps, "fetch" | "now" | "vapid" | "leadsTo" | "fcmUrl">;

const encoder = new TextEncoder();

/** What is sent to one push subscription. The verdict instead of a body counts if its host is one that is sent to. */
export interface Sealed {
  address: WebPushAddress;
  service: PushService;
  body: Uint8Array<ArrayBuffer> | Verdict;
}

/** The messages of a batch by Web Push. */
export class WebPushMessages {
  readonly #deps: Deps;
  readonly #stencils = new Stencils();
  readonly #origins = new Origins();
  readonly #services = new Map<Origin, PushService>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Encrypts the message of `edition` for one push subscription, with these texts of the recipient's own. Returns the verdict
   * if the endpoint is no URL.
   */
  seal(address: WebPushAddress, edition: Edition, own: Own): Sealed | Verdict {
    const service = this.#serviceOf(address.endpoint);
    if (service === null) return rejected("invalid subscription");
    const { platform } = address;
    const [form, build] = service.readsDeclared
      ? (["declared", buildDeclaredPayload] as const)
      : (["flat", buildWebPayload] as const);
    const stencil = this.#stencils.of(edition, `${form} ${platform}`, ({ content, links }) =>
      JSON.stringify(build(content, links, platform)),
    );
    const plaintext = encoder.encode(stencil.textWith(own));
    const isTooLarge = plaintext.length > WEB_PUSH_LIMIT_BYTES;
    const body = isTooLarge ? rejected("payload too large") : tryEncrypt(plaintext, address);
    return { address, service, body };
  }

  /**
   * Sends what `seal` made of `content`. An endpoint at a host that can never be a push service is gone, and
   * nothing is sent; nor to hosts that lead into private networks.
   */
  async send(
    content: PushContent,
    sealed: Sealed | Verdict,
    sender: WebPushSender,
  ): Promise<Verdict> {
    if ("kind" in sealed) return sealed;
    const deps = this.#deps;
    const { address, service, body } = sealed;
    const now = deps.now();
    const unfit = service.isOpenTo(sender) ? null : await service.open(deps, sender, now);
    if (unfit !== null) return unfit;
    if ("kind" in body) return body;
    const headers = service.headers({
      ttl: secondsLeft(content, now),
      urgency: webPushUrgency(content, address.platform),
      collapseId: content.collapseId,
    });
    const url = serviceUrl(deps, address.endpoint, service.origin);
    const answer = await exchange(deps.fetch, url, { headers, body, successBody: "cancelled" });
    const verdict: Verdict = answer.answered
      ? webPushVerdict(answer, deps.now())
      : { kind: "retry", reason: answer.reason, afterMs: null };
    const isBounded = verdict.kind === "retry" && !service.isKnown;
    return isBounded ? { ...verdict, limitMs: STRANGER_MS } : verdict;
  }

  #serviceOf(endpoint: string): PushService | null {
    const origin = this.#origins.of(endpoint);
    if (origin === null) return null;
    const known = this.#services.get(origin);
    if (known) return known;
    const made = new PushService(origin);
    this.#services.set(origin, made);
    return made;
  }
}

/** Returns the encrypted body, or the verdict if the keys are invalid. */
function tryEncrypt(
  plaintext: Uint8Array,
  keys: WebPushAddress,
): Uint8Array<ArrayBuffer> | Verdict {
  const point = fromBase64url(keys.p256dh);
  const auth = fromBase64url(keys.auth);
  const isValid = point?.length === POINT_BYTES && auth?.length === AUTH_BYTES;
  if (!isValid) return rejected("invalid subscription");
  try {
    return encrypt(plaintext, { point, auth });
  } catch {
    return rejected("invalid subscription"); // the only cause is a point that is not on the curve
  }
}

function rejected(reason: string): Verdict {
  return { kind: "rejected", reason };
}
