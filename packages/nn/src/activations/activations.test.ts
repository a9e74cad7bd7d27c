import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, expectAllClose, forgetKernels } from '@trainkit/testing';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import golden from '../../goldens/activations.json' with { type: 'json' };
import {
  ELU,
  GELU,
  GLU,
  Hardswish,
  LeakyReLU,
  LogSoftmax,
  Mish,
  type Module,
  PReLU,
  ReLU,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from '../index.js';
import { normalCdf } from './normal.js';

/** The layer of each golden, by the first words of its title. */
const LAYERS: Record<string, (channels: number) => Module> = {
  Tanh: () => new Tanh(),
  ReLU: () => new ReLU(),
  Sigmoid: () => new Sigmoid(),
  GELU: () => new GELU(),
  'GELU, tanh': () => new GELU({ approximate: 'tanh' }),
  SiLU: () => new SiLU(),
  Mish: () => new Mish(),
  Hardswish: () => new Hardswish(),
  LeakyReLU: () => new LeakyReLU(),
  'LeakyReLU, 0.3': () => new LeakyReLU({ negativeSlope: 0.3 }),
  'LeakyReLU, -0.5': () => new LeakyReLU({ negativeSlope: -0.5 }),
  'LeakyReLU, 0': () => new LeakyReLU({ negativeSlope: 0 }),
  'LeakyReLU, 2': () => new LeakyReLU({ negativeSlope: 2 }),
  ELU: () => new ELU(),
  'ELU, 0.5': () => new ELU({ alpha: 0.5 }),
  SELU: () => new SELU(),
  Softplus: () => new Softplus(),
  'Softplus, beta 2': () => new Softplus({ beta: 2 }),
  'Softplus, beta 0.5, threshold 5': () => new Softplus({ beta: 0.5, threshold: 5 }),
  'PReLU, a matrix': () => new PReLU(),
  'PReLU, images': () => new PReLU(),
  'PReLU, edges': () => new PReLU(),
  'PReLU of channels, a matrix': (numParameters) => new PReLU({ numParameters, init: 0.1 }),
  'PReLU of channels, images': (numParameters) => new PReLU({ numParameters, init: 0.1 }),
  'GLU, a matrix': () => new GLU(),
  'GLU, images': () => new GLU(),
  'GLU of dimension 0, images': () => new GLU(0),
  'Softmax, a matrix': () => new Softmax(),
  'Softmax, images': () => new Softmax(),
  'Softmax, a vector': () => new Softmax(),
  'Softmax, edges': () => new Softmax(1),
  'Softmax of dimension 0, a matrix': () => new Softmax(0),
  'LogSoftmax, a matrix': () => new LogSoftmax(),
  'LogSoftmax, images': () => new LogSoftmax(),
  'LogSoftmax, a vector': () => new LogSoftmax(-1),
  'LogSoftmax, edges': () => new LogSoftmax(),
  'LogSoftmax of dimension 0, a matrix': () => new LogSoftmax(-2),
};

/** Parses a tensor of JSON, in which NaN and infinities are strings. */
const tensor = ({ shape, values }: { shape: number[]; values: (number | string)[] }) =>
  tf.tensor(values.map(Number), shape);

/**
 * About 8 roundings of float32 in PyTorch or here, of terms that cancel where the result is near 0.
 * The error function of PyTorch's GELU is off by 2e-7, which x = −3 multiplies by 3.
 */
const closeness = (title: string) => ({ atol: title === 'GELU' ? 1e-6 : 4e-7, rtol: 2e-6 });

/** The values of one case. Those that are known to differ from PyTorch's are replaced by ours. */
function known(
  title: string,
  x: readonly (number | string)[],
  values: readonly (number | string)[],
  isGradient: boolean,
): number[] {
  return values.map((value, i) => {
    // PyTorch's error function is NaN at Infinity.
    if (title === 'GELU' && !isGradient && x[i] === 'Infinity') return Infinity;
    return Number(value);
  });
}

describeBackends('activations', () => {
  it.each(golden.cases)('are PyTorch’s, gradients too: $title', ({ title, x, y, dy, dx, dWeight }) => {
    const layer = LAYERS[title]!(x.shape.at(-1)!);
    tf.tidy(() => {
      const input = tensor(x);
      const output = layer.forward(input);
      expect(output.shape).toEqual(y.shape);
      expect(output.dtype).toBe('float32');
      expectAllClose(output, known(title, x.values, y.values, false), closeness(title));
      const f = (...[at]: tf.Tensor[]) => layer.forward(at!);
      const [gradient] = tf.grads(f)([input], tensor(dy));
      expectAllClose(gradient!, known(title, x.values, dx.values, true), closeness(title));
      if (dWeight === undefined) return;
      const weighted = () => tf.sum(tf.mul(layer.forward(input), tensor(dy))) as tf.Scalar;
      const { grads } = tf.variableGrads(weighted, layer.parameters());
      // Sums of 65 terms, the largest of which is 1e38.
      expectAllClose(Object.values(grads)[0]!, dWeight, { rtol: 1e-5 });
    });
    layer.dispose();
  });
});

describe('the types of activations', () => {
  it('keep the rank', () => {
    // Checked by the compiler and never called.
    expectTypeOf((x: tf.Tensor4D) => new GELU().forward(x)).returns.toEqualTypeOf<tf.Tensor4D>();
    expectTypeOf((x: tf.Tensor2D) => new ReLU().forward(x)).returns.toEqualTypeOf<tf.Tensor2D>();
    expectTypeOf((x: tf.Tensor1D) => new Softmax().forward(x)).returns.toEqualTypeOf<tf.Tensor1D>();
    expectTypeOf((x: tf.Tensor) => new Tanh().forward(x)).returns.toEqualTypeOf<tf.Tensor>();
  });
});

describe('without WebAssembly SIMD', () => {
  afterEach(() => {
    vi.doUnmock('./activation-code.js');
    vi.resetModules();
    forgetKernels();
  });

  describeBackends(
    'activations',
    () => {
      it('are those of stock operations', async () => {
        const x = tf.tidy(() => tf.tensor1d([-30, -3, -1, -0.1, 0, 0.1, 1, 3, 30]));
        const run = async () => {
          const nn = await import('../index.js');
          const layers = [
            new nn.GELU(),
            new nn.GELU({ approximate: 'tanh' }),
            new nn.SiLU(),
            new nn.Mish(),
            new nn.Hardswish(),
            new nn.LeakyReLU(),
            new nn.ELU({ alpha: 0.5 }),
            new nn.SELU(),
            new nn.Softplus(),
          ];
          return layers.flatMap((layer) =>
            tf.tidy(() => {
              const f = (at: tf.Tensor) => layer.forward(at);
              return [f(x), tf.grad(f)(x)].map((tensor) => Array.from(tensor.dataSync()));
            }),
          );
        };
        const expected = await run();
        vi.resetModules();
        forgetKernels();
        const on = vi.fn(() => null);
        vi.doMock('./activation-code.js', () => ({ activationCode: () => ({ on }) }));
        const actual = await run();
        expect(on).toHaveBeenCalledTimes(27);
        for (const [i, values] of actual.entries()) {
          expectAllClose(values, expected[i]!, { atol: 1e-6, rtol: 1e-6 });
        }
        x.dispose();
      });
    },
    { backends: ['wasm'] },
  );
});

describe('normalCdf', () => {
  it.each([
    // Computed with scipy.stats.norm.cdf.
    [-10, 7.61985302416047e-24],
    [-5, 2.8665157187919391e-7],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [2, 0.97724986805182079],
    [8, 0.9999999999999993],
  ])('of %f is %f', (x, expected) => {
    expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-8);
  });
});
