import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/machine.js';
import { type BackendName, useFastestBackend } from './fastest.js';
import { nativeStatus } from './status.js';

const REQUIRED = process.env['TRAINKIT_REQUIRE_BACKENDS'] === '1';
const NATIVE = REQUIRED || nativeStatus().ready;
const ENTRY = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** Runs a program in its own process, and resolves to its output. */
async function program(
  body: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ stdout: string; stderr: string }> {
  const source = `import { useFastestBackend } from ${JSON.stringify(ENTRY)};\n${body}`;
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...process.env, ...env },
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
}

/** The environment of a machine that can neither run nor compile the addon. */
function withoutNative(root: string): NodeJS.ProcessEnv {
  return { TRAINKIT_NATIVE_DIR: root, CXX: join(root, 'none'), PATH: root };
}

describe.for<BackendName>(['cpu', 'wasm', 'tensorflow', 'native'])('the backend %s', (name) => {
  const here = it.skipIf(name === 'tensorflow' && !NATIVE);

  here('is selected and computes: a product, its gradient, and no tensor is left', async () => {
    const report = await useFastestBackend({ prefer: name });
    expect(report.name).toBe(name);
    expect(tf.getBackend()).toBe(name);
    const before = tf.memory().numTensors;
    const [product, gradient] = tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      const square = (t: tf.Tensor2D) => tf.matMul(t, t);
      return [
        square(x).dataSync(),
        tf
          .grad((t) => square(t as tf.Tensor2D).sum())(x)
          .dataSync(),
      ];
    });
    expect(Array.from(product)).toEqual([7, 10, 15, 22]);
    expect(Array.from(gradient)).toEqual([7, 11, 9, 13]);
    expect(tf.memory().numTensors).toBe(before);
  });

  here('reports plain data that says what runs', async () => {
    const report = await useFastestBackend({ prefer: name });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.versions.tfjs).toMatch(/^4\.\d+\.\d+$/);
    expect(report.threads).toBeGreaterThanOrEqual(1);
    expect(report.reason).toMatch(
      {
        cpu: /^TensorFlow\.js runs in plain JavaScript\.$/,
        wasm: /^TensorFlow\.js runs on WebAssembly with SIMD\.$/,
        native: /^TensorFlow\.js runs on Trainkit's native kernels for (avx512|avx2|neon)\.$/,
        tensorflow:
          /^TensorFlow \d+\.\d+\.\d+ runs natively through tfjs-node 4\.\d+\.\d+, provided (from|by) /,
      }[name],
    );
    if (name === 'tensorflow') expect(report.versions.libtensorflow).toMatch(/^2\.\d+\.\d+/);
    if (name === 'wasm') expect(report.simd).toBe(true);
  });
});

