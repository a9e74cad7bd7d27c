import { type Tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { checkOptions, expected, type OptionNames, showShape } from '@trainkit/checks';
import { checkTensor } from '@trainkit/checks/tensor';

/** What a layer says of a variable that it makes. */
export interface ParameterOptions {
  /**
   * Where PyTorch has the dimensions in another order: for each of PyTorch's, which of this variable's it is, default
   * the same order. The `[in, out]` of a `Linear`, PyTorch's `[out, in]`, is `[1, 0]`; TensorFlow.js' filter of a
   * convolution, `[height, width, in, out]`, is `[3, 2, 0, 1]`. Read by `pytorchStateDict` and `loadPyTorchStateDict`.
   */
  pytorchAxes?: readonly number[] | undefined;
}

const PARAMETER_OPTIONS: OptionNames<ParameterOptions> = { pytorchAxes: true };

/** Marks a parameter that was frozen, so that it is told from a buffer, for every copy of this package. */
const FROZEN = Symbol.for('@trainkit/nn.frozen');

/** Under this key a variable knows its order of dimensions in PyTorch, for every copy of this package. */
const AXES = Symbol.for('@trainkit/nn.pytorchAxes');

/** Makes a variable that starts as `value`, and disposes `value`. */
export function makeVariable(value: Tensor, trainable: boolean, options: ParameterOptions): Variable {
  checkTensor('Module', 'the start of a parameter or buffer', value);
  const { pytorchAxes } = checkOptions('Module: a parameter or buffer', options, PARAMETER_OPTIONS);
  if (pytorchAxes !== undefined) checkAxes(pytorchAxes, value.rank);
  const made: Variable & { [AXES]?: readonly number[] } = variable(value, trainable);
  if (pytorchAxes !== undefined) made[AXES] = [...pytorchAxes];
  value.dispose();
  return made;
}

/** For each dimension of PyTorch's tensor, which of the variable's it is. */
export function pytorchAxesOf(variable: Variable & { [AXES]?: readonly number[] }): readonly number[] {
  return variable[AXES] ?? variable.shape.map((_, i) => i);
}

/** Whether a variable is learned, be it frozen now, as against a buffer. */
export function isParameter(variable: Variable & { [FROZEN]?: true }): boolean {
  return variable.trainable || variable[FROZEN] === true;
}

export function freeze(variable: Variable & { [FROZEN]?: true }): void {
  variable.trainable = false;
  variable[FROZEN] = true;
}

export function unfreeze(variable: Variable & { [FROZEN]?: true }): void {
  variable.trainable = true;
  delete variable[FROZEN];
}

function checkAxes(axes: unknown, rank: number): void {
  const dimensions = Array.from({ length: rank }, (_, i) => i);
  if (Array.isArray(axes) && axes.length === rank && dimensions.every((i) => axes.includes(i))) return;
  throw new RangeError(expected('Module', 'pytorchAxes', axes, `an order of ${showShape(dimensions)}`));
}
