import { fill, variable, zeros } from '@tensorflow/tfjs-core';
import { show, showShape } from '@trainkit/checks';
import { attempt, Failure } from '../diagnosis/observation.js';
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
    const layer = {
      inFeatures,
      outFeatures,
      in_features: inFeatures,
      out_features: outFeatures,
      weight: variable(fill([inFeatures, outFeatures], Number.NaN)),
      bias: variable(zeros([outFeatures])),
    };
    const given = subject(layer);
    // A function of two numbers that lacks its return assigns nothing.
    const assigned = !layer.weight.isDisposed && !Number.isNaN(layer.weight.dataSync()[0]);
    return given === undefined && assigned ? layer.weight : given;
  },
];

/** Anyone's Xavier initialization as a function that draws. */
export function xavierSubject(subject: unknown): Draw {
  if (typeof subject !== 'function') {
    throw new Failure(
      'missing',
      `xavier is ${show(subject)}; expected a function (fanIn, fanOut) => tf.Tensor.`,
    );
  }
  const call = (...args: unknown[]): unknown => Reflect.apply(subject, undefined, args);
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
  // A function that throws of itself, such as a TODO, throws whatever it is given: its own message is the one to show.
  const way =
    direct instanceof Failure
      ? detectConvention(WAYS, (candidate) => draw(candidate, 3, 2).numbers)
      : WAYS[0];
  return (fanIn, fanOut) => draw(way, fanIn, fanOut);
}
