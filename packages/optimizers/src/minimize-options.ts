import {
  add,
  addN,
  cast,
  clone,
  dispose,
  div,
  keep,
  type NamedTensorMap,
  type Optimizer,
  reshape,
  type Scalar,
  scalar,
  Tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkFlag, checkNumber, checkOptions, expected, isPlain, type OptionNames } from '@trainkit/checks';
import { tensorsIn } from '@trainkit/checks/tensor';
import { clipGradNorm, totalNorm } from './clip-grad-norm.js';
import { checkLimit, clipGradValue } from './clip-grad-value.js';
import { checkLoss, checkLossFunction } from './loss.js';

/** Options of `optimizer.minimize`, but for `accumulate` and `aux`, which change `f`. */
export interface MinimizeOptions<Norm extends boolean = boolean> {
  /** The largest norm of all gradients together, at least 0; default: they are not clipped. */
  clipGradNorm?: number | undefined;
  /**
   * The largest size of an element of a gradient, at least 0; default: they are not clipped. Not
   * with `clipGradNorm`.
   */
  clipGradValue?: number | undefined;
  /**
   * True to return `gradNorm`, the 2-norm of all gradients together before they are clipped,
   * default false.
   */
  gradNorm?: Norm | undefined;
  /** The variables to update, default those of the optimizer that are trainable. */
  varList?: Variable[] | undefined;
}

/** The result of a part of a batch, for `accumulate`. */
export interface PartLoss {
  /** The sum of the losses of this part, not their mean: `{ reduction: 'sum' }`. */
  sum: Scalar;
  /**
   * The number that the mean of this part divides its sum by: its examples; where labels are
   * ignored or have weights, `countLabels` of `@trainkit/nn`. A number of at least 0, or a tensor
   * without dimensions.
   */
  count: number | Tensor;
}

/** The result of a function whose step has `aux: true`. */
export interface AuxLoss<Aux> {
  /** The loss. */
  loss: Scalar;
  /** Whatever else: tensors, in arrays and plain objects too, are returned as new tensors. */
  aux: Aux;
}

/** The result of `optimizer.minimize` with options; its tensors are the caller's to dispose. */
export type Minimized<Norm extends boolean = boolean> = {
  /** The loss before the update; with `accumulate`, the sum of all parts by their count. */
  loss: Scalar;
} & ([Norm] extends [true]
  ? { gradNorm: Scalar }
  : [Norm] extends [false]
    ? unknown
    : { gradNorm?: Scalar | undefined });

/** All options together. */
interface AllOptions extends MinimizeOptions {
  accumulate?: readonly unknown[] | undefined;
  aux?: boolean | undefined;
}

const OPTIONS: OptionNames<AllOptions> = {
  clipGradNorm: true,
  clipGradValue: true,
  accumulate: true,
  aux: true,
  gradNorm: true,
  varList: true,
};

/** Options after their checks. */
interface CheckedOptions {
  accumulate: readonly unknown[] | undefined;
  /** The fields of the object that `f` returns; none where it returns the loss alone. */
  fields: readonly string[];
  hasAux: boolean;
  hasNorm: boolean;
  clip: (grads: NamedTensorMap) => NamedTensorMap;
  varList: Variable[] | undefined;
}

/** The loss of one call of `f`, or the sums over several, and its gradients. */
interface Pass {
  loss: Scalar;
  grads: NamedTensorMap;
  /** The values that `f` returned beside the loss. */
  rest: { count?: Tensor | number | undefined; aux?: unknown };
}

/** The sums over some of the parts, and what `f` returned beside them. */
interface Sums {
  loss: Scalar;
  count: Scalar;
  grads: NamedTensorMap;
  aux: readonly unknown[];
}

/** Takes one step with options; `f` is called once, or with each part of a batch. */
export function minimizeWith(
  name: string,
  optimizer: Pick<Optimizer, 'computeGradients' | 'applyGradients'>,
  f: (part?: unknown) => unknown,
  options: object,
): Minimized & { aux?: unknown } {
  const where = `${name}.minimize`;
  checkLossFunction(name, f);
  const { accumulate, fields, hasAux, hasNorm, clip, varList } = checkedOptions(where, options);
  const pass = (part?: unknown) => passOver(optimizer, () => split(where, f(part), fields), varList);
  return tidied(() => {
    const { loss, grads, rest } = accumulate === undefined ? pass() : meanOver(accumulate, pass);
    const norm = hasNorm ? { gradNorm: totalNorm(Object.values(grads), 2) } : {};
    optimizer.applyGradients(clip(grads));
    return { loss, ...norm, ...(hasAux ? { aux: rest.aux } : {}) };
  });
}

