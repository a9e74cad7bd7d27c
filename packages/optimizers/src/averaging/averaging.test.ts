import * as tf from '@tensorflow/tfjs';
import { Linear, Sequential } from '@trainkit/nn';
import { BatchNorm } from '@trainkit/normalization';
import { Generator } from '@trainkit/random';
import {
  describeBackends,
  describeStateful,
  expectAllClose,
  expectNoLeak,
  variable,
} from '@trainkit/testing';
import { expect, it } from 'vitest';
import goldens from '../../goldens/averaging.json' with { type: 'json' };
import {
  AdamW,
  type AveragedWeights,
  ExponentialMovingAverage,
  StochasticWeightAveraging,
} from '../index.js';

const kinds: Record<string, new (model: BatchNorm, options: object) => AveragedWeights> = {
  ExponentialMovingAverage,
  StochasticWeightAveraging,
};

/** Copies the weights of a state, as numbers by path, into the model. */
function load(model: BatchNorm, numbers: Readonly<Record<string, readonly number[]>>): void {
  tf.tidy(() => {
    for (const [path, own] of Object.entries(model.stateDict())) {
      own.assign(tf.tensor([...numbers[path]!], own.shape, own.dtype));
    }
  });
}

function made() {
  const generator = new Generator(0);
  const model = new Sequential(
    new Linear(2, 3, { generator }),
    new BatchNorm(3),
    new Linear(3, 1, { generator }),
  );
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.1 });
  const x = tf.tensor2d([
    [0, 1],
    [1, 0],
    [2, 1],
    [1, 3],
  ]);
  const step = () => optimizer.minimize(() => tf.mean<tf.Scalar>(tf.square(model.forward(x))));
  const read = () => Object.entries(model.stateDict()).map(([path, own]) => [path, own.arraySync()]);
  const free = () => {
    optimizer.dispose();
    model.dispose();
    x.dispose();
  };
  return { model, optimizer, step, read, free };
}

