import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBackends } from './backends.js';
import { describeStateful, overJson, type TestedStateful } from './stateful.js';

/** A learning rate, or a schedule of it. */
type LearningRate = number | ((step: number) => number);

/**
 * The part of an optimizer that the laws need: the properties and methods of those in
 * `@trainkit/optimizers`.
 */
export interface TestedOptimizer extends TestedStateful {
  /** The learning rate of the next step. */
  get learningRate(): number;
  set learningRate(rate: LearningRate);
  /** Number of steps so far. */
  readonly iterations: number;
  applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void;
  dispose(): void;
}

/** An optimizer with one set of options. */
export interface OptimizerCase {
  /** Creates it for variables, or for groups of them with their own rates; without weight decay. */
  make: (
    params: readonly tf.Variable[] | { params: readonly tf.Variable[]; learningRate: number }[],
    learningRate: LearningRate,
  ) => TestedOptimizer;
  /** Number of tensors that it keeps for a variable. */
  kept: number;
  /** True if it accepts matrices only, default false. The laws then use matrices of one row. */
  matrices?: boolean | undefined;
  /** True if an element of an update depends on all elements of its gradient, default false. */
  coupled?: boolean | undefined;
  /**
   * The step that a learning rate acts on which is set: the next, default; the one after that, as
   * ASGD's; or none but a variable's first, as Rprop's.
   */
  rateActs?: 'at once' | 'a step later' | 'at first' | undefined;
  /** True if an element stays as it is where its gradient is NaN, as with Rprop, default false. */
  ignoresNaN?: boolean | undefined;
}

/** Creates a variable with the initial `values`; with `matrix`, as a matrix of one row. */
export function variable(values: number | number[], matrix = false): tf.Variable {
  return tf.tidy(() => tf.variable(matrix ? tf.reshape(tf.tensor(values), [1, -1]) : tf.tensor(values)));
}

/** Takes one step, with gradients in the order of the variables. */
export function stepOnce(
  optimizer: Pick<TestedOptimizer, 'applyGradients'>,
  variables: readonly tf.Variable[],
  gradients: readonly (number | number[])[],
): void {
  tf.tidy(() => {
    optimizer.applyGradients(
      variables.map(({ name, shape }, i) => ({ name, tensor: tf.reshape(tf.tensor(gradients[i]!), shape) })),
    );
  });
}

/**
 * Runs the laws of every optimizer on every backend.
 *
 * - It keeps the stated number of tensors, and frees them. It rejects the gradient of an
 *   unregistered variable.
 * - Groups equal separate optimizers. The order and the form of gradients do not matter. A variable
 *   without a gradient keeps its value and its state.
 * - Gradients of 0 change nothing. A NaN gradient makes only its own element NaN, all elements of
 *   its variable if they are coupled, or none if the optimizer is stated to ignore it.
 * - A variable without elements does not change.
 * - The learning rate can be set, also to a schedule, and acts when it is stated to.
 * - It continues from a variable that was assigned, and does not write into clones or arrays of the
 *   caller.
 * - It resumes from its state bit for bit, and passes the laws of `describeStateful`.
 *
 * @example
 * ```text
 * describeOptimizer('SGD with momentum', {
 *   make: (params, learningRate) => new SGD(params, { learningRate, momentum: 0.9 }),
 *   kept: 1,
 * });
 * ```
 */
