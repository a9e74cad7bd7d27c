import { type Tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { checkFlag, checkOptions, expected, type OptionNames, showShape } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';
import { marksOf, markVariable, type VariableMarks } from '@trainkit/kernels';

/** The options of a variable that a layer creates. */
export interface ParameterOptions {
  /**
   * The order of PyTorch's dimensions, if it differs: for each dimension of PyTorch's tensor, the
   * index of this variable's, default the same order. The `[in, out]` of a `Linear`, PyTorch's
   * `[out, in]`, is `[1, 0]`; TensorFlow.js's filter of a convolution,
   * `[height, width, in, out]`, is `[3, 2, 0, 1]`. Read by `pytorchStateDict` and
   * `loadPyTorchStateDict`.
   */
  pytorchAxes?: readonly number[] | undefined;
  /**
   * True if weight decay applies to this parameter; read by `decayGroups` of
   * `@trainkit/optimizers`. Default: decided there, by its number of dimensions and its name. False
   * for biases, and for the scale and the shift of a norm.
   */
  decay?: boolean | undefined;
}

const PARAMETER_OPTIONS: OptionNames<ParameterOptions> = { pytorchAxes: true, decay: true };

/** Creates a variable with the initial value `value`, and disposes `value`. */
export function makeVariable(
  value: Tensor,
  kind: VariableMarks['kind'],
  options: ParameterOptions,
): Variable {
  checkTensor('Module', 'the initial value of a parameter or buffer', value);
  const { pytorchAxes, decay } = checkOptions('Module: a parameter or buffer', options, PARAMETER_OPTIONS);
  if (pytorchAxes !== undefined) checkAxes(pytorchAxes, value.rank);
  if (decay !== undefined) checkFlag('Module: a parameter or buffer', 'decay', decay);
  const made = variable(value, kind === 'parameter');
  markVariable(made, { kind, decay, pytorchAxes: pytorchAxes && [...pytorchAxes] });
  value.dispose();
  return made;
}

/** For each dimension of PyTorch's tensor, the index of the variable's dimension. */
export function pytorchAxesOf(variable: Variable): readonly number[] {
  return marksOf(variable).pytorchAxes ?? variable.shape.map((_, i) => i);
}

/**
 * True for a parameter, frozen or not, and false for a buffer.
 *
 * Variables of `parameter()` and `buffer()` keep their kind. A plain `tf.variable` becomes a
 * parameter when a walk of a tree first sees it trainable, so that `trainable = false` freezes it
 * and does not make it a buffer. One that was frozen before cannot be distinguished from
 * `tf.variable(x, false)`, a buffer, until its `trainable` is true again.
 */
export function isParameter(variable: Variable): boolean {
  const { kind } = marksOf(variable);
  if (kind !== undefined || !variable.trainable) return kind === 'parameter';
  markVariable(variable, { kind: 'parameter' });
  return true;
}

/**
 * Warns of plain variables of `buffers` that were not trainable when a walk of the tree first saw
 * them: they may be parameters that were frozen before.
 */
export function warnOfUnclear(where: string, buffers: readonly (readonly [string, Variable])[]): void {
  const paths = buffers.flatMap(([path, variable]) => (marksOf(variable).kind === undefined ? [path] : []));
  if (paths.length === 0) return;
  const [one, more] = [paths.length === 1, paths.length - 3];
  const names = paths.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
  console.warn(
    `${where}: ${names} ${one ? 'stays' : 'stay'} frozen, since a tf.variable that is not trainable when its tree is ` +
      'first read counts as a buffer. To train it, set its trainable to true, or make it with this.parameter(value); ' +
      'for a buffer, write this.buffer(value).',
  );
}

function checkAxes(axes: unknown, rank: number): void {
  const dimensions = Array.from({ length: rank }, (_, i) => i);
  if (Array.isArray(axes) && axes.length === rank && dimensions.every((i) => axes.includes(i))) return;
  throw new RangeError(expected('Module', 'pytorchAxes', axes, `an order of ${showShape(dimensions)}`));
}
