import * as tf from '@tensorflow/tfjs-core';
import { defaultGenerator, Generator, manualSeed } from '@trainkit/random';
import { describeBackends } from '@trainkit/testing';
import { expect, it, vi } from 'vitest';
import { Flatten, Linear, Module, Sequential, summary, Tanh } from './index.js';

class Tied extends Module {
  readonly first = new Linear(4, 4);
  readonly second = this.first;
  readonly unused = new Tanh();
  readonly count = this.buffer(tf.scalar(0));
  modes: boolean[] = [];

  override forward(x: tf.Tensor): tf.Tensor {
    this.modes.push(this.training);
    return tf.sum(this.second.forward(this.first.forward(x)), 1);
  }
}

class Embedding extends Module {
  readonly weight = this.parameter(tf.ones([10, 3]));

  override forward(ids: tf.Tensor): tf.Tensor {
    return tf.gather(this.weight, ids);
  }
}

class Cell extends Module<[x: tf.Tensor, h: tf.Tensor], [tf.Tensor, tf.Tensor]> {
  readonly layer = new Linear(5, 3);

  override forward(x: tf.Tensor, h: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const next = tf.add(this.layer.forward(x), h);
    return [tf.neg(next), next];
  }
}

type Recurrence = [x: tf.Tensor, h: tf.Tensor, mask: tf.Tensor | undefined, options: { steps: number }];
type State = { h: tf.Tensor; attention: null };

class Recurrent extends Module<Recurrence, [tf.Tensor, State]> {
  readonly cell = new Cell();

  override forward(
    x: tf.Tensor,
    h: tf.Tensor,
    mask: tf.Tensor | undefined,
    { steps }: { steps: number },
  ): [tf.Tensor, State] {
    let [output, state] = this.cell.forward(x, h);
    for (let i = 1; i < steps; i++) [output, state] = this.cell.forward(x, state);
    return [mask === undefined ? output : tf.mul(output, mask), { h: state, attention: null }];
  }
}

/** A layer that draws random numbers and counts, even in evaluation. */
class Careless extends Module {
  readonly calls = this.buffer(tf.scalar(0));
  readonly scale = this.parameter(tf.scalar(1));
  readonly generator = new Generator(0);
  fails = false;

  override forward(x: tf.Tensor): tf.Tensor {
    this.calls.assign(tf.add(this.calls, 1));
    this.scale.assign(tf.mul(this.scale, 2));
    this.training = true;
    const noise = tf.tensor(this.generator.uniform(x.size), x.shape);
    if (this.fails) throw new Error('on purpose');
    return tf.addN([x, noise, tf.tensor(defaultGenerator.normal(x.size), x.shape)]);
  }
}

