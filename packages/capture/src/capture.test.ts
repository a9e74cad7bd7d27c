import * as tf from '@tensorflow/tfjs';
import { Dropout } from '@trainkit/dropout';
import type { NativeBinding } from '@trainkit/kernels/node';
import { crossEntropy, Linear, Sequential } from '@trainkit/nn';
import { AdamW, SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { describe, expect, it, vi } from 'vitest';
import { nativeCounts } from '../fixtures/native-counts.js';
import { openedPrograms } from '../fixtures/opened-programs.js';
import { batches, bytesOf } from '../fixtures/twins.js';
import { tensorFlow } from './graph/tensorflow.js';
import { type CapturedStep, capture } from './index.js';

describe('capture', () => {
  it('takes a function', () => {
    // @ts-expect-error: what a caller without types may pass
    expect(() => capture('step')).toThrow('capture: step is "step"; expected a function.');
  });
});

describeBackends('capture', (backend) => {
  const replays = backend === 'tensorflow' || backend === 'native';

  it('returns arrays and objects as the step does, with tensors that are there already', () => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const step = capture(({ x }: { x: tf.Tensor; tags: readonly string[] }) => {
      weight.assign(tf.add(weight, x));
      return { weight, x, list: [tf.neg(x), null, { sum: tf.sum(x) }], nothing: undefined };
    });
    tf.tidy(() => {
      for (let i = 1; i <= 5; i++) {
        const x = tf.tensor1d([i, 0]);
        const result = step({ x, tags: ['a'] });
        expect(result.weight).toBe(weight);
        expect(result.x).toBe(x);
        expect(Object.keys(result)).toEqual(['weight', 'x', 'list', 'nothing']);
        const [negative, none, { sum }] = result.list as [tf.Tensor, null, { sum: tf.Tensor }];
        expect([...negative.dataSync()]).toEqual([-i, -0]);
        expect(none).toBe(null);
        expect(sum.dataSync()[0]).toBe(i);
        expect(weight.dataSync()[0]).toBe(1 + (i * (i + 1)) / 2);
      }
    });
    expect(step.status.replayed).toBe(replays ? 3 : 0);
    step.dispose();
    weight.dispose();
  });

  it('refuses a step that is asynchronous', () => {
    const step = capture(async (x: tf.Tensor) => x);
    tf.tidy(() => {
      expect(() => step(tf.ones([1]))).toThrow(
        'capture: the result of the step is [object Promise]; expected no promise. Await before or after the step, not in it.',
      );
    });
  });

  it('keeps the tensors of a result that it cannot put together, and says why it stays eager', () => {
    class Metrics {
      readonly losses: tf.Tensor[];
      constructor(losses: tf.Tensor[]) {
        this.losses = losses;
      }
    }
    const told: string[] = [];
    const onEager = (reason: string) => told.push(reason);
    const returnsMap = capture((x: tf.Tensor) => new Map([['train', { loss: tf.square(x) }]]), { onEager });
    const returnsInstance = capture((x: tf.Tensor) => new Metrics([tf.square(x)]), { onEager });
    tf.tidy(() => {
      for (let i = 1; i <= 7; i++) {
        const x = tf.scalar(i);
        expect(returnsMap(x).get('train')?.loss.dataSync()[0]).toBe(i * i);
        expect(returnsInstance(x).losses[0]?.dataSync()[0]).toBe(i * i);
      }
    });
    const reason = 'it returns something that is neither a tensor nor an array or plain object of tensors';
    expect(told).toEqual(replays ? [reason, reason] : []);
  });

  it('stays eager for arguments that hold themselves, not for those that come twice', () => {
    const told: string[] = [];
    const step = capture((x: tf.Tensor, _rest: unknown) => tf.neg(x), {
      onEager: (reason) => told.push(reason),
    });
    const circle: { self?: unknown[] } = {};
    circle.self = [circle];
    const twice = [1];
    tf.tidy(() => {
      const x = tf.scalar(2);
      for (let i = 0; i < 4; i++) expect(step(x, [twice, { twice }]).dataSync()[0]).toBe(-2);
      expect(told).toEqual([]);
      expect(step(x, circle).dataSync()[0]).toBe(-2);
    });
    const reason = 'an argument is no tensor, number, string, or array or plain object of these';
    expect(told).toEqual(replays ? [reason] : []);
  });

  it('is a part of what is captured or differentiated around it', () => {
    const inner = capture((x: tf.Tensor) => tf.square(x));
    const outer = capture((x: tf.Tensor) => tf.add(inner(x), 1));
    tf.tidy(() => {
      for (let i = 0; i < 5; i++) {
        expect(outer(tf.scalar(i)).dataSync()[0]).toBe(i * i + 1);
        expect(
          tf
            .grad((x) => inner(x))(tf.scalar(i))
            .dataSync()[0],
        ).toBe(2 * i);
      }
    });
    expect(inner.status.replayed).toBe(0);
    expect(outer.status.replayed).toBe(replays ? 3 : 0);
    outer.dispose();
    inner.dispose();
  });

  it('draws from generators as the eager step does, beside others that draw', () => {
    const draws = (prepare: (step: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.Tensor) => {
      const generator = new Generator(3);
      const layer = new Dropout(0.5, { generator });
      const step = prepare((x) => layer.forward(x));
      return tf.tidy(() =>
        Array.from({ length: 6 }, () => [bytesOf(step(tf.ones([40]))), generator.uniform(1)[0]]),
      );
    };
    const captured: CapturedStep<[x: tf.Tensor], tf.Tensor>[] = [];
    const expected = draws((step) => step);
    const actual = draws((step) => {
      const made = capture(step);
      captured.push(made);
      return made;
    });
    expect(actual).toEqual(expected);
    expect(captured[0]!.status.replayed).toBe(replays ? 4 : 0);
    captured[0]!.dispose();
  });

  it('throws what a step throws of a disposed argument, and counts nothing then', () => {
    const layer = new Linear(2, 3);
    const optimizer = new AdamW(layer.namedParameters());
    const step = capture(
      (x: tf.Tensor) => optimizer.minimize(() => layer.forward(x).sum().asScalar(), true)!,
    );
    const run = (x: tf.Tensor) => tf.tidy(() => void step(x));
    const gone = tf.ones([1, 2]);
    gone.dispose();
    const alive = tf.ones([1, 2]);
    const message = (() => {
      try {
        tf.tidy(() => layer.forward(gone));
      } catch (error) {
        return String(error);
      }
      return 'nothing was thrown';
    })();
    for (let i = 0; i < 6; i++) {
      const { numTensors } = tf.memory();
      expect(() => run(gone)).toThrow(message.replace(/^Error: /, ''));
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(optimizer.iterations).toBe(i);
      run(alive);
    }
    expect(step.status.replayed).toBe(replays ? 3 : 0);
    step.dispose();
    optimizer.dispose();
    layer.dispose();
    alive.dispose();
  });

  it('does before an error what the step does before it, replayed or not', () => {
    const outcome = (prepare: <A extends unknown[], T>(step: (...args: A) => T) => (...args: A) => T) => {
      const [first, second] = [
        tf.tidy(() => tf.variable(tf.ones([2]))),
        tf.tidy(() => tf.variable(tf.ones([2]))),
      ];
      const sgd = new SGD([first], { learningRate: 0.1 });
      // A rate that is no number throws.
      const adamw = new AdamW([second], { learningRate: (step) => (step < 6 ? 0.1 : Number.NaN) });
      const step = prepare(() => {
        sgd.minimize(() => tf.sum(tf.square(first)).asScalar());
        adamw.minimize(() => tf.sum(tf.square(second)).asScalar());
      });
      const trace = Array.from({ length: 10 }, () => {
        let error = '';
        try {
          step();
        } catch (thrown) {
          error = String(thrown);
        }
        return [error, sgd.iterations, adamw.iterations, bytesOf(first), bytesOf(second)];
      });
      sgd.dispose();
      adamw.dispose();
      tf.dispose([first, second]);
      return trace;
    };
    const steps: { dispose: () => void }[] = [];
    const captured = outcome((step) => {
      const made = capture(step);
      steps.push(made);
      return made;
    });
    expect(captured).toEqual(outcome((step) => step));
    expect(captured.filter(([error]) => error !== '')).toHaveLength(4);
    for (const step of steps) step.dispose();
  });

  it('replays labels that the step makes', () => {
    const labels = () => tf.tensor1d([0, 1, 1], 'int32');
    const told: string[] = [];
    const step = capture((logits: tf.Tensor) => crossEntropy(logits, labels()), {
      onEager: (reason) => told.push(reason),
    });
    tf.tidy(() => {
      for (let i = 0; i < 6; i++) {
        const logits = tf.tensor2d([i, 1, 2, 0, 3, -i], [3, 2]);
        expect(bytesOf(step(logits))).toBe(bytesOf(crossEntropy(logits, labels())));
      }
    });
    expect(told).toEqual([]);
    expect(step.status).toMatchObject({ replayed: replays ? 4 : 0, graphs: replays ? 1 : 0 });
    step.dispose();
  });

  it('warns by default', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const step = capture((x: tf.Tensor) => tf.neg(x.dataSync()[0]!));
    tf.tidy(() => {
      for (let i = 0; i < 7; i++) step(tf.scalar(1));
    });
    expect(warn.mock.calls).toEqual(
      replays
        ? [
            [
              'capture: the step stays eager: it reads the values of a tensor (dataSync, data, array, print); return ' +
                'the tensor and read it outside.',
            ],
          ]
        : [],
    );
    warn.mockRestore();
  });
});

