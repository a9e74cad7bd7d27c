import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type SafeTensor, SafetensorsError } from './index.js';

const headerOf = (file: Uint8Array) =>
  new TextDecoder().decode(file.subarray(8, 8 + Number(new DataView(file.buffer).getBigUint64(0, true))));

const one: SafeTensor = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };

/** A tensor with an invalid property. */
const wrong = (part: object): Record<string, SafeTensor> => ({ a: { ...one, ...part } as SafeTensor });

const shapes: [shape: unknown, text: string][] = [
  [[-1], '[-1]'],
  [[1.5], '[1.5]'],
  [['1'], '["1"]'],
  [[-0], '[-0]'],
  [[2 ** 53, 0], '[9007199254740992, 0]'],
  [[2 ** 30, 2 ** 30], '[1073741824, 1073741824]'],
  [1, '1'],
  [null, 'null'],
  [Float32Array.of(1), 'a Float32Array of 1 elements'],
];

describe('encodeSafetensors', () => {
  it('writes a view alone, not the memory behind it', () => {
    const data = Float32Array.of(1, 2, 3).subarray(1, 2);
    const file = encodeSafetensors({ a: { dtype: 'F32', shape: [1], data } });
    expect(Array.from(file.subarray(-4))).toEqual(Array.from(new Uint8Array(Float32Array.of(2).buffer)));
    expect(file.length).toBe(8 + headerOf(file).length + 4);
    expect(file.buffer.byteLength).toBe(file.length);
  });

  it('writes metadata by name, and none if there are none', () => {
    const file = encodeSafetensors(
      {},
      { metadata: { b: '1', '10': '2', '9': '3', a: '', '\uffee': '', '😀': '' } },
    );
    expect(headerOf(file).trim()).toBe(
      '{"__metadata__":{"10":"2","9":"3","a":"","b":"1","\uffee":"","😀":""}}',
    );
    expect(headerOf(encodeSafetensors({}, { metadata: {} }))).toBe('{}      ');
  });

  it('accepts objects without a prototype, and a Buffer as bytes', () => {
    const tensors: Record<string, SafeTensor> = Object.create(null);
    tensors['a'] = { dtype: 'U8', shape: [2], data: Buffer.from([1, 2]) };
    expect(decodeSafetensors(encodeSafetensors(tensors)).tensors['a']?.data).toEqual(Uint8Array.of(1, 2));
  });

  const message = (text: string) => `encodeSafetensors: ${text}`;
  const lone = 'half a character (a lone surrogate), which UTF-8 cannot write. Write whole characters.';

  it.each<[tensors: Record<string, SafeTensor>, text: string]>([
    [
      { __metadata__: one },
      'the tensor "__metadata__" has the name that the format keeps for the metadata. Use another name.',
    ],
    [{ '\ud83d': one }, `the tensor "\\ud83d" has ${lone}`],
    [
      { a: undefined as unknown as SafeTensor },
      'the tensor "a" is undefined; expected { dtype, shape, data }.',
    ],
    [
      wrong({ dtype: 'float32' }),
      'the tensor "a" has the dtype "float32"; expected one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL.',
    ],
    [
      wrong({ dtype: 'F16' }),
      'the tensor "a": data is a Float32Array of 1 elements; expected a Uint16Array, which holds the dtype F16.',
    ],
    [
      wrong({ data: [1] }),
      'the tensor "a": data is [1]; expected a Float32Array, which holds the dtype F32.',
    ],
    [
      { a: { dtype: 'U8', shape: [1], data: new Uint8ClampedArray(1) as unknown as Uint8Array } },
      'the tensor "a": data is a Uint8ClampedArray of 1 elements; expected a Uint8Array, which holds the dtype U8.',
    ],
    [
      wrong({ data: new DataView(new ArrayBuffer(4)) }),
      'the tensor "a": data is [object DataView]; expected a Float32Array, which holds the dtype F32.',
    ],
    ...shapes.map(([shape, text]): [Record<string, SafeTensor>, string] => [
      wrong({ shape }),
      `the tensor "a": shape is ${text}; expected a list of whole numbers from 0 on, [] for a scalar.`,
    ]),
    [wrong({ shape: [2, 3] }), 'the tensor "a" has 1 elements; expected 6, as its shape [2, 3] holds.'],
    [
      { a: { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 255) } },
      'the tensor "a": element 1 is 255; expected 0 or 1 for BOOL.',
    ],
  ])('names the fault of a tensor: no. %#', (tensors, text) => {
    expect(() => encodeSafetensors(tensors)).toThrow(new SafetensorsError(message(text)));
  });

  it.each<[metadata: Record<string, unknown>, text: string]>([
    [
      { step: 5 },
      'metadata["step"] is 5; expected a string. Write String(value), or JSON.stringify(value) for objects.',
    ],
    [{ a: '\udc00' }, `metadata["a"] has ${lone}`],
    [{ '\udc00': '' }, `metadata["\\udc00"] has ${lone}`],
  ])('names the fault of metadata: no. %#', (metadata, text) => {
    expect(() => encodeSafetensors({}, { metadata: metadata as Record<string, string> })).toThrow(
      new SafetensorsError(message(text)),
    );
  });

  it('refuses a header that no one would read', () => {
    const text = 'x'.repeat(100_000_000 - '{"__metadata__":{"x":""}}'.length);
    expect(encodeSafetensors({}, { metadata: { x: text } }).length).toBe(100_000_008);
    expect(() => encodeSafetensors({}, { metadata: { x: `${text}x` } })).toThrow(
      new SafetensorsError(
        message(
          'the header would have 100000008 bytes; expected at most 100000000. Keep long texts out of the metadata.',
        ),
      ),
    );
  });

  class Model {
    readonly a = one;
  }
  const wanted = 'expected a plain object of tensors by name, such as { weight: { dtype, shape, data } }.';
  it.each([
    [new Map([['a', one]]), {}, `tensors is [object Map]; ${wanted} Write Object.fromEntries(map).`],
    [[one], {}, `tensors is [[object Object]]; ${wanted}`],
    [null, {}, `tensors is null; ${wanted}`],
    [new Model(), {}, `tensors is [object Model]; ${wanted}`],
    // biome-ignore format: one line reads best
    [{ __proto__: one }, {}, `tensors is [object Object]; ${wanted}`],
    [
      {},
      null,
      'options is null; expected an object of named options. Write { metadata: … }, or leave it out.',
    ],
    [{}, { metadata: 'x' }, 'metadata is "x"; expected a plain object of strings by name.'],
  ])('describes the expected argument: no. %#', (tensors: unknown, options: unknown, text) => {
    expect(() => encodeSafetensors(tensors as Record<string, SafeTensor>, options as object)).toThrow(
      new TypeError(message(text)),
    );
  });
});

