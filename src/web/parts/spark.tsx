// A row of small bars: one for each day, the higher the more.

/** Percent of the width that a day takes of its share, and height of a day without anything. */
const FILLED = 0.72;
const EMPTY_HEIGHT = 3;

/** `values` are in order of time; `label` says what they are. */
export const Spark = ({ values, label }: { values: readonly number[]; label: string }) => {
  const most = Math.max(...values, 1);
  const share = 100 / values.length;
  return (
    <svg class="spark" role="img" aria-label={label}>
      {values.map((value, at) => {
        const height = value === 0 ? EMPTY_HEIGHT : Math.max((value / most) * 100, EMPTY_HEIGHT);
        return (
          <rect
            class={value === 0 ? "s3" : "s2"}
            x={`${(at * share + (share * (1 - FILLED)) / 2).toFixed(2)}%`}
            y={`${(100 - height).toFixed(1)}%`}
            width={`${(share * FILLED).toFixed(2)}%`}
            height={`${height.toFixed(1)}%`}
            rx="1"
          />
        );
      })}
    </svg>
  );
};