describeBackends('summary', () => {
  it('lists layers, shapes and parameters', () => {
    const generator = new Generator(0);
    const net = new Sequential({
      flat: new Flatten(),
      hidden: new Linear(784, 256, { generator }),
      act: new Tanh(),
      output: new Linear(256, 10, { generator }),
    });
    net.getSubmodule('hidden').requiresGrad(false);
    expect(summary(net, [28, 28])).toBe(
      [
        'layer    type        output shape  parameters',
        '─────────────────────────────────────────────',
        '(model)  Sequential  [N, 10]                0',
        'flat     Flatten     [N, 784]               0',
        'hidden   Linear      [N, 256]         200,960',
        'act      Tanh        [N, 256]               0',
        'output   Linear      [N, 10]            2,570',
        '─────────────────────────────────────────────',
        'parameters: 203,530, trainable: 2,570, frozen: 200,960',
      ].join('\n'),
    );
    net.dispose();
  });

  it('counts shared parameters once, and no buffers; runs in evaluation mode and restores everything', () => {
    const model = new Tied();
    model.first.eval();
    const text = summary(model, [4]);
    expect(text).toContain('(model)  Tied    [N]                    0');
    expect(text).toContain('first    Linear  [N, 4]                20');
    expect(text).toContain('unused   Tanh    –                      0');
    expect(text).toContain('parameters: 20, trainable: 20, frozen: 0');
    expect(model.modes).toEqual([false]);
    expect(model.modules().map(({ training }) => training)).toEqual([true, false, true]);
    expect(Object.hasOwn(model, 'forward')).toBe(false);
    model.dispose();
  });

  it('calls no registered hooks, and leaves them in place', () => {
    const model = new Sequential(new Linear(4, 3), new Tanh());
    const hook = vi.fn(() => tf.zeros([7, 7]));
    const remove = [model, ...model].map((module) => module.registerForwardHook(hook));
    const text = summary(model, [4]);
    expect(hook).not.toHaveBeenCalled();
    expect(text).toContain('1        Tanh        [N, 3]');
    tf.tidy(() => void model.forward(tf.zeros([1, 4])));
    expect(hook).toHaveBeenCalledTimes(3);
    for (const off of remove) off();
    expect([model, ...model].some((module) => Object.hasOwn(module, 'forward'))).toBe(false);
    model.dispose();
  });

  it('fires no hooks of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('./index.js');
    const layer = new copy.Tanh();
    const hook = vi.fn();
    layer.registerForwardHook(hook);
    layer.registerForwardHook(hook);
    expect(summary(new Sequential(layer), [4])).toContain('[N, 4]');
    expect(hook).not.toHaveBeenCalled();
  });

  it('restores the modes if a module’s own eval throws', () => {
    const model = Object.assign(new Sequential(new Tanh()), {
      eval() {
        model.at(0).training = false;
        throw new Error('no');
      },
    });
    expect(() => summary(model, [4])).toThrow('no');
    expect(model.at(0).training).toBe(true);
  });

  it('names the expected arguments', () => {
    const wrong: unknown = { forward: () => null };
    expect(() => summary(wrong as Module, [4])).toThrow(
      'summary: model is [object Object]; expected a Module.',
    );
    const shape: unknown = 784;
    for (const given of [shape, null, [-1], [1.5], [null]]) {
      expect(() => summary(new Tanh(), given as number[])).toThrow(
        /^summary: input is .*; expected the shape of one example, without the batch\. Write for example \[28, 28\]\.$/,
      );
    }
    const layer = new Linear(2, 2);
    layer.dispose();
    expect(() => summary(layer, [2])).toThrow('summary: weight, of shape [2, 2], is disposed;');
  });

  it('restores everything if the model throws', () => {
    const model = new Tied();
    expect(() => summary(model, [5])).toThrow('expected a last dimension of 4');
    expect(model.training).toBe(true);
    expect(Object.hasOwn(model, 'forward')).toBe(false);
    model.dispose();
  });

  it('accepts a dtype, or an example, for a model that begins with an embedding', () => {
    const model = new Sequential(new Embedding(), new Linear(3, 2));
    const rows = ['(model)  Sequential  [N, 4, 2]', '0        Embedding   [N, 4, 3]'];
    const tokens = tf.zeros([5, 4], 'int32');
    for (const text of [summary(model, [4], { dtype: 'int32' }), summary(model, tokens)]) {
      for (const row of rows) expect(text).toContain(row);
    }
    expect(() => summary(model, [4])).toThrow(
      "summary: Argument 'indices' passed to 'gather' must be int32 tensor, but got float32 tensor. The model got " +
        "float32 zeros. Where it takes token ids, write summary(model, [16], { dtype: 'int32' }).",
    );
    tokens.dispose();
    model.dispose();
  });

  it('accepts a dtype for each of several inputs', () => {
    class Described extends Module<
      [ids: tf.Tensor, x: tf.Tensor, options?: { shape: number[]; dtype: string }]
    > {
      readonly embedding = new Embedding();
      override forward(ids: tf.Tensor, x: tf.Tensor): tf.Tensor {
        return tf.concat([tf.sum(this.embedding.forward(ids), 1), x], 1);
      }
    }
    const model = new Described();
    const ids = { shape: [4], dtype: 'int32' } as const;
    const row = '(model)    Described  [N, 4], [N, 7]  [N, 10]                0';
    expect(summary(model, [ids, [7]])).toContain(row);
    expect(summary(model, [ids, { shape: [7], dtype: 'float32' }])).toContain(row);
    const mask = tf.ones([2, 7]);
    expect(summary(model, [ids, mask])).toContain(row);
    mask.dispose();
    expect(summary(model.embedding, ids)).toContain('(model)  Embedding  [N, 4, 3]');
    expect(() => summary(model, [[4], [7]])).toThrow(
      'The model got float32 zeros. For token ids, write one dtype for each: ' +
        "summary(model, [{ shape: [16], dtype: 'int32' }, [8]]).",
    );
    expect(() => summary(model, [{ shape: [4], dtype: 'int64' as never }, [7]])).toThrow(
      'summary: input[0].dtype is "int64"; expected "float32"',
    );
    expect(() => summary(model, [{ shape: [-4], dtype: 'int32' }, [7]])).toThrow('summary: input is');
    expect(() => summary(model.embedding, ids, { dtype: 'int32' })).toThrow('summary: dtype is "int32"');
    model.dispose();
  });

  it('shows all inputs and outputs of modules that have several, and passes on values that are no tensor', () => {
    const model = new Recurrent();
    const h = tf.ones([7, 3]);
    const x = tf.ones([7, 5]);
    const table = [
      'layer       type       input shapes                                        output shape                                parameters',
      '(model)     Recurrent  [N, 5], [N, 3], undefined, { steps: 2 }             ([N, 3], { h: [N, 3], attention: null })             0',
      'cell        Cell       [N, 5], [N, 3]                                      ([N, 3], [N, 3])                                     0',
      'cell.layer  Linear     [N, 5]                                              [N, 3]                                              18',
    ];
    const lines = (text: string) => text.split('\n').map((line) => line.replace(/ +/g, ' ').trim());
    for (const input of [
      [x, h, undefined, { steps: 2 }],
      [[5], [3], undefined, { steps: 2 }],
      [[5], tf.ones([2, 3]), undefined, { steps: 2 }],
    ] as [tf.Tensor, tf.Tensor, undefined, { steps: number }][]) {
      const text = lines(summary(model, input));
      for (const row of lines(table.join('\n'))) expect(text).toContain(row);
      tf.dispose(input.filter((item) => item instanceof tf.Tensor));
    }
    expect(() => summary(model, [[5]] as never)).toThrow(
      /^summary: .* The model got 1 of 4 inputs\. Write summary\(/,
    );
    model.dispose();
  });

  it('restores generators, variables and modes, whatever evaluation does', () => {
    const generator = new Generator(3);
    const model = Object.assign(new Careless(), { generator });
    manualSeed(5);
    const [own, other] = [generator.stateDict(), defaultGenerator.stateDict()];
    summary(model, [2]);
    expect(generator.stateDict()).toEqual(own);
    expect(defaultGenerator.stateDict()).toEqual(other);
    expect([model.calls.dataSync()[0], model.scale.dataSync()[0], model.training]).toEqual([0, 1, true]);
    model.fails = true;
    expect(() => summary(model, [2])).toThrow('on purpose');
    expect(generator.stateDict()).toEqual(own);
    expect([model.calls.dataSync()[0], model.scale.dataSync()[0], model.training]).toEqual([0, 1, true]);
    model.dispose();
  });

  it('counts variables frozen by variable.trainable as frozen', () => {
    const model = new Sequential(new Linear(4, 3));
    for (const parameter of model.parameters()) parameter.trainable = false;
    expect(summary(model, [4])).toContain('parameters: 15, trainable: 0, frozen: 15');
    model.dispose();
  });

  it('names the expected inputs and options', () => {
    const given = (value: unknown) => value as never;
    const example = tf.ones([2, 4]);
    const layer = new Linear(4, 4);
    expect(() => summary(given(Linear), [4])).toThrow(
      'summary: model is the class Linear; expected a Module. Write new Linear(…).',
    );
    expect(() => summary(layer, example, { dtype: 'int32' })).toThrow(
      'summary: dtype is "int32"; expected no dtype beside an example or a shape with its own. Write tensor.cast(\'int32\')',
    );
    expect(() => summary(layer, [4], { dtype: given('int64') })).toThrow(
      'summary: dtype is "int64"; expected "float32"',
    );
    expect(() => summary(layer, [4], given({ types: 'int32' }))).toThrow(
      'summary: received the unknown option "types"',
    );
    for (const wrong of [{}, 'x', [[4], [-1]], [undefined]]) {
      expect(() => summary(layer, given(wrong))).toThrow(/^summary: input is/);
    }
    example.dispose();
    expect(() => summary(layer, example)).toThrow('summary: input, of shape [2, 4], is disposed');
    expect(() => summary(layer, given([example, [4]]))).toThrow(
      'summary: input[0], of shape [2, 4], is disposed',
    );
    layer.dispose();
  });
});

describeBackends(
  'summary of a very deep model',
  () => {
    it('refuses a model whose calls do not fit onto the stack, before it calls any', () => {
      let calls = 0;
      class Around extends Module {
        readonly inner: Module;
        constructor(inner: Module) {
          super();
          this.inner = inner;
        }
        override forward(x: tf.Tensor) {
          calls++;
          return this.inner.forward(x);
        }
      }
      let model: Around = new Around(new Tanh());
      for (let i = 2; i < 12_000; i++) model = new Around(model);
      expect(() => summary(model, [3])).toThrow(
        'summary: the model is 12000 modules deep; expected a depth whose calls fit onto the stack. ' +
          'Write one Sequential of all layers, or one forward with a loop, in place of modules in modules.',
      );
      expect(calls).toBe(0);
    });
  },
  // No backend computes.
  { backends: ['cpu'] },
);