it.each<[string, () => unknown, string]>([
  [
    'the state of a module',
    () => ({ weight: tf.variable(tf.ones([2])) }),
    'encodeSafetensors: the tensor "weight" is a float32 variable of shape [2]; expected { dtype, shape, data }. Write ' +
      'encodeSafetensors(pytorchStateDict(model)), of @trainkit/nn, for a module, or { dtype: ',
  ],
  [
    'a tensor',
    () => ({ x: tf.ones([2]) }),
    'the tensor "x" is a float32 tensor of shape [2]; expected { dtype, shape, data }.',
  ],
  [
    'a typed array',
    () => ({ x: new Float32Array(2) }),
    "expected { dtype, shape, data }. Write { dtype: 'F32', shape: [length], data }.",
  ],
  ['a list', () => ({ x: [1, 2] }), "Write { dtype: 'F32', shape: [length], data }."],
  [
    'a module',
    () =>
      new (class Linear {
        stateDict() {}
      })(),
    'encodeSafetensors: tensors is [object Linear]; expected a plain object of tensors by name, such as ' +
      '{ weight: { dtype, shape, data } }. Write encodeSafetensors(pytorchStateDict(model)), of @trainkit/nn.',
  ],
  [
    'a method without its call',
    () => function stateDict() {},
    'Write encodeSafetensors(pytorchStateDict(model)), of @trainkit/nn.',
  ],
  [
    'the state of an optimizer',
    () => ({ iterations: 1, paramGroups: [{ params: [0] }], state: { 0: { exp_avg: tf.ones([2]) } } }),
    'encodeSafetensors: tensors is [object Object]; expected a plain object of tensors by name, such as ' +
      '{ weight: { dtype, shape, data } }. Write await saveState(path, { model, optimizer }), of @trainkit/trainer/node,',
  ],
  [
    'the states of its variables',
    () => ({ 0: { exp_avg: tf.ones([2]) } }),
    'the tensor "0" is [object Object]; expected { dtype, shape, data }. Write await saveState(path,',
  ],
  [
    'an optimizer',
    () =>
      new (class AdamW {
        paramGroups = [];
        stateDict() {}
      })(),
    'Write await saveState(path, { model, optimizer }), of @trainkit/trainer/node, for what an optimizer keeps.',
  ],
  [
    'a promise',
    () => Promise.resolve({}),
    'tensors is [object Promise]; expected a plain object of tensors by name',
  ],
])('says what to write for %s', (_, make, message) => {
  tf.tidy(() => {
    const given = make();
    expect(() => encodeSafetensors(given as never)).toThrow(message);
  });
  tf.disposeVariables();
});
