/** An axis's mapping of values to [0, 1], with its ticks. */
export interface Scale {
  kind: 'linear' | 'log';
  /** The values at 0 and at 1. */
  domain: readonly [low: number, high: number];
  ticks: readonly number[];
}

/** Digits of logarithmic ticks, from few ticks to many. */
const DIGITS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as const;

/** Number of ticks among the values from which a logarithmic axis can be read. */
const ENOUGH = 3;

/** Number of intervals of a linear axis, roughly. */
const INTERVALS = 5;

/** Returns the position of a value on a scale: 0 at the low end, 1 at the high end. */
export function position({ kind, domain: [low, high] }: Scale, value: number): number {
  const map = kind === 'log' ? Math.log : (x: number) => x;
  return (map(value) - map(low)) / (map(high) - map(low));
}

/** Returns a linear scale that starts and ends at a tick. */
export function linearScale(values: readonly number[], { zero = false } = {}): Scale {
  const [low, high] = range(zero ? [0, ...values] : values);
  const ticks = linearTicks(low, high);
  return { kind: 'linear', domain: ends(ticks), ticks };
}

/** Returns a linear scale of steps from 0 on, without space after the last one. */
export function stepScale(values: readonly number[]): Scale {
  const last = Math.max(1, ...values);
  const ticks = linearTicks(0, last).filter((tick) => tick <= last && Number.isInteger(tick));
  return { kind: 'linear', domain: [0, last], ticks };
}

/**
 * Returns a logarithmic scale of positive values that starts and ends at a tick. A range too narrow
 * for digits such as 1, 2 and 5 has evenly spaced ticks.
 */
export function logScale(values: readonly number[]): Scale {
  const [low, high] = range(values.filter((value) => value > 0));
  for (const digits of DIGITS) {
    const ticks = powerTicks(low, high, digits);
    if (ticks.filter((tick) => tick >= low && tick <= high).length >= ENOUGH) {
      return { kind: 'log', domain: ends(ticks), ticks };
    }
  }
  const ticks = linearTicks(low, high).filter((tick) => tick > 0);
  return { kind: 'log', domain: [Math.min(low, ...ticks), Math.max(high, ...ticks)], ticks };
}

/** Returns the range of some values; a single value is in the middle of its range. */
function range(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0.1, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (high - low > 1e-9 * Math.abs(high)) return [low, high];
  const margin = Math.abs(high) / 10 || 1;
  return [low - margin, high + margin];
}

/** Returns round numbers from the last one up to `low` to the first one from `high` on. */
function linearTicks(low: number, high: number): number[] {
  const rough = (high - low) / INTERVALS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** Returns digits times powers of ten, from the last up to `low` to the first from `high` on. */
function powerTicks(low: number, high: number, digits: readonly number[]): number[] {
  const [from, to] = [Math.floor(Math.log10(low)) - 1, Math.ceil(Math.log10(high)) + 1];
  const all = Array.from({ length: to - from + 1 }, (_, index) =>
    digits.map((digit) => Number(`${digit}e${from + index}`)),
  ).flat();
  const first = all.findLastIndex((tick) => tick <= low);
  return all.slice(first, all.findIndex((tick) => tick >= high) + 1);
}

function ends(ticks: readonly number[]): [number, number] {
  return [ticks[0] ?? 0, ticks.at(-1) ?? 1];
}
