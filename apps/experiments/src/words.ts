/** A share as a percentage. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** By how much one accuracy is above or below another, or that it is neither. */
export function ahead(one: string, other: string, difference: number): string {
  const points = Math.abs(difference * 100).toFixed(1);
  if (points === '0.0') return `${one} and ${other} are equal to a tenth of a point`;
  return `${one} is ${points} points ${difference < 0 ? 'behind' : 'ahead of'} ${other}`;
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

/** How many steps, in words that fit a sentence. */
export function stepsInWords(steps: number): string {
  return steps === 1 ? '1 step' : `${count(steps)} steps`;
}

/**
 * How far apart two accuracies may lie by chance alone, since others images could have been in the test set: 1.96
 * standard deviations of the difference of two independent ones.
 *
 * It is on the safe side for two networks that are tested on the same images.
 */
export function chanceDifference(accuracy: number, images: number): number {
  return 1.96 * Math.sqrt((2 * accuracy * (1 - accuracy)) / images);
}
