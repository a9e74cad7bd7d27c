import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, it } from 'vitest';
import * as browser from './index.browser.js';
import * as node from './index.js';

const ENTRY = fileURLToPath(new URL('./entry-of-a-page.js', import.meta.url));
const SAMPLE = new URL('../sample/', import.meta.url);

it('a bundle for browsers has the four files beside it, and reaches nothing of Node', async () => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('..', import.meta.url)),
    build: {
      write: false,
      minify: false,
      rollupOptions: { input: ENTRY, external: [/^@tensorflow\//, /^node:/] },
    },
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) =>
          id === ENTRY
            ? "import { loadSample } from '@trainkit/fashion-mnist-sample'; loadSample().then(console.log);"
            : null,
      },
    ],
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const code = outputs.flatMap((output) => (output.type === 'chunk' ? [output.code] : [])).join('\n');
  expect(code).toContain('loadSample');
  expect(code.match(/(from|import|require)[\s(]*["']node:[^"']+/g) ?? []).toEqual([]);
  const assets = outputs.flatMap((output) => (output.type === 'asset' ? [output] : []));
  const emitted = new Map(assets.flatMap(({ names, source }) => names.map((name) => [name, source])));
  for (const name of [
    't10k-images-idx3-ubyte.gz',
    't10k-labels-idx1-ubyte.gz',
    'train-images-idx3-ubyte.gz',
    'train-labels-idx1-ubyte.gz',
  ]) {
    const bytes = readFileSync(new URL(name, SAMPLE));
    // Vite inlines small files into the program.
    const isInlined = code.includes(bytes.toString('base64'));
    const source = emitted.get(name);
    const isEmitted = source !== undefined && Buffer.compare(Buffer.from(source), bytes) === 0;
    expect(isEmitted || isInlined, name).toBe(true);
  }
});

it('the browser entry exports the same names as the other one', () => {
  expect(Object.keys(browser)).toEqual(Object.keys(node));
});
