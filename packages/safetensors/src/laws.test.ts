import { fileURLToPath } from 'node:url';
import { describePython } from '@trainkit/testing/python';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from './formats.js';
import { decodeSafetensors, encodeSafetensors, type SafeTensor, SafetensorsError } from './index.js';
import type { Dtype } from './tensor.js';

const dtypes = fc.constantFrom<Dtype[]>(
  ...(['F64', 'F32', 'F16', 'BF16', 'I64', 'I32', 'I16', 'I8', 'U64', 'U32', 'U16', 'U8', 'BOOL'] as const),
);
const tensors: fc.Arbitrary<SafeTensor> = fc
  .tuple(dtypes, fc.array(fc.nat({ max: 4 }), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const { size, read } = formatOf(dtype);
    const length = shape.reduce((product, n) => product * n, size);
    const bytes = fc.uint8Array({ minLength: length, maxLength: length, max: dtype === 'BOOL' ? 1 : 255 });
    return bytes.map((values) => read(values, shape));
  });
const texts = fc.string({ unit: 'binary', maxLength: 10 });
const names = texts.filter((name) => name !== '__metadata__');
const states = fc.uniqueArray(fc.tuple(names, tensors), { selector: ([name]) => name, maxLength: 6 });
const metadatas = fc.uniqueArray(fc.tuple(texts, texts), { selector: ([key]) => key, maxLength: 3 });
const contents = fc.record({ state: states, metadata: metadatas });
type Contents = { state: [string, SafeTensor][]; metadata: [string, string][] };

const encode = ({ state, metadata }: Contents) =>
  encodeSafetensors(Object.fromEntries(state), { metadata: Object.fromEntries(metadata) });

const bytesOf = ({ data }: SafeTensor) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');

/** All contents of a tensor, to the last bit, since NaN is not equal to itself. */
const described = (tensor: SafeTensor) => ({
  dtype: tensor.dtype,
  shape: [...tensor.shape],
  bytes: bytesOf(tensor),
});

const decoded = (file: Uint8Array) => {
  const { tensors, metadata } = decodeSafetensors(file, { halfFloats: 'bits' });
  return { tensors: Object.entries(tensors), metadata };
};

/**
 * The parts of each tensor that the format protects: its bytes, its offset, and its shape unless it
 * is empty. A scalar and a list of one number are not distinguished, since a space in place of the
 * 1 turns one into the other.
 */
const guarded = (file: Uint8Array) =>
  decoded(file)
    .tensors.filter(([, { data }]) => data.length > 0)
    .map(([, tensor]) => ({
      size: formatOf(tensor.dtype).size,
      shape: String(tensor.shape) === '1' ? [] : tensor.shape,
      bytes: bytesOf(tensor),
    }));

/** Runs `body`; returns true if it threw a SafetensorsError. Any other error is rethrown. */
function refuses(body: () => void): boolean {
  try {
    body();
    return false;
  } catch (error) {
    if (error instanceof SafetensorsError) return true;
    throw error;
  }
}

describe('a file', () => {
  it('returns the written tensors, bit for bit', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const { tensors, metadata } = decoded(encode(content));
        expect(new Map(tensors.map(([name, tensor]) => [name, described(tensor)]))).toEqual(
          new Map(content.state.map(([name, tensor]) => [name, described(tensor)])),
        );
        expect(new Map(Object.entries(metadata))).toEqual(new Map(content.metadata));
      }),
    );
  });

  it('has the same bytes for any order of the tensors, and after reading and writing', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const file = encode(content);
        const { state, metadata } = content;
        expect(encode({ state: state.toReversed(), metadata: metadata.toReversed() })).toEqual(file);
        const { tensors, metadata: read } = decodeSafetensors(file, { halfFloats: 'bits' });
        expect(encodeSafetensors(tensors, { metadata: read })).toEqual(file);
      }),
    );
  });

  it('is read the same wherever it lies in memory', () => {
    fc.assert(
      fc.property(contents, fc.nat({ max: 8 }), (content, offset) => {
        const file = encode(content);
        const memory = new Uint8Array(offset + file.length + 3).fill(7);
        memory.set(file, offset);
        const there = decoded(memory.subarray(offset, offset + file.length));
        expect(there.tensors.map(([name, tensor]) => [name, described(tensor)])).toEqual(
          decoded(file).tensors.map(([name, tensor]) => [name, described(tensor)]),
        );
      }),
    );
  });

  it('is refused wherever it is cut off, and with anything after it', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), (content, at, more) => {
        const file = encode(content);
        expect(refuses(() => decodeSafetensors(file.subarray(0, at % file.length)))).toBe(true);
        const longer = new Uint8Array([...file, ...more]);
        expect(refuses(() => decodeSafetensors(longer))).toBe(true);
      }),
    );
  });

  // The format cannot detect changes of a name, a text, a dtype of the same width, or an empty
  // tensor's shape.
  it('with a byte changed before the data is refused, or has the same numbers in the same shapes', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.nat({ max: 255 }), (content, at, value) => {
        const file = encode(content);
        const dataStart = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
        const changed = file.slice();
        changed[at % dataStart] = value;
        refuses(() => {
          const known = guarded(file);
          const found = guarded(changed);
          // A byte becomes a boolean or the reverse; a shape keeps its number of elements.
          expect(found).toEqual(known);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('of random bytes never fails in another way', () => {
    const length = (bytes: Uint8Array) => new Uint8Array(BigUint64Array.of(BigInt(bytes.length)).buffer);
    const jsons = fc.json().map((text) => new TextEncoder().encode(`{"a":${text},"__metadata__":${text}}`));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), jsons), fc.uint8Array(), (header, data) => {
        refuses(() => decodeSafetensors(new Uint8Array([...length(header), ...header, ...data])));
        refuses(() => decodeSafetensors(header));
      }),
    );
  });
});

describePython('Python itself', ['safetensors', 'numpy'], (python) => {
  it('reads the files of this package, and writes the same bytes', () => {
    const samples = fc.sample(contents, { numRuns: 100, seed: 1 }).map(({ state, metadata }) => ({
      state,
      // Python's order of several entries is random.
      metadata: metadata.slice(0, 1),
    }));
    const files = samples.map((content) => Buffer.from(encode(content)).toString('base64'));
    const script = fileURLToPath(new URL('../goldens/python_safetensors.py', import.meta.url));
    const read: unknown = JSON.parse(python(script, { input: JSON.stringify(files) }));
    expect(read).toEqual(
      samples.map(({ state, metadata }, i) => ({
        file: files[i],
        tensors: Object.fromEntries(state.map(([name, tensor]) => [name, described(tensor)])),
        metadata: Object.fromEntries(metadata),
        again: files[i],
      })),
    );
  });
});
