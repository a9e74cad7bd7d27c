import type { Tensor, Variable } from '@tensorflow/tfjs-core';

const KIND = Symbol.for('@trainkit/nn.kind');
const DECAY = Symbol.for('@trainkit/nn.decay');
const AXES = Symbol.for('@trainkit/nn.pytorchAxes');

/** The properties of a variable that TensorFlow.js cannot store. */
export interface VariableMarks {
  /** A parameter is learned, a buffer is only kept and saved. */
  kind?: 'parameter' | 'buffer' | undefined;
  /** True or false if a layer declares whether weight decay applies. */
  decay?: boolean | undefined;
  /** For each dimension of PyTorch's tensor, the index of the variable's dimension. */
  pytorchAxes?: readonly number[] | undefined;
}

type Marked = Tensor & {
  readonly [KIND]?: VariableMarks['kind'];
  readonly [DECAY]?: boolean;
  readonly [AXES]?: readonly number[];
};

/**
 * Stores marks of a variable, for every package and every copy of one in a program; other marks
 * stay.
 *
 * Marks are not enumerable, so that a comparison or a copy of a variable does not see them.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { marksOf, markVariable } from '@trainkit/kernels';
 *
 * const scale = tf.variable(tf.ones([2, 2]));
 * markVariable(scale, { decay: false });
 * console.log(marksOf(scale).decay, marksOf(scale).kind); // → false undefined
 * ```
 */
export function markVariable(variable: Variable, { kind, decay, pytorchAxes }: VariableMarks): void {
  for (const [key, value] of [
    [KIND, kind],
    [DECAY, decay],
    [AXES, pytorchAxes],
  ] as const) {
    if (value !== undefined) Object.defineProperty(variable, key, { value, configurable: true });
  }
}

/** Returns the marks that {@link markVariable} stored; a plain tensor has none. */
export function marksOf(tensor: Tensor): VariableMarks {
  const { [KIND]: kind, [DECAY]: decay, [AXES]: pytorchAxes }: Marked = tensor;
  return { kind, decay, pytorchAxes };
}
