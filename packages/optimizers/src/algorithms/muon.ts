import {
  add,
  div,
  matMul,
  maximum,
  mul,
  norm,
  type Scalar,
  serialization,
  sub,
  type Tensor,
  type Tensor2D,
  transpose,
  type Variable,
} from '@tensorflow/tfjs-core';
import { showShape } from '@trainkit/checks';
import type { Complete, LearningRate } from '../hyperparameters.js';
import { ParameterOptimizer } from '../optimizer.js';
import { choice, flag, number, numbers, optionTable, rate } from '../option-rules.js';
import { ON_DEMAND } from '../parameter-registry.js';
import type { ScalarContext, Scalars, UpdateTensors } from '../update-rule.js';

/** Options of {@link Muon}, for the optimizer and for each of its groups. */
export interface MuonOptions {
  /** The learning rate, a number of at least 0 or a schedule `(step) => rate`, default 1e-3. */
  learningRate?: LearningRate | undefined;
  /** The strength of the decoupled decay, default 0.1. */
  weightDecay?: number | undefined;
  /** The share of the running mean of the gradient that stays, at least 0, default 0.95. */
  momentum?: number | undefined;
  /** True to look ahead along the mean, default true. */
  nesterov?: boolean | undefined;
  /** The coefficients a, b and c of the iteration, default [3.4445, −4.775, 2.0315]. */
  nsCoefficients?: readonly [a: number, b: number, c: number] | undefined;
  /** The norm below which a direction is not scaled up, default 1e-7. */
  eps?: number | undefined;
  /** The number of iterations, below 100, default 5. */
  nsSteps?: number | undefined;
  /**
   * The factor of the rate for a matrix `[in, out]`: √max(1, out/in) for `'original'`, the default,
   * 0.2 · √max(in, out) for `'matchRmsAdamw'`, by which AdamW's rates and decays fit, √(out/in) for
   * `'spectralUnclamped'`.
   */
  adjustLearningRate?: Adjustment | undefined;
}

type Adjustment = 'original' | 'matchRmsAdamw' | 'spectralUnclamped';

const ADJUSTMENTS: Readonly<Record<Adjustment, (fanIn: number, fanOut: number) => number>> = {
  original: (fanIn, fanOut) => Math.sqrt(Math.max(1, fanOut / fanIn)),
  matchRmsAdamw: (fanIn, fanOut) => 0.2 * Math.sqrt(Math.max(fanIn, fanOut)),
  spectralUnclamped: (fanIn, fanOut) => Math.sqrt(fanOut / fanIn),
};

/**
 * Momentum, orthogonalized, for the matrices of hidden layers: `torch.optim.Muon`. Biases, norms,
 * embeddings and the last layer belong to another optimizer; `combine([new Muon(…), new AdamW(…)])`
 * makes one of both.
 *
 * With G the gradient: B += (1 − momentum) · (G − B), D = G + momentum · (B − G) or without
 * nesterov B, O = D / max(‖D‖, eps), then nsSteps times A = O·Oᵀ, O = a·O + (b·A + c·A²)·O, which
 * brings the singular values near 1; parameter −= learningRate · weightDecay · parameter, then
 * parameter −= learningRate · adjustment · O. B is momentum_buffer.
 *
 * The traps: the adjustment takes a matrix as `[in, out]`, as `Linear` and TensorFlow.js keep it,
 * so that a run equals PyTorch's on `[out, in]`. PyTorch rounds the iteration to bfloat16; here it
 * is float32, so updates differ by up to 2 %.
 *
 * @throws RangeError for a variable that is no matrix, a negative rate, momentum, eps or decay, and
 *   100 iterations or more
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { AdamW, combine, Muon } from '@trainkit/optimizers';
 *
 * const weight = tf.variable(tf.tensor2d([[1, 2], [3, 4]]));
 * const bias = tf.variable(tf.zeros([2]));
 * const optimizer = combine([
 *   new Muon([weight], { learningRate: 0.02 }),
 *   new AdamW([bias], { learningRate: 3e-4, weightDecay: 0 }),
 * ]);
 * optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(tf.add(tf.dot(tf.tensor2d([[1, -1]]), weight), bias))));
 * console.log([...weight.dataSync()].map((value) => value.toFixed(3)).join(' ')); // → 1.005 2.003 2.987 3.985
 * ```
 *
 * Source: K. Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024; J. Liu et
 * al., "Muon is Scalable for LLM Training", 2025 (matchRmsAdamw); J. Bernstein, "Deriving Muon",
 * 2025 (spectralUnclamped).
 */
