import * as tf from '@tensorflow/tfjs-core';
import { Linear } from '@trainkit/nn';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { AdamW, adam, adamw, SGD, sgd } from './index.js';

const variable = (...values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

describeBackends('minimize', () => {
  it('returns the cost where it is asked for, and null where not', () => {
    const x = variable(3);
    const optimizer = new SGD([x], { learningRate: 0.25 });
    const cost = optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x)), true);
    expect(cost?.dataSync()[0]).toBe(9);
    expect(x.dataSync()[0]).toBe(1.5);
    expect(optimizer.minimize(() => tf.sum<tf.Scalar>(tf.square(x)))).toBeNull();
    tf.dispose([x, cost!]);
    optimizer.dispose();
  });

  it('updates the optimizer’s own variables that are trainable, and no others', () => {
    const [own, frozen, foreign] = [variable(1), variable(1), variable(1)];
    frozen.trainable = false;
    const optimizer = new SGD([own, frozen], { learningRate: 0.5 });
    const loss = () => tf.sum<tf.Scalar>(tf.add(tf.add(own, frozen), foreign));
    optimizer.minimize(loss);
    expect([own, frozen, foreign].map((one) => one.dataSync()[0])).toEqual([0.5, 1, 1]);
    tf.dispose([own, frozen, foreign]);
    optimizer.dispose();
  });

  it('trains what is thawed after it was made, also where all was frozen then', () => {
    const layer = new Linear(1, 1);
    for (const parameter of layer.parameters()) parameter.trainable = false;
    const optimizer = new SGD(layer.namedParameters(), { learningRate: 0.5 });
    const loss = () => tf.sum<tf.Scalar>(layer.forward(tf.ones([1, 1])));
    expect(() => optimizer.minimize(loss)).toThrow('none of the variables to minimize over is trainable');
    layer.requiresGrad(true);
    const before = layer.parameters().map((parameter) => parameter.dataSync()[0]!);
    optimizer.minimize(loss);
    const after = layer.parameters().map((parameter) => parameter.dataSync()[0]!);
    expectAllClose(
      after,
      before.map((value) => value - 0.5),
    );
    layer.weight.trainable = false;
    optimizer.minimize(loss);
    expect(layer.weight.dataSync()[0]).toBe(after[0]);
    expectAllClose(layer.bias!, [after[1]! - 0.5]);
    optimizer.dispose();
    layer.dispose();
  });

  it('takes a list of variables, of which some have no gradient', () => {
    const [a, b, frozen] = [variable(1), variable(1), variable(1)];
    frozen.trainable = false;
    const optimizer = new AdamW([a, b, frozen], { learningRate: 0.5, weightDecay: 0 });
    optimizer.minimize(() => tf.sum<tf.Scalar>(a), false, [b, a, frozen]);
    expectAllClose(a, [0.5]);
    expect([b, frozen].map((one) => one.dataSync()[0])).toEqual([1, 1]);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(['0']);
    tf.dispose([a, b, frozen]);
    optimizer.dispose();
  });

  it('gives the gradients without a step', () => {
    const [x, other] = [variable(3), variable(1)];
    const optimizer = new SGD([x], { learningRate: 0.25 });
    const { value, grads } = optimizer.computeGradients(() => tf.sum<tf.Scalar>(tf.mul(tf.square(x), other)));
    expect(Object.keys(grads)).toEqual([x.name]);
    expect([grads[x.name]!.dataSync()[0], value.dataSync()[0], x.dataSync()[0]]).toEqual([6, 9, 3]);
    tf.dispose([x, other, value, grads]);
    optimizer.dispose();
  });
});

describeBackends('an optimizer over every trainable variable', () => {
  it.each([
    ['sgd', () => sgd({ learningRate: 0.5 })],
    ['adam', () => adam({ learningRate: 0.5 })],
    ['adamw', () => adamw({ learningRate: 0.5, weightDecay: 0 })],
  ] as const)('%s takes those that it meets, each from its first gradient on', (_, make) => {
    const [first, frozen] = [variable(1), variable(1)];
    frozen.trainable = false;
    const optimizer = make();
    optimizer.minimize(() => tf.sum<tf.Scalar>(tf.add(first, frozen)));
    const second = variable(2);
    optimizer.minimize(() => tf.sum<tf.Scalar>(tf.add(first, second)));
    expectAllClose(
      [first, frozen, second].map((one) => one.dataSync()[0]!),
      [0, 1, 1.5],
    );
    expect(optimizer.paramGroups[0]!.params).toEqual([first, second]);
    tf.dispose([first, frozen, second]);
    optimizer.dispose();
  });
});

