import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@trainkit/safetensors';
import { describeBackends, expectAllClose } from '@trainkit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import golden from '../goldens/simple-net.json' with { type: 'json' };
import {
  Flatten,
  Linear,
  loadPyTorchStateDict,
  Module,
  type PyTorchTensor,
  pytorchStateDict,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
} from './index.js';

/** Runs a body with a module and disposes the module. */
function using<M extends Module>(module: M, body: (module: M) => void): void {
  try {
    body(module);
  } finally {
    module.dispose();
  }
}

/** A user's layer with parts that Linear lacks: a filter, a count, a boolean, an array. */
class Own extends Module {
  readonly filter: tf.Variable;
  readonly layers = [new Linear(3, 3, { bias: false })];
  readonly batchesSeen = this.buffer(tf.scalar(0, 'int32'));
  readonly isWarm = this.buffer(tf.tensor1d([true, false], 'bool'));
  readonly scale = tf.tidy(() => tf.variable(tf.ones([2, 2])));

  constructor() {
    super();
    const values = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i);
    this.filter = this.parameter(tf.tensor4d(values, [2, 3, 4, 5]), { pytorchAxes: [3, 2, 0, 1] });
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}

const f32 = (shape: number[], ...data: number[]): PyTorchTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(data),
});
const numbers = (x: tf.Tensor) => Array.from(x.dataSync());

/** All contents of a state, to the last bit. */
const described = (state: Readonly<Record<string, PyTorchTensor>>) =>
  Object.entries(state).map(([path, { dtype, shape, data }]) => [
    path,
    dtype,
    [...shape],
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
  ]);

