/** A share as a percentage. */
export function percent(share: number, digits = 1): string {
  return `${points(share, digits)} %`;
}

/** A difference of two shares in percentage points, as a number. */
export function points(difference: number, digits = 1): string {
  return (difference * 100).toFixed(digits);
}

/** A number that is added or taken away, always with its sign. */
export function signed(number: number, digits: number): string {
  return `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(digits)}`;
}

/** A figure of a table as `show` writes it, or a dash where there is none. */
export function figureOrDash(figure: number | undefined, show: (figure: number) => string): string {
  return figure === undefined ? DASH : show(figure);
}

/** What stands in a table where there is no figure. */
export const DASH = '–';

/** By how much one accuracy is above or below another, or that it is neither. */
export function ahead(one: string, other: string, difference: number): string {
  const apart = points(Math.abs(difference));
  if (apart === '0.0') return `${one} and ${other} are equal to a tenth of a point`;
  return `${one} is ${apart} points ${difference < 0 ? 'behind' : 'ahead of'} ${other}`;
}

/** A count with its thousands apart. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** `a, b and c`. */
export function listOf(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** At the start of a sentence. */
export function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** How many steps, in words that fit a sentence. */
export function stepsInWords(steps: number): string {
  return steps === 1 ? '1 step' : `${count(steps)} steps`;
}

/** How many runs, in words that fit a sentence. */
export function runsInWords(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}