function trained() {
  const model = new Sequential(new Linear(6, 8), new Dropout(0.1), new Linear(8, 4));
  const optimizer = new AdamW(model.namedParameters(), { learningRate: 0.01 });
  const step = capture(
    (x: tf.Tensor, y: tf.Tensor) => optimizer.minimize(() => crossEntropy(model.forward(x), y), true)!,
  );
  const run = (count: number, size = 5) => {
    for (const { x, y } of batches(count, size)) {
      tf.tidy(() => void step(tf.tensor2d(x), tf.tensor1d(y, 'int32')));
    }
  };
  const dispose = () => {
    optimizer.dispose();
    model.dispose();
  };
  return { model, optimizer, step, run, dispose };
}

describeBackends(
  'the graphs of a captured step',
  (backend) => {
    it('are freed by dispose, after which calls are eager', () => {
      const open = openedPrograms();
      const { step, run, dispose } = trained();
      run(6);
      run(6, 3);
      expect(open()).toBe(2);
      expect(step.status).toEqual({ mode: 'replaying', reason: null, replayed: 7, graphs: 2 });
      step.dispose();
      step.dispose();
      expect(open()).toBe(0);
      run(3);
      expect(step.status).toEqual({ mode: 'eager', reason: 'it is disposed', replayed: 7, graphs: 0 });
      dispose();
    });

    it('are freed where what they used is gone', () => {
      const open = openedPrograms();
      const { optimizer, step, run, dispose } = trained();
      run(6);
      expect(open()).toBe(1);
      optimizer.loadStateDict(optimizer.stateDict());
      run(1);
      expect(open()).toBe(0);
      run(3);
      expect(open()).toBe(1);
      expect(step.status.mode).toBe('replaying');
      step.dispose();
      dispose();
    });

    it('are freed where there are too many of them', () => {
      const open = openedPrograms();
      const layer = new Dropout(0.1);
      const step = capture((x: tf.Tensor) => layer.forward(x));
      const use = (p: number, count: number) => {
        layer.p = p;
        for (let i = 0; i < count; i++) tf.tidy(() => void step(tf.ones([3])));
      };
      for (let p = 1; p <= 12; p++) {
        use(p / 100, 3);
        expect(step.status.mode).toBe('replaying');
        expect(open()).toBe(Math.min(p, 8));
      }
      use(0.12, 1);
      expect(step.status.mode).toBe('replaying');
      use(0.01, 1);
      expect(step.status.mode).toBe('recording');
      step.dispose();
      expect(open()).toBe(0);
    });

    it('leave no tensor behind in ten thousand calls, and no memory', () => {
      const weight = tf.tidy(() => tf.variable(tf.ones([100, 100])));
      const optimizer = new AdamW([weight], { learningRate: 0.001 });
      const step = capture(
        (x: tf.Tensor) => optimizer.minimize(() => tf.matMul(x, weight).sum().asScalar(), true)!,
      );
      const x = tf.ones([4, 100]);
      for (let i = 0; i < 100; i++) step(x).dispose();
      const { numTensors, numBytes } = tf.memory();
      const counts = backend === 'tensorflow' ? nativeCounts() : null;
      for (let i = 0; i < 10_000; i++) step(x).dispose();
      expect(step.status.replayed).toBe(10_097);
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
      expect(backend === 'tensorflow' ? nativeCounts() : null).toEqual(counts);
      step.dispose();
      optimizer.dispose();
      tf.dispose([weight, x]);
    });
  },
  { backends: ['tensorflow', 'native'] },
);