describeBackends('a state dict of PyTorch', () => {
  it('makes PyTorch’s network of ours, and comes out of it as it was', () => {
    const net = new Sequential(
      new Flatten(),
      new Linear(6, 5),
      new Tanh(),
      new Linear(5, 4),
      new ReLU(),
      new Linear(4, 4),
      new Sigmoid(),
      new Linear(4, 3),
    );
    const state = Object.fromEntries(
      Object.entries(golden.start).map(([path, value]) => {
        const shape = Array.isArray(value[0]) ? [value.length, value[0].length] : [value.length];
        return [path, f32(shape, ...value.flat())];
      }),
    );
    using(net, () => {
      expect(loadPyTorchStateDict(net, state)).toEqual({ missing: [], unexpected: [] });
      tf.tidy(() => {
        expectAllClose(net.forward(tf.tensor(golden.x)), golden.output);
      });
      expect(described(pytorchStateDict(net))).toEqual(described(state));
    });
  });

  it('has each weight transposed, even a square one, and preserves every bit', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 });
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 3e38, 1e-38];
    fc.assert(
      fc.property(sizes, fc.boolean(), fc.infiniteStream(fc.float()), (sizes, bias, values) => {
        const make = () =>
          new Sequential(...sizes.slice(1).map((out, i) => new Linear(sizes[i]!, out, { bias })));
        using(make(), (from) => {
          for (const [i, parameter] of from.parameters().entries()) {
            const data = Float32Array.from({ length: parameter.size }, (_, k) =>
              k === 0 ? special[i % special.length]! : values.next().value,
            );
            tf.tidy(() => parameter.assign(tf.tensor(data, parameter.shape)));
          }
          const state = pytorchStateDict(from);
          expect(Object.keys(state)).toEqual(Object.keys(from.stateDict()));
          for (const [i, layer] of [...from].entries()) {
            if (!(layer instanceof Linear)) throw new Error('Not a Linear');
            const { shape, data } = state[`${i}.weight`]!;
            expect(shape).toEqual([layer.outFeatures, layer.inFeatures]);
            const ours = layer.weight.dataSync();
            for (let row = 0; row < layer.outFeatures; row++) {
              for (let column = 0; column < layer.inFeatures; column++) {
                expect(data[row * layer.inFeatures + column]).toBe(ours[column * layer.outFeatures + row]);
              }
            }
          }
          using(make(), (to) => {
            const { tensors } = decodeSafetensors(encodeSafetensors(state));
            loadPyTorchStateDict(to, tensors);
            expect(to.parameters().map(numbers)).toEqual(from.parameters().map(numbers));
            expect(described(pytorchStateDict(to))).toEqual(described(state));
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('uses the axes, integers, booleans and arrays of a user’s own layer', () => {
    using(new Own(), (from) => {
      tf.tidy(() => from.batchesSeen.assign(tf.scalar(7, 'int32')));
      const state = pytorchStateDict(from);
      const expected = new Map(Object.entries(from.stateDict()).map(([path, { shape }]) => [path, shape]));
      expected.set('filter', [5, 4, 2, 3]);
      expect(new Map(Object.entries(state).map(([path, { shape }]) => [path, shape]))).toEqual(expected);
      expect(state['batches_seen']).toEqual({ dtype: 'I64', shape: [], data: BigInt64Array.of(7n) });
      expect(state['is_warm']).toEqual({ dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) });
      // Filter [height, width, in, out] = [1, 2, 3, 4] is PyTorch's [4, 3, 1, 2].
      const ours = ((1 * 3 + 2) * 4 + 3) * 5 + 4;
      expect(state['filter']?.data[((4 * 4 + 3) * 2 + 1) * 3 + 2]).toBe(ours);
      using(new Own(), (to) => {
        tf.tidy(() => to.filter.assign(tf.zerosLike(to.filter)));
        loadPyTorchStateDict(to, state);
        expect(described(pytorchStateDict(to))).toEqual(described(state));
        expect(numbers(to.filter)).toEqual(numbers(from.filter));
        expect([to.batchesSeen.dtype, to.isWarm.dtype]).toEqual(['int32', 'bool']);
      });
    });
  });

  it('copies: neither side changes with the other', () => {
    using(new Linear(2, 2), (layer) => {
      const state = { weight: f32([2, 2], 1, 2, 3, 4), bias: f32([2], 5, 6) };
      loadPyTorchStateDict(layer, state);
      state.bias.data[0] = 99;
      expect(numbers(layer.bias!)).toEqual([5, 6]);
      const read = pytorchStateDict(layer);
      read['bias']!.data[0] = 99;
      tf.tidy(() => layer.weight.assign(tf.zeros([2, 2])));
      expect(numbers(layer.bias!)).toEqual([5, 6]);
      expect(read['weight']?.data).toEqual(Float32Array.of(1, 2, 3, 4));
    });
  });
});

describeBackends('pytorchStateDict', () => {
  it('has a shared variable under each of its paths', () => {
    const layer = new Linear(2, 2, { bias: false, generator: new Generator(0) });
    using(new Sequential(layer, new Tanh(), layer), (net) => {
      const state = pytorchStateDict(net);
      expect(Object.keys(state)).toEqual(['0.weight', '2.weight']);
      expect(state['0.weight']).toEqual(state['2.weight']);
      expect(loadPyTorchStateDict(net, state)).toEqual({ missing: [], unexpected: [] });
    });
  });

  it('has the types of safetensors', () => {
    using(new Linear(1, 1), (layer) => {
      const state: Record<string, SafeTensor> = pytorchStateDict(layer);
      const back: Record<string, PyTorchTensor> = state;
      expect(Object.keys(back)).toEqual(['weight', 'bias']);
    });
  });

  it('names the values that it cannot convert', () => {
    const nothing: unknown = { weight: 1 };
    expect(() => pytorchStateDict(nothing as Module)).toThrow(
      new TypeError('pytorchStateDict: module is [object Object]; expected a Module.'),
    );
    expect(() => loadPyTorchStateDict(nothing as Module, {})).toThrow(
      new TypeError('loadPyTorchStateDict: module is [object Object]; expected a Module.'),
    );
    class Labeled extends Module {
      readonly label = this.buffer(tf.tensor1d(['a']));
      override forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    using(new Labeled(), (labeled) => {
      expect(() => pytorchStateDict(labeled)).toThrow(
        new TypeError(
          'pytorchStateDict: label is a string variable of shape [1]; expected float32, int32 or bool.',
        ),
      );
    });
    const layer = new Linear(2, 2);
    layer.dispose();
    expect(() => pytorchStateDict(layer)).toThrow(
      /^pytorchStateDict: weight, of shape \[2, 2\], is disposed;/,
    );
    expect(() =>
      loadPyTorchStateDict(layer, { weight: f32([2, 2], 1, 2, 3, 4), bias: f32([2], 1, 2) }),
    ).toThrow('disposed: weight of the model itself; load before model.dispose()');
  });

  it('has no axes that are no order of the dimensions', () => {
    class Wrong extends Module {
      constructor(axes: readonly number[]) {
        super();
        const start = tf.zeros([2, 3]);
        try {
          this.parameter(start, { pytorchAxes: axes });
        } finally {
          start.dispose();
        }
      }
      override forward(x: tf.Tensor): tf.Tensor {
        return x;
      }
    }
    const before = tf.memory().numTensors;
    for (const [axes, text] of [
      [[0, 0], '[0, 0]'],
      [[0], '[0]'],
      [[1, 2], '[1, 2]'],
      [[0, 1, 1], '[0, 1, 1]'],
    ] as const) {
      expect(() => new Wrong(axes)).toThrow(
        new RangeError(`Module: pytorchAxes is ${text}; expected an order of [0, 1].`),
      );
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describeBackends('loadPyTorchStateDict', () => {
  it('names everything that is wrong at once, and loads nothing', () => {
    using(new Own(), (own) => {
      const before = described(pytorchStateDict(own));
      const { scale: _, ...state } = pytorchStateDict(own);
      const wrong: Record<string, PyTorchTensor> = {
        ...state,
        'running.mean': f32([1], 0),
        filter: { ...state['filter']!, shape: [2, 3, 4, 5] },
        batches_seen: { dtype: 'I64', shape: [], data: BigInt64Array.of(2n ** 31n) },
        is_warm: { dtype: 'U8', shape: [2], data: Uint8Array.of(1, 2) },
        'layers.0.weight': f32([3, 2], 1, 2, 3, 4, 5, 6),
      };
      const mismatches = [
        "  misshapen: filter is F32 [2, 3, 4, 5], the model's in PyTorch is F32 [5, 4, 2, 3]",
        '  out of range: batches_seen has a 2147483648, which int32 cannot hold',
        '  out of range: is_warm has a 2, which bool cannot hold',
        "  misshapen: layers.0.weight is F32 [3, 2], the model's in PyTorch is F32 [3, 3]",
      ];
      const start = 'loadPyTorchStateDict: the state does not fit this Own; nothing was loaded.';
      const message = (load: () => void) => {
        try {
          load();
          return 'no error';
        } catch (error) {
          return error instanceof Error ? error.message : 'no Error';
        }
      };
      const strict = message(() => loadPyTorchStateDict(own, wrong)).split('\n');
      expect(strict.slice(0, 3)).toEqual([start, '  missing: scale', '  unexpected: running.mean']);
      expect(new Set(strict.slice(3))).toEqual(new Set(mismatches));
      const loose = message(() => loadPyTorchStateDict(own, wrong, { strict: false })).split('\n');
      expect(loose[0]).toBe(start);
      expect(new Set(loose.slice(1))).toEqual(new Set(mismatches));
      expect(described(pytorchStateDict(own))).toEqual(before);
    });
  });

  it('shows control characters in the names of a file', () => {
    using(new Linear(1, 2), (layer) => {
      const load = (state: Record<string, PyTorchTensor>, strict: boolean) => () =>
        loadPyTorchStateDict(layer, state, { strict });
      const state = { 'a\u001b[2J': f32([1], 1) };
      expect(load(state, true)).toThrow('  unexpected: a\\u001b[2J');
      expect(load(state, false)).toThrow("its names: 'a\\u001b[2J'");
    });
  });

  it('loads the matching entries if it is not strict', () => {
    using(new Linear(1, 2), (layer) => {
      const state = { weight: f32([2, 1], 1, 2), extra: f32([1], 1) };
      expect(() => loadPyTorchStateDict(layer, state)).toThrow(
        [
          'loadPyTorchStateDict: the state does not fit this Linear; nothing was loaded.',
          '  missing: bias',
          '  unexpected: extra',
          'Pass { strict: false } to load what matches and leave the rest.',
        ].join('\n'),
      );
      expect(loadPyTorchStateDict(layer, state, { strict: false })).toEqual({
        missing: ['bias'],
        unexpected: ['extra'],
      });
      expect(numbers(layer.weight)).toEqual([1, 2]);
    });
  });

  it.each<[value: unknown, text: string]>([
    [1, 'not a tensor: bias is 1; write { dtype, shape, data }, as decodeSafetensors gives it'],
    [
      { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) },
      'not a tensor: bias has the dtype "float32"; those there are: F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL',
    ],
    [{}, 'not a tensor: bias has the dtype undefined; those there are: F64, F32'],
    [
      { dtype: 'F32', shape: 2, data: Float32Array.of(1, 2) },
      'not a tensor: bias has the shape 2; it must be a list of whole numbers, [] for a scalar',
    ],
    [{ dtype: 'F32', shape: [-2], data: Float32Array.of(1, 2) }, 'not a tensor: bias has the shape [-2];'],
    [
      { dtype: 'F32', shape: [2], data: Float64Array.of(1, 2) },
      'not a tensor: bias is F32 [2], whose data is Float32Array(2); received Float64Array(2)',
    ],
    [
      { dtype: 'F32', shape: [2], data: Float32Array.of(1) },
      'not a tensor: bias is F32 [2], whose data is Float32Array(2); received Float32Array(1)',
    ],
    [
      { dtype: 'F32', shape: [2], data: [1, 2] },
      'not a tensor: bias is F32 [2], whose data is Float32Array(2); received [1, 2]',
    ],
    [
      { dtype: 'F64', shape: [2], data: Float64Array.of(1, -1e39) },
      'out of range: bias has a -1e+39, which float32 cannot hold',
    ],
    [
      { dtype: 'I8', shape: [3], data: Int8Array.of(1, 2, 3) },
      "misshapen: bias is I8 [3], the model's in PyTorch is F32 [2]",
    ],
  ])('names the fault of a tensor: no. %#', (value, text) => {
    using(new Linear(1, 2), (layer) => {
      const before = numbers(layer.weight);
      const state = { weight: f32([2, 1], 1, 2), bias: value as PyTorchTensor };
      expect(() => loadPyTorchStateDict(layer, state)).toThrow(`\n  ${text}`);
      expect(numbers(layer.weight)).toEqual(before);
    });
  });

  it('names the function for tensors of TensorFlow.js, and the form of a state', () => {
    using(new Linear(1, 2), (layer) => {
      const state: unknown = layer.stateDict();
      expect(() => loadPyTorchStateDict(layer, state as Record<string, PyTorchTensor>)).toThrow(
        'not plain data: weight is a tf.Tensor; loadStateDict takes those',
      );
      const bytes: unknown = new Uint8Array(3);
      expect(() => loadPyTorchStateDict(layer, bytes as Record<string, PyTorchTensor>)).toThrow(
        new TypeError(
          'loadPyTorchStateDict: state is a Uint8Array of 3 elements; expected an object of tensors by path. ' +
            'Read a file first: decodeSafetensors(bytes).tensors.',
        ),
      );
      const options: unknown = false;
      expect(() => loadPyTorchStateDict(layer, {}, options as object)).toThrow(
        new TypeError(
          'loadPyTorchStateDict: options is false; expected an object of named options. Write { strict: … }, or leave it out.',
        ),
      );
    });
  });

  it('rounds F64 as float32 does', () => {
    using(new Linear(1, 4, { bias: false }), (layer) => {
      const data = Float64Array.of(0.1, 1 + 2 ** -24, Number.NaN, -1e-60);
      loadPyTorchStateDict(layer, { weight: { dtype: 'F64', shape: [4, 1], data } });
      expect(numbers(layer.weight)).toEqual([Math.fround(0.1), 1, Number.NaN, -0]);
    });
  });

  it.each(['F16', 'BF16'] as const)('reads the bits of %s as safetensors does, all 65,536', (dtype) => {
    const shape = [2 ** 16, 1];
    const data = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
    const weight: SafeTensor = { dtype, shape, data };
    using(new Linear(1, 2 ** 16, { bias: false }), (layer) => {
      loadPyTorchStateDict(layer, { weight });
      const widened = decodeSafetensors(encodeSafetensors({ weight })).tensors['weight']!;
      expect(layer.weight.dataSync()).toEqual(widened.data);
    });
  });

  it.each<PyTorchTensor>([
    { dtype: 'I64', shape: [], data: BigInt64Array.of(-(2n ** 31n)) },
    { dtype: 'I32', shape: [], data: Int32Array.of(-5) },
    { dtype: 'I16', shape: [], data: Int16Array.of(-5) },
    { dtype: 'I8', shape: [], data: Int8Array.of(-5) },
    { dtype: 'U64', shape: [], data: BigUint64Array.of(2n ** 31n - 1n) },
    { dtype: 'U32', shape: [], data: Uint32Array.of(2 ** 31 - 1) },
    { dtype: 'U16', shape: [], data: Uint16Array.of(65535) },
    { dtype: 'U8', shape: [], data: Uint8Array.of(255) },
  ])('accepts a count of any width: $dtype', (value) => {
    using(new Own(), (own) => {
      loadPyTorchStateDict(own, { batches_seen: value }, { strict: false });
      expect(numbers(own.batchesSeen)).toEqual([Number(value.data[0])]);
    });
  });

  it.each<[PyTorchTensor, PyTorchTensor, PyTorchTensor]>([
    [
      { dtype: 'F32', shape: [], data: Float32Array.of(7) },
      { dtype: 'U8', shape: [2], data: Uint8Array.of(0, 1) },
      { dtype: 'I32', shape: [2, 2], data: Int32Array.of(1, -2, 3, 4) },
    ],
    [
      { dtype: 'I64', shape: [1], data: BigInt64Array.of(7n) },
      { dtype: 'F16', shape: [2], data: Uint16Array.of(0, 0x3c00) },
      { dtype: 'I64', shape: [2, 2], data: BigInt64Array.of(1n, -2n, 3n, 4n) },
    ],
  ])('accepts numbers of other dtypes, like Python: %#', (batches_seen, is_warm, scale) => {
    using(new Own(), (own) => {
      loadPyTorchStateDict(own, { batches_seen, is_warm, scale }, { strict: false });
      expect([own.batchesSeen, own.isWarm, own.scale].map((each) => [each.dtype, numbers(each)])).toEqual([
        ['int32', [7]],
        ['bool', [0, 1]],
        ['float32', [1, -2, 3, 4]],
      ]);
      const fraction: PyTorchTensor = { dtype: 'F32', shape: [], data: Float32Array.of(0.5) };
      expect(() => loadPyTorchStateDict(own, { batches_seen: fraction }, { strict: false })).toThrow(
        'out of range: batches_seen has a 0.5, which int32 cannot hold',
      );
    });
  });

  it('refuses a truth value that is neither 0 nor 1', () => {
    using(new Own(), (own) => {
      const is_warm: PyTorchTensor = { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 2) };
      expect(() => loadPyTorchStateDict(own, { is_warm }, { strict: false })).toThrow(
        'out of range: is_warm has a 2, which bool cannot hold',
      );
    });
  });
});
