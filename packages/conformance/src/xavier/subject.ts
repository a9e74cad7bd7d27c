import { fill, type Tensor, variable, zeros } from '@tensorflow/tfjs-core';
import { show, showShape } from '@trainkit/checks';
import { attempt, Failure, mistaken } from '../diagnosis/observation.js';
import { detectConvention } from '../subject/conventions.js';
import { wrongReturn } from '../subject/returned.js';
import { numbersOf, shapeOf } from '../subject/values.js';

/** The weights of a layer. */
interface Weights {
  readonly numbers: readonly number[];
  /** `[fanIn, fanOut]`, or the reverse. */
  readonly shape: readonly number[];
}

/** Draws the weights of a layer. */
export type Draw = (fanIn: number, fanOut: number) => Weights;

type Way = (subject: (...args: unknown[]) => unknown, fanIn: number, fanOut: number) => unknown;

const WAYS: readonly [Way, ...Way[]] = [
  (subject, fanIn, fanOut) => subject(fanIn, fanOut),
  (subject, fanIn, fanOut) => subject([fanIn, fanOut]),
  (subject, inFeatures, outFeatures) => {
    const layer = blankLayer(inFeatures, outFeatures);
    const given = subject(layer);
    // A function of two numbers without a return statement assigns no weight.
    return given === undefined && isDrawn(layer) ? layer.weight : given;
  },
];

/**
 * The returned value. The checks do not await a promise, and its unhandled rejection would end the
 * program.
 */
export function unawaited(given: unknown): unknown {
  if (given instanceof Promise) given.catch(() => undefined);
  return given;
}

/** A layer whose weight is not drawn yet. */
function blankLayer(inFeatures: number, outFeatures: number) {
  return {
    inFeatures,
    outFeatures,
    in_features: inFeatures,
    out_features: outFeatures,
    weight: variable(fill([inFeatures, outFeatures], Number.NaN)),
    bias: variable(zeros([outFeatures])),
  };
}

/** True if a layer's weight has numbers now. */
function isDrawn({ weight }: { weight: Tensor }): boolean {
  return !weight.isDisposed && !Number.isNaN(weight.dataSync()[0]);
}

/** True if a function takes a layer, returns nothing and does not assign the layer's weight. */
function assignsNothing(call: (...args: unknown[]) => unknown, parameters: number): boolean {
  if (parameters !== 1) return false;
  const layer = blankLayer(3, 2);
  const given = attempt(() => call(layer));
  // A function of a shape cannot destructure a layer.
  return given === undefined && !isDrawn(layer) && attempt(() => call([3, 2])) instanceof Failure;
}

/** The checked Xavier initialization as a function that draws. */
export function xavierSubject(subject: unknown): Draw {
  if (typeof subject !== 'function') {
    throw new Failure(
      'missing',
      `xavier is ${show(subject)}; expected a function (fanIn, fanOut) => tf.Tensor.`,
    );
  }
  const call = (...args: unknown[]): unknown => unawaited(Reflect.apply(subject, undefined, args));
  const draw = (way: Way, fanIn: number, fanOut: number): Weights => {
    const weight = way(call, fanIn, fanOut);
    const numbers = numbersOf(weight);
    if (numbers === null) {
      throw new Failure('threw', wrongReturn('xavier', weight, 'a tf.Tensor of shape [fanIn, fanOut]'));
    }
    const shape = shapeOf(weight);
    const wanted = [fanIn, fanOut];
    if (shape.join() !== wanted.join() && shape.join() !== wanted.toReversed().join()) {
      throw new Failure(
        'threw',
        `xavier(${fanIn}, ${fanOut}) returned the shape ${showShape(shape)}; expected ${showShape(wanted)}.`,
      );
    }
    return { numbers, shape };
  };
  const direct = attempt(() => draw(WAYS[0], 3, 2));
  if (direct instanceof Failure && assignsNothing(call, subject.length)) {
    const message =
      'xavier(layer) leaves layer.weight as it was, and returns nothing; expected a new weight.';
    throw mistaken('weight-not-assigned', message);
  }
  // A function that throws by itself, such as a TODO, throws for any argument, so its own message
  // is shown.
  const way =
    direct instanceof Failure
      ? detectConvention(WAYS, (candidate) => draw(candidate, 3, 2).numbers)
      : WAYS[0];
  return (fanIn, fanOut) => draw(way, fanIn, fanOut);
}