describeBackends('a name on demand', () => {
  it('may pass from a variable that is disposed to another, which starts afresh', () => {
    const make = () => tf.tidy(() => tf.variable(tf.tensor1d([0]), true, 'reused'));
    const optimizer = adam({ learningRate: 0.5 });
    for (let i = 0; i < 2; i++) {
      const x = make();
      tf.tidy(() => optimizer.applyGradients({ reused: tf.tensor1d([i === 0 ? 100 : 1]) }));
      expectAllClose(x, [-0.5]);
      expect(optimizer.paramGroups[0]!.params).toEqual([x]);
      x.dispose();
    }
    optimizer.dispose();
  });
});

describeBackends('accumulated gradients', () => {
  it('of parts of different sizes make the step of the whole where each counts by its size', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [5, 2]);
    const [whole, parts] = [variable(1, -1), variable(1, -1)];
    const loss = (w: tf.Variable, part: tf.Tensor) => () =>
      tf.mean<tf.Scalar>(tf.square(tf.matMul(part, tf.reshape(w, [2, 1]))));
    const [one, other] = [new SGD([whole], { learningRate: 0.01 }), new SGD([parts], { learningRate: 0.01 })];
    one.minimize(loss(whole, x));
    tf.tidy(() => {
      const weighed = [x.slice([0, 0], [4, 2]), x.slice([4, 0], [1, 2])].map((part) =>
        tf.mul(tf.variableGrads(loss(parts, part), [parts]).grads[parts.name]!, part.shape[0]! / 5),
      );
      other.applyGradients({ [parts.name]: tf.addN(weighed) });
    });
    expectAllClose(parts, whole);
    tf.dispose([x, whole, parts]);
    one.dispose();
    other.dispose();
  });

  it('of parts of a batch make the step of the whole', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
    const [whole, parts] = [variable(1, -1), variable(1, -1)];
    const loss = (w: tf.Variable, from: number, count: number) => () =>
      tf.mean<tf.Scalar>(tf.square(tf.matMul(tf.slice(x, [from, 0], [count, 2]), tf.reshape(w, [2, 1]))));
    const [one, other] = [new AdamW([whole]), new AdamW([parts])];
    one.minimize(loss(whole, 0, 4));
    tf.tidy(() => {
      const halves = [0, 2].map((from) => tf.variableGrads(loss(parts, from, 2), [parts]).grads[parts.name]!);
      other.applyGradients({ [parts.name]: tf.div(tf.addN(halves), 2) });
    });
    expectAllClose(parts, whole);
    tf.dispose([x, whole, parts]);
    one.dispose();
    other.dispose();
  });

  it('leaves a frozen variable and its state alone, whatever gradient it is given', () => {
    const layer = new Linear(1, 1);
    const optimizer = new SGD(layer.parameters(), { learningRate: 1, momentum: 0.9 });
    const loss = () => tf.sum<tf.Scalar>(layer.forward(tf.ones([1, 1])));
    const { value, grads } = tf.tidy(() => tf.variableGrads(loss, layer.parameters()));
    const before = layer.weight.dataSync()[0]!;
    layer.requiresGrad(false);
    optimizer.applyGradients(grads);
    expect(layer.weight.dataSync()[0]).toBe(before);
    expect(optimizer.stateDict()).toMatchObject({ iterations: 1, state: {} });
    layer.requiresGrad(true);
    optimizer.applyGradients(grads);
    expect(layer.weight.dataSync()[0]).toBeCloseTo(before - 1, 5);
    layer.requiresGrad(false);
    expect(() => optimizer.minimize(loss)).toThrow('none of the variables to minimize over is trainable');
    tf.dispose([value, grads]);
    layer.dispose();
    optimizer.dispose();
  });
});
