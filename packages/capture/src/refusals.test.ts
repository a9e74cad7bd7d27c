import * as tf from '@tensorflow/tfjs';
import { Dropout } from '@trainkit/dropout';
import { crossEntropy, Linear } from '@trainkit/nn';
import { clipGradNorm, LBFGS, ScheduleFreeSGD, SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it } from 'vitest';
import { batches, expectSameTraining } from '../fixtures/twins.js';
import { capture } from './index.js';

type Step = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | Record<string, tf.Tensor>;

/** The tensors that a step keeps from call to call, and their other holders. */
interface Kept {
  y?: tf.Tensor;
  by?: { dispose: () => void };
}

/** A training with a weight, made anew for each twin. */
function training(make: (weight: tf.Variable) => Step) {
  return () => {
    const weight = tf.tidy(() => tf.variable(tf.fill([6, 4], 0.5)));
    return { step: make(weight), variables: () => [weight], dispose: () => weight.dispose() };
  };
}

/** A reason, where ops have other names by backend. */
type Reason = string | { tensorflow: string; native: string };

/** Actions of a step that cannot be replayed, with the reason that is given. */
const REFUSALS: [title: string, make: (weight: tf.Variable) => Step, reason: Reason][] = [
  [
    'reads a value',
    (weight) => (x) => (tf.matMul(x, weight).sum().dataSync()[0]! > 0 ? tf.neg(x) : tf.abs(x)),
    'it reads the values of a tensor (dataSync, data, array, print); return the tensor and read it outside',
  ],
  [
    'minimizes with LBFGS',
    (weight) => {
      const optimizer = new LBFGS([weight], { maxIter: 1 });
      return (x) => {
        optimizer.minimize(() => tf.mean<tf.Scalar>(tf.square(tf.matMul(x, weight))));
        return tf.matMul(x, weight);
      };
    },
    'LBFGS decides by the losses of a step what it does next; call it outside',
  ],
  [
    'evaluates the averages of a schedule-free optimizer',
    (weight) => {
      const optimizer = new ScheduleFreeSGD([weight]);
      return (x) => optimizer.evaluate(() => tf.matMul(x, weight));
    },
    'it calls eval() of ScheduleFreeSGD; call it between calls',
  ],
  [
    'asks clipGradNorm for an error',
    () => (x) => clipGradNorm({ x }, 1, { errorIfNonfinite: true }).norm,
    'it reads the values of a tensor (dataSync, data, array, print); return the tensor and read it outside',
  ],
  [
    'computes with a number that JavaScript counts',
    () => {
      let count = 0;
      return (x) => tf.mul(x, count++);
    },
    'a number that it makes a tensor of differs from run to run (constant 0, 3, then 4); pass it as a tensor, or make ' +
      'it with freshTensor or freshScalar of @trainkit/kernels/capture',
  ],
  [
    'goes another way each time',
    () => {
      let count = 0;
      return (x) => [tf.relu, tf.sqrt, tf.square, tf.exp, tf.abs, tf.neg, tf.log, tf.tanh][count++]!(x);
    },
    {
      tensorflow: 'two runs of it differ: op 0 was Exp, then Abs',
      native: 'two runs of it differ: op 0 was exp, then abs',
    },
  ],
  [
    'goes one way and then the other',
    () => {
      let count = 0;
      return (x) => (count++ % 2 === 0 ? tf.neg(x) : tf.abs(x));
    },
    {
      tensorflow: 'two runs of it differ: op 0 was Neg, then Abs',
      native: 'two runs of it differ: op 0 was neg, then abs',
    },
  ],
  [
    'updates in every second call',
    (weight) => {
      let count = 0;
      return (x) => {
        if (count++ % 2 === 1) weight.assign(tf.add(weight, 1));
        return tf.matMul(x, weight);
      };
    },
    {
      tensorflow: 'two runs of it differ: op 0 was BatchMatMulV2, then Add',
      native: 'two runs of it differ: op 0 was product, then add',
    },
  ],
  [
    'does more each time',
    () => {
      let count = 0;
      return (x) => tf.addN(Array.from({ length: ++count }, () => tf.neg(x)));
    },
    {
      tensorflow: 'two runs of it differ: op 4 was AddN, then Neg',
      native: 'two runs of it differ: op 4 was addN, then neg',
    },
  ],
  [
    'slices elsewhere each time, by an attribute',
    () => {
      let count = 0;
      return (x) => tf.leakyRelu(x, 0.1 * count++);
    },
    {
      tensorflow: 'two runs of it differ: op 0, LeakyRelu, had other attributes',
      native: 'two runs of it differ: op 0, leakyReLU, had other attributes',
    },
  ],
  [
    'draws random numbers natively',
    () => (x) => tf.add(x, tf.mul(tf.cast(tf.multinomial(tf.ones([4]).as1D(), 1), 'float32'), 0)),
    {
      tensorflow: 'it uses Multinomial, which is not known to give the same in a graph',
      native:
        'it calls Math.random, as tf.dropout and tf.randomNormal without a seed do; pass what is drawn as an argument, or ' +
        'use dropout of @trainkit/dropout',
    },
  ],
  [
    'was refused in training, and is evaluated when that has been so four times',
    () => {
      const layer = new Dropout(0);
      let count = 0;
      return (x) => {
        layer.train(++count < 5);
        const y = layer.forward(x);
        if (layer.training) tf.multinomial(tf.ones([4]).as1D(), 1);
        return tf.neg(y);
      };
    },
    'it changes a mode by train() or eval() and leaves it so; do so between calls',
  ],
  [
    'has another option each time',
    () => {
      const layer = new Dropout(0.5, { generator: new Generator(0) });
      let count = 0;
      return (x) => {
        layer.p = 0.1 * count++;
        return layer.forward(x);
      };
    },
    'it sets p of a Dropout; set it between calls',
  ],
  [
    'has another option of the optimizer each time',
    (weight) => {
      const optimizer = new SGD([weight], { learningRate: 0.1 });
      let count = 0;
      return (x) => {
        for (const group of optimizer.paramGroups) group.weightDecay = 0.001 * ++count;
        optimizer.minimize(() => tf.sum(tf.matMul(x, weight)));
        return tf.matMul(x, weight);
      };
    },
    'it sets weightDecay of SGD; set it between calls',
  ],
  [
    'decides by values that it computes: labels of its own',
    () => (x, y) => crossEntropy(x, tf.maximum(y, tf.scalar(1, 'int32'))),
    'it decides by values that it has computed (crossEntropy looks at labels: let them be an argument)',
  ],
  [
    'computes nothing',
    () => (x) => x,
    'it cannot be made a graph: it neither returns nor assigns anything new',
  ],
];

