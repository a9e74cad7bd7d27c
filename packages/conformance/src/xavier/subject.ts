import { Tensor, variable, zeros } from '@tensorflow/tfjs-core';
import { attempt, Failure } from '../diagnosis/observation.js';
import { settle } from '../subject/conventions.js';
import { numbersOf } from '../subject/values.js';

/** Draws the weights of a layer. */
export type Draw = (fanIn: number, fanOut: number) => number[];

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
      weight: variable(zeros([inFeatures, outFeatures])),
      bias: variable(zeros([outFeatures])),
    };
    return subject(layer) ?? layer.weight;
  },
];

/** Anyone's Xavier initialisation as a function that draws. */
export function xavierSubject(subject: unknown): Draw {
  if (typeof subject !== 'function') {
    throw new Failure(
      'missing',
      `xavier must be a function (fanIn, fanOut) => tf.Tensor; it is ${typeof subject}.`,
    );
  }
  const call = (...args: unknown[]): unknown => Reflect.apply(subject, undefined, args);
  const draw = (way: Way, fanIn: number, fanOut: number): number[] => {
    const weight = way(call, fanIn, fanOut);
    const numbers = numbersOf(weight);
    if (numbers === null) {
      throw new Failure(
        'threw',
        `xavier must return a tf.Tensor of shape [fanIn, fanOut]; it returned ${typeof weight}.`,
      );
    }
    const shape = weight instanceof Tensor ? weight.shape.join() : `${fanIn},${fanOut}`;
    if (
      numbers.length !== fanIn * fanOut ||
      (shape !== `${fanIn},${fanOut}` && shape !== `${fanOut},${fanIn}`)
    ) {
      throw new Failure(
        'threw',
        `xavier(${fanIn}, ${fanOut}) must return the shape [${fanIn}, ${fanOut}]; it returned [${shape}].`,
      );
    }
    return numbers;
  };
  const direct = attempt(() => draw(WAYS[0], 3, 2));
  // A function that throws of itself, such as a TODO, throws whatever it is given: its own message is the one to show.
  const way = direct instanceof Failure ? settle(WAYS, (candidate) => draw(candidate, 3, 2)) : WAYS[0];
  return (fanIn, fanOut) => draw(way, fanIn, fanOut);
}