describe('useFastestBackend', () => {
  it('switches at run time, and tensors go along', async () => {
    await useFastestBackend({ prefer: 'cpu' });
    const x = tf.tensor1d([1, 2, 3]);
    for (const prefer of [
      'wasm',
      'cpu',
      ...(NATIVE ? (['tensorflow'] as const) : []),
      'native',
      'wasm',
    ] as const) {
      await useFastestBackend({ prefer });
      const doubled = x.mul(2);
      expect(Array.from(doubled.dataSync())).toEqual([2, 4, 6]);
      doubled.dispose();
    }
    x.dispose();
  });

  it('refuses an unknown backend before anything changes', async () => {
    await useFastestBackend({ prefer: 'cpu' });
    // @ts-expect-error: the types reject it as well
    await expect(useFastestBackend({ prefer: 'webgl' })).rejects.toThrow(
      'useFastestBackend: prefer is "webgl"; expected "native" or "tensorflow" or "wasm" or "cpu".',
    );
    expect(tf.getBackend()).toBe('cpu');
  });

  it.skipIf(!NATIVE)('loads tfjs-node while another backend is asked for beside it', async () => {
    const { stdout } = await program(`
      const both = [useFastestBackend({ prefer: 'tensorflow' }), useFastestBackend({ prefer: 'cpu' })];
      console.log((await Promise.all(both)).map(({ name }) => name).join());
    `);
    expect(stdout).toContain('tensorflow,cpu\n');
  });

  it('selects nothing when the entry is imported', async () => {
    const { stdout } = await program('console.log(globalThis._tfengine, typeof useFastestBackend);');
    expect(stdout).toBe('undefined function\n');
  });

  it('prints no advice in the terminal on cpu', async () => {
    const { stdout, stderr } = await program(`
      await useFastestBackend({ prefer: 'cpu' });
      const tf = await import('@tensorflow/tfjs');
      console.log(tf.tensor1d([1]).add(1).dataSync()[0]);
    `);
    expect(stdout + stderr).toContain('2\n');
    expect(stdout + stderr).not.toContain('speed things up');
  });

  it('leaves crashes to Node: Emscripten would turn their exit code into 7', async () => {
    const body = "await useFastestBackend({ prefer: 'wasm' }); Promise.reject(new Error('mine'));";
    await expect(program(body)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Error: mine'),
    });
  });

  it('prefers the native backend, and says so in one sentence', async () => {
    const { stdout } = await program(
      'const { name, reason } = await useFastestBackend(); console.log(name, reason);',
    );
    expect(stdout).toMatch(
      /^native TensorFlow\.js runs on Trainkit's native kernels for (avx512|avx2|neon)\.\n$/,
    );
  });

  it('uses the backend in $TRAINKIT_BACKEND, unless the program names one', async () => {
    const { stdout } = await program(
      `
      console.log((await useFastestBackend()).name);
      console.log((await useFastestBackend({ prefer: 'cpu' })).name);
    `,
      { TRAINKIT_BACKEND: 'wasm' },
    );
    expect(stdout).toContain('wasm\ncpu\n');
  });

  it('refuses a $TRAINKIT_BACKEND that is none', async () => {
    const wrong = program('await useFastestBackend();', { TRAINKIT_BACKEND: 'webgl' });
    await expect(wrong).rejects.toThrow(/\$TRAINKIT_BACKEND is .*"webgl\\?"; expected .*"native/);
  });

  it('falls back to tfjs-node if the native backend does not load', async () => {
    const root = await temporaryFolder();
    const cache = nativeStatus().root;
    for (const folder of await readdir(cache)) {
      if (!folder.startsWith('native-')) await symlink(join(cache, folder), join(root, folder));
    }
    const { stdout } = await program('console.log((await useFastestBackend()).reason);', withoutNative(root));
    const next = NATIVE ? 'TensorFlow \\d' : 'TensorFlow\\.js runs on WebAssembly';
    expect(stdout).toMatch(new RegExp(`^${next}.* The native backend does not load: .*\\$CXX is .*none`));
  });

  it.each([
    ['TRAINKIT_THREADS', '0', 'a whole number from 1 to 64'],
    ['TRAINKIT_INSTRUCTIONS', 'foo', 'or nothing for the fastest'],
  ])('refuses $%s with the value %s, instead of a fallback', async (name, value, expectation) => {
    const wrong = program('await useFastestBackend();', { [name]: value });
    await expect(wrong).rejects.toMatchObject({ stderr: expect.stringContaining(expectation) });
  });

  it('falls back to wasm without a library and an addon, and says what to do', async () => {
    const root = await temporaryFolder();
    const env = withoutNative(root);
    const { stdout } = await program('console.log((await useFastestBackend()).reason);', env);
    expect(stdout).toMatch(/^TensorFlow\.js runs on WebAssembly/);
    expect(stdout).toContain(
      `tfjs-node does not load: there is no TensorFlow library in ${root} or in node_modules.`,
    );
    expect(stdout).toContain('`npx trainkit-native tensorflow` provides it');
    const preferred = program("await useFastestBackend({ prefer: 'tensorflow' });", env);
    await expect(preferred).rejects.toMatchObject({
      stderr: expect.stringContaining(
        `Error: useFastestBackend: tfjs-node does not load: there is no TensorFlow`,
      ),
    });
  });

  it('advises to replace an installed library that does not load', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'tensorflow-2.15.1'));
    await writeFile(join(root, 'tensorflow-2.15.1', 'tfjs_binding.node'), 'torn');
    const { stdout } = await program('console.log((await useFastestBackend()).reason);', withoutNative(root));
    expect(stdout).toMatch(
      /^TensorFlow\.js runs on WebAssembly.* The native backend does not load: .* tfjs-node does not load: .*tfjs_binding\.node: /,
    );
    expect(stdout).toContain('`npx trainkit-native tensorflow --force` provides it');
  });

  it.skipIf(!NATIVE)(
    'starts tfjs-node without notes on CPU features, and leaves require as it was',
    async () => {
      const { stdout, stderr } = await program(`
      import { createRequire } from 'node:module';
      const { name } = await useFastestBackend({ prefer: 'tensorflow' });
      const { cache } = createRequire(import.meta.url);
      console.log(name, Object.keys(cache).some((file) => file.includes('node-pre-gyp')));
    `);
      expect(stdout).toBe('tensorflow false\n');
      expect(stderr).not.toContain('CPU instructions');
    },
  );
});
