import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { useFastestBackend } from '@trainkit/backend';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../terminal/user-error.js';
import { checkFile } from './check-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-file-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** TypeScript that Node alone cannot run: types, a parameter property, an enum. */
const DROPOUT = (scale: string) => `
import * as tf from '@tensorflow/tfjs';
enum Mode { Train, Evaluate }
export class Dropout {
  training: boolean = true;
  constructor(private readonly p: number) {}
  mode(): Mode { return this.training ? Mode.Train : Mode.Evaluate; }
  forward(x: tf.Tensor): tf.Tensor {
    if (this.mode() === Mode.Evaluate || this.p === 0) return tf.clone(x);
    if (this.p === 1) return tf.zerosLike(x);
    return tf.tidy(() => {
      const kept = tf.cast(tf.greaterEqual(tf.randomUniform(x.shape), this.p), 'float32');
      return tf.mul(tf.mul(x, kept), ${scale});
    });
  }
}
`;

describe('checkFile', () => {
  it('passes a correct class, written in TypeScript, in a folder without packages', async () => {
    await useFastestBackend({ prefer: 'cpu' });
    const tensors = tf.memory().numTensors;
    const { passed, text } = await checkFile(write('dropout.ts', DROPOUT('1 / (1 - this.p)')));
    expect(text).toMatch(/^Dropout: (\d+) of \1 checks passed/);
    expect(passed).toBe(true);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('names the mistake of a wrong one', async () => {
    const { passed, text } = await checkFile(write('dropout.ts', DROPOUT('1')));
    expect(text).toContain('likely mistake');
    expect(text).toContain('scal');
    expect(passed).toBe(false);
  });

  it('gives a file the same packages as the checks, and lets it import its neighbors', async () => {
    write('base.ts', "export { LayerNorm } from '@trainkit/normalization';");
    const { text } = await checkFile(write('mine.ts', "export { LayerNorm } from '../base';"));
    expect(text).toMatch(/^LayerNorm: (\d+) of \1 checks passed/);
  });

  it.each(['@tensorflow/tfjs', '@tensorflow/tfjs-core'])(
    'lets %s be imported by its default',
    async (name) => {
      const lines = `import tf from '${name}';\nimport { mul } from '${name}';`;
      const own =
        'export const xavier = (i: number, o: number) => mul(tf.randomNormal([i, o]), Math.sqrt(2 / (i + o)));';
      const { passed } = await checkFile(write('mine.ts', `${lines}\n${own}`));
      expect(passed).toBe(true);
    },
  );

  it.each([
    "import { layerNorm } from '@trainkit/normalization/layers';\nif (!layerNorm) throw new Error();",
    "import { dropout } from '@trainkit/dropout/layers';\nif (!dropout) throw new Error();",
    "import { xavierUniform } from '@trainkit/init/layers';\nif (!xavierUniform) throw new Error();",
  ])('finds the layers of the packages: %s', async (line) => {
    const own = "export { LayerNorm } from '@trainkit/normalization';";
    const { passed } = await checkFile(write('mine.ts', `${line}\n${own}`));
    expect(passed).toBe(true);
  });

  it.each([
    "import { LayerNorm } from '@trainkit/normalization';\nexport default LayerNorm;",
    "import { LayerNorm } from '@trainkit/normalization';\nexport default { LayerNorm };",
    "const { LayerNorm } = require('@trainkit/normalization');\nmodule.exports = { LayerNorm };",
    "const { LayerNorm } = require('@trainkit/normalization');\nexports.LayerNorm = LayerNorm;",
  ])('takes default exports and CommonJS: %s', async (lines) => {
    const { text } = await checkFile(write('mine.js', lines));
    expect(text).toMatch(/^LayerNorm: (\d+) of \1 checks passed/);
  });

  it.each([
    ['missing.ts', undefined, /There is no file .*missing\.ts\. Try: npx --yes pnpm@12 experiments check /],
    ['folder', null, /folder is not a file\. Try: /],
    ['broken.ts', 'export class {', /broken\.ts cannot be loaded: /],
    ['throws.ts', "throw new Error('not today');", /throws\.ts cannot be loaded: not today/],
    [
      'other.ts',
      'export const answer = 42;',
      /exports nothing that can be checked\. It exports answer; known are xavier, BatchNorm/,
    ],
    ['empty.ts', '', /exports nothing that can be checked\. It exports nothing;/],
    ['value.ts', 'export const BatchNorm = 3;', /BatchNorm is 3; expected a class or a factory function\./],
  ])('names the problem of %s', async (name, text, message) => {
    const path =
      text === undefined ? join(folder, name) : text === null ? join(folder, name) : write(name, text);
    if (text === null) mkdirSync(path);
    const check = checkFile(path);
    await expect(check).rejects.toThrow(UserError);
    await expect(check).rejects.toThrow(message);
  });
});