function checkedOptions(where: string, options: object): CheckedOptions {
  const checked = checkOptions<AllOptions>(where, options, OPTIONS);
  const { accumulate, aux = false, gradNorm = false, varList } = checked;
  const { clipGradNorm: maxNorm, clipGradValue: maxValue } = checked;
  checkFlag(where, 'aux', aux);
  checkFlag(where, 'gradNorm', gradNorm);
  if (maxNorm !== undefined) checkLimit(where, 'clipGradNorm', maxNorm);
  if (maxValue !== undefined) checkLimit(where, 'clipGradValue', maxValue);
  if (maxNorm !== undefined && maxValue !== undefined) {
    const expectation = 'no clipGradNorm beside it, since the result depends on their order';
    const instead = 'Leave one out, or clip the gradients of optimizer.computeGradients.';
    throw new TypeError(expected(where, 'clipGradValue', maxValue, expectation, instead));
  }
  if (accumulate !== undefined && (!Array.isArray(accumulate) || accumulate.length === 0)) {
    const instead = 'Write { accumulate: [first, second] }, where f gets each of them.';
    throw new TypeError(
      expected(where, 'accumulate', accumulate, 'an array of the parts of a batch', instead),
    );
  }
  return {
    accumulate,
    fields: [...(accumulate ? ['sum', 'count'] : aux ? ['loss'] : []), ...(aux ? ['aux'] : [])],
    hasAux: aux,
    hasNorm: gradNorm,
    clip: (grads) => {
      if (maxNorm !== undefined) return clipGradNorm(grads, maxNorm).grads;
      return maxValue === undefined ? grads : clipGradValue(grads, maxValue);
    },
    varList,
  };
}

/** Returns the loss of what `f` returned, and the rest. */
function split(where: string, returned: unknown, fields: readonly string[]): Pick<Pass, 'loss' | 'rest'> {
  if (fields.length === 0) {
    checkLoss(where, returned);
    return { loss: returned, rest: {} };
  }
  const hasCount = fields.includes('count');
  const isSame = (keys: readonly string[]) =>
    keys.length === fields.length && fields.every((field) => keys.includes(field));
  if (!isPlain(returned) || !isSame(Object.keys(returned))) {
    const instead = hasCount
      ? "Write for example { sum: crossEntropy(logits, labels, { reduction: 'sum' }), count: labels.size }."
      : 'Write return { loss, aux }.';
    throw new TypeError(expected(where, 'the result of f', returned, `{ ${fields.join(', ')} }`, instead));
  }
  const values: Readonly<Record<string, unknown>> = returned;
  const { count, aux, [hasCount ? 'sum' : 'loss']: loss } = values;
  checkLoss(where, loss);
  return { loss, rest: { count: hasCount ? checkedCount(where, count) : undefined, aux } };
}

function checkedCount(where: string, count: unknown): Tensor | number {
  if (count instanceof Tensor && count.rank === 0) return count;
  const instead = 'Write the number of examples that the loss is a sum over, such as labels.size.';
  checkNumber(where, 'count', count, { min: 0, or: 'a tensor without dimensions', instead });
  return count;
}

/** Runs `f` forward and backward. */
function passOver(
  optimizer: Pick<Optimizer, 'computeGradients'>,
  f: () => Pick<Pass, 'loss' | 'rest'>,
  varList: Variable[] | undefined,
): Pass {
  const kept: Tensor[] = [];
  let rest: Pass['rest'] = {};
  try {
    const { value, grads } = optimizer.computeGradients(() => {
      const result = f();
      // Kept, since tensors that are made in here are disposed after the gradients.
      rest = mapTensors(result.rest, (tensor) => {
        const copy = keep(clone(tensor));
        kept.push(copy);
        return copy;
      });
      return result.loss;
    }, varList);
    return { loss: value, grads, rest: mapTensors(rest, (tensor) => clone(tensor)) };
  } finally {
    dispose(kept);
  }
}

/** Runs `pass` on each part; a mean is the sum over all parts by their count. */
function meanOver(parts: readonly unknown[], pass: (part: unknown) => Pass): Pass {
  let sums: Sums | null = null;
  for (const part of parts) {
    const before: Sums | null = sums;
    sums = tidied((): Sums => {
      const { loss, grads, rest } = pass(part);
      const sum = { loss, grads, count: toScalar(rest.count ?? 0) };
      return { ...(before === null ? sum : addSums(before, sum)), aux: [...(before?.aux ?? []), rest.aux] };
    });
    // At once: gradients are as large as the network.
    if (before !== null) dispose([before.loss, before.count, before.grads]);
  }
  if (sums === null) throw new RangeError('There are no parts.');
  const { loss, count, grads, aux } = sums;
  const means = Object.entries(grads).map(([name, grad]) => [name, div(grad, count)] as const);
  return { loss: div<Scalar>(loss, count), grads: Object.fromEntries(means), rest: { aux } };
}

/** Adds sums over parts; a variable that a part does not use has no gradient in it. */
function addSums(before: Sums, sum: Omit<Sums, 'aux'>): Omit<Sums, 'aux'> {
  const names = new Set([...Object.keys(before.grads), ...Object.keys(sum.grads)]);
  const both = (name: string) => [before.grads[name], sum.grads[name]].filter((grad) => grad !== undefined);
  return {
    loss: add<Scalar>(before.loss, sum.loss),
    count: add<Scalar>(before.count, sum.count),
    grads: Object.fromEntries([...names].map((name) => [name, addN(both(name))] as const)),
  };
}

function toScalar(count: Tensor | number): Scalar {
  return count instanceof Tensor ? cast<Scalar>(reshape(count, []), 'float32') : scalar(count);
}

/** Returns the same with other tensors, at any depth of arrays and plain objects. */
function mapTensors<T>(value: T, change: (tensor: Tensor) => Tensor): T;
function mapTensors(value: unknown, change: (tensor: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return change(value);
  if (Array.isArray(value)) return value.map((each: unknown) => mapTensors(each, change));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTensors(each, change)]));
}

/** Runs `f` in a tidy that leaves all tensors in what it returns. */
function tidied<T>(f: () => T): T {
  const returned: T[] = [];
  tidy(() => {
    returned.push(f());
    return tensorsIn(returned);
  });
  return returned[0]!;
}
