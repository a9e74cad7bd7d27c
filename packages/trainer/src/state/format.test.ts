import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { decodeSafetensors, encodeSafetensors } from '@trainkit/safetensors';
import { describeBackends } from '@trainkit/testing';
import { describePython } from '@trainkit/testing/python';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeState, encodeState, StateError } from './format.js';
import { Sha256, sha256, sha256InJavaScript } from './sha256.js';

describeBackends('a state with tensors', () => {
  it('comes back to the last bit', async () => {
    const state = {
      'weights.0': tf.tensor2d([
        [0.1, -0],
        [Number.NaN, Number.NEGATIVE_INFINITY],
      ]),
      weights: [
        tf.tensor1d([1, -(2 ** 31)], 'int32'),
        tf.tensor([true, false], [1, 2], 'bool'),
        tf.zeros([0, 3]),
      ],
      bytes: Uint8Array.of(0, 255),
      big: BigInt64Array.of(-5n),
    };
    const bytes = await encodeState(state);
    tf.dispose([state['weights.0'], state.weights]);
    const decoded = await decodeState(bytes);
    const read = (tensor: unknown) => {
      if (!(tensor instanceof tf.Tensor)) return tensor;
      const { dtype, shape } = tensor;
      return { dtype, shape, data: Array.from(tensor.dataSync()) };
    };
    expect(decoded).toMatchObject({ bytes: Uint8Array.of(0, 255), big: BigInt64Array.of(-5n) });
    const { 'weights.0': first, weights } = decoded as { 'weights.0': tf.Tensor; weights: tf.Tensor[] };
    expect(read(first)).toEqual({
      dtype: 'float32',
      shape: [2, 2],
      data: [Math.fround(0.1), -0, Number.NaN, Number.NEGATIVE_INFINITY],
    });
    expect(weights.map(read)).toEqual([
      { dtype: 'int32', shape: [2], data: [1, -(2 ** 31)] },
      { dtype: 'bool', shape: [1, 2], data: [1, 0] },
      { dtype: 'float32', shape: [0, 3], data: [] },
    ]);
    tf.dispose([first, ...weights]);
  });

  it('is copied: later updates do not change it', async () => {
    const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
    const bytes = await encodeState(weight);
    weight.dispose();
    const decoded = await decodeState(bytes);
    expect(decoded instanceof tf.Tensor && [...decoded.dataSync()]).toEqual([1]);
    if (decoded instanceof tf.Tensor) decoded.dispose();
  });
});

it('keeps every plain value', async () => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value')),
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom('$number', '$tensor', '$', '__proto__', '1')),
        tie('value'),
      ),
    ),
  })).value;
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const decoded = await decodeState(await encodeState(value));
      expect(canonical(decoded)).toBe(canonical(value));
    }),
  );
});

/** A text that distinguishes −0 from 0, and a bigint from a number. */
function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.sort().join()}}`;
}

describe('a file that is no state', () => {
  const encoded = encodeState({ step: 12, weights: Float32Array.of(1, 2, 3) });

  it('is detected for every bit', async () => {
    const bytes = await encoded;
    for (let i = 0; i < bytes.length; i++) {
      const altered = bytes.slice();
      altered[i]! ^= 1;
      await expect(decodeState(altered), `byte ${i}`).rejects.toThrow(StateError);
    }
  });

  it('is detected at every length', async () => {
    const bytes = await encoded;
    for (let length = 0; length < bytes.length; length++) {
      await expect(decodeState(bytes.subarray(0, length))).rejects.toThrow(/truncated or damaged/);
    }
  });

  it.each([
    [{ format: 'other' }, 'it is a safetensors file, but no state of a training.'],
    [
      { format: 'trainkit-state', version: '2' },
      'its format is version 2, written by a newer release, and this one reads up to 1.',
    ],
    [
      { format: 'trainkit-state', version: '1', state: '{}' },
      'it was altered: its bytes do not have the digest that was written with them.',
    ],
  ])('is detected by its metadata %j', async (metadata, text) => {
    const bytes = encodeSafetensors({}, { metadata });
    await expect(decodeState(bytes)).rejects.toThrow(
      new StateError(`decodeState: the bytes cannot be used: ${text}`),
    );
  });
});

it.each([
  [
    { a: [() => 1] },
    'state.a[0] is the function (anonymous); expected plain JSON, a tensor or a typed array.',
  ],
  [{ a: new Map() }, 'state.a is [object Map]; expected plain JSON'],
  [{ a: [undefined] }, 'state.a[0] is undefined; expected plain JSON'],
])('refuses %o', async (state, text) => {
  await expect(encodeState(state)).rejects.toThrow(text);
});

it('refuses a state without an end', async () => {
  const loop: Record<string, unknown> = {};
  loop['loop'] = loop;
  await expect(encodeState(loop)).rejects.toThrow('is nested deeper than 64 levels');
});

it('uses the digest of the file with zeros in its place', async () => {
  const bytes = await encodeState({ step: 1 });
  const { metadata } = decodeSafetensors(bytes);
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(metadata['sha256'] ?? '', '0'.repeat(64));
  expect(createHash('sha256').update(Buffer.from(text, 'latin1')).digest('hex')).toBe(metadata['sha256']);
});

it('computes SHA-256 without the Web Crypto API', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(sha256InJavaScript(bytes)).toBe(expected);
      expect(await sha256(Uint8Array.from(bytes))).toBe(expected);
    }),
  );
});

it('computes SHA-256 incrementally, and continues after a digest', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (pieces) => {
      const hash = new Sha256();
      for (const [i, piece] of pieces.entries()) {
        const whole = Buffer.concat(pieces.slice(0, i + 1));
        expect(hash.update(piece).digest()).toBe(createHash('sha256').update(whole).digest('hex'));
      }
    }),
  );
});

describePython('a state in Python', ['safetensors', 'numpy'], (python) => {
  it('is opened', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'state-'));
    try {
      const path = join(folder, 'state.safetensors');
      writeFileSync(
        path,
        await encodeState({ model: { weight: Float32Array.of(1, 2) }, mask: Uint8Array.of(7) }),
      );
      const script = join(folder, 'read.py');
      writeFileSync(
        script,
        'import sys\nfrom safetensors.numpy import load_file\nt = load_file(sys.argv[1])\n' +
          'print({k: (str(v.dtype), v.tolist()) for k, v in sorted(t.items())})\n',
      );
      expect(python(script, { args: [path] }).trim()).toBe(
        "{'mask': ('uint8', [7]), 'model.weight': ('float32', [1.0, 2.0])}",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