describeBackends(
  'a captured step',
  (backend) => {
    const isNative = backend === 'native';

    it.each(REFUSALS)('stays eager that %s, and says so once', (_, make, reason) => {
      const { status, told } = expectSameTraining(training(make), batches(8), { replays: false });
      expect(told).toHaveLength(1);
      const expected = typeof reason === 'string' ? reason : reason[isNative ? 'native' : 'tensorflow'];
      expect(told[0]).toBe(expected);
      expect(status).toEqual({ mode: 'eager', reason: told[0], replayed: 0, graphs: 0 });
    });

    it('stays eager that keeps or frees what is not its own', () => {
      const kept: tf.Tensor[] = [];
      const told: string[] = [];
      const onEager = (reason: string) => told.push(reason);
      const keeping = capture((x: tf.Tensor) => void kept.push(tf.keep(tf.neg(x))), { onEager });
      const freeing = capture(
        (x: tf.Tensor) => {
          const y = tf.neg(x);
          x.dispose();
          return y;
        },
        { onEager },
      );
      for (let i = 0; i < 7; i++) {
        const x = tf.ones([2]);
        keeping(x);
        freeing(x).dispose();
        expect(x.isDisposed).toBe(true);
      }
      expect(told).toEqual([
        'it leaves 1 tensors behind that it does not return; return or dispose them in it',
        'it disposes of an argument; do so outside',
      ]);
      tf.dispose(kept);
    });

    it.each<[title: string, step: (kept: Kept, weight: tf.Variable) => (x: tf.Tensor) => tf.Tensor]>([
      [
        'freed first',
        (kept) => (x) => {
          kept.y?.dispose();
          kept.y = tf.keep(tf.tanh(x));
          return tf.neg(x);
        },
      ],
      [
        'freed last, the new one a result',
        (kept) => (x) => {
          const last = kept.y;
          kept.y = tf.keep(tf.tanh(x));
          last?.dispose();
          return kept.y.clone();
        },
      ],
      [
        'in a minimize',
        (kept, weight) => {
          const optimizer = new SGD([weight], { learningRate: 0.1 });
          return (x) =>
            optimizer.minimize(() => {
              const logits = tf.mul(x, weight);
              kept.y?.dispose();
              kept.y = tf.keep(tf.tanh(logits));
              return tf.mean(logits).asScalar();
            }, true)!;
        },
      ],
      [
        'that an optimizer of TensorFlow.js keeps, a rate that is set',
        (kept, weight) => {
          const sgd = tf.train.sgd(0.1);
          kept.by = sgd;
          return (x) => {
            sgd.setLearningRate(0.2);
            return sgd.minimize(() => tf.mean(tf.mul(x, weight)).asScalar(), true)!;
          };
        },
      ],
    ])('stays eager that replaces a kept tensor by another: %s', (_, make) => {
      const kept: Kept = {};
      const weight = tf.tidy(() => tf.variable(tf.scalar(2)));
      const told: string[] = [];
      const step = capture(make(kept, weight), { onEager: (reason) => told.push(reason) });
      for (let i = 0; i < 9; i++) {
        const before = kept.y;
        tf.tidy(() => void step(tf.tensor1d([i, 1])));
        if (i > 0 && before?.size === 2) expect(before.isDisposed).toBe(true);
      }
      expect(step.status.mode).toBe('eager');
      expect(told).toEqual([
        'it disposes of 1 tensors that it has not made, and leaves 1 behind; keep what goes on from call to call in a ' +
          'variable that is made outside',
      ]);
      step.dispose();
      weight.dispose();
      kept.y?.dispose();
      kept.by?.dispose();
    });

    it('stays eager that takes tensors from a pool and puts others into it', () => {
      const pool = [tf.keep(tf.ones([2])), tf.keep(tf.zeros([2]))];
      const told: string[] = [];
      const step = capture(
        (x: tf.Tensor) => {
          pool.push(tf.keep(tf.neg(x)));
          pool.shift()!.dispose();
          return tf.abs(x);
        },
        { onEager: (reason) => told.push(reason) },
      );
      for (let i = 0; i < 9; i++) tf.tidy(() => void step(tf.tensor1d([i, 1])));
      expect(pool.map((tensor) => tensor.dataSync()[0])).toEqual([-7, -8]);
      expect(told[0]).toMatch(/^it disposes of 1 tensors that it has not made, and leaves 1 behind/);
      tf.dispose(pool);
    });

    it.each([
      ['the result itself', (y: tf.Tensor) => y],
      ['a part of the result', (y: tf.Tensor) => ({ y })],
      ['a list of results', (y: tf.Tensor) => [tf.ones([2]), y]],
    ])('is an error that returns a disposed tensor, in every call: %s', (_, wrap) => {
      const step = capture((x: tf.Tensor) => {
        const y = tf.neg(x);
        y.dispose();
        return wrap(y);
      });
      const x = tf.ones([2, 3]);
      const before = tf.memory().numTensors;
      for (let i = 0; i < 4; i++) {
        expect(() => step(x)).toThrow(
          'capture: the step returns a disposed tensor, float32 of shape [2, 3]; expected one that is alive. ' +
            'Dispose of it after the call, or return a clone that was made before.',
        );
      }
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
    });

    it('stays eager that changes an object among its arguments', () => {
      const told: string[] = [];
      const step = capture(
        (x: tf.Tensor, notes: { seen?: number }) => {
          notes.seen = 1;
          return tf.neg(x);
        },
        { onEager: (reason) => told.push(reason) },
      );
      tf.tidy(() => {
        for (let i = 0; i < 7; i++) {
          const notes: { seen?: number } = {};
          step(tf.ones([2]), notes);
          expect(notes.seen).toBe(1);
        }
      });
      expect(told).toEqual(['it changes an array or object among its arguments; return what is new']);
    });

    it('names the op of TensorFlow.js whose gradient cannot be replayed', () => {
      const draws = tf.customGrad((x) => ({
        value: tf.neg(x as tf.Tensor),
        gradFunc: (dy: tf.Tensor) => {
          tf.multinomial(tf.softmax(x as tf.Tensor).as1D(), 1);
          return dy;
        },
      }));
      const told: string[] = [];
      const step = capture((x: tf.Tensor) => tf.grad((y) => draws(y))(x), {
        onEager: (reason) => told.push(reason),
      });
      tf.tidy(() => {
        for (let i = 0; i < 7; i++) step(tf.ones([2]));
      });
      expect(told[0]).toMatch(
        isNative
          ? /^the op Multinomial, in the gradient of .+, has no native kernel$/
          : /^it uses Multinomial \(called by Multinomial, in the gradient of .+\), which is not known/,
      );
    });

    it('stays eager that leaves a variable of its making, and replays where it frees it', () => {
      const left: tf.Variable[] = [];
      const told: string[] = [];
      const doubled = (x: tf.Tensor, free: boolean) => {
        const own = tf.variable(tf.mul(x, 2));
        own.assign(tf.add(own, 1));
        const sum = tf.add(x, own);
        if (free) own.dispose();
        else left.push(own);
        return sum;
      };
      const step = capture(doubled, { onEager: (reason) => told.push(reason) });
      tf.tidy(() => {
        for (let i = 0; i < 7; i++)
          expect([...step(tf.tensor1d([i, 2 * i]), true).dataSync()]).toEqual([3 * i + 1, 6 * i + 1]);
        expect(step.status.mode).toBe('replaying');
        for (let i = 0; i < 7; i++)
          expect([...step(tf.tensor1d([i]), false).dataSync()]).toEqual([3 * i + 1]);
        expect(step.status.mode).toBe('eager');
      });
      expect(told).toEqual(['it makes a variable']);
      step.dispose();
      tf.dispose(left);
    });

    it('stays eager where graphs are made in vain', () => {
      const layer = new Dropout(0.5, { generator: new Generator(0) });
      const told: string[] = [];
      const step = capture((x: tf.Tensor) => layer.forward(x), { onEager: (reason) => told.push(reason) });
      for (let i = 0; i < 80; i++) {
        layer.p = Math.floor(i / 2) / 80;
        tf.tidy(() => void step(tf.ones([2])));
      }
      expect(told).toEqual([
        '32 graphs were made of it, and most of them never replayed: modes, options or tensors that it uses differ in ' +
          'nearly every call',
      ]);
      expect(step.status).toEqual({ mode: 'eager', reason: told[0], replayed: 0, graphs: 0 });
    });

    it.each<[title: string, step: (layer: Linear) => (x: tf.Tensor) => tf.Tensor, reason: string]>([
      [
        'adds a hook and removes it',
        (layer) => (x) => {
          const remove = layer.registerForwardHook(() => {});
          const y = layer.forward(x);
          remove();
          return y;
        },
        'it adds a forward hook; do so between calls',
      ],
      [
        'removes a hook, and adds one after its last use',
        (layer) => {
          let remove = layer.registerForwardPreHook(() => {});
          return (x) => {
            remove();
            const y = layer.forward(x);
            remove = layer.registerForwardPreHook(() => {});
            return y;
          };
        },
        'it removes a forward hook; do so between calls',
      ],
    ])('gives up a step that in each call %s', (_, make, reason) => {
      const layer = new Linear(2, 2);
      const told: string[] = [];
      const step = capture(make(layer), { onEager: (why) => told.push(why) });
      for (let i = 0; i < 12; i++) tf.tidy(() => void step(tf.ones([1, 2])));
      expect(told).toEqual([reason]);
      expect(step.status).toEqual({ mode: 'eager', reason, replayed: 0, graphs: 0 });
      layer.dispose();
    });

    it('gives up a step between whose calls hooks are added and removed, and only where it is never replayed', () => {
      const [layer, other] = [new Linear(2, 2), new Linear(2, 2)];
      const told: string[] = [];
      const step = capture((x: tf.Tensor) => layer.forward(x), { onEager: (why) => told.push(why) });
      const runs = (calls: number) => {
        for (let i = 0; i < calls; i++) tf.tidy(() => void step(tf.ones([1, 2])));
        other.registerForwardHook(() => {})();
      };
      for (let i = 0; i < 20; i++) runs(4);
      expect(told).toEqual([]);
      expect(step.status.mode).toBe('replaying');
      for (let i = 0; i < 10; i++) runs(1);
      expect(step.status.mode).toBe('eager');
      expect(told).toEqual([
        'a forward hook was added or removed, or the backend changed, 8 times before a call could be replayed; do so ' +
          'between fewer calls',
      ]);
      step.dispose();
      layer.dispose();
      other.dispose();
    });

    it('stays eager with arguments that share their data, for these alone', () => {
      const told: string[] = [];
      const step = capture((a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b), {
        onEager: (reason) => told.push(reason),
      });
      tf.tidy(() => {
        for (let i = 0; i < 7; i++) step(tf.ones([2]), tf.zeros([2]));
        expect(step.status.mode).toBe('replaying');
        const [x, y] = [tf.tensor1d([3, 4]), tf.tensor1d([1, 1])];
        expect([...step(x, x.clone()).dataSync()]).toEqual([0, 0]);
        expect([...step(x, x).dataSync()]).toEqual([0, 0]);
        expect([...step(x, y).dataSync()]).toEqual([2, 3]);
      });
      expect(told).toEqual([]);
      step.dispose();
    });

    it('stays eager with what tells no two arguments apart', () => {
      const told: string[] = [];
      const step = capture((x: tf.Tensor, _: object) => tf.neg(x), {
        onEager: (reason) => told.push(reason),
      });
      tf.tidy(() => {
        const x = tf.ones([1]);
        for (let i = 0; i < 5; i++) expect(step(x, new Date(i)).dataSync()[0]).toBe(-1);
        expect(step.status.mode).toBe('eager');
      });
      expect(told).toEqual(['an argument is no tensor, number, string, or array or plain object of these']);
    });

    it('takes 16 kinds of arguments, and no more', () => {
      const told: string[] = [];
      const step = capture((x: tf.Tensor, by: number) => tf.mul(x, by), {
        onEager: (reason) => told.push(reason),
      });
      tf.tidy(() => {
        const x = tf.tensor1d([1, 2]);
        for (let by = 0; by < 20; by++) {
          for (let i = 0; i < 4; i++) expect([...step(x, by).dataSync()]).toEqual([by, 2 * by]);
          expect(step.status.mode).toBe(by < 16 ? 'replaying' : 'eager');
        }
        expect(step(x, 3).dataSync()[1]).toBe(6);
        expect(step.status).toEqual({ mode: 'replaying', reason: null, replayed: 33, graphs: 16 });
      });
      expect(told).toEqual([
        'it was called with 16 kinds of arguments already, where each takes a graph of its own; pass numbers that ' +
          'change as tensors',
      ]);
      step.dispose();
    });

    it('throws what the step throws, replayed or not, and has changed nothing', () => {
      const layer = new Linear(6, 4);
      const optimizer = new SGD(layer.parameters(), { learningRate: 0.1 });
      const step = capture((x: tf.Tensor, y: tf.Tensor) => {
        // Not only under a gradient: TensorFlow.js leaves what it has kept for one where that
        // throws.
        const before = crossEntropy(layer.forward(x), y);
        optimizer.minimize(() => crossEntropy(layer.forward(x), y));
        return before;
      });
      const data = batches(5).map(({ x, y }) => [tf.tensor2d(x), tf.tensor1d(y, 'int32')] as const);
      for (const [x, y] of data) step(x, y).dispose();
      expect(step.status.mode).toBe('replaying');
      const before = [optimizer.iterations, ...layer.weight.dataSync()];
      const [[x]] = data as [(typeof data)[number]];
      const wrong = tf.tensor1d([0, 1, 2, 3, 4], 'int32');
      const tensors = tf.memory().numTensors;
      expect(() => step(x, wrong)).toThrow('expected a class from 0 to 3');
      expect(tf.memory().numTensors).toBe(tensors);
      expect([optimizer.iterations, ...layer.weight.dataSync()]).toEqual(before);
      for (const [x, y] of data) step(x, y).dispose();
      expect(step.status.mode).toBe('replaying');
      step.dispose();
      optimizer.dispose();
      layer.dispose();
      tf.dispose([data.flat(), wrong]);
    });
  },
  { backends: ['tensorflow', 'native'] },
);
