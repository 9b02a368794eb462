// The screens of an account's sendings.
import { sendsOnce, type Screen } from "../screen.ts";

export const screens: Screen[] = [
  { name: "sendings", path: ({ sendings }) => sendings.base },
  { name: "sendings-begun", path: ({ sendings }) => `${sendings.base}?state=begun` },
  { name: "sendings-empty", path: ({ emptyBase }) => `${emptyBase}/sendings` },
  { name: "sendings-none-ended", path: ({ emptyBase }) => `${emptyBase}/sendings?state=ended` },
  { name: "sending-waiting", path: ({ sendings }) => sendings.waiting },
  { name: "sending-waiting-viewer", path: ({ sendings }) => sendings.waiting, role: "viewer" },
  { name: "sending-bare", path: ({ sendings }) => sendings.bare },
  { name: "sending-running", path: ({ sendings }) => sendings.sending },
  { name: "sending-done", path: ({ sendings }) => sendings.done },
  { name: "sending-ended", path: ({ sendings }) => sendings.ended },
  {
    name: "sending-end",
    path: ({ sendings }) => sendings.waiting,
    opens: "button[commandfor='end-sending']",
  },
  {
    name: "sending-just-ended",
    path: ({ sendings }) => sendings.bare,
    does: sendsOnce("end-sending"),
  },
];
