/** The mean of each value and up to `window - 1` before it. */
export function runningMean(values: readonly number[], window: number): number[] {
  let sum = 0;
  return values.map((value, index) => {
    sum += value - (index >= window ? (values[index - window] ?? 0) : 0);
    return sum / Math.min(index + 1, window);
  });
}

/** Over how many steps the thick lines of the pictures are means: a fortieth of a run. */
export function smoothingWindow(steps: number): number {
  return Math.max(1, Math.round(steps / 40));
}
