import * as tf from '@tensorflow/tfjs';
import { Linear, Module, mseLoss, ReLU, Sequential } from '@trainkit/nn';
import { adamw, SGD } from '@trainkit/optimizers';
import { Generator } from '@trainkit/random';
import { describeBackends, expectNoLeak } from '@trainkit/testing';
import { describe, expect, it } from 'vitest';
import { type Regression, type RegressionBatch, regression } from '../../fixtures/regression.js';
import {
  DivergenceError,
  earlyStopping,
  encodeState,
  evaluate,
  Interrupted,
  type Logger,
  type TrainEvent,
  Trainer,
  type ValidationEvent,
} from '../index.js';

/** Runs `body` with the parts of a regression, which are freed afterwards. */
async function withRegression(body: (parts: Regression) => Promise<void>): Promise<void> {
  const { parts, dispose } = regression({ earlyStopping, evaluate });
  try {
    await expectNoLeakBut(parts, () => body(parts));
  } finally {
    dispose();
  }
}

/**
 * Asserts that nothing leaks; the optimizer's own tensors, created in the first step, are freed
 * with it.
 */
async function expectNoLeakBut(parts: Regression, body: () => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  try {
    await body();
  } finally {
    const state = Object.values(parts.optimizer.stateDict().state).flatMap((each) => Object.values(each));
    // On tfjs-node a state dict has arrays for tensors that are kept in another scale.
    const own = state.filter((value) => typeof value !== 'number').length;
    expect(tf.memory().numTensors - before - own, 'tensors left over').toBe(0);
  }
}

/** Fits, and frees the trainer's own tensors. */
async function train<Batch>(trainer: Trainer<Batch>, options: Parameters<Trainer<Batch>['fit']>[0]) {
  try {
    return await trainer.fit(options);
  } finally {
    await trainer.dispose();
  }
}

