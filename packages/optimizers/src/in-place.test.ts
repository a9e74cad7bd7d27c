import * as tf from '@tensorflow/tfjs';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { Adam, AdamW, type ParameterOptimizer, SGD } from './index.js';

const OPTIMIZERS: [
  name: string,
  make: (variable: tf.Variable) => Pick<ParameterOptimizer<never>, 'applyGradients' | 'dispose'>,
][] = [
  ['SGD', (x) => new SGD([x], { learningRate: 0.5 })],
  ['SGD with momentum', (x) => new SGD([x], { learningRate: 0.5, momentum: 0.9 })],
  ['SGD with nesterov', (x) => new SGD([x], { learningRate: 0.5, momentum: 0.9, nesterov: true })],
  ['Adam', (x) => new Adam([x], { learningRate: 0.5 })],
  ['AdamW', (x) => new AdamW([x], { learningRate: 0.5 })],
  ['AdamW with AMSGrad', (x) => new AdamW([x], { learningRate: 0.5, amsgrad: true })],
];

const START = [1, -2, 3, 4, -5, 6, 7];
const make = () => tf.tidy(() => tf.variable(tf.tensor(START)));

/** The variable after three steps between which nobody looks. */
function undisturbed(makeOptimizer: (typeof OPTIMIZERS)[number][1]): Float32Array | Int32Array | Uint8Array {
  return tf.tidy(() => {
    const variable = make();
    const optimizer = makeOptimizer(variable);
    for (let step = 0; step < 3; step++)
      optimizer.applyGradients([{ name: variable.name, tensor: tf.ones([7]) }]);
    const values = variable.dataSync();
    optimizer.dispose();
    variable.dispose();
    return values;
  });
}

describeBackends('updates in place', () => {
  for (const [name, makeOptimizer] of OPTIMIZERS) {
    it(`${name}: change nothing that somebody else holds`, () => {
      const expected = undisturbed(makeOptimizer);
      tf.tidy(() => {
        const initial = tf.tensor(START);
        const variable = tf.variable(initial);
        const optimizer = makeOptimizer(variable);
        const gradient = tf.ones([7]);
        const held: [tf.Tensor, number[]][] = [
          [initial, START],
          [gradient, START.map(() => 1)],
        ];
        for (let step = 0; step < 3; step++) {
          for (const view of [variable.clone(), tf.reshape(variable, [7, 1])]) {
            held.push([view, Array.from(view.dataSync())]);
          }
          optimizer.applyGradients([{ name: variable.name, tensor: gradient }]);
        }
        for (const [tensor, values] of held) expect(Array.from(tensor.dataSync())).toEqual(values);
        expect(variable.dataSync()).toEqual(expected);
        optimizer.dispose();
        variable.dispose();
      });
    });

    it(`${name}: honor what is assigned in between`, () => {
      tf.tidy(() => {
        const [variable, other] = [make(), make()];
        const [optimizer, another] = [makeOptimizer(variable), makeOptimizer(other)];
        const gradient = tf.zeros([7]);
        optimizer.applyGradients([{ name: variable.name, tensor: gradient }]);
        const assigned = tf.tensor([7, 6, 5, 4, 3, 2, 1]);
        variable.assign(assigned);
        other.assign(assigned);
        for (const [each, target] of [
          [optimizer, variable],
          [another, other],
        ] as const) {
          each.applyGradients([{ name: target.name, tensor: gradient }]);
        }
        expect(variable.dataSync()).toEqual(other.dataSync());
        expectAllClose(assigned, [7, 6, 5, 4, 3, 2, 1], { atol: 0 });
        tf.dispose([variable, other]);
        optimizer.dispose();
        another.dispose();
      });
    });

    it(`${name}: take the variable itself as its gradient`, () => {
      tf.tidy(() => {
        const [variable, other] = [make(), make()];
        const [optimizer, another] = [makeOptimizer(variable), makeOptimizer(other)];
        for (let step = 0; step < 2; step++) {
          another.applyGradients([{ name: other.name, tensor: other.clone() }]);
          optimizer.applyGradients([{ name: variable.name, tensor: variable }]);
        }
        expect(variable.dataSync()).toEqual(other.dataSync());
        tf.dispose([variable, other]);
        optimizer.dispose();
        another.dispose();
      });
    });
  }

  it('are seen by stock products, which on wasm keep packed weights', () => {
    const weight = tf.tidy(() => tf.variable(tf.ones([8, 3])));
    const optimizer = new SGD([weight], { learningRate: 1 });
    tf.tidy(() => {
      const x = tf.ones([2, 8]);
      for (let step = 0; step < 3; step++) {
        expectAllClose(tf.matMul(x, weight), tf.fill([2, 3], 8 - 8 * step), { atol: 0 });
        optimizer.applyGradients([{ name: weight.name, tensor: tf.ones([8, 3]) }]);
      }
    });
    weight.dispose();
    optimizer.dispose();
  });

  it('give each element the same bits, however many there are beside it', () => {
    tf.tidy(() => {
      const step = (n: number) => {
        const variable = tf.variable(tf.fill([n], 1.1));
        const optimizer = new AdamW([variable], { learningRate: 0.1 });
        for (const gradient of [0.3, -0.7, 0.01]) {
          optimizer.applyGradients([{ name: variable.name, tensor: tf.fill([n], gradient) }]);
        }
        const values = variable.dataSync();
        optimizer.dispose();
        variable.dispose();
        return values;
      };
      const [expected] = step(1);
      for (const n of [2, 3, 4, 5, 7, 8, 13]) expect(Array.from(step(n))).toEqual(Array(n).fill(expected));
    });
  });
});
