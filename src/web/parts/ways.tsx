// The hull on the ways: something is being built.

export const ShipOnWays = () => (
  <svg class="ways" viewBox="0 0 220 96" aria-hidden="true">
    <g transform="translate(71.1 24.4) rotate(17)">
      <path class="hull-hi" d="M0 0h62l-6.2 10.5H2.4z" />
      <path
        class="hull-lo"
        d="M2.4 10.5h53.4l-2.3 4a7.5 7.5 0 0 1-6.5 3.7H12.5a9.5 9.5 0 0 1-8.8-6z"
      />
    </g>
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
