import { checkNumber, checkOneOf } from '@trainkit/checks';

export const NONLINEARITIES = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
  'tanh',
  'relu',
  'leaky_relu',
  'selu',
] as const;

/** The nonlinearity after a layer, spelled as in `torch.nn.init.calculate_gain`. */
export type Nonlinearity = (typeof NONLINEARITIES)[number];

/**
 * The gain that preserves the scale of a signal through a nonlinearity, as
 * `torch.nn.init.calculate_gain`.
 *
 * 1 for `linear`, the convolutions and `sigmoid`; 5/3 for `tanh`; √2 for `relu`; √(2 / (1 +
 * slope²)) for `leaky_relu`, where slope is `param`, default 0.01; 3/4 for `selu`. For any other
 * function write `'linear'` and scale the result.
 *
 * @throws RangeError for another nonlinearity
 *
 * @example
 * ```ts
 * import { calculateGain } from '@trainkit/init';
 *
 * console.log(calculateGain('relu')); // → 1.4142135623730951
 * console.log(calculateGain('leaky_relu', 0.2)); // → 1.3867504905630728
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number): number {
  return gainOf('calculateGain', nonlinearity, param);
}

/** The same as {@link calculateGain}, with the name of the caller in the errors. */
export function gainOf(method: string, nonlinearity: Nonlinearity, param = 0.01): number {
  checkOneOf(method, 'nonlinearity', nonlinearity, NONLINEARITIES);
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'conv_transpose1d':
    case 'conv_transpose2d':
    case 'conv_transpose3d':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leaky_relu':
      checkNumber(method, 'the negative slope', param);
      return Math.sqrt(2 / (1 + param ** 2));
    case 'selu':
      return 3 / 4;
  }
}