describeBackends('a trainer', () => {
  it('hands every number to every logger, in order', () =>
    withRegression(async (parts) => {
      const events: (TrainEvent | ValidationEvent)[] = [];
      const calls: string[] = [];
      const log: Logger = {
        begin: ({ step, steps }) => void calls.push(`begin ${step} of ${steps}`),
        train: (event) => void events.push(event),
        validation: (event) => void events.push(event),
        histograms: ({ tensors }) => void calls.push(`histograms ${Object.keys(tensors).length}`),
        flush: () => void calls.push('flush'),
        checkpoint: ({ step, path }) => void calls.push(`checkpoint ${step} ${path}`),
        end: ({ step, error }) => void calls.push(`end ${step} ${error}`),
      };
      const trainer = new Trainer({ ...parts, measure: { every: 2, gradientNorm: true, histograms: true } });
      await train(trainer, { steps: 6, checkpointEvery: 4, log: [log, {}] });
      // 3 layers with 2 parameters each, and their gradients.
      expect(calls).toEqual([
        'begin 0 of 6',
        ...['flush', 'checkpoint 4 null'],
        ...['histograms 12', 'flush', 'checkpoint 5 null'],
        ...['flush', 'checkpoint 6 null', 'histograms 12'],
        'end 6 null',
      ]);
      expect(events.map(({ step, values }) => [step, Object.keys(values)])).toEqual([
        [1, ['train/loss', 'train/error', 'train/learning_rate']],
        [2, ['train/loss', 'train/error', 'train/gradient_norm', 'train/learning_rate']],
        [3, ['train/loss', 'train/error', 'train/learning_rate']],
        [4, ['train/loss', 'train/error', 'train/gradient_norm', 'train/learning_rate']],
        [5, ['train/loss', 'train/error', 'train/gradient_norm', 'train/learning_rate']],
        [5, ['validation/loss']],
        [6, ['train/loss', 'train/error', 'train/gradient_norm', 'train/learning_rate']],
        [6, ['validation/loss']],
      ]);
      expect(events.flatMap((event) => ('clock' in event ? [Object.keys(event.clock)] : []))[1]).toEqual([
        'train/steps_per_second',
      ]);
    }));

  it('keeps the best weights, and restores them at the end', () =>
    withRegression(async (parts) => {
      const losses: number[] = [];
      const trainer = new Trainer({
        ...parts,
        validate: { every: 1, run: async () => ({ loss: [3, 1, 2, 2, 2][losses.length] ?? 2 }) },
        stop: earlyStopping({ metric: 'validation/loss', patience: 2 }),
        restoreBest: true,
        onBest: () => {
          weights = read(parts.model);
        },
      });
      let weights: unknown;
      const log: Logger = { validation: ({ values }) => void losses.push(values['validation/loss'] ?? 0) };
      const result = await train(trainer, { steps: 10, log });
      expect(result).toEqual({
        step: 4,
        stopped: 'early',
        validation: { step: 4, values: { 'validation/loss': 2 } },
        best: { step: 2, values: { 'validation/loss': 1 } },
      });
      expect(read(parts.model)).toEqual(weights);
    }));

  it.each([
    ['the step', (parts: Regression) => ({ step: failingAt(3, parts.step) })],
    ['the batches', (parts: Regression) => ({ batches: { ...parts.batches, [Symbol.iterator]: failing } })],
    ['the validation', () => ({ validate: { every: 2, run: failing } })],
    ['a loss that is none', () => ({ step: () => ({ loss: 3 as never }) })],
    ['a loss without a gradient', () => ({ step: () => ({ loss: tf.scalar(1) }) })],
    ['a result that is none', () => ({ step: () => 'x' as never })],
    [
      'a metric that is none',
      (parts: Regression) => ({
        step: (batch: RegressionBatch) => ({ ...(parts.step(batch) as object), x: 'y' }) as never,
      }),
    ],
    ['onBest', () => ({ onBest: failing })],
    ['a validation that is a tensor', () => ({ validate: { every: 2, run: () => tf.scalar(1) } })],
    [
      'a vector as validation loss',
      () => ({ validate: { every: 2, run: () => ({ loss: tf.ones([2]), other: tf.scalar(1) }) } }),
    ],
    [
      'a step that updates by itself',
      ({ optimizer, model }: Regression) => ({
        step: () => optimizer.minimize(() => tf.sum(model.parameters()[0]!), true)!,
      }),
    ],
    ['a step that is async', () => ({ step: (async () => failing()) as never })],
  ] as const)('leaves no tensor where %s fails', (_, change) =>
    withRegression(async (parts) => {
      for (const accumulate of [1, 2]) {
        const trainer = new Trainer({ ...parts, ...change(parts), accumulate });
        await expect(train(trainer, { steps: 8 })).rejects.toThrow();
      }
    }),
  );

  it.each(['begin', 'train', 'validation', 'histograms', 'flush', 'end'] as const)(
    'leaves no tensor if a logger’s %s fails, and ends the others',
    (method) =>
      withRegression(async (parts) => {
        let ended = 0;
        const trainer = new Trainer({ ...parts, measure: { histograms: true } });
        const log: Logger[] = [{ [method]: failing }, { end: () => void ended++ }];
        await expect(train(trainer, { steps: 8, log })).rejects.toThrow('failed');
        expect(ended).toBe(method === 'begin' ? 0 : 1);
      }),
  );

  it('knows the best validation that only the end caused, until it trains on', () =>
    withRegression(async (parts) => {
      let loss = 3;
      const weights: number[][] = [];
      const note = () => void weights.push([...(parts.model.parameters()[0]?.dataSync() ?? [])]);
      const trainer = new Trainer({
        ...parts,
        stop: undefined,
        best: { metric: 'validation/loss' },
        validate: { every: 2, run: () => ({ loss: loss-- }) },
      });
      try {
        const result = await trainer.fit({ steps: 3 });
        note();
        expect(result.best).toEqual({ step: 3, values: { 'validation/loss': 2 } });
        expect(trainer.best).toEqual(result.best);
        await trainer.atBest(note);
        expect(weights[1]).toEqual(weights[0]);
        loss = 9;
        await trainer.fit({ steps: 4 });
        // The end of the first fit is not part of the training: the validation of step 2 is the
        // best.
        expect(trainer.best).toEqual({ step: 2, values: { 'validation/loss': 3 } });
      } finally {
        await trainer.dispose();
      }
    }));

  it('goes back to its last checkpoint after a step that failed, to the same bytes', () =>
    withRegression(async (parts) => {
      const numbers: string[][] = [];
      for (const failAt of [null, 4]) {
        const { parts: own, dispose } = regression({ earlyStopping, evaluate });
        const lines = new Map<number, string>();
        const log: Logger = { train: ({ step, values }) => void lines.set(step, JSON.stringify(values)) };
        const step = failAt === null ? own.step : failingAt(failAt, own.step);
        const trainer = new Trainer({ ...own, step });
        const training = trainer.fit({ steps: 9, checkpointEvery: 2, log });
        await training.catch(() => trainer.fit({ steps: 9, log }));
        numbers.push([...lines.values()]);
        await trainer.dispose();
        dispose();
      }
      expect(numbers[0]).toHaveLength(9);
      expect(numbers[1]).toEqual(numbers[0]);
      expect(parts.batches).toBeDefined();
    }));

  it('names step, layer and checkpoint if the loss is not finite', () =>
    expectNoLeak(async () => {
      const model = new Sequential(new Linear(3, 4), new ReLU(), new Blow(6), new Linear(4, 1));
      const optimizer = new SGD(model.namedParameters(), { learningRate: 0.001 });
      const batches = [{ x: tf.ones([2, 3]), y: tf.ones([2, 1]) }];
      const step = ({ x, y }: { x: tf.Tensor; y: tf.Tensor }) => ({ loss: mseLoss(model.forward(x), y) });
      const trainer = new Trainer({
        model,
        optimizer,
        batches,
        step,
        state: { blow: model.getSubmodule('2') as Blow },
      });
      const failure = await train(trainer, { steps: 10, checkpointEvery: 4 }).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(DivergenceError);
      expect(failure).toMatchObject({
        step: 6,
        checkpoint: 4,
        checkpointPath: null,
        found: 'train/loss of step 6 is NaN',
        location: 'the output of 2 (Blow) is NaN',
      });
      expect(String(failure)).toBe(
        'DivergenceError: The training diverged: train/loss of step 6 is NaN; the output of 2 (Blow) is NaN; the last good checkpoint is that of step 4. Try a smaller learningRate, or clipGradNorm.',
      );
      optimizer.dispose();
      model.dispose();
      tf.dispose(batches);
    }));

  it('names a layer of several inputs and outputs too', () =>
    expectNoLeak(async () => {
      const model = new Recurrent();
      const optimizer = new SGD(model.namedParameters(), { learningRate: 0.001 });
      const batches = [{ x: tf.ones([2, 3]) }];
      const step = ({ x }: { x: tf.Tensor }) => ({ loss: tf.mean(model.forward(x)) });
      const trainer = new Trainer({ model, optimizer, batches, step });
      await expect(train(trainer, { steps: 3 })).rejects.toMatchObject({
        location: 'the output of cell (Halves) is NaN',
      });
      optimizer.dispose();
      model.dispose();
      tf.dispose(batches);
    }));

  it('trains bare variables and a tf.LayersModel with optimizers of tf.train', () =>
    expectNoLeak(async () => {
      const x = tf.ones([4, 2]);
      const dense = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
      const bare = { weight: tf.tidy(() => tf.variable(tf.ones([2, 1]))) };
      for (const [model, forward] of [
        [dense, () => dense.apply(x)],
        [bare, () => tf.matMul(x, bare.weight)],
        [bare.weight, () => tf.matMul(x, bare.weight)],
        [[bare.weight], () => tf.matMul(x, bare.weight)],
      ] as const) {
        tf.tidy(() => bare.weight.assign(tf.ones([2, 1])));
        const optimizer = tf.train.adam(0.05);
        const losses: number[] = [];
        const trainer = new Trainer({
          model,
          optimizer,
          batches: [{}],
          step: () => tf.mean(tf.square(tf.sub(forward() as tf.Tensor, 3))),
        });
        const log: Logger = { train: ({ values }) => void losses.push(values['train/loss'] ?? 0) };
        await train(trainer, { steps: 20, log });
        expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
        optimizer.dispose();
      }
      bare.weight.dispose();
      dense.dispose();
      x.dispose();
    }));

  it('ends after the running step when its signal is aborted, and resumes', () =>
    withRegression(async (parts) => {
      const controller = new AbortController();
      const trainer = new Trainer(parts);
      const log: Logger = { train: ({ step }) => (step === 3 ? controller.abort('SIGTERM') : undefined) };
      const failure = await trainer
        .fit({ steps: 5, log, signal: controller.signal })
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Interrupted);
      expect(failure).toMatchObject({
        step: 3,
        exitCode: 143,
        message: 'Interrupted after step 3 of 5. Call fit again to resume.',
      });
      expect(await train(trainer, { steps: 5 })).toMatchObject({ step: 5, stopped: 'steps' });
    }));

  it('lets timers through', () =>
    withRegression(async (parts) => {
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      const { model, optimizer } = parts;
      const batches = [{ inputs: tf.ones([2, 3]), labels: tf.ones([2, 1]) }];
      await train(new Trainer({ model, optimizer, batches, step: parts.step }), {
        steps: 300,
        yieldEvery: 1,
      });
      clearInterval(timer);
      tf.dispose(batches);
      expect(ticks).toBeGreaterThan(2);
    }));
});

