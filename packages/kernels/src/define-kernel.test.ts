import * as tf from '@tensorflow/tfjs-core';
import { describeBackends, describeKernel, expectAllClose } from '@trainkit/testing';
import { beforeEach, expect, it, vi } from 'vitest';
import { defineKernel } from './index.js';

/** The versions that ran, in order. */
let ran: string[] = [];
beforeEach(() => {
  ran = [];
});

type Inputs = {
  x: tf.Tensor;
  weight: tf.Tensor;
};

function versions(name: string) {
  return ({ x, weight }: Inputs, { factor }: { factor: number }): [tf.Tensor, tf.Tensor] => {
    ran.push(name);
    const slope = tf.mul(tf.exp(x), weight);
    return [tf.mul(slope, factor), slope];
  };
}

/**
 * y = factor · exp(x) · weight, with y / factor hidden: exp saves its own output, which
 * TensorFlow.js gets wrong.
 */
const toy = defineKernel({
  name: 'TrainkitToy',
  visible: 1,
  save: { outputs: [1] },
  composite: versions('composite'),
  gradient: ([dy], { inputs: { x }, outputs: [slope] }, { factor }) => {
    ran.push('gradient');
    const scaled = tf.mul(dy, factor);
    return { x: () => tf.mul(scaled, slope), weight: () => tf.mul(scaled, tf.exp(x)) };
  },
  tensorflow: versions('tensorflow'),
  wasm: versions('wasm'),
  native: versions('native'),
});

const split = defineKernel({
  name: 'TrainkitSplit',
  composite: ({ x }: { x: tf.Tensor }) => [tf.square(x), tf.neg(x), x],
  gradient: ([dSquare, dNegative, dSame], { inputs: { x } }) => ({
    x: () => tf.addN([tf.mul(dSquare, tf.mul(2, x)), tf.neg(dNegative), dSame]),
  }),
});

describeKernel(toy, [
  {
    title: 'a matrix',
    inputs: () => ({ x: tf.tensor2d([[0.5, -1, 0.25]]), weight: tf.tensor2d([[1, 2, 3]]) }),
    attrs: { factor: 2 },
  },
]);
describeKernel(split, [
  { title: 'a row', inputs: () => ({ x: tf.tensor1d([0.5, -1, 2]) }) },
  { title: 'nothing', inputs: () => ({ x: tf.zeros([0, 3]) }) },
  { title: 'a scalar', inputs: () => ({ x: tf.scalar(3) }) },
]);

/** Calls the toy kernel with x = weight. */
const f = (x: tf.Tensor) => toy({ x, weight: x }, { factor: 3 })[0];

