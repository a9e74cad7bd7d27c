import { show } from '@trainkit/random';

/**
 * Throws a `TypeError` unless `options` can be read as options: for the layers and functions of your own, whose callers
 * without types may pass `null`, or the first option in the place of all.
 *
 * @param name who asks, the first word of the error
 *
 * @example
 * ```ts
 * import { checkOptions } from '@trainkit/nn';
 *
 * checkOptions('scaledTanh', { scale: 2 });
 * try {
 *   checkOptions('scaledTanh', 2);
 * } catch (error) {
 *   console.log(String(error)); // → TypeError: scaledTanh: options is an object, like {}, or left out; received 2.
 * }
 * ```
 */
export function checkOptions(name: string, options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new TypeError(`${name}: options is an object, like {}, or left out; received ${show(options)}.`);
}