/**
 * A layer that returns its input, or NaN from the given call on; its state is the number of calls.
 */
class Blow extends Module {
  #calls = 0;
  readonly #at: number;

  constructor(at: number) {
    super();
    this.#at = at;
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return ++this.#calls >= this.#at ? tf.mul(x, Number.NaN) : tf.mul(x, 1 + this.#calls * 1e-6);
  }

  override stateDict(): Record<string, tf.Variable> {
    return { calls: this.#calls } as never;
  }

  override loadStateDict(state: object): never {
    this.#calls = Reflect.get(state, 'calls');
    return {} as never;
  }
}

/** A layer with two inputs and two outputs, of which the second becomes NaN. */
class Halves extends Module<[x: tf.Tensor, scale: number], { kept: tf.Tensor; lost: [tf.Tensor] }> {
  override forward(x: tf.Tensor, scale: number) {
    return { kept: x, lost: [tf.mul(x, scale)] satisfies [tf.Tensor] };
  }
}

class Recurrent extends Module {
  readonly first = new Linear(3, 4);
  readonly cell = new Halves();

  override forward(x: tf.Tensor): tf.Tensor {
    const { kept, lost } = this.cell.forward(this.first.forward(x), Number.NaN);
    return tf.add(kept, lost[0]);
  }
}

function failing(): never {
  throw new Error('failed');
}

/** A step that fails only at the given call. */
function failingAt(call: number, step: Regression['step']): Regression['step'] {
  let calls = 0;
  return (batch) => {
    const result = step(batch);
    if (++calls === call) failing();
    return result;
  };
}

function read(model: Module): number[][] {
  return model.parameters().map((parameter) => [...parameter.dataSync()]);
}

describe('an optimizer', () => {
  it('that lacks a trainable variable of the model is refused by the path', () => {
    const model = new Sequential(new Linear(1, 1), new Linear(1, 1));
    const [first, , third] = model.namedParameters();
    const optimizer = new SGD([first!, third!], { learningRate: 1 });
    const options = { model, optimizer, batches: [], step: () => tf.scalar(0) };
    expect(() => new Trainer(options)).toThrow(
      "Trainer: the optimizer does not have 0.bias, 1.bias; expected all of the model's variables that are trainable.",
    );
    model.dispose();
  });

  it('that was made without variables is resumed', async () => {
    const run = async (steps: readonly number[]) => {
      let state: unknown;
      for (const target of steps) {
        // The names of another process, in which counting starts again.
        const weight = tf.tidy(() => tf.variable(tf.ones([2]), true, 'resumed/weight'));
        const optimizer = adamw({ learningRate: 0.1 });
        const batches = [{ x: tf.tensor1d([1, 2]) }, { x: tf.tensor1d([3, 4]) }];
        const step = ({ x }: { x: tf.Tensor }) => tf.mean(tf.square(tf.mul(x, weight)));
        const trainer = new Trainer({ model: [weight], optimizer, batches, step });
        if (state !== undefined) await trainer.loadStateDict(state);
        await trainer.fit({ steps: target });
        tf.dispose([state, batches].flat() as tf.TensorContainer);
        state = await trainer.stateDict();
        await trainer.dispose();
        await expect(trainer.stateDict()).rejects.toThrow('Trainer: this trainer is disposed.');
        await expect(trainer.fit({ steps: 99 })).rejects.toThrow('this trainer is disposed');
        optimizer.dispose();
        weight.dispose();
      }
      const bytes = Buffer.from(await encodeState(state)).toString('base64');
      tf.dispose(state as tf.TensorContainer);
      return bytes;
    };
    expect(await run([3, 7])).toBe(await run([7]));
  });
});

describe('a trainer that trains', () => {
  it.each(['dispose', 'loadStateDict'] as const)('refuses %s, which would change its data', (method) =>
    withRegression(async (parts) => {
      const trainer = new Trainer(parts);
      const errors: unknown[] = [];
      const log: Logger = {
        train: ({ step }) => {
          if (step === 2) trainer[method]({}).catch((error: unknown) => errors.push(error));
        },
      };
      await train(trainer, { steps: 4, log });
      expect(String(errors[0])).toContain(`Trainer.${method}: a fit is running`);
    }),
  );

  it('has no state after a step that failed half-way', () =>
    withRegression(async (parts) => {
      const trainer = new Trainer({ ...parts, step: failingAt(3, parts.step), capture: false });
      await expect(trainer.fit({ steps: 5 })).rejects.toThrow('failed');
      await expect(trainer.stateDict()).rejects.toThrow('the last step failed half-way');
      await train(trainer, { steps: 5 });
    }));

  it('refuses the state of another model, with advice for a trainer', () =>
    withRegression(async (parts) => {
      const first = new Trainer(parts);
      await first.fit({ steps: 1 });
      const state = await first.stateDict();
      const model = new Sequential(new Linear(3, 1));
      const second = new Trainer({
        ...parts,
        model,
        optimizer: new SGD(model.namedParameters(), { learningRate: 1 }),
      });
      const refused = await second.loadStateDict(state).catch((error: unknown) => `${error}`);
      expect(refused).toContain('Make the trainer with the model that was saved, or name another folder.');
      expect(refused).not.toContain('strict');
      await first.dispose();
      await second.dispose();
      model.dispose();
      tf.dispose(state as tf.TensorContainer);
    }));

  it('refuses a state of another number of batches a step', () =>
    withRegression(async (parts) => {
      const two = new Trainer({ ...parts, accumulate: 2 });
      await two.fit({ steps: 1 });
      const state = await two.stateDict();
      const one = new Trainer(parts);
      await expect(one.loadStateDict(state)).rejects.toThrow(
        'was saved with accumulate 2, and this trainer has 1',
      );
      await two.dispose();
      await one.dispose();
      tf.dispose(state as tf.TensorContainer);
    }));

  it.each(['train', 'validation', 'checkpoint'] as const)('fails if an async %s of a logger does', (method) =>
    withRegression(async (parts) => {
      const log = { [method]: async () => failing() };
      await expect(train(new Trainer(parts), { steps: 6, log: log as Logger })).rejects.toThrow('failed');
    }),
  );

  it.each([
    [{ examples: () => -4 }, 'what examples returned is -4; expected a finite number above 0'],
    [{ step: () => tf.scalar(1) }, 'the loss does not depend on any variable of the model'],
    [{ batches: [undefined] }, 'a batch is undefined; expected tensors by name'],
  ])('names the fault of %o', (change, text) =>
    withRegression(async (parts) => {
      const trainer = new Trainer({ ...parts, accumulate: 2, ...change } as never);
      await expect(train(trainer, { steps: 2 })).rejects.toThrow(text);
    }),
  );
});

describe('an option that is wrong', () => {
  const model = { parameters: () => [], stateDict: () => ({}), loadStateDict: () => undefined };
  const optimizer = { applyGradients: () => undefined };
  const good = { model, optimizer, batches: [], step: () => ({ loss: tf.scalar(0) }) };
  const validate = { run: () => ({}) };

  it.each([
    [{ ...good, clip_grad_norm: 1 }, 'Trainer: received the unknown option "clip_grad_norm"'],
    [
      { ...good, model: 3 },
      'Trainer: model is 3; expected a module with parameters(), a tf.LayersModel, or tf.Variables in a list or by name.',
    ],
    [
      { ...good, optimizer: {} },
      'Trainer: optimizer is [object Object]; expected an optimizer with applyGradients.',
    ],
    [{ ...good, batches: 3 }, 'Trainer: batches is 3; expected an iterable or async iterable of batches.'],
    [{ ...good, step: 1 }, 'Trainer: step is 1; expected a function. Write step: (batch) => ({ loss }).'],
    [{ ...good, accumulate: 0 }, 'Trainer: accumulate is 0; expected a whole number of at least 1.'],
    [
      { ...good, clipGradNorm: 0 },
      'Trainer: clipGradNorm is 0; expected a finite number above 0. Leave it out to clip nothing.',
    ],
    [{ ...good, state: { model } }, 'Trainer: state has the name "model", which a checkpoint uses itself.'],
    [
      { ...good, state: { count: 3 } },
      'Trainer: state.count is 3; expected an object with stateDict() and loadStateDict(state).',
    ],
    [{ ...good, state: new Generator(0) }, 'Write state: { generator }.'],
    [{ ...good, validate: {} }, 'Trainer: validate.run is undefined; expected a function.'],
    [{ ...good, validate: { ...validate, evry: 2 } }, 'Write every: 2.'],
    [
      { ...good, stop: earlyStopping({ metric: 'loss', patience: 1 }) },
      'Trainer: stop decides by validations, and there is no validate.',
    ],
    [
      { ...good, validate, restoreBest: true },
      'Trainer: restoreBest is true, and nothing says which validation is the best.',
    ],
    [{ ...good, measure: { gradientNorms: true } }, 'Write gradientNorm: true.'],
  ])('%# is named', (options, text) => {
    expect(() => new Trainer(options as never)).toThrow(text);
    tf.disposeVariables();
  });

  it.each([
    [{ step: 3 }, 'Write steps: 3.'],
    [{ steps: 1.5 }, 'fit: steps is 1.5; expected a whole number'],
    [
      { steps: 1, folder: 'runs' },
      `fit: folder is "runs"; expected a RunFolder. Write runFolder('runs/mine', { config }).`,
    ],
    [
      { steps: 1, log: failing },
      'fit: log is the function failing; expected a logger or a list of loggers, each with',
    ],
    [{ steps: 1, log: { trian: failing } }, 'fit: log is [object Object]; expected a logger'],
    [{ steps: 1, log: { train: 5 } }, 'each with one of the methods begin, train'],
    [{ steps: 1, signal: new AbortController() }, 'Write controller.signal.'],
    [{ epochs: 1 }, 'Write steps.'],
    [{ steps: 1 }, 'two epochs of batches had none'],
  ])('of fit, %j, is named', async (options, text) => {
    await expect(new Trainer(good).fit(options as never)).rejects.toThrow(text);
  });
});
