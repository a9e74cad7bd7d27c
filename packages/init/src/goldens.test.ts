import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { Generator } from '@trainkit/random';
import { describe, expect, it } from 'vitest';
import golden from '../goldens/initializers.json' with { type: 'json' };
import * as init from './index.js';

/** Calls an initializer with the name and the options from JSON. */
function draw(name: string, shape: number[], options: object, generator: Generator): tf.Tensor {
  const initializer = new Map<string, (...args: never[]) => unknown>(Object.entries(init)).get(name);
  if (initializer === undefined) throw new Error(`No initializer ${name}`);
  const second = 'value' in options ? options.value : name === 'dirac' ? options : { ...options, generator };
  const tensor: unknown = Reflect.apply(initializer, undefined, [shape, second]);
  if (tensor instanceof tf.Tensor) return tensor;
  throw new Error(`${name} made no tensor`);
}

describe('torch.nn.init for the same seed', () => {
  it('is compared for every initializer', () => {
    const functions = Object.keys(init).filter((name) => !['calculateGain', 'fans'].includes(name));
    expect([...new Set(golden.cases.map(({ name }) => name))].sort()).toEqual(functions.sort());
  });

  it.each(
    golden.cases.map((item) => {
      const options = JSON.stringify(item.options);
      return [`${item.name} [${item.shape}] ${options} seed ${item.seed}`, item] as const;
    }),
  )('%s', (_title, { name, shape, options, seed, tolerance, bytes, next }) => {
    const generator = new Generator(BigInt(seed));
    const tensor = draw(name, shape, options, generator);
    const actual = tensor.dataSync();
    expect(tensor.shape).toEqual(shape);
    tensor.dispose();
    const buffer = Buffer.from(bytes, 'base64');
    expect(actual.length).toBe(buffer.length / 4);
    for (let i = 0; i < actual.length; i++) {
      const expected = buffer.readFloatLE(4 * i);
      const off = Math.abs(actual[i]! - expected);
      expect(off, `element ${i}: ${actual[i]}, PyTorch ${expected}`).toBeLessThanOrEqual(tolerance);
    }
    expect(generator.uniform(1)[0], 'the number drawn next').toBe(next);
  });
});

describe('calculateGain', () => {
  it.each(golden.gains)('of $nonlinearity, param $param is $gain', ({ nonlinearity, param, gain }) => {
    // The names come from JSON; an unknown one would throw.
    expect(Reflect.apply(init.calculateGain, undefined, [nonlinearity, param ?? undefined])).toBe(gain);
  });
});

describe('fans', () => {
  it.each(golden.fans)('of $shape are $fans', ({ shape, fans: [fanIn, fanOut] }) => {
    expect(init.fans(shape)).toEqual({ fanIn, fanOut });
  });
});
