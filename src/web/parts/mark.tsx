// The mark of all pages: the hull on its ways.

export const Mark = ({ size }: { size: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
    <path fill="currentColor" d="M1 2.6 23 7l-3.8 6.6L2.8 10.3z" />
    <path
      class="hull-lo"
      d="M2.8 10.3l16.4 3.3-1.1 2a3.5 3.5 0 0 1-3.7 1.7L6.2 15.7a4.2 4.2 0 0 1-3.2-3.5z"
    />
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      d="M1.2 18.1l21.6 4.4"
    />
  </svg>
);