describeBackends(
  'the graphs of a captured step',
  () => {
    it('give the state back where TensorFlow fails', () => {
      const backend = tensorFlow()!;
      const { binding } = backend;
      const failure = { due: false };
      // Before the step is made, since a graph keeps hold of the binding.
      const failing: NativeBinding = Object.create(binding, {
        runSavedModel: {
          value: (...args: Parameters<NativeBinding['runSavedModel']>) => {
            if (!failure.due || !args[2].includes('always')) return binding.runSavedModel(...args);
            failure.due = false;
            throw new Error('out of memory');
          },
        },
      });
      Reflect.set(backend, 'binding', failing);
      const { model, optimizer, step, run, dispose } = trained();
      try {
        run(6);
        const state = () => [
          ...Object.values(model.stateDict()).map(bytesOf),
          ...Object.values(optimizer.stateDict().state).flatMap((one) =>
            Object.values(one).flatMap((value) =>
              value instanceof tf.Tensor ? [bytesOf(value)] : typeof value === 'number' ? [] : [`${value}`],
            ),
          ),
        ];
        const before = { state: state(), counts: nativeCounts() };
        expect(before.state).toHaveLength(12);
        failure.due = true;
        expect(() => run(1)).toThrow('out of memory');
        expect({ state: state(), counts: nativeCounts() }).toEqual(before);
        expect(step.status.mode).toBe('replaying');
        run(1);
        expect(state()).not.toEqual(before.state);
        expect(nativeCounts()).toEqual(before.counts);
      } finally {
        step.dispose();
        dispose();
        Reflect.set(backend, 'binding', binding);
      }
    });
  },
  { backends: ['tensorflow'] },
);
