/** Formats a share as a percentage. */
export function percent(share: number, digits = 1): string {
  return `${points(share, digits)} %`;
}

/** Formats the difference of two shares in percentage points, without a unit. */
export function points(difference: number, digits = 1): string {
  return (difference * 100).toFixed(digits);
}

/** Formats a number with its sign. */
export function signed(number: number, digits: number): string {
  return `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(digits)}`;
}

/** Formats a figure of a table with `show`, or as a dash if it is missing. */
export function figureOrDash(figure: number | undefined, show: (figure: number) => string): string {
  return figure === undefined ? DASH : show(figure);
}

/** The sign for a missing figure in a table. */
export const DASH = '–';

/** Formats a count with separated thousands. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** Formats a number of steps, for a sentence. */
export function formatSteps(steps: number): string {
  return steps === 1 ? '1 step' : `${count(steps)} steps`;
}

/** Formats a number of runs, for a sentence. */
export function formatRuns(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}
