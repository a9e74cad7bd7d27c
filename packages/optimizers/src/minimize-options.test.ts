import * as tf from '@tensorflow/tfjs';
import { countLabels, crossEntropy, Linear, ReLU, Sequential } from '@trainkit/nn';
import { Generator } from '@trainkit/random';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import { expect, it } from 'vitest';
import {
  AdamW,
  adamw,
  clipGradNorm,
  clipGradValue,
  combine,
  decayGroups,
  LBFGS,
  Muon,
  type ParameterOptimizer,
  ScheduleFreeAdamW,
  SGD,
} from './index.js';

const variable = (...values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

type Part = { x: tf.Tensor2D; y: tf.Tensor1D };

/** A batch with ignored labels, and its parts: of unequal size, one with ignored labels alone. */
function batch(): { whole: Part; parts: Part[] } {
  const x = tf.tensor2d(new Generator(2).normal(40), [10, 4]);
  const y = tf.tensor1d([0, 2, -100, 1, 1, -100, -100, 0, 2, 2], 'int32');
  const parts = [
    [0, 5],
    [5, 2],
    [7, 3],
  ].map(([from, count]) => ({ x: x.slice([from!, 0], [count!, 4]), y: y.slice([from!], [count!]) }));
  return { whole: { x, y }, parts };
}

const model = () => {
  const generator = new Generator(0);
  return new Sequential(new Linear(4, 8, { generator }), new ReLU(), new Linear(8, 3, { generator }));
};

/** The optimizers that take a step; each with other paths. */
const OPTIMIZERS = {
  SGD: (network: Sequential) => new SGD(network.namedParameters(), { learningRate: 0.1, momentum: 0.9 }),
  'AdamW with groups': (network: Sequential) =>
    new AdamW(decayGroups(network.namedParameters()), { learningRate: 0.01 }),
  'AdamW on demand': () => adamw({ learningRate: 0.01 }),
  ScheduleFreeAdamW: (network: Sequential) =>
    new ScheduleFreeAdamW(network.namedParameters(), { learningRate: 0.01 }),
  combine: (network: Sequential) => {
    const [matrices, others] = [true, false].map((isMatrix) =>
      network.namedParameters().filter(([, { rank }]) => (rank === 2) === isMatrix),
    );
    return combine([
      new Muon(matrices!, { learningRate: 0.02 }),
      new SGD(others!, { learningRate: 0.1, momentum: 0.9 }),
    ]);
  },
};
const rows = Object.entries(OPTIMIZERS).map(([name, make]) => ({ name, make }));

/** The parameters after three steps of `step`. */
function trained(
  make: (network: Sequential) => Pick<ParameterOptimizer<object>, 'minimize' | 'dispose'>,
  step: (optimizer: Pick<ParameterOptimizer<object>, 'minimize'>, network: Sequential) => void,
): number[] {
  const network = model();
  const optimizer = make(network);
  for (let i = 0; i < 3; i++) step(optimizer, network);
  const values = network.parameters().flatMap((parameter) => [...parameter.dataSync()]);
  optimizer.dispose();
  network.dispose();
  return values;
}

describeBackends('minimize with accumulate', () => {
  it.each(rows)('makes the steps of the whole batch, $name', ({ make }) => {
    const { whole, parts } = batch();
    for (const weight of [undefined, [1, 0.25, 3]]) {
      const losses: number[][] = [[], []];
      const expected = trained(make, (optimizer, network) => {
        const loss = optimizer.minimize(
          () => crossEntropy(network.forward(whole.x), whole.y, { weight }),
          true,
        );
        losses[0]!.push(loss.dataSync()[0]!);
        loss.dispose();
      });
      const received = trained(make, (optimizer, network) => {
        const { loss } = optimizer.minimize(
          ({ x, y }: Part) => ({
            sum: crossEntropy(network.forward(x), y, { weight, reduction: 'sum' }),
            count: countLabels(y, { weight }),
          }),
          { accumulate: parts },
        );
        losses[1]!.push(loss.dataSync()[0]!);
        loss.dispose();
      });
      // Muon and Adam magnify the last bits of a gradient.
      expectAllClose(received, expected, { atol: 3e-6, rtol: 1e-5 });
      expectAllClose(losses[1]!, losses[0]!, { rtol: 1e-6 });
    }
    tf.dispose([whole, parts]);
  });

  it('is the plain step, to the bit, for one part with the count 1', () => {
    const { whole, parts } = batch();
    const expected = trained(OPTIMIZERS.SGD, (optimizer, network) => {
      optimizer.minimize(() => crossEntropy(network.forward(whole.x), whole.y));
    });
    const received = trained(OPTIMIZERS.SGD, (optimizer, network) => {
      const sum = () => crossEntropy(network.forward(whole.x), whole.y);
      tf.dispose(optimizer.minimize(() => ({ sum: sum(), count: 1 }), { accumulate: [0] }));
    });
    expect(received).toEqual(expected);
    tf.dispose([whole, parts]);
  });

  it('adds the gradients of a variable that only some parts use', () => {
    const [a, b] = [variable(1), variable(1)];
    const optimizer = new SGD([a, b], { learningRate: 1 });
    const result = optimizer.minimize(
      (part: tf.Variable[]) => ({ sum: tf.addN(part.map((one) => tf.sum<tf.Scalar>(one))), count: 2 }),
      { accumulate: [[a], [a, b], [a]], gradNorm: true },
    );
    expectAllClose(a, [0.5]);
    expectAllClose(b, [1 - 1 / 6]);
    expectAllClose(result.gradNorm, [Math.hypot(1 / 2, 1 / 6)]);
    expectAllClose(result.loss, [4 / 6]);
    tf.dispose([a, b, result]);
    optimizer.dispose();
  });

  it('gives what each part returns beside its loss, in their order', () => {
    const x = variable(2);
    const optimizer = new SGD([x], { learningRate: 0.1 });
    const { loss, aux } = optimizer.minimize(
      (factor: number) => ({ sum: tf.sum<tf.Scalar>(tf.mul(x, factor)), count: 1, aux: tf.mul(x, factor) }),
      { accumulate: [1, 10], aux: true },
    );
    expect(loss.dataSync()[0]).toBe(11);
    expect(aux.map((each) => each.dataSync()[0])).toEqual([2, 20]);
    tf.dispose([x, loss, aux]);
    optimizer.dispose();
  });

  it('changes nothing and leaves nothing where a part throws', () => {
    const x = variable(1, 2);
    const optimizer = new SGD([x], { learningRate: 1 });
    const before = tf.memory().numTensors;
    const step = (part: number) => {
      if (part === 2) throw new Error('the third part');
      return { sum: tf.sum<tf.Scalar>(tf.square(x)), count: tf.scalar(2), aux: [x.clone()] };
    };
    expect(() => optimizer.minimize(step, { accumulate: [0, 1, 2], aux: true })).toThrow('the third part');
    expect(tf.memory().numTensors).toBe(before);
    expect([...x.dataSync(), optimizer.iterations]).toEqual([1, 2, 0]);
    x.dispose();
    optimizer.dispose();
  });
});

describeBackends('minimize with options', () => {
  const loss = (x: tf.Variable) => () => tf.sum<tf.Scalar>(tf.mul(tf.square(x), [1, 10, 100]));

  it.each([
    {
      title: 'clipGradNorm',
      options: { clipGradNorm: 0.5 },
      clip: (grads: tf.NamedTensorMap) => clipGradNorm(grads, 0.5).grads,
    },
    {
      title: 'clipGradValue',
      options: { clipGradValue: 3 },
      clip: (grads: tf.NamedTensorMap) => clipGradValue(grads, 3),
    },
    { title: 'gradNorm alone', options: {}, clip: (grads: tf.NamedTensorMap) => grads },
  ])('steps as by hand, to the bit, and measures before it clips: $title', ({ options, clip }) => {
    const [byHand, x] = [variable(1, -2, 3), variable(1, -2, 3)];
    const [one, other] = [new SGD([byHand], { learningRate: 0.1 }), new SGD([x], { learningRate: 0.1 })];
    for (let i = 0; i < 3; i++) {
      const norm = tf.tidy(() => {
        const { grads } = one.computeGradients(loss(byHand));
        one.applyGradients(clip(grads));
        return clipGradNorm(grads, 1).norm;
      });
      const result = other.minimize(loss(x), { ...options, gradNorm: true });
      expect(result.gradNorm.dataSync()).toEqual(norm.dataSync());
      expect(x.dataSync()).toEqual(byHand.dataSync());
      tf.dispose([norm, result]);
    }
    tf.dispose([byHand, x]);
    one.dispose();
    other.dispose();
  });

  it('gives what the function returns beside the loss, as tensors of the caller', () => {
    const [x, input] = [variable(1, 2), tf.tensor1d([5])];
    const optimizer = new SGD([x], { learningRate: 1 });
    const before = tf.memory().numTensors;
    const step = () => {
      const squares = tf.square(x);
      const nested = { list: [squares, tf.neg(squares)], same: squares, name: 'squares', count: 2 };
      return { loss: tf.sum<tf.Scalar>(squares), aux: { nested, input, nothing: null } };
    };
    const { loss: value, aux } = optimizer.minimize(step, { aux: true });
    expect(value.dataSync()[0]).toBe(5);
    const { nested } = aux;
    expect(nested.list.map((each) => [...each.dataSync()])).toEqual([
      [1, 4],
      [-1, -4],
    ]);
    expect([nested.name, nested.count, aux.nothing]).toEqual(['squares', 2, null]);
    expect(x.dataSync()).toEqual(new Float32Array([-1, -2]));
    tf.dispose([value, nested.list, nested.same, aux.input]);
    expect(input.dataSync()[0]).toBe(5);
    expect(tf.memory().numTensors).toBe(before);
    // A tidy frees what nobody takes.
    tf.tidy(() => {
      optimizer.minimize(step, { aux: true, gradNorm: true });
    });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, input]);
    optimizer.dispose();
  });

  it('updates the variables of varList alone', () => {
    const [x, other] = [variable(1, 1, 1), variable(1, 1, 1)];
    const optimizer = new SGD([x, other], { learningRate: 0.5 });
    const both = () => tf.add<tf.Scalar>(loss(x)(), loss(other)());
    tf.dispose(optimizer.minimize(both, { varList: [x] }));
    expect(x.dataSync()[0]).toBe(0);
    expect([...other.dataSync()]).toEqual([1, 1, 1]);
    tf.dispose([x, other]);
    optimizer.dispose();
  });

  it('steps as tf.LayersModel.fit does, between its epochs, with the model’s own optimizer', async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const y = tf.tensor2d([1, 2, 3], [3, 1]);
    const [whole, parted] = [0, 1].map(() => {
      const layer = tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' });
      const network = tf.sequential({ layers: [layer] });
      const optimizer = adamw({ learningRate: 0.1 });
      network.compile({ optimizer, loss: 'meanSquaredError' });
      const fit = { batchSize: 3, shuffle: false, verbose: 0 } as const;
      return { network, optimizer, train: (epochs: number) => network.fit(x, y, { ...fit, epochs }) };
    });
    await whole!.train(6);
    await parted!.train(2);
    for (let i = 0; i < 2; i++) {
      tf.tidy(() => {
        const parts = [[0, 2] as const, [2, 1] as const];
        parted!.optimizer.minimize(
          ([from, count]) => {
            const predicted = parted!.network.apply(x.slice([from, 0], [count, 2])) as tf.Tensor;
            const squares = tf.square(tf.sub(predicted, y.slice([from, 0], [count, 1])));
            return { sum: tf.sum<tf.Scalar>(squares), count };
          },
          { accumulate: parts },
        );
      });
    }
    await parted!.train(2);
    expect(parted!.optimizer.iterations).toBe(6);
    for (const [i, weight] of parted!.network.getWeights().entries())
      expectAllClose(weight, whole!.network.getWeights()[i]!, { atol: 1e-5, rtol: 0 });
    for (const { network } of [whole!, parted!]) {
      network.optimizer.dispose();
      network.dispose();
    }
    tf.dispose([x, y]);
  });

  it('names each mistake', () => {
    const x = variable(1, 2, 3);
    const optimizer = new SGD([x], { learningRate: 1 });
    const plain = loss(x);
    const minimize = (f: unknown, options: unknown) => () =>
      Reflect.apply(optimizer.minimize, optimizer, [f, options]);
    const cases: [call: () => unknown, message: string][] = [
      [
        minimize(plain, { clipNorm: 1 }),
        'SGD.minimize: received the unknown option "clipNorm"; expected clipGradNorm, clipGradValue, accumulate, aux, ' +
          'gradNorm, varList. Write clipGradNorm.',
      ],
      [minimize(plain, 3), 'SGD.minimize: options is 3; expected an object of named options.'],
      [
        minimize(plain, { clipGradNorm: -1 }),
        'SGD.minimize: clipGradNorm is -1; expected a number of at least 0.',
      ],
      [
        minimize(plain, { clipGradValue: '1' }),
        'SGD.minimize: clipGradValue is "1"; expected a number of at least 0.',
      ],
      [
        minimize(plain, { clipGradNorm: 1, clipGradValue: 1 }),
        'SGD.minimize: clipGradValue is 1; expected no clipGradNorm beside it, since the result depends on their order.',
      ],
      [minimize(plain, { aux: 1 }), 'SGD.minimize: aux is 1; expected true or false.'],
      [minimize(plain, { gradNorm: 'yes' }), 'SGD.minimize: gradNorm is "yes"; expected true or false.'],
      [
        minimize(plain, { accumulate: 4 }),
        'SGD.minimize: accumulate is 4; expected an array of the parts of a batch. ' +
          'Write { accumulate: [first, second] }, where f gets each of them.',
      ],
      [minimize(plain, { accumulate: [] }), 'SGD.minimize: accumulate is []; expected an array of the parts'],
      [
        minimize(plain, { accumulate: [1] }),
        'SGD.minimize: the result of f is a float32 tensor of shape []; expected { sum, count }. ' +
          "Write for example { sum: crossEntropy(logits, labels, { reduction: 'sum' }), count: labels.size }.",
      ],
      [
        minimize(() => ({ sum: plain(), count: -1 }), { accumulate: [1] }),
        'SGD.minimize: count is -1; expected a finite number of at least 0, or a tensor without dimensions. ' +
          'Write the number of examples that the loss is a sum over, such as labels.size.',
      ],
      [
        minimize(() => ({ sum: plain(), count: tf.ones([2]) }), { accumulate: [1] }),
        'SGD.minimize: count is a float32 tensor of shape [2]; expected a finite number of at least 0, or a tensor',
      ],
      [
        minimize(() => ({ sum: tf.square(x), count: 3 }), { accumulate: [1] }),
        'SGD.minimize: the loss is a float32 tensor of shape [3]; expected a scalar tensor of float32.',
      ],
      [
        minimize(() => ({ sum: plain(), count: 1, aux: 1 }), { accumulate: [1] }),
        'SGD.minimize: the result of f is [object Object]; expected { sum, count }.',
      ],
      [
        minimize(() => ({ loss: plain(), aux: 1 }), {}),
        'SGD.minimize: the loss is [object Object]; expected a scalar tensor of float32.',
      ],
      [
        minimize(plain, { aux: true }),
        'SGD.minimize: the result of f is a float32 tensor of shape []; expected { loss, aux }. Write return { loss, aux }.',
      ],
      [minimize(3, { aux: true }), 'SGD: f is 3; expected a function. Write minimize(() => …)'],
      [minimize(plain, { varList: x }), 'SGD: varList is a float32 variable of shape [3]; expected an array'],
      [
        () => Reflect.apply(LBFGS.prototype.minimize, new LBFGS([x]), [plain, { clipGradNorm: 1 }]),
        'LBFGS: returnCost is [object Object]; expected true or false, since its steps are lengths along a line, which ' +
          'clipping would break. Write minimize(() => loss, true), with the loss of the whole batch.',
      ],
    ];
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    expect([...x.dataSync(), optimizer.iterations]).toEqual([1, 2, 3, 0]);
    x.dispose();
    optimizer.dispose();
  });
});
