import type { Tensor, Variable } from '@tensorflow/tfjs-core';

const KIND = Symbol.for('@trainkit/nn.kind');
const DECAY = Symbol.for('@trainkit/nn.decay');
const AXES = Symbol.for('@trainkit/nn.pytorchAxes');

/** The facts of a variable that TensorFlow.js has no place for. */
export interface VariableMarks {
  /** A parameter is learned, a buffer is kept and saved alone. */
  kind?: 'parameter' | 'buffer' | undefined;
  /** True or false where a layer says whether weight decay is for it. */
  decay?: boolean | undefined;
  /** For each dimension of PyTorch's tensor, the number of the variable's that it is. */
  pytorchAxes?: readonly number[] | undefined;
}

type Marked = Tensor & {
  readonly [KIND]?: VariableMarks['kind'];
  readonly [DECAY]?: boolean;
  readonly [AXES]?: readonly number[];
};

/**
 * Notes facts of a variable, for every package and every copy of one in a program; others that were noted stay.
 *
 * Not enumerable: a mark is nothing that a comparison or a copy of a variable should see.
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

/** Returns what {@link markVariable} noted; a plain tensor has no marks. */
export function marksOf(tensor: Tensor): VariableMarks {
  const { [KIND]: kind, [DECAY]: decay, [AXES]: pytorchAxes }: Marked = tensor;
  return { kind, decay, pytorchAxes };
}