export function describeOptimizer(title: string, row: OptimizerCase): void {
  const { make, kept, matrices = false, coupled = false, rateActs = 'at once', ignoresNaN = false } = row;
  const ofRank = (values: number | number[]) => variable(values, matrices);
  describeBackends(`the optimizer ${title}`, () => {
    // The variables return to their initial values before each step, so that a step depends on the
    // state alone.
    describeStateful(title, {
      make: () => {
        const variables = [ofRank([1, 2]), ofRank(3)];
        const optimizer = make(variables, 0.1);
        return {
          optimizer,
          variables,
          stateDict: () => optimizer.stateDict(),
          loadStateDict: (state: never) => optimizer.loadStateDict(state),
        };
      },
      advance: ({ optimizer, variables }, turn) => {
        for (const [i, one] of variables.entries()) {
          tf.tidy(() => one.assign(tf.fill(one.shape, i + 1)));
        }
        stepOnce(optimizer, variables, gradientsAt(turn));
        return [optimizer.iterations, ...variables.map((one) => one.arraySync())];
      },
      dispose: ({ optimizer, variables }) => {
        optimizer.dispose();
        tf.dispose(variables);
      },
      rubbish: ['rubbish', -1, null, [['rubbish']]],
    });

    it('keeps its tensors, and frees them', () => {
      const variables = [ofRank([1, 2]), ofRank(3)];
      const before = tf.memory().numTensors;
      const optimizer = make(variables, 0.1);
      expect(tf.memory().numTensors, 'init').toBe(before);
      for (let i = 0; i < 3; i++) stepOnce(optimizer, variables, [[1, 2], 3]);
      expect(tf.memory().numTensors, 'steps').toBe(before + kept * variables.length);
      expect(() => optimizer.applyGradients({ nobody: variables[0]! })).toThrow('nobody');
      expect(tf.memory().numTensors, 'thrown error').toBe(before + kept * variables.length);
      optimizer.dispose();
      optimizer.dispose();
      expect(tf.memory().numTensors, 'dispose').toBe(before);
      tf.dispose(variables);
    });

    it('with groups equals several optimizers', () => {
      const [a, b, c, d] = [[1, 2], [3], [1, 2], [3]].map(ofRank);
      const together = make(
        [
          { params: [a!], learningRate: 0.1 },
          { params: [b!], learningRate: 0.01 },
        ],
        1,
      );
      const apart = [make([c!], 0.1), make([d!], 0.01)];
      for (let i = 0; i < 4; i++) {
        stepOnce(together, [a!, b!], [[i, -1], [2]]);
        stepOnce(apart[0]!, [c!], [[i, -1]]);
        stepOnce(apart[1]!, [d!], [[2]]);
      }
      expect([...a!.dataSync(), ...b!.dataSync()]).toEqual([...c!.dataSync(), ...d!.dataSync()]);
      tf.dispose([a!, b!, c!, d!]);
      for (const one of [together, ...apart]) one.dispose();
    });

    it('resumes from its state, bit for bit, after any step', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), (before, after) => {
          const whole = [ofRank([1, 2]), ofRank(3)];
          const a = make(whole, schedule);
          for (let i = 0; i < before; i++) stepOnce(a, whole, gradientsAt(i));
          const resumed = whole.map((one) => ofRank(one.arraySync() as number[]));
          const b = make(resumed, schedule);
          const { state, tensors } = overJson(a.stateDict());
          b.loadStateDict(state as never);
          tf.dispose(tensors);
          for (let i = before; i < before + after; i++) {
            stepOnce(a, whole, gradientsAt(i));
            stepOnce(b, resumed, gradientsAt(i));
          }
          expect(b.iterations).toBe(before + after);
          expect(resumed.map((one) => one.arraySync())).toEqual(whole.map((one) => one.arraySync()));
          tf.dispose([...whole, ...resumed]);
          a.dispose();
          b.dispose();
        }),
        { numRuns: 10 },
      );
    });

    it('changes nothing for gradients of zero', () => {
      const x = ofRank([1, -2, 1e-20]);
      const optimizer = make([x], 0.1);
      const start = [...x.dataSync()];
      for (let i = 0; i < 3; i++) stepOnce(optimizer, [x], [[0, 0, 0]]);
      expect([...x.dataSync()]).toEqual(start);
      x.dispose();
      optimizer.dispose();
    });

    it('takes gradients in any order, as a map or a list', () => {
      const [a, b, c, d] = [
        [1, 2],
        [3, 4],
        [1, 2],
        [3, 4],
      ].map(ofRank);
      const [first, second] = [make([a!, b!], 0.1), make([c!, d!], 0.1)];
      for (let i = 0; i < 3; i++) {
        tf.tidy(() => {
          const [g, h] = [
            [i, 1],
            [-1, i],
          ].map((values) => tf.tensor(values, a!.shape));
          first.applyGradients({ [a!.name]: g!, [b!.name]: h! });
          second.applyGradients([
            { name: d!.name, tensor: h! },
            { name: c!.name, tensor: g! },
          ]);
        });
      }
      expect([...a!.dataSync(), ...b!.dataSync()]).toEqual([...c!.dataSync(), ...d!.dataSync()]);
      tf.dispose([a!, b!, c!, d!]);
      first.dispose();
      second.dispose();
    });

    it('does not change a variable without a gradient, nor its state', () => {
      const [a, b, c] = [ofRank([1, 2]), ofRank([1, 2]), ofRank([1, 2])];
      const [both, alone] = [make([a, b], 0.1), make([c], 0.1)];
      stepOnce(
        both,
        [a, b],
        [
          [1, 2],
          [1, 2],
        ],
      );
      tf.tidy(() =>
        both.applyGradients([
          { name: a.name, tensor: tf.tensor([5, 5], a.shape) },
          { name: b.name, tensor: undefined as never },
        ]),
      );
      stepOnce(
        both,
        [a, b],
        [
          [0, 1],
          [3, 4],
        ],
      );
      stepOnce(alone, [c], [[1, 2]]);
      stepOnce(alone, [c], [[3, 4]]);
      expect([...b.dataSync()]).toEqual([...c.dataSync()]);
      tf.dispose([a, b, c]);
      both.dispose();
      alone.dispose();
    });

    if (rateActs === 'at first') {
      it('uses the learning rate of the first step, and no later one', () => {
        const ends = [0.1, 0.1, 0.2].map((first, i) => {
          const x = ofRank([1, 2]);
          const optimizer = make([x], 1);
          optimizer.learningRate = first;
          stepOnce(optimizer, [x], [[1, 2]]);
          if (i === 1) optimizer.learningRate = 0.5;
          stepOnce(optimizer, [x], [[1, 2]]);
          const end = [...x.dataSync()];
          x.dispose();
          optimizer.dispose();
          return end;
        });
        expect(ends[1]).toEqual(ends[0]);
        expect(ends[2]).not.toEqual(ends[0]);
      });
    } else {
      it('uses the learning rate that is set, and changes nothing for a rate of 0', () => {
        const [x, y] = [ofRank([1, 2]), ofRank([1, 2])];
        const [set, given] = [make([x], 0.5), make([y], 0.25)];
        set.learningRate = 0;
        expect(set.learningRate).toBe(0);
        stepOnce(set, [x], [[1, 2]]);
        expect([...x.dataSync()]).toEqual([1, 2]);
        given.learningRate = () => 0;
        stepOnce(given, [y], [[1, 2]]);
        for (const one of [set, given]) one.learningRate = (at) => 0.125 * at;
        expect(set.learningRate).toBe(0.125);
        for (let i = rateActs === 'at once' ? 1 : 0; i < 2; i++) {
          stepOnce(set, [x], [[1, 2]]);
          stepOnce(given, [y], [[1, 2]]);
          if (i === 0) expect([...x.dataSync()]).toEqual([1, 2]);
        }
        expect([...x.dataSync()]).not.toEqual([1, 2]);
        expect([...x.dataSync()]).toEqual([...y.dataSync()]);
        tf.dispose([x, y]);
        set.dispose();
        given.dispose();
      });
    }

    it('continues from a variable that was assigned, and does not change clones', () => {
      const [x, y] = [ofRank([1, 2]), ofRank([5, 6])];
      const [one, other] = [make([x], 0.1), make([y], 0.1)];
      stepOnce(one, [x], [[1, 2]]);
      stepOnce(other, [y], [[1, 2]]);
      const held = x.clone();
      const before = [...held.dataSync()];
      tf.tidy(() => x.assign(tf.tensor([7, 8], x.shape)));
      tf.tidy(() => y.assign(tf.tensor([7, 8], y.shape)));
      const assigned = x.clone();
      stepOnce(one, [x], [[3, 4]]);
      stepOnce(other, [y], [[3, 4]]);
      expect([...x.dataSync()]).toEqual([...y.dataSync()]);
      expect([...held.dataSync()]).toEqual(before);
      expect([...assigned.dataSync()]).toEqual([7, 8]);
      tf.dispose([x, y, held, assigned]);
      one.dispose();
      other.dispose();
    });

    it('does not change a variable without elements', () => {
      const x = tf.tidy(() => tf.variable(tf.zeros([0, 2])));
      const optimizer = make([x], 0.1);
      tf.tidy(() => optimizer.applyGradients({ [x.name]: tf.zeros([0, 2]) }));
      expect([optimizer.iterations, x.shape, x.dataSync().length]).toEqual([1, [0, 2], 0]);
      x.dispose();
      optimizer.dispose();
    });

    const changed = coupled ? 'makes a variable NaN' : 'makes an element NaN';
    it(`${ignoresNaN ? 'keeps an element' : changed} whose gradient is NaN, and keeps the others`, () => {
      const [x, y] = [ofRank([1, 2]), ofRank([1, 2])];
      const optimizer = make([x, y], 0.1);
      stepOnce(
        optimizer,
        [x, y],
        [
          [Number.NaN, 0],
          [0, 0],
        ],
      );
      const expected = [ignoresNaN ? 1 : Number.NaN, coupled ? Number.NaN : 2];
      expect([...x.dataSync()]).toEqual(expected);
      expect([...y.dataSync()]).toEqual([1, 2]);
      tf.dispose([x, y]);
      optimizer.dispose();
    });

    it('does not write into arrays of the caller', () => {
      const [start, slope] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
      const x = tf.tidy(() => tf.variable(matrices ? tf.tensor2d(start, [1, 2]) : tf.tensor1d(start)));
      const optimizer = make([x], 0.1);
      const gradient = matrices ? tf.tensor2d(slope, [1, 2]) : tf.tensor1d(slope);
      for (let i = 0; i < 3; i++) optimizer.applyGradients({ [x.name]: gradient });
      expect([...start, ...slope]).toEqual([1, 2, 3, 4]);
      tf.dispose([x, gradient]);
      optimizer.dispose();
    });
  });
}

const schedule = (at: number) => 0.1 / (1 + at);

const gradientsAt = (i: number): [number[], number] => [[Math.sin(i), Math.cos(3 * i)], Math.sin(5 * i + 1)];
