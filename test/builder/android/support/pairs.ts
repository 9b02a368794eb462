// Few rows that hold every pair of values of any two factors: most faults of a combination need no more than two values,
// and all combinations would take hours (NIST SP 800-142, "Practical Combinatorial Testing").

/** The values of each factor, by name. */
type Factors = Readonly<Record<string, readonly unknown[]>>;
/** A row: one value of each factor. */
type Row<F extends Factors> = { readonly [K in keyof F]: F[K][number] };

/**
 * Makes the rows, always the same ones. Each begins with a pair that no earlier row has, and takes for every other factor
 * the value that brings the most new pairs.
 */
export function pairwise<F extends Factors>(factors: F): Row<F>[] {
  const names = Object.keys(factors);
  const sizes = names.map((name) => factors[name]?.length ?? 0);
  const missing = new Set(allPairs(sizes));
  const rows: Row<F>[] = [];
  for (const pair of missing) {
    const row = rowFrom(pair, sizes, missing);
    for (const covered of pairsOf(row)) missing.delete(covered);
    const values = names.map((name, at) => [name, factors[name]?.[row[at] ?? 0]]);
    rows.push(Object.fromEntries(values));
  }
  return rows;
}

/** A pair as text: factor:value of the earlier factor, then of the later. */
const pairText = (a: number, x: number, b: number, y: number): string =>
  a < b ? `${a}:${x} ${b}:${y}` : `${b}:${y} ${a}:${x}`;

function allPairs(sizes: readonly number[]): string[] {
  return sizes.flatMap((size, a) =>
    sizes.flatMap((other, b) =>
      a >= b
        ? []
        : Array.from({ length: size * other }, (_, at) =>
            pairText(a, Math.floor(at / other), b, at % other),
          ),
    ),
  );
}

function pairsOf(row: readonly number[]): string[] {
  return row.flatMap((x, a) => row.flatMap((y, b) => (a < b ? [pairText(a, x, b, y)] : [])));
}

function rowFrom(pair: string, sizes: readonly number[], missing: ReadonlySet<string>): number[] {
  const chosen = new Map(
    pair.split(" ").map((each) => each.split(":").map(Number) as [number, number]),
  );
  const gain = (factor: number, value: number): number =>
    [...chosen].filter(([other, its]) => missing.has(pairText(factor, value, other, its))).length;
  for (const [factor, size] of sizes.entries()) {
    if (chosen.has(factor)) continue;
    let best = 0;
    for (let value = 1; value < size; value += 1) {
      if (gain(factor, value) > gain(factor, best)) best = value;
    }
    chosen.set(factor, best);
  }
  return sizes.map((_, factor) => chosen.get(factor) ?? 0);
}
