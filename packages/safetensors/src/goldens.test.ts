import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import halves from '../goldens/halves.json' with { type: 'json' };
import refused from '../goldens/refused.json' with { type: 'json' };
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './index.js';

interface GoldenFile {
  title: string;
  file: string;
  tensors: Record<string, { dtype: string; shape: number[]; bytes: string }>;
  metadata: Record<string, string>;
  again: string;
}

// Parsed here, since an imported JSON module loses the name __proto__.
const { files }: { files: GoldenFile[] } = JSON.parse(
  readFileSync(new URL('../goldens/files.json', import.meta.url), 'utf8'),
);

describe('a file that Python wrote', () => {
  it.each(files)('is read: $title', ({ file, ...expected }) => {
    const { tensors, metadata } = decodeSafetensors(Buffer.from(file, 'base64'), { halfFloats: 'bits' });
    expect(new Set(Object.keys(tensors))).toEqual(new Set(Object.keys(expected.tensors)));
    for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
      expect({ dtype, shape, bytes }, name).toEqual(expected.tensors[name]);
    }
    expect({ ...metadata }).toEqual(expected.metadata);
  });

  it.each(files)('is written again to the same bytes: $title', ({ file, again }) => {
    const { tensors, metadata } = decodeSafetensors(Buffer.from(file, 'base64'), { halfFloats: 'bits' });
    expect(Buffer.from(encodeSafetensors(tensors, { metadata })).toString('base64')).toBe(again);
    expect(again).toBe(file);
  });
});

describe('a file that breaks the format', () => {
  const bytesOf = (file: string) => Buffer.from(file, 'base64');

  it.each(refused.files.filter(({ error }) => error !== null))(
    'is refused, as by Python: $title',
    ({ file }) => {
      expect(() => decodeSafetensors(bytesOf(file))).toThrow(SafetensorsError);
    },
  );

  it.each(refused.files.filter(({ error }) => error === null))(
    'is refused, though Python reads it: $title',
    ({ file }) => {
      expect(() => decodeSafetensors(bytesOf(file))).toThrow(SafetensorsError);
    },
  );

  it('is refused with a reason and advice', () => {
    for (const { title, file } of refused.files) {
      let message = '';
      try {
        decodeSafetensors(bytesOf(file));
      } catch (error) {
        message = error instanceof Error ? error.message : '';
      }
      expect(message, title).toMatch(
        /^decodeSafetensors: .*(: download it again\.|makes an F32 of other floats\.)$/s,
      );
    }
  });
});

describe('half-precision floats', () => {
  it.each(['F16', 'BF16'] as const)('are read as the float32 of the same value: %s', (dtype) => {
    const { bits, values } = halves[dtype];
    const words = new Uint16Array(new Uint8Array(Buffer.from(bits, 'base64')).buffer);
    const file = encodeSafetensors({ x: { dtype, shape: [words.length], data: words } });
    const { x } = decodeSafetensors(file).tensors;
    expect(x?.dtype).toBe('F32');
    expect(x?.shape).toEqual([words.length]);
    // Compared as numbers: the bits of a NaN may differ between processors.
    const expected = new Float32Array(new Uint8Array(Buffer.from(values, 'base64')).buffer);
    expect(x?.data).toEqual(expected);
    expect(decodeSafetensors(file, { halfFloats: 'bits' }).tensors['x']?.data).toEqual(words);
  });

  it('are right for each of the 65,536 patterns', () => {
    const words = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
    const shape = [2 ** 16];
    const { half, brain } = decodeSafetensors(
      encodeSafetensors({
        half: { dtype: 'F16', shape, data: words },
        brain: { dtype: 'BF16', shape, data: words },
      }),
    ).tensors;
    const value = (bits: number, exponentBits: number) => {
      const fractionBits = 15 - exponentBits;
      const bias = 2 ** (exponentBits - 1) - 1;
      const sign = bits >> 15 ? -1 : 1;
      const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
      const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
      if (exponent === 2 ** exponentBits - 1)
        return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
      return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
    };
    expect(half?.data).toEqual(Float32Array.from(words, (bits) => value(bits, 5)));
    expect(brain?.data).toEqual(Float32Array.from(words, (bits) => value(bits, 8)));
  });
});
