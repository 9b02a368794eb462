// The push services of the browsers' makers. Every other host that an endpoint names is a stranger's.
const PUSH_SERVICES =
  /(^|\.)((fcm|android)\.googleapis\.com|jmt17\.google\.com|push\.services\.mozilla\.com|notify\.windows\.com|push\.apple\.com)$/;

/** Whether a host is a push service of Google, Mozilla, Microsoft or Apple. */
export function isKnownService(hostname: string): boolean {
  return PUSH_SERVICES.test(hostname);
}
