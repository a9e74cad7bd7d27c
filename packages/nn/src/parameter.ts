import { type Tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, expected, type OptionNames, showShape } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';

/** What a layer says of a variable that it makes. */
export interface ParameterOptions {
  /**
   * Where PyTorch has the dimensions in another order: for each of PyTorch's, which of this variable's it is, default
   * the same order. The `[in, out]` of a `Linear`, PyTorch's `[out, in]`, is `[1, 0]`; TensorFlow.js' filter of a
   * convolution, `[height, width, in, out]`, is `[3, 2, 0, 1]`. Read by `pytorchStateDict` and `loadPyTorchStateDict`.
   */
  pytorchAxes?: readonly number[] | undefined;
  /**
   * Whether weight decay is for this parameter: read by `decayGroups` of `@trainkit/optimizers`. Default: decided there,
   * by its number of dimensions and its name. False for biases and for what a norm scales and shifts by.
   */
  decay?: boolean | undefined;
}

const PARAMETER_OPTIONS: OptionNames<ParameterOptions> = { pytorchAxes: true, decay: true };

/** Under this key a variable knows whether it is learned, for every copy of this package. */
const KIND = Symbol.for('@trainkit/nn.kind');

/** Under this key a variable knows whether it decays; `@trainkit/optimizers` reads it. */
const DECAY = Symbol.for('@trainkit/nn.decay');

/** Under this key a variable knows its order of dimensions in PyTorch, for every copy of this package. */
const AXES = Symbol.for('@trainkit/nn.pytorchAxes');

/** A parameter is learned, a buffer is kept and saved alone. */
type Kind = 'parameter' | 'buffer';

/** What this package knows of a variable, beside what TensorFlow.js does. */
type Marked = Variable & {
  [KIND]?: Kind;
  [DECAY]?: boolean;
  [AXES]?: readonly number[];
};

/** Makes a variable that starts as `value`, and disposes `value`. */
export function makeVariable(value: Tensor, kind: Kind, options: ParameterOptions): Variable {
  checkTensor('Module', 'the start of a parameter or buffer', value);
  const { pytorchAxes, decay } = checkOptions('Module: a parameter or buffer', options, PARAMETER_OPTIONS);
  if (pytorchAxes !== undefined) checkAxes(pytorchAxes, value.rank);
  if (decay !== undefined) checkFlag('Module: a parameter or buffer', 'decay', decay);
  const made = variable(value, kind === 'parameter');
  mark(made, KIND, kind);
  if (pytorchAxes !== undefined) mark(made, AXES, [...pytorchAxes]);
  if (decay !== undefined) mark(made, DECAY, decay);
  value.dispose();
  return made;
}

/** For each dimension of PyTorch's tensor, which of the variable's it is. */
export function pytorchAxesOf(variable: Marked): readonly number[] {
  return variable[AXES] ?? variable.shape.map((_, i) => i);
}

/**
 * Returns true for a variable that is learned, be it frozen now, as against a buffer.
 *
 * What `parameter()` and `buffer()` made stays what it is. A `tf.variable` of somebody's own is a parameter from the
 * first time on that a walk of a tree sees it trainable, so that `trainable = false` freezes it and makes no buffer of it.
 * One that was frozen before cannot be told from `tf.variable(x, false)`, a buffer, until its `trainable` is true again.
 */
export function isParameter(variable: Marked): boolean {
  if (variable[KIND] === undefined && variable.trainable) mark(variable, KIND, 'parameter');
  return variable[KIND] === 'parameter';
}

/** Not enumerable: a mark is nothing that a comparison or a copy of a variable should see. */
function mark<Key extends typeof KIND | typeof DECAY | typeof AXES>(
  variable: Variable,
  key: Key,
  value: NonNullable<Marked[Key]>,
): void {
  Object.defineProperty(variable, key, { value, configurable: true });
}

function checkAxes(axes: unknown, rank: number): void {
  const dimensions = Array.from({ length: rank }, (_, i) => i);
  if (Array.isArray(axes) && axes.length === rank && dimensions.every((i) => axes.includes(i))) return;
  throw new RangeError(expected('Module', 'pytorchAxes', axes, `an order of ${showShape(dimensions)}`));
}