describeBackends('defineKernel', (backend) => {
  it('runs the version of the backend, the composite without one, and the gradient once', () => {
    tf.tidy(() => {
      tf.grad(f)(tf.tensor1d([1]));
    });
    expect(ran).toEqual([backend === 'cpu' ? 'composite' : backend, 'gradient']);
    expect([toy, split].map((kernel) => kernel.activeVersion())).toEqual([ran[0], 'composite']);
  });

  it('computes no gradient that nobody needs', () => {
    tf.tidy(() => {
      const weight = tf.tensor1d([2]);
      const exp = vi.spyOn(tf.engine(), 'runKernel');
      tf.grad((x) => toy({ x, weight }, { factor: 3 })[0])(tf.tensor1d([1]));
      const names = exp.mock.calls.map(([name]) => name);
      exp.mockRestore();
      expect(names.filter((name) => name === 'Exp')).toHaveLength(1);
    });
  });

  it('runs the composite under a gradient if none was declared, the version elsewhere', () => {
    const square = defineKernel({
      name: `TrainkitSquareOn${backend}`,
      composite: ({ x }: { x: tf.Tensor }): [tf.Tensor] => {
        ran.push('composite');
        return [tf.square(x)];
      },
      [backend]: ({ x }: { x: tf.Tensor }): [tf.Tensor] => {
        ran.push(backend);
        return [tf.square(x)];
      },
    });
    tf.tidy(() => {
      const x = tf.tensor1d([3]);
      expectAllClose(square({ x })[0], [9]);
      expectAllClose(tf.grad((at) => square({ x: at })[0])(x), [6]);
      expectAllClose(tf.grad((y) => tf.grad((at) => square({ x: at })[0])(y))(x), [2]);
    });
    expect(ran).toEqual([backend, 'composite', 'composite']);
  });

  it('returns only the visible outputs, and keeps none of the hidden ones', () => {
    const x = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    const outputs = toy({ x, weight: x }, { factor: 3 });
    expect(outputs).toHaveLength(1);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([x, ...outputs]);
  });

  it('copies a result if a version returns an input, or one tensor twice', () => {
    const x = tf.tensor1d([1, 2]);
    const outputs = split({ x });
    tf.dispose([...outputs]);
    expectAllClose(x, [1, 2]);
    x.dispose();
  });

  it('is right to the third order', () => {
    tf.tidy(() => {
      // d³/dx³ of 3·x·exp(x) is 3·(x + 3)·exp(x)
      const third = tf.grad((x) => tf.grad((y) => tf.grad(f)(y))(x));
      const x = [0.3, -1.2];
      expectAllClose(
        third(tf.tensor1d(x)),
        x.map((value) => 3 * (value + 3) * Math.exp(value)),
        { rtol: 1e-5 },
      );
    });
    expect(ran).not.toContain('gradient');
  });

  it('is right if a gradient is part of a loss, inside and outside the inner function', () => {
    const start = tf.tensor1d([0.7]);
    const weight = tf.variable(start);
    const x = tf.tensor1d([0.4]);
    const inside = tf.variableGrads(() => {
      const slope = tf.grad((at: tf.Tensor) => toy({ x: at, weight }, { factor: 3 })[0])(x);
      return tf.sum(tf.square(slope)) as tf.Scalar;
    });
    // slope = 3·w·exp(x); d slope²/dw = 18·w·exp(2x)
    const expected = 18 * 0.7 * Math.exp(0.8);
    expectAllClose(inside.grads[weight.name]!, [expected], { rtol: 1e-5 });
    const outside = tf.variableGrads(() => {
      const y = toy({ x, weight }, { factor: 3 })[0];
      const slope = tf.grad(() => y)(x);
      return tf.sum(tf.square(slope)) as tf.Scalar;
    });
    expectAllClose(outside.grads[weight.name]!, [expected], { rtol: 1e-5 });
    tf.dispose([start, weight, x, inside, outside]);
  });

  it('repairs second derivatives of the stock ops beside it, which TensorFlow.js loses', () => {
    tf.tidy(() => {
      const x = 0.3;
      const second = (op: (x: tf.Tensor) => tf.Tensor) =>
        tf
          .grad((at) => tf.grad(op)(at))(tf.scalar(x))
          .dataSync()[0];
      expect(() => second((at) => tf.tanh(at))).toThrow('Cannot compute gradient');
      // The failed gradient has left its saved tensors on the tape.
      for (const { saved } of tf.engine().state.activeTape) tf.dispose(saved ?? []);
      const tanh = Math.tanh(x);
      const expected = -2 * tanh * (1 - tanh ** 2);
      expectAllClose(second((at) => tf.tanh(split({ x: at })[2]))!, expected);
      expectAllClose(second((at) => split({ x: tf.tanh(at) })[2])!, expected);
    });
  });

  it('works in customGrad, valueAndGrads and an outer tidy', () => {
    tf.tidy(() => {
      const custom = tf.customGrad((x, save) => {
        (save as tf.GradSaveFunc)([x as tf.Tensor]);
        return { value: f(x as tf.Tensor), gradFunc: (dy, [saved]) => tf.mul(dy, f(saved!)) };
      });
      const x = tf.tensor1d([0.5]);
      expectAllClose(tf.grad((at) => custom(at))(x), f(x));
      const weight = tf.tensor1d([2]);
      const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
        tf.sum(toy({ x: a, weight: b }, { factor: 3 })[0]),
      )([x, weight]);
      expectAllClose(value, [6 * Math.exp(0.5)]);
      expectAllClose(grads[0]!, [6 * Math.exp(0.5)]);
      expectAllClose(grads[1]!, [3 * Math.exp(0.5)]);
    });
  });

  it('shows in tf.profile, and runs in debug mode', async () => {
    const silenced = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn')].map((spy) =>
      spy.mockImplementation(() => {}),
    );
    const x = tf.tensor1d([0.5]);
    const profile = await tf.profile(() => f(x));
    expect(profile.kernelNames).toContain('TrainkitToy');
    tf.env().set('DEBUG', true);
    const gradient = tf.grad(f)(x);
    tf.env().set('DEBUG', false);
    // Debug mode reports after its reads have finished.
    await new Promise((done) => setImmediate(done));
    for (const spy of silenced) spy.mockRestore();
    expectAllClose(gradient, [4.5 * Math.exp(0.5)]);
    tf.dispose([x, gradient]);
    const { result } = profile;
    tf.dispose(result);
  });

  it('passes TensorFlow.js’ own check for leaks in kernels', () => {
    tf.env().set('IS_TEST', true);
    tf.tidy(() => {
      f(tf.tensor1d([0.5]));
    });
    tf.env().set('IS_TEST', false);
  });

  it('leaves no tensor behind if a version throws', () => {
    const failing = defineKernel({
      name: 'TrainkitFailing',
      composite: ({ x }: { x: tf.Tensor }): [tf.Tensor] => {
        tf.exp(x);
        throw new Error('no such thing');
      },
      gradient: () => ({}),
    });
    const x = tf.tensor1d([1]);
    expect(() => failing({ x })).toThrow('no such thing');
    expect(() => tf.grad((at) => failing({ x: at })[0])(x)).toThrow('no such thing');
    expectAllClose(
      tf.tidy(() => tf.grad(f)(x).dataSync()),
      [6 * Math.E],
      { rtol: 1e-5 },
    );
    x.dispose();
  });

  it('reports an unsaved input that a gradient of a gradient needs', () => {
    const thrifty = defineKernel({
      name: 'TrainkitThrifty',
      save: { inputs: ['weight'] },
      composite: ({ x, weight }: Inputs) => [tf.mul(x, weight)],
      gradient: ([dy], { inputs: { weight } }) => ({ x: () => tf.mul(dy, weight) }),
    });
    tf.tidy(() => {
      const weight = tf.tensor1d([2]);
      const outside = (x: tf.Tensor) =>
        tf.grad((at) => {
          const y = thrifty({ x: at, weight })[0];
          return tf.grad(() => y)(at);
        })(x);
      expect(() => outside(tf.tensor1d([1]))).toThrow(
        'TrainkitThrifty: this is a gradient of a gradient, but the op ran outside the inner function, and it did ' +
          'not save its input x. Call it inside: tf.grad((x) => model(x)) instead of const y = model(x); ' +
          'tf.grad(() => y).',
      );
      for (const { saved } of tf.engine().state.activeTape) tf.dispose(saved ?? []);
    });
  });
});

