// A QR code on a page.
import type { QrCode } from "../http/qr-svg.ts";

/** `label` says what it leads to, for who can't see it. */
export const Qr = ({ qr: { side, path, dark, light }, label }: { qr: QrCode; label: string }) => (
  <div class="qr">
    <svg
      viewBox={`0 0 ${side} ${side}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={`QR code: ${label}`}
    >
      <path fill={light} d={`M0 0h${side}v${side}H0z`} />
      <path fill={dark} d={path} />
    </svg>
  </div>
);