export class Muon extends ParameterOptimizer<MuonOptions> {
  static override readonly className: string = 'TrainkitMuon';
  static override readonly options = optionTable<MuonOptions>({
    learningRate: rate(1e-3),
    weightDecay: number(0.1, { min: 0 }),
    momentum: number(0.95, { min: 0 }),
    nesterov: flag(true),
    nsCoefficients: numbers([3.4445, -4.775, 2.0315]),
    eps: number(1e-7, { min: 0 }),
    nsSteps: number(5, { min: 0, below: 100, integer: true }),
    adjustLearningRate: choice<Adjustment>('original', 'matchRmsAdamw', 'spectralUnclamped'),
  });
  protected override readonly stateKeys = ['momentum_buffer'];

  protected override checkVariable(where: string, { name, rank, shape }: Variable): void {
    if (rank === 2) return;
    throw new RangeError(
      `${where}: the variable "${name}" has the shape ${showShape(shape)}; expected a matrix. ` +
        'Write combine([new Muon(matrices), new AdamW(others)]).',
    );
  }

  protected override scalars({ learningRate, options }: ScalarContext<MuonOptions>) {
    const { weightDecay } = options;
    return { learningRate, shrink: weightDecay === 0 ? undefined : 1 - learningRate * weightDecay };
  }

  protected override update(
    { parameter, gradient, momentum_buffer }: UpdateTensors<'momentum_buffer'>,
    { learningRate, shrink }: Scalars<'learningRate', 'shrink'>,
    options: Complete<MuonOptions>,
  ) {
    const { momentum, nesterov, adjustLearningRate } = options;
    const buffer = add(momentum_buffer, mul(1 - momentum, sub(gradient, momentum_buffer)));
    const direction = nesterov ? add(gradient, mul(momentum, sub(buffer, gradient))) : buffer;
    const [fanIn = 0, fanOut = 0] = parameter.shape;
    if (parameter.size === 0) return { parameter, momentum_buffer: buffer };
    const step = mul(learningRate, ADJUSTMENTS[adjustLearningRate](fanIn, fanOut));
    const decayed = shrink === undefined ? parameter : mul(parameter, shrink);
    return { parameter: sub(decayed, mul(step, orthogonalize(direction, options))), momentum_buffer: buffer };
  }
}

serialization.registerClass(Muon, 'Trainkit');

/**
 * Returns a matrix of the same singular vectors whose singular values are near 1: the Newton–Schulz
 * iteration.
 */
function orthogonalize(
  matrix: Tensor,
  { nsCoefficients: [a, b, c], nsSteps, eps }: Complete<MuonOptions>,
): Tensor {
  const [rows = 0, columns = 0] = matrix.shape;
  // The products are those of the shorter side.
  const isTall = rows > columns;
  const wide: Tensor = isTall ? transpose(matrix) : matrix;
  let result = div<Tensor2D>(wide, maximum(norm(wide) as Scalar, eps));
  for (let i = 0; i < nsSteps; i++) {
    const gram: Tensor2D = matMul(result, result, false, true);
    const factor: Tensor2D = add(mul(gram, b), mul(matMul(gram, gram), c));
    result = add(mul(result, a), matMul(factor, result));
  }
  return isTall ? transpose(result) : result;
}

/**
 * Muon over every trainable variable of the program, for `model.compile` of a model without biases;
 * a variable that is no matrix is refused. For others, give `model.compile` the optimizer that
 * `combine` returns.
 */
export function muon(options: MuonOptions = {}): Muon {
  return new Muon(ON_DEMAND, options);
}
