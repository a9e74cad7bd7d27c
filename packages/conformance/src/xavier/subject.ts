import { fill, type Tensor, variable, zeros } from '@tensorflow/tfjs-core';
import { show, showShape } from '@trainkit/checks';
import { attempt, Failure, mistaken } from '../diagnosis/observation.js';
import { detectConvention } from '../subject/conventions.js';
import { wrongReturn } from '../subject/returned.js';
import { numbersOf, shapeOf } from '../subject/values.js';

/** The weights of a layer. */
interface Weights {
  readonly numbers: readonly number[];
  /** `[fanIn, fanOut]`, or the other way round. */
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
    // A function of two numbers that lacks its return assigns nothing.
    return given === undefined && isDrawn(layer) ? layer.weight : given;
  },
];

/** What was returned; nobody waits for a promise, and its rejection would end the program. */
export function unawaited(given: unknown): unknown {
  if (given instanceof Promise) given.catch(() => undefined);
  return given;
}

/** A layer whose weight is still to be drawn. */
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

/** Whether a layer's weight has numbers now. */
function isDrawn({ weight }: { weight: Tensor }): boolean {
  return !weight.isDisposed && !Number.isNaN(weight.dataSync()[0]);
}

/** Whether a function takes a layer, returns nothing and leaves the layer's weight alone. */
function assignsNothing(call: (...args: unknown[]) => unknown, parameters: number): boolean {
  if (parameters !== 1) return false;
  const layer = blankLayer(3, 2);
  const given = attempt(() => call(layer));
  // A function of a shape finds nothing to take apart in a layer.
  return given === undefined && !isDrawn(layer) && attempt(() => call([3, 2])) instanceof Failure;
}

/** Anyone's Xavier initialization as a function that draws. */
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
  // A function that throws of itself, such as a TODO, throws whatever it is given: its own message is the one to show.
  const way =
    direct instanceof Failure
      ? detectConvention(WAYS, (candidate) => draw(candidate, 3, 2).numbers)
      : WAYS[0];
  return (fanIn, fanOut) => draw(way, fanIn, fanOut);
}
