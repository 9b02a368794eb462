// The ways on which a hull is built: with its frame, while there is nothing yet, with the hull on them, or on its way down.

/** Where the hull is, as a transformation; null while there is only its frame. */
const HULLS = {
  framed: null,
  built: "translate(71.1 24.4) rotate(17)",
  launched: "translate(91.2 30.6) rotate(17)",
} as const;

export const Ways = ({ hull }: { hull: keyof typeof HULLS }) => {
  const at = HULLS[hull];
  return (
    <svg class="ways" viewBox="0 0 220 96" aria-hidden="true">
      {at === null ? (
        <Frame />
      ) : (
        <g transform={at}>
          <path class="hull-hi" d="M0 0h62l-6.2 10.5H2.4z" />
          <path
            class="hull-lo"
            d="M2.4 10.5h53.4l-2.3 4a7.5 7.5 0 0 1-6.5 3.7H12.5a9.5 9.5 0 0 1-8.8-6z"
          />
        </g>
      )}
      <path
        fill="none"
        stroke="currentColor"
        stroke-width="1.25"
        stroke-linecap="round"
        d="M6 26 142 67.5M6 26v58M34 34.5V84M62 43.1V84M90 51.6V84M118 60.2V84M6 84h112"
      />
      <path
        fill="none"
        stroke="currentColor"
        stroke-width="1.25"
        stroke-linecap="round"
        d="M130 70h84M150 79h20M184 79h14M140 84h12M166 86h30"
      />
    </svg>
  );
};

const Frame = () => (
  <g transform="translate(20.4 8.7) rotate(17)">
    <path
      fill="none"
      stroke="currentColor"
      stroke-dasharray="3 3"
      stroke-width="1.25"
      d="M0 0h62l-7 14a8 8 0 0 1-7 4H14a9 9 0 0 1-8-5z"
    />
    <path
      stroke="currentColor"
      stroke-width="1"
      stroke-dasharray="3 3"
      d="M16 0v18M28 0v18M40 0v18"
    />
  </g>
);