describeBackends('hidden outputs', () => {
  it('get no zeros before a gradient', () => {
    const before = tf.memory().numTensors;
    const gradient = (x: tf.Tensor) => toy({ x, weight: x }, { factor: 2 })[0];
    const sizes: number[] = [];
    const made = tf.engine().makeTensor;
    Object.assign(tf.engine(), {
      makeTensor: (...args: Parameters<typeof made>) => {
        sizes.push(tf.util.sizeFromShape(args[1]));
        return made.apply(tf.engine(), args);
      },
    });
    try {
      tf.tidy(() => {
        const [x, dy] = [tf.ones([7]), tf.ones([7])];
        sizes.length = 0;
        tf.engine().gradients(() => gradient(x), [x], dy, true);
      });
    } finally {
      Reflect.deleteProperty(tf.engine(), 'makeTensor');
    }
    // Zeros would be created from an array, like the toy's scalar factors.
    expect(sizes.filter((size) => size === 7)).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describeBackends('a version that returns null', (backend) => {
  const halved = defineKernel({
    name: 'TrainkitHalved',
    composite: ({ x }: { x: tf.Tensor }) => {
      ran.push('composite');
      return [tf.div(x, 2)];
    },
    wasm: () => {
      ran.push('wasm');
      return null;
    },
    cpu: ({ x }) => {
      ran.push('cpu');
      return x.size > 2 ? null : [tf.mul(x, 0.5)];
    },
    native: () => {
      ran.push('native');
      return null;
    },
  });

  it('leaves it to the composite', () => {
    tf.tidy(() => {
      expectAllClose(halved({ x: tf.tensor1d([1, 2, 3]) })[0], [0.5, 1, 1.5]);
      expectAllClose(halved({ x: tf.tensor1d([1]) })[0], [0.5]);
    });
    const expected = {
      wasm: ['wasm', 'composite', 'wasm', 'composite'],
      cpu: ['cpu', 'composite', 'cpu'],
      tensorflow: ['composite', 'composite'],
      native: ['native', 'composite', 'native', 'composite'],
    };
    expect(ran).toEqual(expected[backend]);
  });
});
