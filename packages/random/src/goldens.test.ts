import { describe, expect, it } from 'vitest';
import bernoulli from '../goldens/bernoulli.json' with { type: 'json' };
import int64 from '../goldens/int64.json' with { type: 'json' };
import interleaved from '../goldens/interleaved.json' with { type: 'json' };
import normal from '../goldens/normal.json' with { type: 'json' };
import permutation from '../goldens/permutation.json' with { type: 'json' };
import golden from '../goldens/state.json' with { type: 'json' };
import uniform from '../goldens/uniform.json' with { type: 'json' };
import { Generator } from './generator.js';

interface Call {
  method: string;
  args: number[];
}

interface Script {
  seed: string;
  calls: (Call & { bytes: string })[];
}

type Result = Float32Array | Uint8Array | Int32Array | BigInt64Array;

const kinds: Record<string, { torch: string; scripts: Script[] }> = {
  uniform,
  normal,
  bernoulli,
  permutation,
  int64,
  interleaved,
};

describe.each(Object.entries(kinds))('%s as PyTorch draws it', (_kind, { scripts }) => {
  it.each(scripts.map((script) => [title(script), script] as const))('%s', (_title, { seed, calls }) => {
    const generator = new Generator(BigInt(seed));
    for (const { method, args, bytes } of calls) {
      const result = run(generator, { method, args });
      const expected = Buffer.from(bytes, 'base64');
      const actual = Buffer.from(result.buffer, result.byteOffset, result.byteLength);
      expect(actual.equals(expected), `${method}(${args}) bit for bit`).toBe(true);
    }
  });
});

describe('state', () => {
  it.each(golden.scripts)('has the words and the offset of PyTorch’s state: seed $seed', (script) => {
    const generator = new Generator(BigInt(script.seed));
    for (const { method, args } of script.calls) run(generator, { method, args });
    const bytes = Buffer.from(script.words, 'base64');
    const words = Array.from({ length: 624 }, (_, i) => bytes.readUInt32LE(4 * i));
    expect(generator.stateDict().words).toEqual(words);
    expect(generator.stateDict().offset).toBe(script.place);
  });
});

function run(generator: Generator, { method, args }: Call): Result {
  const [n = 0, second, third] = args;
  switch (method) {
    case 'uniform':
      return generator.uniform(n, second, third);
    case 'normal':
      return generator.normal(n, second, third);
    case 'bernoulli':
      return generator.bernoulli(n, second);
    case 'permutation':
      return generator.permutation(n);
    case 'int64':
      return BigInt64Array.of(generator.int64());
    default:
      throw new Error(`No method ${method}`);
  }
}

function title({ seed, calls }: Script): string {
  const names = calls.map(({ method, args }) => `${method}(${args})`);
  const rest = names.length > 3 ? `, … (${names.length} calls)` : '';
  return `seed ${seed}: ${names.slice(0, 3).join(', ')}${rest}`;
}
