import { once, type Recorder } from '../diagnosis/observation.js';
import { optimizerGoldens as goldens } from '../goldens/optimizers.js';
import { type Block, block } from '../subject/block.js';

/** The optimizer of PyTorch that the subject is compared with. */
export type OptimizerKind = 'AdamW' | 'Adam' | 'SGD';

/** The options of an optimizer; its kind decides which of them it accepts. */
export interface OptimizerSettings {
  learningRate: number;
  betas?: readonly [number, number];
  eps?: number;
  momentum?: number;
  weightDecay?: number;
}

/** The gradient of the parameter with the given index. */
export type IndexedGradient = readonly [parameter: number, gradient: readonly number[]];

/**
 * The calls that the scenario makes on an optimizer; the checked class and the model both have
 * them.
 */
export interface OptimizerInterface {
  /**
   * Takes one step. A parameter without a gradient is not in the list, and the list may be in any
   * order.
   */
  step(gradients: readonly IndexedGradient[]): void;
  setLearningRate(rate: number): void;
  /** Sets the parameters back to their initial values, and keeps the state. */
  restore(): void;
  /** The values of all parameters, one after the other. */
  values(): readonly number[];
}

/** Makes an optimizer for parameters with these initial values. */
export type MakeOptimizer = (starts: readonly Block[], settings: OptimizerSettings) => OptimizerInterface;

const STARTS = goldens.starts.map(block);
const GRADIENTS = goldens.gradients.map((step) => step.map((gradient) => block(gradient).data));

const ADAM: OptimizerSettings = { learningRate: 0.125, betas: [0.75, 0.875], eps: 1e-8, weightDecay: 0 };
const SGD: OptimizerSettings = { learningRate: 0.125, momentum: 0, weightDecay: 0 };

/** The steps of one check. */
interface Play {
  readonly which?: readonly number[];
  readonly steps?: number;
  /** True if a parameter has a gradient in a step. Default: always. */
  readonly present?: (step: number, parameter: number) => boolean;
  /** True to reverse the order of the gradients in every second step. */
  readonly reversed?: boolean;
  readonly rates?: readonly number[];
  /** The factor of the gradients. */
  readonly scale?: number;
  /** True to take each step from the initial values, and to look only at the last one. */
  readonly restarted?: boolean;
}

/** The same pairs of step and parameter as `missing` in goldens/make.py. */
const MISSING: readonly string[] = ['1 0', '2 1', '3 0'];

/**
 * The scenario that identifies an optimizer. The same calls run on the checked class, on the model
 * and, in goldens/make.py, on PyTorch.
 *
 * The gradients are given, so only the optimizer's own arithmetic is checked.
 */
export function optimizerScenario(kind: OptimizerKind, make: MakeOptimizer, record: Recorder): void {
  const base = kind === 'SGD' ? SGD : ADAM;
  const play = (check: string, settings: Partial<OptimizerSettings>, given: Play = {}) =>
    record(check, () => trace(make, { ...base, ...settings }, given));

  const apart = { which: [0, 1] };
  const missing: Play = { ...apart, steps: 5, present: (step, i) => !MISSING.includes(`${step} ${i}`) };
  if (kind === 'SGD') {
    const momentum = 0.75;
    play('one step', {}, { steps: 1 });
    play('without momentum', {});
    play('momentum', { momentum });
    play('weight decay', { momentum, weightDecay: 0.5 });
    play('three parameters', { momentum }, { which: [0, 1, 2] });
    play('weight decay of three parameters', { momentum, weightDecay: 0.5 }, { which: [0, 1, 2] });
    play('a gradient that is missing', { momentum }, missing);
    play('gradients in another order', { momentum }, { ...apart, reversed: true });
    play('a learning rate that changes', { momentum }, { rates: [0.125, 0.125, 0.03125, 0.03125] });
    return;
  }
  play('one step', {}, { steps: 1 });
  play('four steps', {});
  // A division by 0 in the first step leaves NaN unless the parameters are restored. Small betas
  // give a bias correction that is linear in the step a root.
  play('the second step by itself', { betas: [0.25, 0.125] }, { steps: 2, restarted: true });
  play('a large eps', { eps: 0.5 });
  play('weight decay', { weightDecay: 0.5 });
  const { betas: _betas, eps: _eps, ...essential } = ADAM;
  // A gradient so small that the default of eps shows.
  record('default betas and eps', () => trace(make, essential, { scale: 2 ** -20 }));
  play('three parameters', {}, { which: [0, 1, 2] });
  play('weight decay of three parameters', { weightDecay: 0.5 }, { which: [0, 1, 2] });
  play('a gradient that is missing', {}, missing);
  play('gradients in another order', {}, { ...apart, reversed: true });
}

/** The parameters after each step, one after the other. */
function trace(
  make: MakeOptimizer,
  settings: OptimizerSettings,
  {
    which = [0],
    steps = 4,
    present = () => true,
    reversed = false,
    rates,
    scale = 1,
    restarted = false,
  }: Play,
): number[] {
  const optimizer = once(() =>
    make(
      which.map((i) => STARTS[i]!),
      settings,
    ),
  );
  const values = Array.from({ length: steps }, (_, step) => {
    if (restarted && step > 0) optimizer().restore();
    const gradients = which.flatMap((i, index): IndexedGradient[] =>
      present(step, i) ? [[index, GRADIENTS[step]![i]!.map((value) => value * scale)]] : [],
    );
    const rate = rates?.[step];
    if (rate !== undefined && rate !== rates?.[step - 1] && step > 0) optimizer().setLearningRate(rate);
    optimizer().step(reversed && step % 2 === 1 ? gradients.reverse() : gradients);
    return [...optimizer().values()];
  });
  return (restarted ? values.slice(-1) : values).flat();
}
