// The picture of the front page: a hull on its ways, above the water.

export const Launch = () => (
  <svg class="launch" viewBox="0 0 880 220" aria-hidden="true">
    <g transform="translate(98 10) rotate(10) scale(3.4)">
      <path class="hull-hi" d="M0 0h62l-3 8H3.2z" />
      <path class="hull-lo" d="M3.2 8H59l-2.2 6a7 7 0 0 1-6.4 4H14a9 9 0 0 1-8.2-5.2z" />
    </g>
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      d="M20 64 620 170M20 64v126M110 80v110M200 96v94M290 112v78M380 128v62M470 144v46M560 160v30M20 190h600"
    />
    <path
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      d="M600 176h260M660 190h90M780 190h60M630 204h50M710 204h120"
    />
  </svg>
);