describeBackends('averaged weights', () => {
  it.each(goldens.cases.map((golden) => [golden.name, golden.options, golden] as const))(
    'are PyTorch’s: %s %j',
    (name, options, { after }) => {
      expectNoLeak(() => {
        const model = new BatchNorm(3);
        load(model, { ...goldens.draws[5]!, num_batches_tracked: [1] });
        const average = new kinds[name]!(model, options);
        const seen = goldens.draws.map((draw) => {
          load(model, draw);
          average.update();
          const { n_averaged, module } = average.stateDict();
          const values = Object.entries(module).map(([path, tensor]) => [path, [...tensor.dataSync()]]);
          return { n_averaged, ...Object.fromEntries(values) };
        });
        for (const [i, { n_averaged, ...module }] of [seen[0]!, seen[1]!, seen[5]!].entries()) {
          const { n_averaged: count, ...expected } = after[i]!;
          expect(n_averaged).toBe(count[0]);
          for (const [key, values] of Object.entries(expected)) {
            const own = module[key.replace('module.', '')];
            if (key.endsWith('num_batches_tracked')) expect(own).toEqual(values);
            else expectAllClose(own, values, { atol: 1e-6, rtol: 1e-6 });
          }
        }
        average.dispose();
        model.dispose();
      });
    },
  );

  it.each(['ExponentialMovingAverage', 'StochasticWeightAveraging'] as const)(
    '%s changes places with the model, buffers included, and back to the bit',
    async (name) => {
      const { model, step, read, free } = made();
      const average = new { ExponentialMovingAverage, StochasticWeightAveraging }[name](model);
      for (let i = 0; i < 4; i++) {
        step();
        average.update();
      }
      const [training, tensors] = [read(), tf.memory().numTensors];
      expect(average.updates).toBe(4);
      const averages = average.evaluate(() => average.evaluate(read));
      expect(averages).not.toEqual(training);
      expect([read(), average.isEvaluating]).toEqual([training, false]);
      const pending = average.evaluate(async () => read());
      expect(average.isEvaluating).toBe(true);
      expect(await pending).toEqual(averages);
      const fail = () => {
        throw new Error('a failure');
      };
      expect(() => average.evaluate(fail)).toThrow('a failure');
      await expect(average.evaluate(async () => fail())).rejects.toThrow('a failure');
      expect(read()).toEqual(training);

      // Statistics that are computed for the averages are theirs, until the next update.
      average.eval();
      tf.tidy(() => model.buffers()[0]!.assign(tf.fill([3], 7)));
      average.train();
      expect(read()).toEqual(training);
      expect(average.evaluate(() => model.buffers()[0]!.arraySync())).toEqual([7, 7, 7]);
      average.update();
      expect(average.evaluate(() => model.buffers()[0]!.arraySync())).toEqual(
        model.buffers()[0]!.arraySync(),
      );
      expect(tf.memory().numTensors).toBe(tensors);
      average.dispose();
      free();
    },
  );

  it('do not change what the optimizer does', () => {
    const [averaged, alone] = [made(), made()];
    const average = new ExponentialMovingAverage(averaged.model, { decay: 0.5 });
    for (let i = 0; i < 3; i++) {
      for (const each of [averaged, alone]) each.step();
      average.update();
      average.evaluate(() => averaged.read());
    }
    expect(averaged.read()).toEqual(alone.read());
    average.dispose();
    averaged.free();
    alone.free();
  });

  it('refuse what is not theirs to do while they are evaluated, and after they are disposed', () => {
    const x = variable([1, 2]);
    const average = new ExponentialMovingAverage([['x', x]]);
    average.update();
    const state = average.stateDict();
    average.eval();
    const cases: [call: () => unknown, what: string][] = [
      [() => average.update(), 'update()'],
      [() => average.stateDict(), 'stateDict()'],
      [() => average.loadStateDict(state), 'loadStateDict()'],
    ];
    for (const [call, what] of cases) {
      expect(call).toThrow(
        `ExponentialMovingAverage: received ${what} after eval(), while the model holds the averages; expected it in ` +
          'training. Write average.train() before it, or average.evaluate(() => …) in place of eval().',
      );
    }
    average.train();
    average.dispose();
    average.dispose();
    expect(() => average.update()).toThrow('ExponentialMovingAverage: these averages are disposed.');
    expect(() => average.eval()).toThrow('ExponentialMovingAverage: these averages are disposed.');
    x.dispose();
  });

  it('name a variable that is gone, and free themselves after it', () => {
    const x = variable([1, 2]);
    const average = new StochasticWeightAveraging([x]);
    average.update();
    average.eval();
    x.dispose();
    expect(() => average.train()).toThrow(
      `StochasticWeightAveraging: the variable "${x.name}" is disposed; expected the variables that it was made with. ` +
        'Dispose the averages before the model.',
    );
    average.dispose();
  });

  it('name everything in a state that does not fit, and load nothing', () => {
    const [x, y] = [variable([1, 2]), variable(3)];
    const average = new ExponentialMovingAverage([
      ['x', x],
      ['y', y],
    ]);
    average.update();
    const wrong = tf.tidy(() => ({ n_averaged: -1, module: { x: tf.keep(tf.ones([3])), z: x } }));
    expect(() => average.loadStateDict(wrong)).toThrow(
      new Error(
        'ExponentialMovingAverage.loadStateDict: n_averaged is -1; expected a whole number of at least 0.\n' +
          'ExponentialMovingAverage.loadStateDict: missing: y\n' +
          'ExponentialMovingAverage.loadStateDict: unexpected: z\n' +
          'ExponentialMovingAverage.loadStateDict: x is a float32 tensor of shape [3]; expected the shape [2], that of ' +
          'the variable.',
      ),
    );
    expect(average.updates).toBe(1);
    average.dispose();
    tf.dispose([x, y, wrong.module.x]);
  });

  it.each<[string, (x: tf.Variable) => unknown, string]>([
    [
      'a decay that is no share',
      (x) => new ExponentialMovingAverage([x], { decay: 1.5 }),
      'ExponentialMovingAverage: decay is 1.5; expected a finite number from 0 to 1.',
    ],
    [
      'an unknown option',
      (x) => new StochasticWeightAveraging([x], { decay: 0.5 } as object),
      'StochasticWeightAveraging: received the unknown option "decay"; expected useBuffers.',
    ],
    [
      'a variable twice',
      (x) => new ExponentialMovingAverage([['a', x], x]),
      'ExponentialMovingAverage: the variable "1" is given twice, also as "a"; expected each variable once.',
    ],
    [
      'no model',
      () => new ExponentialMovingAverage([]),
      'ExponentialMovingAverage: model is []; expected a module or an array of variables.',
    ],
    [
      'one variable',
      (x) => new ExponentialMovingAverage(x as never),
      'expected a module or an array of variables. Write [variable].',
    ],
  ])('refuse %s', (_, make, message) => {
    const x = variable([1]);
    expect(() => make(x)).toThrow(message);
    x.dispose();
  });
});

describeBackends('the state of averages', () => {
  for (const kind of [ExponentialMovingAverage, StochasticWeightAveraging]) {
    const variables = new WeakMap<AveragedWeights, tf.Variable[]>();
    describeStateful(kind.name, {
      make: () => {
        const all = [variable([1, 2]), variable(3)];
        const average = new kind(all);
        variables.set(average, all);
        return average;
      },
      advance: (average, turn) => {
        // The state of the variables is not that of their averages.
        tf.tidy(() => {
          for (const each of variables.get(average)!) each.assign(tf.fill(each.shape, Math.sin(turn)));
        });
        average.update();
        return average.evaluate(() => variables.get(average)!.map((each) => each.arraySync()));
      },
      dispose: (average) => {
        average.dispose();
        tf.dispose(variables.get(average)!);
      },
      rubbish: ['rubbish', [['rubbish']]],
    });
  }
});
