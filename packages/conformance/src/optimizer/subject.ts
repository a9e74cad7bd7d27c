import { engine, type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { show } from '@trainkit/checks';
import { Failure, mistaken } from '../diagnosis/observation.js';
import { optimizerGoldens as goldens } from '../goldens/optimizers.js';
import type { Warning } from '../report.js';
import { type Block, block } from '../subject/block.js';
import type { Checked } from '../subject/checked.js';
import { construct } from '../subject/construct.js';
import { type Convention, detectConvention } from '../subject/conventions.js';
import { methodOf } from '../subject/layer.js';
import { leftBehind } from '../subject/left-behind.js';
import { wrongReturn } from '../subject/returned.js';
import type { IndexedGradient, MakeOptimizer, OptimizerKind, OptimizerSettings } from './scenario.js';

type Make = Convention<Variable[], OptimizerSettings>;

/** A parameter and its gradient in one step, or null if it has none. */
interface Entry {
  readonly parameter: Variable;
  readonly gradient: Tensor | null;
}

/**
 * The format in which a class receives gradients: `ordered` has the existing gradients in the
 * scenario's order, `all` has an entry for every parameter.
 */
type GradientFormat = (ordered: readonly Entry[], all: readonly Entry[]) => unknown[];

const GRADIENT_FORMATS: readonly GradientFormat[] = [
  (ordered) => [Object.fromEntries(ordered.map(({ parameter, gradient }) => [parameter.name, gradient]))],
  (ordered) => [ordered.map(({ parameter, gradient }) => ({ name: parameter.name, tensor: gradient }))],
  (_, all) => [all.map(({ gradient }) => gradient)],
  (_, all) => {
    for (const { parameter, gradient } of all) Reflect.set(parameter, 'grad', gradient);
    return [];
  },
];

const METHODS = ['applyGradients', 'apply_gradients', 'step', 'update'];

/** The way in which a class is constructed and called. */
interface CallConvention {
  readonly make: Make;
  readonly format: GradientFormat;
  readonly method: string;
}

function aliases({ learningRate, betas, eps, momentum, weightDecay }: OptimizerSettings): object {
  return {
    learningRate,
    lr: learningRate,
    ...(betas === undefined ? {} : { betas: [...betas], beta1: betas[0], beta2: betas[1] }),
    ...(eps === undefined ? {} : { eps, epsilon: eps }),
    ...(momentum === undefined ? {} : { momentum }),
    ...(weightDecay === undefined ? {} : { weightDecay, weight_decay: weightDecay }),
  };
}

function makesFor(kind: OptimizerKind): readonly Make[] {
  return [
    (parameters, options) => [parameters, options && aliases(options)],
    (parameters, options) => [parameters, options],
    (parameters, options) =>
      kind === 'SGD'
        ? [parameters, options?.learningRate, options?.momentum, options?.weightDecay]
        : [parameters, options?.learningRate, options?.betas, options?.eps, options?.weightDecay],
  ];
}

/**
 * The checked optimizer as the scenario calls it; everything that it creates is added to `made`.
 */
export function optimizerSubject(
  kind: OptimizerKind,
  subject: unknown,
  made: { dispose(): void }[],
): Checked<MakeOptimizer> {
  const conventions = METHODS.flatMap((method) =>
    GRADIENT_FORMATS.flatMap((format) =>
      makesFor(kind).map((make): CallConvention => ({ make, format, method })),
    ),
  );
  const start = block(goldens.starts[0]!);
  const first = conventions[0]!;
  const trial = (candidate: CallConvention): readonly number[] => {
    const optimizer = new OptimizerSubject(kind, subject, candidate, [start], {
      learningRate: 0.125,
      weightDecay: 0,
      // Not 0: an optimizer that confuses two options would have a rate of 0, and not move its
      // parameters.
      ...(kind === 'SGD' ? { momentum: 0.5 } : { betas: [0.75, 0.875], eps: 1e-8 }),
    });
    // An update from the moments of the previous step would not move the parameters in the first
    // step.
    for (const gradients of goldens.gradients.slice(0, 2)) optimizer.step([[0, block(gradients[0]!).data]]);
    return optimizer.values();
  };
  // If no convention moves the parameters, the optimizer itself does not move them.
  const convention = detectConvention(
    [first, ...conventions.slice(1)],
    trial,
    (values) => values.every(Number.isFinite) && values.some((value, i) => value !== start.data[i]),
  );
  const make = (starts: readonly Block[], settings: OptimizerSettings): OptimizerSubject => {
    const optimizer = new OptimizerSubject(kind, subject, convention, starts, settings);
    made.push(optimizer);
    return optimizer;
  };
  return {
    make,
    warnings: () =>
      make([start], { learningRate: 0.125, weightDecay: 0 }).warnings(block(goldens.gradients[0]![0]!).data),
  };
}

const NAMES = ['weight', 'bias', 'gain'];

/**
 * Variables with the names of a layer's parameters. The default names of TensorFlow.js are numbers,
 * which an object sorts in ascending order, so a map could not hold gradients in another order.
 */
function parameters(starts: readonly Block[]): Variable[] {
  const taken = engine().registeredVariables;
  let layer = 1;
  while (NAMES.some((name) => `layer${layer}.${name}` in taken)) layer++;
  return starts.map(({ data, shape }, i) =>
    variable(tensor([...data], [...shape], 'float32'), true, `layer${layer}.${NAMES[i]}`),
  );
}

/** The checked optimizer and its parameters. */
class OptimizerSubject {
  readonly #optimizer: object;
  readonly #starts: readonly Block[];
  readonly #parameters: readonly Variable[];
  readonly #convention: CallConvention;
  readonly #kind: OptimizerKind;

  constructor(
    kind: OptimizerKind,
    subject: unknown,
    convention: CallConvention,
    starts: readonly Block[],
    settings: OptimizerSettings,
  ) {
    this.#kind = kind;
    this.#convention = convention;
    this.#starts = starts;
    this.#parameters = parameters(starts);
    const optimizer = construct(subject, convention.make([...this.#parameters], settings));
    if (typeof optimizer !== 'object' || optimizer === null) {
      throw new Failure(
        'missing',
        `${kind} gave ${show(optimizer)}; expected an optimizer, an object with applyGradients.`,
      );
    }
    this.#optimizer = optimizer;
  }

  /** Warns of tensors that a step leaves behind. */
  warnings(gradient: readonly number[]): Warning[] {
    const passed = this.#passed([[0, gradient]]);
    return leftBehind(this.#convention.method, () => {
      this.#call(passed);
      return [];
    });
  }

  step(gradients: readonly IndexedGradient[]): void {
    this.#call(this.#passed(gradients));
  }

  /**
   * The gradients as tensors: the existing ones in the scenario's order, and an entry for every
   * parameter.
   */
  #passed(gradients: readonly IndexedGradient[]): { ordered: Entry[]; all: Entry[] } {
    const all = this.#parameters.map((parameter, i): Entry => {
      const data = gradients.find(([index]) => index === i)?.[1];
      return {
        parameter,
        gradient: data === undefined ? null : tensor([...data], parameter.shape, 'float32'),
      };
    });
    return { ordered: gradients.map(([i]) => all[i]!), all };
  }

  #call({ ordered, all }: { ordered: Entry[]; all: Entry[] }): void {
    const method = methodOf(this.#optimizer, this.#convention.method);
    if (method === undefined) {
      throw new Failure(
        'missing',
        `${this.#kind} has no method applyGradients. Write: applyGradients(gradients: tf.NamedTensorMap): void { … }`,
      );
    }
    const done = method(...this.#convention.format(ordered, all));
    if (done instanceof Promise)
      throw new Failure(
        'threw',
        wrongReturn(`${this.#kind}: ${this.#convention.method}`, done, 'nothing, with the work done at once'),
      );
    if (all.some(({ gradient }) => gradient?.isDisposed === true))
      throw mistaken(
        'input-disposed',
        `${this.#kind}: ${this.#convention.method} disposed a gradient; expected the gradients to be left alone.`,
      );
    if (all.some(({ parameter }) => parameter.isDisposed))
      throw mistaken(
        'input-disposed',
        `${this.#kind}: ${this.#convention.method} disposed a parameter; expected it to be assigned.`,
      );
  }

  setLearningRate(rate: number): void {
    const optimizer = this.#optimizer;
    const set = methodOf(optimizer, 'setLearningRate') ?? methodOf(optimizer, 'set_learning_rate');
    if (set !== undefined) {
      set(rate);
      return;
    }
    const name = ['learningRate', 'lr'].find((property) => property in optimizer);
    if (name === undefined || !Reflect.set(optimizer, name, rate)) {
      throw new Failure(
        'missing',
        'There is no learningRate to set. Write: this.learningRate = learningRate;',
      );
    }
  }

  restore(): void {
    for (const [i, { data, shape }] of this.#starts.entries())
      this.#parameters[i]!.assign(tensor([...data], [...shape], 'float32'));
  }

  values(): number[] {
    return this.#parameters.flatMap((parameter) => Array.from(parameter.dataSync()));
  }

  dispose(): void {
    try {
      methodOf(this.#optimizer, 'dispose')?.();
    } catch {
      // Tensors that the optimizer could not free are freed with everything else that it created.
    }
  }
}
