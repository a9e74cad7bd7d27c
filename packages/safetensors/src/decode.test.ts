import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './index.js';

/** A file with this header, which may be invalid. */
function file(header: string, data: readonly number[] = []): Uint8Array {
  const json = new TextEncoder().encode(header);
  return new Uint8Array([...lengthOf(json.length), ...json, ...data]);
}

const lengthOf = (bytes: number) => new Uint8Array(BigUint64Array.of(BigInt(bytes)).buffer);

const tensor = (dtype: string, shape: string, offsets: string, name = 'a') =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

const floats = encodeSafetensors({
  b: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) },
  a: { dtype: 'F32', shape: [], data: Float32Array.of(3) },
});

describe('decodeSafetensors', () => {
  it('shares memory if the numbers are aligned, and copies them otherwise', () => {
    const { tensors } = decodeSafetensors(floats);
    expect(tensors['b']?.data.buffer).toBe(floats.buffer);
    for (const offset of [1, 2, 3]) {
      // A Node Buffer, whose slice is not a copy.
      const elsewhere = Buffer.alloc(floats.length + 8).subarray(offset, offset + floats.length);
      elsewhere.set(floats);
      const { b } = decodeSafetensors(elsewhere).tensors;
      expect(b?.data.buffer).not.toBe(elsewhere.buffer);
      expect(b?.data).toEqual(Float32Array.of(1, 2));
    }
  });

  it('reads shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(floats.length));
    shared.set(floats);
    expect(decodeSafetensors(shared).tensors['a']?.data).toEqual(Float32Array.of(3));
  });

  it('has no names but those of the file', () => {
    const { tensors, metadata } = decodeSafetensors(floats);
    expect(Object.keys(tensors)).toEqual(['a', 'b']);
    expect([tensors['constructor'], metadata['toString']]).toEqual([undefined, undefined]);
    expect(Object.getPrototypeOf(tensors)).toBe(null);
  });

  it('reads other valid forms: other fields, spaces, any order, no metadata', () => {
    const header = `{ "b" : {"data_offsets":[2,4],"note":{"a":1},"dtype":"U8","shape":[2]},\n${tensor('U8', '[2]', '[0,2]')},"__metadata__":null}\t \n`;
    const { tensors, metadata } = decodeSafetensors(file(header, [1, 2, 3, 4]));
    expect(Object.entries(tensors).map(([name, { data }]) => [name, ...data])).toEqual([
      ['a', 1, 2],
      ['b', 3, 4],
    ]);
    expect(Object.keys(metadata)).toEqual([]);
  });

  it('reads a text of many megabytes, and nesting of any depth', () => {
    const text = '\\"{}:'.repeat(3_000_000);
    const big = encodeSafetensors({}, { metadata: { text } });
    expect(decodeSafetensors(big).metadata['text']).toBe(text);
    const deep = '['.repeat(1_000_000);
    expect(() => decodeSafetensors(file(`{"a":${deep}`))).toThrow(SafetensorsError);
  });

  it.each<[title: string, bytes: Uint8Array, message: string]>([
    [
      'too little for a length',
      new Uint8Array(3),
      'the file has 3 bytes in all; expected the length of its header in the first 8. The file is cut off or of another format: download it again.',
    ],
    [
      'a header that is cut off',
      floats.subarray(0, 20),
      'by its first 8 bytes the file has a header of 112 bytes; 12 follow. The file is cut off or of another format: download it again.',
    ],
    [
      'a header that is too long',
      new TextEncoder().encode('<!DOCTYPE html>'),
      'by its first 8 bytes the file has a header of 5789751444030890300 bytes; expected at most 100000000. The file is cut off or of another format: download it again.',
    ],
    [
      'what torch.save wrote',
      new TextEncoder().encode('PK\x03\x04\0\0\b\b\0\0'),
      'by its first 8 bytes the file has a header of 578712552184433488 bytes; expected at most 100000000. It looks like a file of torch.save; in Python: safetensors.torch.save_file(model.state_dict(), "model.safetensors").',
    ],
    [
      'a pointer to a file',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'),
      'by its first 8 bytes the file has a header of 2336927755350992246 bytes; expected at most 100000000. It looks like a Git LFS pointer to the file: run git lfs pull.',
    ],
    ['another beginning', file('[]'), damaged('the header does not begin with {')],
    [
      'a byte that is no UTF-8',
      new Uint8Array([...lengthOf(3), 123, 255, 125]),
      damaged('the header is not UTF-8'),
    ],
    [
      'a name twice',
      file('{"a":{},"\\u0061":{}}'),
      damaged('the header has the name "a" twice in one object'),
    ],
    [
      'half a character',
      file(`{${tensor('U8', '[0]', '[0,0]', '\\ud83d')}}`),
      damaged(`the header's tensor "\\ud83d" has half a character in its name`),
    ],
    [
      'a tensor that is a list',
      file('{"a":["U8",[0],[0,0]]}'),
      damaged(
        `the header's tensor "a" is ["U8", [0], [0, 0]]; expected an object with dtype, shape, data_offsets`,
      ),
    ],
    [
      'another dtype',
      file(`{${tensor('F8_E4M3', '[0]', '[0,0]')}}`),
      `the header's tensor "a" has the dtype "F8_E4M3"; expected one of U64, I64, F64, F32, U32, I32, BF16, F16, U16, I16, I8, U8, BOOL. In Python, tensor.float() makes an F32 of other floats.`,
    ],
    [
      'a negative size',
      file(`{${tensor('U8', '[-1,2]', '[0,0]')}}`),
      damaged(`the header's tensor "a" has the shape [-1, 2]; expected a list of whole numbers from 0 on`),
    ],
    [
      'offsets that are none',
      file(`{${tensor('U8', '[1]', '[1,0]')}}`, [0]),
      damaged(
        `the header's tensor "a" has the data_offsets [1, 0]; expected two whole numbers, begin and end of its bytes`,
      ),
    ],
    [
      'offsets that do not fit',
      file(`{${tensor('F32', '[2,3]', '[0,20]')}}`, Array(20).fill(0)),
      damaged(
        `the header's tensor "a" is F32 of the shape [2, 3], 24 bytes; its data_offsets [0, 20] hold 20`,
      ),
    ],
    [
      'metadata that are none',
      file('{"__metadata__":[1]}'),
      damaged(`the header's __metadata__ is [1]; expected an object of strings`),
    ],
    [
      'metadata that are no strings',
      file('{"__metadata__":{"step":5}}'),
      damaged(`the header's __metadata__ has 5 under "step"; expected a string`),
    ],
    [
      'an overlap',
      file(`{${tensor('U8', '[2]', '[0,2]')},${tensor('U8', '[2]', '[1,3]', 'b')}}`, [1, 2, 3]),
      damaged('the bytes of the tensors "a" and "b" overlap, at 1 of the data'),
    ],
    [
      'a gap',
      file(`{${tensor('U8', '[1]', '[2,3]')}}`, [1, 2, 3]),
      damaged('the bytes 0 to 2 of the data belong to no tensor'),
    ],
    [
      'data that are cut off',
      floats.subarray(0, -1),
      'the tensors have 12 bytes, of which the file holds 11. It is cut off: download it again.',
    ],
    ['a rest', file('{}', [1, 2]), damaged("2 bytes follow after the last of the tensors' 0")],
    [
      'a boolean that is none',
      file(`{${tensor('BOOL', '[3]', '[0,3]')}}`, [1, 0, 7]),
      damaged('element 2 of the BOOL tensor "a" is 7; expected 0 or 1'),
    ],
  ])('names the fault of %s', (_title, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(new SafetensorsError(`decodeSafetensors: ${message}`));
  });

  it('keeps the error of JSON or UTF-8 as the cause', () => {
    expect(() => decodeSafetensors(file('{"a":}'))).toThrow(
      /^decodeSafetensors: the header is not JSON \(.+\)\. The file is damaged, .*: download it again\.$/,
    );
    const causes = [file('{"a":}'), new Uint8Array([...lengthOf(2), 123, 255])].map((bytes) => {
      try {
        return decodeSafetensors(bytes);
      } catch (error) {
        return error instanceof SafetensorsError && error.name === 'SafetensorsError' && error.cause;
      }
    });
    expect(causes).toEqual([expect.any(SyntaxError), expect.any(TypeError)]);
  });

  it.each([
    [
      'model.safetensors',
      {},
      'bytes is "model.safetensors"; expected the whole file as a Uint8Array. Read the file first: decodeSafetensors(await readFile(path)).',
    ],
    [
      floats.buffer,
      {},
      'bytes is [object ArrayBuffer]; expected the whole file as a Uint8Array. Write new Uint8Array(buffer) for an ArrayBuffer.',
    ],
    [
      new DataView(floats.buffer),
      {},
      'bytes is [object DataView]; expected the whole file as a Uint8Array. Write new Uint8Array(buffer) for an ArrayBuffer.',
    ],
    [
      floats,
      null,
      'options is null; expected an object of named options. Write { halfFloats: … }, or leave it out.',
    ],
    [floats, { halfFloats: 16 }, 'halfFloats is 16; expected "float32" or "bits".'],
  ])('describes the expected argument: no. %#', (bytes: unknown, options: unknown, message) => {
    expect(() => decodeSafetensors(bytes as Uint8Array, options as object)).toThrow(
      new TypeError(`decodeSafetensors: ${message}`),
    );
  });

  it('names the choice that was meant', () => {
    expect(() => decodeSafetensors(floats, { halfFloats: 'float16' as 'float32' })).toThrow(
      new RangeError(
        'decodeSafetensors: halfFloats is "float16"; expected "float32" or "bits". Write "float32".',
      ),
    );
  });
});

function damaged(what: string): string {
  return `${what}. The file is damaged, or whatever wrote it is at fault: download it again.`;
}
